"""Six-fours of pieces: which sound right, and what others become.

One that neither passes nor cadences stands in root position; beside that very chord as a sixth
chord. So do those that a section ties to it.

Conventions: functions by number, (B, T); F of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.theory import parse_token
from shinko.theory.colour import Colour, colour_of, third_of, triad_of
from shinko.theory.degrees import root_fifths
from shinko.theory.six_four import is_six_four

_Bools = NDArray[np.bool_]


class _Stands(NamedTuple):
    """How functions stand, (F,) each.

    Attributes:
      roots: pitch classes.
      basses: pitch classes.
      six: whether it is a six-four.
      stable: whether it may follow a cadential one: in root position, its third not minor.
      root_position: the function of its triad in root position; −1 for none.
      sixth: the same as a sixth chord.
    """

    roots: Ints
    basses: Ints
    six: _Bools
    stable: _Bools
    root_position: Ints
    sixth: Ints


@lru_cache(maxsize=16)
def _stands(vocabulary: tuple[str, ...]) -> _Stands:
    chords = [parse_token(token) for token in vocabulary]
    own = [colour_of(chord) for chord in chords]
    roots = np.array([root_fifths(chord.parts) * 7 % 12 for chord in chords])
    number = {}
    for place in reversed(range(len(own))):
        number[int(roots[place]), own[place]] = place

    def standing(place: int, *, sixth: bool) -> int:
        triad = triad_of(own[place].quality)
        bass = (3 if third_of(triad) == "♭3" else 4) if sixth else 0
        return number.get((int(roots[place]), Colour(triad, bass)), -1)

    return _Stands(
        roots,
        (roots + [colour.bass for colour in own]) % 12,
        np.array([is_six_four(colour) for colour in own]),
        np.array([not colour.bass and third_of(colour.quality) != "♭3" for colour in own]),
        np.array([standing(place, sixth=False) for place in range(len(own))]),
        np.array([standing(place, sixth=True) for place in range(len(own))]),
    )


def six_fours(vocabulary: tuple[str, ...], functions: Ints) -> _Bools:
    """Which chords of pieces are six-fours, (B, T)."""
    return _stands(vocabulary).six[functions]


def sound_right(vocabulary: tuple[str, ...], functions: Ints) -> _Bools:
    """Where a six-four passes, cadences, or stands on a bass that stays, (B, T).

    As `six_four_kind` tells it, of many pieces at once.
    """
    stands = _stands(vocabulary)
    own, roots = stands.basses[functions], stands.roots[functions]
    found = np.zeros(functions.shape, bool)
    cadential = (roots[:, 1:] == own[:, :-1]) & stands.stable[functions[:, 1:]]
    found[:, :-1] |= cadential
    found[:, 1:] |= own[:, :-1] == own[:, 1:]
    by_step = np.isin((own[:, 1:] - own[:, :-1]) % 12, (1, 2, 10, 11))
    found[:, 1:-1] |= by_step[:, :-1] & by_step[:, 1:]
    return found


def settled(
    vocabulary: tuple[str, ...],
    functions: Ints,
    *,
    fixed: _Bools | None = None,
    same: Ints | None = None,
) -> Ints:
    """The functions with every six-four that doesn't sound right in another position, (B, T).

    Args:
      vocabulary: the functions.
      functions: of pieces, (B, T).
      fixed: which stay as they are, (B, T).
      same: of each chord the first one that it is tied to, itself where it is that, (T,).
    """
    stands, functions = _stands(vocabulary), functions.copy()
    B, T = functions.shape
    leave = np.zeros((B, T), bool) if fixed is None else fixed.copy()
    tied = np.arange(T) if same is None else same
    while True:
        wrong = stands.six[functions] & ~leave & ~sound_right(vocabulary, functions)
        pieces = np.flatnonzero(wrong.any(axis=1))
        if not len(pieces):
            return functions
        at = wrong[pieces].argmax(axis=1)  # one after another: each changes what is beside it
        now = functions[pieces, at]
        beside = np.full((len(pieces), 2), -1)
        beside[at > 0, 0] = functions[pieces, at - 1][at > 0]
        beside[at < T - 1, 1] = functions[pieces, np.minimum(at + 1, T - 1)][at < T - 1]
        other = now
        for choice in (stands.sixth[now], stands.root_position[now]):
            free = (choice >= 0) & (choice[:, None] != beside).all(axis=1)
            other = np.where(free, choice, other)
        every = (tied[None] == tied[at][:, None]) & (functions[pieces] == now[:, None])
        every[np.arange(len(pieces)), at] = True
        every &= ~leave[pieces]
        leave[pieces] |= every & (other == now)[:, None]
        functions[pieces] = np.where(every, other[:, None], functions[pieces])
