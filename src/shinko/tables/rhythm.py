"""How long the chords of songs last, counted: how sections copy their bars, and what is new there.

Chord and length are one event. At each chord a section is in one of Z states: it draws *freely*, or
*copies* what sounded N bars ago, for some N. Copied is the chord that sounded there, and how long
it went on from there. A copy slips in the chord, in the length, or in both. From a state it goes on
with the chance `stay`, else a state is drawn anew by `entry`; both tell apart whether eight bars,
four bars or a bar begin there, for that is where phrases come back.

A free length mixes the counts of the style, by the place in four bars and the length before, with
those of the section so far.

Conventions: lengths and places are in quarters of a bar, 1 to `LONGEST`; Z states, of which the
first draws freely; K kinds of places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shinko.tables.table import Floats, TableError

QUARTERS = 4  # of a bar
# Of bars ago that are copied; the state before them draws freely.
BARS = (1, 2, 3, 4, 6, 8, 12, 16)
# The longest chord that is told apart: eight bars.
LONGEST = 32
# From this bar on, all are entered alike.
BARS_TOLD = 24
# Kinds of places: where eight bars, four bars and a bar begin, and within a bar.
KINDS = 4
# Quarters after which the place counts as the same to the table of lengths: four bars.
ROUND = 16
# How much the style's counts weigh against the section's own, for each length it has.
TRUST = 10.0
# What a kind of chance keeps to where it was hardly counted (Witten and Bell): types count twice.
_TYPES = 2.0


@dataclass(frozen=True, eq=False)
class Slips:
    """Chances that a copy isn't exact, (Z,) each; of the first state, which copies nothing, 1.

    Attributes:
      chord: that the chord is drawn freely.
      length: that the length is, where the chord was copied.
      other: that the length is, where another chord came than sounded there.
    """

    chord: Floats
    length: Floats
    other: Floats


@dataclass(frozen=True, eq=False)
class Rhythm:
    """How long the chords of a style last.

    Attributes:
      stay: the chance to go on in a state, by kind of place, (K, Z).
      entry: chances of the states where one is drawn anew, by kind of place and bar,
        (K, BARS_TOLD + 1, Z), each row of sum 1; nothing for what lies before the beginning.
      slips: of copies.
      counts: how often a length was new, by its place in four bars and the length before it (0 at
        the beginning), (ROUND, LONGEST + 1, LONGEST).
      ends: how likely a chord that ends at a kind of place ends its section, (K,), against the
        likeliest kind; never within a bar.
    """

    stay: Floats
    entry: Floats
    slips: Slips
    counts: Floats
    ends: Floats

    def __post_init__(self) -> None:
        Z = len(BARS) + 1
        for name, shape in (
            ("stay", (KINDS, Z)),
            ("entry", (KINDS, BARS_TOLD + 1, Z)),
            ("counts", (ROUND, LONGEST + 1, LONGEST)),
            ("ends", (KINDS,)),
        ):
            if getattr(self, name).shape != shape:
                raise TableError(f"rhythm, {name}: expected numbers of the shape {shape}")
        slips = (self.slips.chord, self.slips.length, self.slips.other)
        if any(slip.shape != (Z,) for slip in slips):
            raise TableError(f"rhythm, slips: expected {Z} numbers each")
        for numbers in (self.stay, self.entry, *slips, self.ends):
            if not ((numbers >= 0) & (numbers <= 1)).all():
                raise TableError("rhythm: expected chances from 0 to 1")
        if not np.allclose(self.entry.sum(axis=-1), 1.0, atol=1e-6):
            raise TableError("rhythm, entry: expected rows of sum 1")
        if (self.entry * ~reaches()).any():
            raise TableError("rhythm, entry: expected nothing from before the beginning")
        if not ((self.counts >= 0) & (self.counts < np.inf)).all() or not self.counts.any():
            raise TableError("rhythm, counts: expected numbers from 0 on")
        if not self.ends[:-1].any():
            raise TableError("rhythm, ends: expected one where bars begin")

    def lengths(self) -> Floats:
        """P(length) by place in four bars and the length before, (ROUND, LONGEST + 1, LONGEST).

        By Witten and Bell: the counts of both lean on those of either, these on those of the place
        in the bar, and these on those of all lengths.
        """
        counts = self.counts
        every = counts.sum(axis=(0, 1)) + 0.01
        by_quarter = counts.reshape(-1, QUARTERS, LONGEST + 1, LONGEST).sum(axis=0)
        quarter = _leaning(by_quarter.sum(axis=1), every / every.sum())
        before = _leaning(by_quarter, quarter[:, None])
        bars = ROUND // QUARTERS
        place = _leaning(counts.sum(axis=1), np.tile(quarter, (bars, 1)))
        return _leaning(counts, (np.tile(before, (bars, 1, 1)) + place[:, None]) / 2)


def _leaning(counts: Floats, on: Floats) -> Floats:
    """Chances by counts that lean on others, (…, LONGEST) each."""
    kinds = _TYPES * np.maximum((counts > 0).sum(axis=-1, keepdims=True), 1)
    return np.asarray((counts + kinds * on) / (counts.sum(axis=-1, keepdims=True) + kinds))


def kind_of(places: ArrayLike) -> NDArray[np.int64]:
    """The kinds of places: 0 where eight bars begin, 1 four bars, 2 a bar, 3 within one."""
    at = np.asarray(places)
    begun = [at % (bars * QUARTERS) == 0 for bars in (8, 4, 1)]
    return np.select(begun, list(range(KINDS - 1)), KINDS - 1)


def bar_of(places: ArrayLike) -> NDArray[np.int64]:
    """The bars that `entry` tells them by."""
    bars: NDArray[np.int64] = np.minimum(np.asarray(places) // QUARTERS, BARS_TOLD)
    return bars


def reaches() -> NDArray[np.bool_]:
    """Whether a state's bars lie behind the beginning, by bar, (BARS_TOLD + 1, Z)."""
    found: NDArray[np.bool_] = np.array((0, *BARS)) <= np.arange(BARS_TOLD + 1)[:, None]
    return found
