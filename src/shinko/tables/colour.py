"""How the functions of a style sound, counted: a palette.

A *function* is a chord of a table. Its *colour* is what sounds on its root: quality and bass. Given
the functions of a piece, each colour

  - comes again with a chance `again` where the function sounded before: as at the one place among
    those before it around which most is the same;
  - or is new: drawn by P(colour | function, next function), which leans on P(colour | function),
    and that on P(colour | kind of function), a kind being its own quality and bass.

A piece is of one of Z *manners*, which lean to some of the colours of a kind: plain, say, or jazzy.
So what is new in a piece fits together.

Conventions: F functions, C colours, K kinds, Z manners; F stands for no next function.

Source: Witten and Bell (1991), The zero-frequency problem, for how counts lean on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.tables.table import Floats, TableError
from shinko.theory import parse_token
from shinko.theory.colour import Colour, colour_of, third_of, triad_of

# Of a place and one before it the same may be: the function, also the next one, also the one
# before, also the one after the next.
ALIKE = 4
# How much each kind of thing that was counted weighs for what it leans on. Tuned on songs of a
# class of their own, by bits of what they have.
BY_NEXT, BY_FUNCTION, BY_KIND = 32.0, 8.0, 1.0
# How many times functions count for which songs have them.
_BY_SONGS = 20.0
# How little a colour counts, of those that a kind wasn't counted with, in another position or on
# another triad.
_OTHER_BASS, _OTHER_TRIAD = 0.2, 0.01


@dataclass(frozen=True, eq=False)
class Palette:
    """How the functions of a style sound.

    Attributes:
      name: of the style.
      vocabulary: the functions, as tokens, F of them.
      colours: C of them.
      songs: how many have each function, (F,).
      places: function, next one and colour of what was counted as new, (n, 3).
      times: how often, (n,).
      again: the chance that a colour comes again, by how much around it is the same, (ALIKE + 1,);
        the first one, of nothing, is 0.
      manners: the share of each in the songs, (Z,).
      leanings: how much likelier each manner has the colours of each kind, (Z, K, C).
    """

    name: str
    vocabulary: tuple[str, ...]
    colours: tuple[Colour, ...]
    songs: Ints
    places: Ints
    times: Floats
    again: Floats
    manners: Floats
    leanings: Floats

    def __post_init__(self) -> None:
        shape = (len(self.vocabulary), len(self.vocabulary) + 1, len(self.colours))
        K, Z = len(self.kinds), len(self.manners)
        if not ((self.places >= 0) & (self.places < shape)).all():
            raise TableError(f"palette {self.name!r}: expected numbers of functions and colours")
        if self.songs.shape != shape[:1] or not (self.songs >= 0).all():
            raise TableError(f"palette {self.name!r}: expected a number of songs of each function")
        if self.places.shape != (len(self.times), 3) or not (self.times > 0).all():
            raise TableError(f"palette {self.name!r}: expected counts above 0 of each place")
        if self.again.shape != (ALIKE + 1,) or self.again[0] != 0.0:
            raise TableError(f"palette {self.name!r}: expected {ALIKE + 1} chances, the first 0")
        for chances in (self.again, self.manners):
            if not ((chances >= 0) & (chances <= 1)).all():
                raise TableError(f"palette {self.name!r}: expected chances from 0 to 1")
        if abs(self.manners.sum() - 1.0) > 1e-6:
            raise TableError(f"palette {self.name!r}: expected manners of sum 1")
        if self.leanings.shape != (Z, K, len(self.colours)) or not (self.leanings > 0).all():
            raise TableError(f"palette {self.name!r}: expected factors above 0 of all manners")

    @property
    def own(self) -> tuple[Colour, ...]:
        """How the functions sound as they are, F of them."""
        return own_colours(self.vocabulary)

    @cached_property
    def kinds(self) -> tuple[Colour, ...]:
        """The kinds of functions, K of them."""
        return kinds_of(self.vocabulary)

    @cached_property
    def kind(self) -> Ints:
        """The kind of each function, (F,)."""
        return np.array([self.kinds.index(own) for own in self.own])

    @cached_property
    def sounds(self) -> Floats:
        """How often each function was new as each colour, (F, C)."""
        counts = np.zeros((len(self.vocabulary), len(self.colours)))
        np.add.at(counts, (self.places[:, 0], self.places[:, 2]), self.times)
        return counts

    @cached_property
    def by_function(self) -> Floats:
        """P(colour | function), (F, C)."""
        of_kinds = np.zeros((len(self.kinds), len(self.colours)))
        np.add.at(of_kinds, self.kind, self.sounds)
        # As much as nothing, so that a kind that was never counted sounds as it is.
        own = [self.colours.index(kind) for kind in self.kinds]
        of_kinds[np.arange(len(own)), own] += 0.01
        every = _fitting(self.kinds, self.colours)
        by_kind = leaning(of_kinds, every / every.sum(axis=1, keepdims=True), BY_KIND)
        return leaning(self.sounds, by_kind[self.kind], BY_FUNCTION)

    def shares(self, functions: Ints, after: int) -> Floats:
        """How often some functions come before another one, among themselves, (n,).

        It leans on how many songs have them.
        """
        times = np.zeros(len(self.vocabulary))
        then = self.places[:, 1] == (len(self.vocabulary) if after < 0 else after)
        np.add.at(times, self.places[then, 0], self.times[then])
        had = self.songs[functions] + 1e-6  # of functions that no song has, all alike
        found = times[functions] + _BY_SONGS * had / had.sum()
        return np.asarray(found / found.sum())

    def rows(self, functions: Ints, after: Ints) -> Floats:
        """P(colour | function, next function) of what is new, by manner, (Z, n, C).

        Args:
          functions: (n,).
          after: the next ones, (n,); −1 for none.
        """
        F, C = len(self.vocabulary), len(self.colours)
        told = self.places[:, 0] * (F + 1) + self.places[:, 1]
        asked = functions * (F + 1) + np.where(after < 0, F, after)
        pairs, number = np.unique(asked, return_inverse=True)
        at = np.minimum(np.searchsorted(pairs, told), len(pairs) - 1)
        found = pairs[at] == told
        counts = np.zeros((len(pairs), C))
        np.add.at(counts, (at[found], self.places[found, 2]), self.times[found])
        own = pairs // (F + 1)
        chances = leaning(counts, self.by_function[own], BY_NEXT)
        leant = chances * self.leanings[:, self.kind[own]]
        return np.asarray((leant / leant.sum(axis=2, keepdims=True))[:, number])

    def thinned(self, kept: Sequence[Colour] = ()) -> Palette:
        """The same without colours that nothing was counted of, but for some."""
        used = np.bincount(self.places[:, 2], minlength=len(self.colours)) > 0
        used |= [colour in self.kinds or colour in kept for colour in self.colours]
        moved = np.cumsum(used) - 1
        return replace(
            self,
            colours=tuple(each for each, has in zip(self.colours, used, strict=True) if has),
            places=np.column_stack([self.places[:, :2], moved[self.places[:, 2]]]),
            leanings=self.leanings[:, :, used],
        )

    def over(self, vocabulary: tuple[str, ...]) -> Palette:
        """The same with other functions first; one that wasn't counted sounds as its kind does."""
        if vocabulary == self.vocabulary[: len(vocabulary)]:
            return self
        every = tuple(dict.fromkeys((*vocabulary, *self.vocabulary)))
        moved = np.array([*(every.index(token) for token in self.vocabulary), len(every)])
        colours = tuple(dict.fromkeys((*self.colours, *own_colours(every))))
        kinds = kinds_of(every)
        leanings = np.ones((len(self.manners), len(kinds), len(colours)))
        at = [kinds.index(kind) for kind in self.kinds]
        leanings[:, at, : len(self.colours)] = self.leanings
        songs = np.zeros(len(every), np.int64)
        songs[moved[:-1]] = self.songs
        return replace(
            self,
            vocabulary=every,
            colours=colours,
            songs=songs,
            places=np.column_stack([moved[self.places[:, :2]], self.places[:, 2]]),
            leanings=leanings,
        )


@lru_cache(maxsize=16)
def own_colours(vocabulary: tuple[str, ...]) -> tuple[Colour, ...]:
    """How functions sound as they are."""
    return tuple(colour_of(parse_token(token)) for token in vocabulary)


def kinds_of(vocabulary: tuple[str, ...]) -> tuple[Colour, ...]:
    """The kinds of some functions."""
    return tuple(dict.fromkeys(own_colours(vocabulary)))


def _fitting(kinds: tuple[Colour, ...], colours: tuple[Colour, ...]) -> Floats:
    """How well colours fit a kind that wasn't counted with them, (K, C): best are those of its
    triad, or without a third, in its position.
    """
    triads, basses = (np.array(each) for each in zip(*map(_place_of, colours), strict=True))
    found = np.zeros((len(kinds), len(colours)))
    for row, (triad, bass) in zip(found, map(_place_of, kinds), strict=True):
        fits = (triads == triad) | ((triads == "") & (triad in ("M", "m")))
        row[:] = np.where(fits, np.where(basses == bass, 1.0, _OTHER_BASS), _OTHER_TRIAD)
    return found


def _place_of(colour: Colour) -> tuple[str, int]:
    """The triad, M for major and "" for one without a third; and the bass."""
    third = third_of(colour.quality)
    return (third and (triad_of(colour.quality) or "M"), colour.bass)


def leaning(counts: Floats, on: Floats, weight: float) -> Floats:
    """Chances by counts that lean on others, (…, C) each."""
    kinds = weight * np.minimum(counts, 1.0).sum(axis=-1, keepdims=True) + 1e-3
    return np.asarray((counts + kinds * on) / (counts.sum(axis=-1, keepdims=True) + kinds))


def most_alike(functions: Ints) -> tuple[Ints, Ints]:
    """Of each chord the earlier one that it would sound as again, and how much is alike there.

    It is of the same function; of several the one with most that is alike around it, and of these
    the last.

    Args:
      functions: of B pieces, (B, T).

    Returns:
      The earlier place, −1 for none, and how much is alike, 0 to `ALIKE`, (B, T) each.
    """
    B, T = functions.shape
    around = np.full((B, T + 3), -1)
    around[:, 1 : T + 1] = functions
    other = [around[:, 1 + shift : T + 1 + shift] for shift in (0, 1, -1, 2)]
    earlier, alike = np.full((B, T), -1), np.zeros((B, T), np.int64)
    rows = np.arange(B)
    for place in range(1, T):
        same: NDArray[np.bool_] = np.ones((B, place), bool)
        score = np.zeros((B, place), np.int64)
        for each in other:
            same &= each[:, :place] == each[:, place, None]
            score += same
        best = place - 1 - score[:, ::-1].argmax(axis=1)
        alike[:, place] = score[rows, best]
        earlier[:, place] = np.where(alike[:, place] > 0, best, -1)
    return earlier, alike
