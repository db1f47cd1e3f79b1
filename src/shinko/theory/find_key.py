"""The key that chord symbols are in: the best fit of roots and kinds of chord to key profiles.

Each of the 24 keys scores the log-probability of the chords, by degree and kind, in songs of its
mode; the key whose tonic chord comes first or last gets more. Keys that share their chords (C
major and A minor) are told apart by little else than that, and a short loop may be in either.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, product

from shinko.theory.keys import Key, Mode
from shinko.theory.names import ChordName
from shinko.theory.notes import Note
from shinko.theory.qualities import QUALITIES

# Per mille of the chords of a song, by semitones above the tonic (rows) and kind (columns: major,
# dominant seventh, minor, diminished, without a third); every song counts the same.
# Source: our counts of 1,460 songs with their keys, McGill Billboard (Burgoyne, Wild & Fujinaga
# 2011, CC0; its modes are inferred) and POP909-CL (MIT).
KINDS = ("major", "seventh", "minor", "diminished", "no third")
PROFILES: dict[Mode, tuple[tuple[int, ...], ...]] = {
    "major": (
        (247, 27, 3, 0, 12),
        (2, 0, 0, 0, 0),
        (10, 7, 68, 1, 2),
        (9, 1, 1, 1, 0),
        (5, 3, 55, 0, 1),
        (164, 11, 9, 0, 4),
        (2, 0, 0, 2, 0),
        (150, 34, 6, 0, 16),
        (8, 1, 0, 0, 0),
        (6, 3, 94, 0, 3),
        (23, 2, 1, 0, 1),
        (1, 1, 1, 1, 0),
    ),
    "minor": (
        (16, 2, 253, 0, 16),
        (5, 0, 1, 0, 0),
        (3, 1, 3, 4, 0),
        (96, 2, 1, 0, 5),
        (1, 0, 1, 0, 0),
        (27, 8, 97, 0, 6),
        (2, 0, 0, 0, 0),
        (41, 14, 87, 1, 7),
        (125, 1, 1, 0, 2),
        (1, 0, 3, 3, 0),
        (148, 4, 2, 0, 8),
        (1, 0, 0, 1, 0),
    ),
}
# A chord that no song had is rare, not impossible: a third of the smallest count above.
RAREST = 1 / 3
# Nats for a tonic chord at an end. With profiles of half of the songs, 3 and 2 did best of six
# pairs over the first 4, 16 and 64 chords of the other half.
FIRST, LAST = 3.0, 2.0
# Nats for a seventh chord that falls a fifth to the tonic. It changes half a point at most on
# those songs, and settles ii7 V7 I, which they seldom have.
CADENCE = 0.5
MOST_ACCIDENTALS = 7


def find_key(names: Sequence[ChordName]) -> Key:
    """The key that chords are most likely in; C major for no chords.

    The same chords always give the same key: of equal ones major, then the lowest tonic from C.
    A tonic of two names (F♯, G♭) is spelled as the roots of the chords are.
    """
    if not names:
        return Key(Note("C"))
    sounds = [(name.root.pitch_class, _kind(name.quality)) for name in names]
    modes: tuple[Mode, ...] = ("major", "minor")
    mode, tonic = max(product(modes, range(12)), key=lambda pair: _score(sounds, *pair))
    roots = [name.root.fifths for name in names]
    return min(_spellings(tonic, mode), key=lambda key: _distance(key, roots))


def _score(sounds: Sequence[tuple[int, int]], mode: Mode, tonic: int) -> float:
    fit = sum(_log_probability(mode, (root - tonic) % 12, kind) for root, kind in sounds)
    ends = ((sounds[0], FIRST), (sounds[-1], LAST))
    fit += sum(worth for end, worth in ends if _is_tonic(end, mode, tonic))
    dominant = ((tonic + 7) % 12, KINDS.index("seventh"))
    falls = sum(
        before == dominant and _is_tonic(after, mode, tonic) for before, after in pairwise(sounds)
    )
    return fit + CADENCE * falls


def _is_tonic(sound: tuple[int, int], mode: Mode, tonic: int) -> bool:
    root, kind = sound
    return root == tonic and KINDS[kind] in (("minor",) if mode == "minor" else KINDS[:2])


@lru_cache(maxsize=256)
def _log_probability(mode: Mode, step: int, kind: int) -> float:
    return math.log(max(PROFILES[mode][step][kind], RAREST) / 1000)


@lru_cache(maxsize=256)
def _kind(quality: str) -> int:
    intervals = QUALITIES[quality]
    if "♭3" in intervals:
        return KINDS.index("diminished" if "♭5" in intervals else "minor")
    if "3" in intervals:
        return KINDS.index("seventh" if "♭7" in intervals else "major")
    return KINDS.index("no third")


def _spellings(tonic: int, mode: Mode) -> list[Key]:
    """The keys on a pitch class with at most seven accidentals, those with the fewest first."""
    keys = [Key(Note.from_fifths(fifths), mode) for fifths in range(-7, 13)]
    found = [
        key
        for key in keys
        if key.tonic_pitch_class == tonic and abs(key.fifths) <= MOST_ACCIDENTALS
    ]
    return sorted(found, key=lambda key: abs(key.fifths))


def _distance(key: Key, roots: Sequence[int]) -> int:
    """How far roots lie from the middle of the scale, along the line of fifths."""
    return sum(abs(root - (key.fifths + 2)) for root in roots)
