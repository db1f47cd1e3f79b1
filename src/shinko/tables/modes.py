"""Chords from one mode to another: what is the same on its tonic, and what keeps to its scale.

In every mode chords count from the major key of the same signature, so all modes have the same
scale, that of C major, around different tonics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shinko.theory import Key, parse_token
from shinko.theory.keys import MODES

_C_MAJOR = Key.parse("C")
_SCALE = frozenset({0, 2, 4, 5, 7, 9, 11})
# The tonic of each mode, semitones above that of the major key of the same signature.
TONICS: Mapping[str, int] = {mode: 7 * row.fifths % 12 for mode, row in MODES.items()}
# The same as degrees of that scale.
_DEGREES: Mapping[str, int] = {
    mode: sorted(_SCALE).index(tonic) + 1 for mode, tonic in TONICS.items()
}
# Modes with a minor third are nearest to minor, others to major.
NEAREST: Mapping[str, str] = {
    mode: "minor" if row.minor_third else "major"
    for mode, row in MODES.items()
    if mode not in ("major", "minor")
}


@lru_cache(maxsize=64)
def in_other_mode(vocabulary: tuple[str, ...], mode: str, other: str) -> NDArray[np.int64]:
    """The number of the chord of another mode that stands to its tonic as each of this one does,
    (V,); −1 where the vocabulary lacks it.
    """
    shift = (TONICS[other] - TONICS[mode]) % 12
    sounds = [_sound(token) for token in vocabulary]
    number = {sound: index for index, sound in reversed(list(enumerate(sounds)))}
    return np.array(
        [number.get(tuple((pitch + shift) % 12 for pitch in sound), -1) for sound in sounds]
    )


@lru_cache(maxsize=64)
def held_to_mode(vocabulary: tuple[str, ...], mode: str) -> NDArray[np.int64]:
    """The number of the chord in a mode for each of the nearest of major and minor, (V,).

    It is the same chord where the mode has it; else, of a chord on a degree of the scale, the
    mode's own on that degree, unless it is diminished; −1 for none.
    """
    nearest, number = NEAREST[mode], {token: index for index, token in enumerate(vocabulary)}
    same = in_other_mode(vocabulary, nearest, mode)
    shift = _DEGREES[mode] - _DEGREES[nearest]
    found = []
    for token, moved in zip(vocabulary, same, strict=True):
        if moved >= 0 and in_scale(vocabulary)[moved]:
            found.append(moved)
        elif token.isdecimal():  # a degree and figures
            degree = (int(token[0]) - 1 + shift) % 7 + 1
            found.append(number.get(f"{degree}{token[1:]}", -1) if degree != 7 else -1)
        else:
            found.append(-1)
    return np.array(found)


@lru_cache(maxsize=16)
def in_scale(vocabulary: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which chords keep to the scale, (V,)."""
    return np.array([_SCALE.issuperset(_sound(token)) for token in vocabulary])


def mode_of(chords: Sequence[int], mode: str, vocabulary: tuple[str, ...]) -> str | None:
    """The other mode whose chords a section in major or minor keeps to, if it isn't its own, too.

    A few chords keep to several scales: they tell nothing.
    """
    if in_scale(vocabulary)[list(chords)].all():
        return None
    fitting = []
    for other, nearest in NEAREST.items():
        moved = in_other_mode(vocabulary, mode, other)[list(chords)]
        if nearest == mode and (moved >= 0).all() and in_scale(vocabulary)[moved].all():
            fitting.append(other)
    return fitting[0] if len(fitting) == 1 else None


def _sound(token: str) -> tuple[int, ...]:
    chord = parse_token(token)
    return (chord.bass(_C_MAJOR), *chord.pitch_classes(_C_MAJOR))
