"""Chords and lengths of many sections at once, each by the rhythm of a style, event by event.

`rhythm_reference` does the same for one section, to read first; tests hold the two together.

Conventions: as in `rhythm`; B sections side by side, T chords so far, S styles, V chords.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.tables.memory import FLOOR
from shinko.tables.rhythm import BARS, LONGEST, QUARTERS, ROUND, TRUST, Rhythm, bar_of, kind_of
from shinko.tables.table import Floats

# What there is a row of for each section.
_EACH = (
    *("_which", "chords", "lengths", "places", "states"),
    *("_target", "_goes_on", "_can", "_free"),
)
_BACK = QUARTERS * np.array((0, *BARS))


class RhythmChain:
    """B sections on their way: what was played, and how likely each state is.

    Attributes:
      chords: (B, T).
      lengths: (B, T), one column less between a chord and its length.
      places: where each chord begins, and where the last one ends, (B, T + 1).
      states: chances of the states, (B, Z).
    """

    def __init__(self, rhythms: Sequence[Rhythm], which: Ints, chords: int) -> None:
        """Args:
        rhythms: S of them.
        which: of each section, (B,).
        chords: how many there are, V.
        """
        self._which, self._V = which, chords
        self._stay = np.array([rhythm.stay for rhythm in rhythms])
        self._entry = np.array([rhythm.entry for rhythm in rhythms])
        slips = [(each.slips.chord, each.slips.length, each.slips.other) for each in rhythms]
        self._slips = np.array(slips)
        self._lengths = np.array([rhythm.lengths() for rhythm in rhythms])
        self._ends = np.array([rhythm.ends for rhythm in rhythms])
        nothing = np.empty((len(which), 0), np.int64)
        self.chords, self.lengths = nothing, nothing
        self.places = np.zeros((len(which), 1), np.int64)
        self.states: Floats = self._entry[which, 0, 0]
        self._target, self._goes_on, self._can = sounded(self.chords, self.places)
        self._free: Floats = np.empty((len(which), 0))

    def chord_chances(self, free: Floats) -> Floats:
        """P(each next chord) of those drawn freely by P, (B, V) each, every row of sum 1."""
        slip = self._chord_slips()
        mixed = free * (self.states * slip).sum(axis=1, keepdims=True)
        rows, states = np.nonzero(self._can)
        copied = (self.states * (1 - slip))[rows, states]
        np.add.at(mixed, (rows, self._target[rows, states]), copied)
        return np.asarray((1 - FLOOR) * mixed + FLOOR / self._V)

    def hear_chord(self, chord: Ints, free: Floats) -> Floats:
        """Go on with a chord of each, (B,), that is drawn freely by P, (B,).

        Returns:
          P of it after all before it, (B,).
        """
        slip = self._chord_slips()
        hit = self._can & (self._target == chord[:, None])
        plays = slip * free[:, None] + (1 - slip) * hit
        heard = self.states * ((1 - FLOOR) * plays + FLOOR / self._V)
        likely = heard.sum(axis=1)
        self.states = heard / likely[:, None]
        self.chords = np.concatenate([self.chords, chord[:, None]], axis=1)
        self._free = self._free_lengths()
        return np.asarray(likely)

    def length_chances(self) -> Floats:
        """P(length) of the chord that was heard last, (B, LONGEST), each row of sum 1."""
        slip = self._length_slips()
        mixed = self._free * (self.states * slip).sum(axis=1, keepdims=True)
        rows = np.arange(len(mixed))[:, None]
        np.add.at(mixed, (rows, self._goes_on - 1), self.states * (1 - slip))
        return np.asarray(mixed)

    def hear_length(self, length: Ints) -> None:
        """Go on with the length of each, (B,), of the chord that was heard last."""
        slip = self._length_slips()
        free = self._free[np.arange(len(length)), length - 1]
        plays = slip * free[:, None] + (1 - slip) * (self._goes_on == length[:, None])
        heard = self.states * plays
        heard = heard / heard.sum(axis=1, keepdims=True)
        self.lengths = np.concatenate([self.lengths, length[:, None]], axis=1)
        place = self.places[:, -1] + length
        self.places = np.concatenate([self.places, place[:, None]], axis=1)
        kinds = kind_of(place)
        stay = self._stay[self._which, kinds]
        anew = ((1 - stay) * heard).sum(axis=1, keepdims=True)
        self.states = stay * heard + anew * self._entry[self._which, kinds, bar_of(place)]
        self._target, self._goes_on, self._can = sounded(self.chords, self.places)

    def ends(self) -> Floats:
        """How likely a section ends with the chord heard last, by its length, (B, LONGEST)."""
        after = self.places[:, -1:] + np.arange(1, LONGEST + 1)
        return np.asarray(self._ends[self._which[:, None], kind_of(after)])

    def keep(self, chosen: Ints) -> None:
        """Only some of the sections, any of them several times."""
        for name in _EACH:
            setattr(self, name, getattr(self, name)[chosen])

    def _chord_slips(self) -> Floats:
        return np.where(self._can, self._slips[self._which, 0], 1.0)

    def _length_slips(self) -> Floats:
        """The chance that the length of the chord heard last is drawn freely, (B, Z)."""
        same = self._target == self.chords[:, -1:]
        slips = self._slips[self._which]
        return np.where(self._can, np.where(same, slips[:, 1], slips[:, 2]), 1.0)

    def _free_lengths(self) -> Floats:
        """P(length) of the chord heard last, drawn freely, (B, LONGEST)."""
        place, B = self.places[:, -1], len(self.places)
        last = self.lengths[:, -1] if self.lengths.shape[1] else np.zeros(B, np.int64)
        table = self._lengths[self._which, place % ROUND, last]
        quarters = self.places[:, :-1] % QUARTERS
        return free_lengths(
            table,
            self.lengths,
            quarters == (place % QUARTERS)[:, None],
            self.chords[:, :-1] == self.chords[:, -1:],
        )


def sounded(chords: Ints, places: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """What each state would copy after T chords (B, T) that begin and end at places (B, T + 1).

    Returns:
      The chord that sounded so many bars ago, how long it went on, and whether that can be copied,
      (B, Z) each: it can't where nothing sounded yet, or the last chord would come again.
    """
    B, T = chords.shape
    source = places[:, -1:] - _BACK
    can = np.broadcast_to(_BACK > 0, source.shape) & (source >= 0)
    if not T:
        nothing = np.zeros(source.shape, np.int64)
        return nothing, nothing + 1, can & False
    begun = (places[:, None, :T] <= source[:, :, None]).sum(axis=2)
    number = np.clip(begun - 1, 0, T - 1)
    rows = np.arange(B)[:, None]
    goes_on = np.clip(places[rows, number + 1] - source, 1, LONGEST)
    target = chords[rows, number]
    return target, goes_on, can & (target != chords[:, -1:])


def free_lengths(
    table: Floats, lengths: Ints, same_quarter: NDArray[np.bool_], same_chord: NDArray[np.bool_]
) -> Floats:
    """P(length) drawn freely: a style's table mixed with what the section had, (B, LONGEST).

    Args:
      table: what the style's counts say here, (B, LONGEST).
      lengths: of the chords so far, (B, T).
      same_quarter: which of them began at the same place in their bar, (B, T).
      same_chord: which are the same chord, (B, T).
    """
    free, B = table, len(table)
    for alike in (same_quarter, same_chord, same_quarter & same_chord):
        rows, numbers = np.nonzero(alike)
        flat = rows * LONGEST + lengths[rows, numbers] - 1
        counts = np.bincount(flat, minlength=B * LONGEST).reshape(B, LONGEST)
        kinds = TRUST * np.count_nonzero(counts, axis=1)[:, None]
        total = counts.sum(axis=1, keepdims=True) + kinds
        free = np.where(kinds > 0, (counts + kinds * free) / np.maximum(total, 1.0), free)
    return np.asarray(free)
