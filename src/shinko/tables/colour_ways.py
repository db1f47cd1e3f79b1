"""What colours are drawn by: the palettes of styles, in one of the ways that a user may choose.

  counted    as songs have it
  triads     plain triads
  sevenths   seventh chords
  rich       ninths, sixths, suspended and altered chords; where songs have none, sevenths

Songs that are rich in all their chords are few, and some styles know hardly more than suspended
ones. So rich chords are drawn from all manners and palettes together, as single ones come, and
those without a third count less but on dominants; on minor functions there are none. In sevenths
each piece is of one manner.

In all ways but the first, a function sounds as songs have its triad, whatever the seventh or
position: IV as what IV, IVmaj7 and IV6 sound as; and it stands as the function does, over the same
bass.

Conventions: as in `colour`; of S palettes all manners together are M voices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.tables.colour import Palette
from shinko.tables.table import Floats
from shinko.theory import QUALITIES, interval_semitones, parse_token
from shinko.theory.colour import Colour, is_rich, is_seventh, third_of, triad_of
from shinko.theory.degrees import root_fifths
from shinko.theory.six_four import is_six_four

# Pitch classes that the major scale hasn't.
_OUT_OF_SCALE = ~np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11))
# New in songs as often as that counts as something that they have.
_HAD = 1.0
# How much a rich chord without a third counts, but on a dominant.
_SUSPENDED = 0.25
# Of all colours, so that what is locked is possible, however seldom songs have it.
_LEAST = 1e-9


class Colouring:
    """What the colours of pieces are drawn by; each piece is of one of the voices.

    Attributes:
      vocabulary: the functions, F of them or more: others that were counted follow.
      colours: C of them.
      again: the chance that a colour comes again, by how much is alike, (M, ALIKE + 1).
      voices: the share of each, (M,).
    """

    def __init__(
        self,
        palettes: Sequence[Palette],
        vocabulary: tuple[str, ...],
        way: str = "counted",
        also: Sequence[Colour] = (),
        shares: Sequence[float] | None = None,
    ) -> None:
        """Args:
        palettes: S of them.
        vocabulary: the functions.
        way: one of `theory.colour.WAYS`.
        also: colours that may be asked for.
        shares: of the palettes, (S,); by default all alike.
        """
        every = dict.fromkeys((*vocabulary, *(t for p in palettes for t in p.vocabulary)))
        self.vocabulary, self.way = tuple(every), way
        self._palettes = [palette.over(self.vocabulary) for palette in palettes]
        self.own = self._palettes[0].own
        found = dict.fromkeys(colour for each in self._palettes for colour in each.colours)
        found |= dict.fromkeys((*also, *map(_plain, self.own)))
        if way != "counted":
            qualities = dict.fromkeys(colour.quality for colour in found)
            basses = {own.bass for own in self.own}
            found |= {Colour(quality, bass): None for quality in qualities for bass in basses}
        self.colours = tuple(found)
        self._lets = dict[int, NDArray[np.bool_]]()
        self._mixed = dict[tuple[str, int, int], Floats]()
        self._numbers = {colour: number for number, colour in enumerate(found)}
        self.again = np.repeat(
            [each.again for each in self._palettes], [len(p.manners) for p in self._palettes], 0
        )
        weights = shares or [1.0 / len(palettes)] * len(palettes)
        each = (w * p.manners for w, p in zip(weights, self._palettes, strict=True))
        self._shares = self.voices = np.concatenate([*each])
        if way == "rich":  # one voice, of all manners: few songs are rich in all their chords
            self.again = (self.voices @ self.again)[None]
            self.voices = np.ones(1)

    @cached_property
    def six_fours(self) -> NDArray[np.bool_]:
        """Which colours are six-fours, (C,)."""
        return np.array([is_six_four(colour) for colour in self.colours])

    @cached_property
    def basses(self) -> Ints:
        """Of the colours, semitones above the root, (C,)."""
        return np.array([colour.bass for colour in self.colours])

    @cached_property
    def out_of_scale(self) -> NDArray[np.bool_]:
        """Which colours lead a function out of the scale that it keeps to itself, (F, C)."""
        roots = np.array([root_fifths(parse_token(t).parts) * 7 % 12 for t in self.vocabulary])
        notes = np.zeros((len(self.colours), 12), bool)
        for row, colour in zip(notes, self.colours, strict=True):
            row[[interval_semitones(i) % 12 for i in QUALITIES[colour.quality]]] = True
            row[colour.bass] = True
        outside = np.array([_OUT_OF_SCALE[(np.arange(12) + root) % 12] for root in roots])
        out = outside.astype(int) @ notes.T.astype(int) > 0
        own = np.array([self.number(colour) for colour in self.own])
        return np.asarray(out & ~out[np.arange(len(own)), own][:, None])

    def number(self, colour: Colour) -> int:
        """The number of a colour."""
        return self._numbers[colour]

    def known(self, colour: Colour) -> int | None:
        """The same; None for one that is none of them."""
        return self._numbers.get(colour)

    def rows(self, functions: Ints, after: Ints) -> Floats:
        """P(colour | function, next function) of what is new, by voice, (M, n, C).

        Args:
          functions: (n,).
          after: the next ones, (n,); −1 for none.
        """
        rows = np.concatenate([self._rows(one, functions, after) for one in self._palettes])
        if self.way == "rich":
            rows = np.einsum("m,mnc->nc", self._shares, rows)[None] * self._suspending[functions]
        rows = rows + _LEAST
        return np.asarray(rows / rows.sum(axis=2, keepdims=True))

    def allowed(self, functions: Ints) -> NDArray[np.bool_]:
        """The colours that the way lets functions have, (n, C)."""
        every, number = np.unique(functions, return_inverse=True)
        return np.array([self._allowed(one) for one in every.tolist()])[number]

    def _allowed(self, function: int) -> NDArray[np.bool_]:
        if function not in self._lets:
            self._lets[function] = self._let(function)
        return self._lets[function]

    def _rows(self, palette: Palette, functions: Ints, after: Ints) -> Floats:
        """The same of one palette."""
        found = np.zeros((len(palette.manners), len(functions), len(self.colours)))
        if self.way == "counted":
            at = [self.number(colour) for colour in palette.colours]
            found[:, :, at] = palette.rows(functions, after)
            return found
        for place, (function, then) in enumerate(zip(functions, after, strict=True)):
            asked = palette.name, int(function), int(then)
            if asked not in self._mixed:
                self._mixed[asked] = self._mix(palette, int(function), int(then))
            found[:, place] = self._mixed[asked]
        return found

    def _mix(self, palette: Palette, function: int, after: int) -> Floats:
        """P(colour) of all with the triad of a function, over its bass, (Z, C)."""
        kin, found = self._kin[function], np.zeros((len(palette.manners), len(self.colours)))
        rows = palette.rows(kin, np.full(len(kin), after))
        mixed = np.einsum("k,zkc->zc", palette.shares(kin, after), rows)
        into = self._in_position(palette, function)
        known = into >= 0
        np.add.at(found.T, into[known], mixed[:, known].T)
        return found

    def _in_position(self, palette: Palette, function: int) -> Ints:
        """The colours of a palette over the bass of a function; −1 where that is no note of it."""
        bass = self.own[function].bass
        moved = [Colour(colour.quality, bass) for colour in palette.colours]
        return np.array([self.number(one) if one.bass_interval else -1 for one in moved])

    def _let(self, function: int) -> NDArray[np.bool_]:
        found = np.zeros(len(self.colours), bool)
        if self.way == "counted":
            return ~found
        if self.way == "triads":
            found[self.number(_plain(self.own[function]))] = True
            return found
        kin = self._kin[function]
        for palette in self._palettes:
            had, into = (
                palette.sounds[kin].sum(axis=0) >= _HAD,
                self._in_position(palette, function),
            )
            found[into[had & (into >= 0)]] = True
        rich, sevenths, thirds = self._sorts
        chosen = found & sevenths
        if self.way == "rich" and (found & rich & (thirds | self._dominant[function])).any():
            chosen = found & rich
            if triad_of(self.own[function].quality) in ("m", "°"):
                chosen &= thirds
        if not chosen.any():
            chosen[self.number(self.own[function])] = True
        return chosen

    @cached_property
    def _sorts(self) -> tuple[NDArray[np.bool_], ...]:
        """Which colours are rich, which are sevenths, and which have a third, (C,) each."""
        qualities = [colour.quality for colour in self.colours]
        return tuple(
            np.array([bool(is_so(each)) for each in qualities])
            for is_so in (is_rich, is_seventh, third_of)
        )

    @cached_property
    def _dominant(self) -> NDArray[np.bool_]:
        """Which functions are dominants, (F,): on the fifth degree, applied so, or sevenths."""
        chords = [parse_token(token) for token in self.vocabulary]
        return np.array(
            [
                one.quality == "7" or (one.degree == 5 and not one.alteration and not one.mode)
                for one in chords
            ]
        )

    @cached_property
    def _suspending(self) -> Floats:
        """How much rich colours count, (F, C): those without a third less but on dominants."""
        lacks = ~self._sorts[2] & ~self._dominant[:, None]
        return np.where(lacks, _SUSPENDED, 1.0)

    @cached_property
    def _kin(self) -> list[Ints]:
        """Of each function those with its root and triad, whatever their seventh or position."""
        chords = [parse_token(token) for token in self.vocabulary]
        triads = [(root_fifths(one.parts) * 7 % 12, triad_of(one.quality)) for one in chords]
        return [np.flatnonzero([own == other for other in triads]) for own in triads]


def _plain(own: Colour) -> Colour:
    """The triad of a function, over its bass where that is a note of it."""
    plain = Colour(triad_of(own.quality), own.bass)
    return plain if plain.bass_interval is not None else Colour(plain.quality)
