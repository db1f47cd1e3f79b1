"""What songs remember, counted: how they copy themselves, and what they play that is new.

A *style* is a way of making sections. At each place a section is in one of Z states: it draws
*freely*, or *copies* what it played L chords ago, for some lags L. From a state it goes on with the
chance `stay`; else a state is drawn anew by the place's `entry`. A copy slips with the chance
`slip`, and then draws freely, too. A free draw mixes the style's table of innovations, which looks
back two chords, with what followed in this section so far.

`voices` makes of a style and a mode what `chain` plays by; `memory_fitting` counts it from songs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shinko.tables.rhythm import Rhythm
from shinko.tables.table import Floats, TableError

# The first two are those that songs are in; a section that keeps to the chords of another one is
# counted there, too.
MODES = ("major", "minor", "mixolydian", "dorian", "lydian", "phrygian")
# Of chords ago that are copied; the state before them draws freely.
LAGS = (*range(2, 17), 18, 20, 24, 32)
# From the last of these places on, all are entered alike.
PLACES = 48
# Chords that a free draw looks back in its own section.
LOOKS_BACK = 4
# What every chord keeps at the least, of all of them together: nothing is impossible.
FLOOR = 1e-4
# How sections close: that which ends the piece, and any other; so many chords before the end are
# other ones than elsewhere.
CLOSES, CLOSING = ("piece", "section"), 2


@dataclass(frozen=True, eq=False)
class Recall:
    """How a style copies itself.

    Attributes:
      stay: the chance to go on in a state, (Z,); the first is the one that draws freely.
      slip: the chance that a copy draws freely instead, (Z,); of the first state 1.
      entry: chances of the states where one is drawn anew, by the place in the section,
        (PLACES + 1, Z), each row of sum 1; nothing for lags longer than what was played.
      trust: how much the table of innovations weighs against what followed in the section, for
        each kind of chord that did; above 0. See `trust_at`.
    """

    stay: Floats
    slip: Floats
    entry: Floats
    trust: float

    def __post_init__(self) -> None:
        states = len(LAGS) + 1
        if self.stay.shape != (states,) or self.slip.shape != (states,):
            raise TableError(f"stay and slip: expected {states} numbers each")
        if self.entry.shape != (PLACES + 1, states):
            raise TableError(f"entry: expected {PLACES + 1} rows of {states} numbers")
        for name in ("stay", "slip", "entry"):
            numbers = getattr(self, name)
            if not ((numbers >= 0) & (numbers <= 1)).all():
                raise TableError(f"{name}: expected chances from 0 to 1")
        if not np.allclose(self.entry.sum(axis=1), 1.0, atol=1e-6):
            raise TableError("entry: expected rows of sum 1")
        if (self.entry * too_long()).any():
            raise TableError("entry: expected nothing for lags longer than what was played")
        if not 0 < self.trust < np.inf:
            raise TableError(f"trust {self.trust}: expected a number above 0")


@dataclass(frozen=True, eq=False)
class SongStyle:
    """A way of making sections.

    Attributes:
      name: of the songs that it was counted from.
      counts: how often a chord (last axis) was new after two others by mode, (modes, V + 1, V + 1,
        V); V stands for the beginning. In each mode chords count from the major key of the same
        signature.
      recall: how it copies itself.
      closing: how much likelier than elsewhere each chord is as the last one, and as the one
        before it, (CLOSES, major and minor, CLOSING, V), above 0; by default it is as likely.
      songs: how many were counted, by mode; none of those that aren't told.
      rhythm: how long its chords last, if its songs tell.
    """

    name: str
    counts: Floats
    recall: Recall
    closing: Floats | None = None
    songs: Mapping[str, int] = field(default_factory=dict)
    rhythm: Rhythm | None = None

    def __post_init__(self) -> None:
        V = self.counts.shape[-1]
        if self.counts.shape != (len(MODES), V + 1, V + 1, V):
            raise TableError(f"style {self.name!r}: expected counts of its chords in all modes")
        if self.closing is not None:
            if self.closing.shape != (len(CLOSES), 2, CLOSING, V):
                raise TableError(f"closing: expected {CLOSING} places of {V} chords each")
            if not ((self.closing > 0) & (self.closing < np.inf)).all():
                raise TableError("closing: expected numbers above 0")


@dataclass(frozen=True, eq=False)
class SongMemory:
    """What songs of several styles remember; each piece is of one of them.

    Attributes:
      vocabulary: the chords, by number.
      styles: at least one, each with a name of its own.
    """

    vocabulary: tuple[str, ...]
    styles: tuple[SongStyle, ...]

    def __post_init__(self) -> None:
        if not self.styles:
            raise TableError("memory: expected at least one style")
        if len({style.name for style in self.styles}) < len(self.styles):
            raise TableError("memory: expected a name of its own for each style")
        for style in self.styles:
            if style.counts.shape[-1] != len(self.vocabulary):
                raise TableError(
                    f"style {style.name!r}: expected counts of {len(self.vocabulary)} chords"
                )

    def style(self, name: str) -> SongStyle:
        """The style of a name; raises `TableError` where there is none."""
        for style in self.styles:
            if style.name == name:
                return style
        raise TableError(f"no style {name!r}: known are {', '.join(s.name for s in self.styles)}")


def too_long() -> NDArray[np.bool_]:
    """At which places a lag is longer than what was played, (PLACES + 1, Z)."""
    lags = np.array((0, *LAGS))
    found: NDArray[np.bool_] = lags > np.arange(PLACES + 1)[:, None]
    return found


def trust_at(place: int) -> float:
    """What a trust is multiplied with at a place: what a section has just begun with comes again
    sooner than what it played long ago.
    """
    return float(np.interp(place, (0, 16), (0.25, 1.5)))
