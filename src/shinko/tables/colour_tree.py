"""The colours of pieces as trees: exact draws, chances and logarithms, many pieces at once.

Each chord's colour depends on that of one earlier chord, so that the colours of a piece are a tree.
What is known of some goes up it from the last chord to the first, as messages; then colours are
drawn down it. `colour_reference` tells the same without any of that.

Conventions: as in `colour_ways`; B pieces of T chords, C colours, M voices. The *message* of a
chord is P(what is known of it and of all that depends on it | the colour before it), by that
colour; the *belief* of a chord is what is known of it times the messages of those that depend on
it.

Source: Pearl (1982), Reverend Bayes on inference engines, for messages in trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.process import Ints
from shinko.planning.rows import draw_at
from shinko.tables.colour import most_alike
from shinko.tables.colour_ways import Colouring
from shinko.tables.six_fours import six_fours
from shinko.tables.table import Floats

_Bools = NDArray[np.bool_]
_BELOW_1 = float(np.nextafter(1.0, 0.0))


class SilentError(ShinkoError):
    """No chords sound as is asked."""

    def __init__(self) -> None:
        super().__init__("no chords of the style sound as is asked")


@dataclass(frozen=True)
class Known:
    """What is known of how pieces sound.

    Attributes:
      sounds: the colour of each chord, −1 for one that is open, (B, T); None for all open.
      without: colours that chords haven't, (B, T, C); None for none.
      same: of each chord an earlier one that sounds the same, itself for none, (T,); of several
        the first. None for none at all.
    """

    sounds: Ints | None = None
    without: _Bools | None = None
    same: Ints | None = None

    def of(self, begin: int, end: int) -> Known:
        """Of some of the pieces."""
        sounds = None if self.sounds is None else self.sounds[begin:end]
        without = None if self.without is None else self.without[begin:end]
        return Known(sounds, without, self.same)


NOTHING = Known()


class ColourTree:
    """The colours of B pieces, given their functions and what is known.

    A six-four keeps its bass, and so do its neighbours, which it needs; nothing else becomes one.
    What is known goes before that.
    """

    def __init__(self, colouring: Colouring, functions: Ints, known: Known = NOTHING) -> None:
        """Args:
        colouring: what colours are drawn by.
        functions: by number, (B, T).
        known: of them.
        """
        self._colouring, (self._B, self._T) = colouring, functions.shape
        self._earlier, alike = most_alike(functions)
        self._again = colouring.again[:, alike]
        self._tied = np.zeros(self._T, bool)
        if known.same is not None:
            self._tied = known.same != np.arange(self._T)
            self._earlier[:, self._tied] = known.same[self._tied]
            self._again[:, :, self._tied] = 1.0
        self._rows, self._number = _rows(colouring, functions, known)
        self._known = _evidence(colouring, functions, known)
        self._kept = np.arange(len(colouring.colours))
        if self._known is not None:  # colours that no chord may have take no part
            some = np.flatnonzero(self._known.any(axis=(0, 1)))
            self._kept = some if len(some) else np.zeros(1, np.int64)
            self._known = self._known[..., self._kept]
            self._rows = self._rows[..., self._kept]

    def draw(self, chance: Floats) -> Ints:
        """The colours of all chords, (B, T).

        Args:
          chance: T + 1 numbers of each piece, drawn evenly from 0 to 1, (B, T + 1).

        Raises:
          SilentError: nothing is as what is known.
        """
        if self._known is None:
            voice = draw_at(np.tile(self._colouring.voices, (self._B, 1)), chance[:, self._T])
            return self._freely(voice, chance)
        beliefs, logs = self._up()
        voice = draw_at(self._posterior(logs), chance[:, self._T])
        pieces, drawn = np.arange(self._B), np.zeros((self._B, self._T), np.int64)
        for place in range(self._T):
            row = self._rows[voice, self._number[:, place]]
            last = drawn[pieces, self._earlier[:, place]]
            again = self._again[voice, pieces, place]
            if not self._tied[place]:
                again = again * (row[pieces, last] > 0)
            chances = (1.0 - again)[:, None] * row
            chances[pieces, last] += again
            drawn[:, place] = draw_at(chances * beliefs[voice, pieces, place], chance[:, place])
        return self._kept[drawn]

    def _freely(self, voice: Ints, chance: Floats) -> Ints:
        """The same where nothing is known: each number tells whether a colour comes again, and
        what is left of it which one is new.
        """
        M, n, C = self._rows.shape
        sums = self._rows.cumsum(axis=2).reshape(M * n, C)
        line = (sums / sums[:, -1:] + np.arange(M * n)[:, None]).ravel()
        pieces, drawn = np.arange(self._B), np.zeros((self._B, self._T), np.int64)
        for place in range(self._T):
            row = voice * n + self._number[:, place]
            last = drawn[pieces, self._earlier[:, place]]
            again = self._again[voice, pieces, place]
            if not self._tied[place]:
                again = again * (self._rows.reshape(M * n, C)[row, last] > 0)
            left = (chance[:, place] - again) / np.maximum(1.0 - again, 1e-300)
            at = np.searchsorted(line, row + np.clip(left, 0.0, _BELOW_1), side="right")
            new = np.minimum(at - row * C, C - 1)
            drawn[:, place] = np.where(chance[:, place] < again, last, new)
        return drawn

    def log_probability(self) -> Floats:
        """log P(what is known), (B,); −∞ where nothing is so."""
        if self._known is None:
            return np.zeros(self._B)
        _, logs = self._up()
        highest = np.maximum(logs.max(axis=0), np.finfo(np.float64).min)
        sums = self._colouring.voices @ np.exp(logs - highest)
        with np.errstate(divide="ignore"):
            return np.asarray(highest + np.log(sums))

    def chances(self) -> Floats:
        """P(colour | what is known) of each chord, (B, T, C).

        Raises:
          SilentError: nothing is as what is known.
        """
        beliefs, logs = self._up()
        pieces, found = np.arange(self._B), np.zeros(beliefs.shape)
        for place in range(self._T):
            row, belief = self._rows[:, self._number[:, place]], beliefs[:, :, place]
            sums = (row * belief).sum(axis=2, keepdims=True)
            again = self._comes_again(place, row)
            message = again * belief + (1.0 - again) * sums
            before = found[:, pieces, self._earlier[:, place]]
            share = np.divide(before, message, out=np.zeros(message.shape), where=message > 0)
            anew = ((1.0 - again) * share).sum(axis=2, keepdims=True)
            first = (self._earlier[:, place] < 0)[:, None]
            found[:, :, place] = belief * np.where(first, row / sums, again * share + anew * row)
        every = np.zeros((self._B, self._T, len(self._colouring.colours)))
        every[..., self._kept] = np.einsum("bm,mbtc->btc", self._posterior(logs), found)
        return every

    def _up(self) -> tuple[Floats, Floats]:
        """Beliefs, scaled anyhow, (M, B, T, C), and log P(what is known), (M, B)."""
        M, C = len(self._colouring.voices), len(self._kept)
        beliefs, logs = np.ones((M, self._B, self._T, C)), np.zeros((M, self._B))
        if self._known is not None:
            beliefs *= self._known
        for place in reversed(range(self._T)):
            row, belief = self._rows[:, self._number[:, place]], beliefs[:, :, place]
            sums = (row * belief).sum(axis=2)
            going = self._earlier[:, place] >= 0
            again = self._comes_again(place, row)
            message = again * belief + (1.0 - again) * sums[:, :, None]
            likely = np.where(going, message.max(axis=2), sums)
            with np.errstate(divide="ignore"):
                logs += np.log(likely)
            message /= np.where(likely > 0, likely, 1.0)[:, :, None]
            beliefs[:, going, self._earlier[going, place]] *= message[:, going]
        return beliefs, logs

    def _comes_again(self, place: int, row: Floats) -> Floats:
        """The chance that each colour would come again, (M, B, C): none that a chord can't have."""
        again = self._again[:, :, place, None]
        return again * (row > 0) if not self._tied[place] else again + 0.0 * row

    def _posterior(self, logs: Floats) -> Floats:
        """P(voice | what is known), (B, M)."""
        highest = logs.max(axis=0)
        if np.isneginf(highest).any():
            raise SilentError
        voices = (self._colouring.voices[:, None] * np.exp(logs - highest)).T
        return np.asarray(voices / voices.sum(axis=1, keepdims=True))


def _evidence(colouring: Colouring, functions: Ints, known: Known) -> Floats | None:
    """Which colours chords may have by what is known, (B, T, C); None for all."""
    C = len(colouring.colours)
    if colouring.way == "counted" and known.sounds is None and known.without is None:
        return None
    found = np.ones((*functions.shape, C), bool)
    if colouring.way != "counted":
        found &= colouring.allowed(functions.ravel()).reshape(found.shape)
    if known.without is not None:
        found &= ~known.without
        none = ~found.any(axis=2)  # the way gives in
        found[none] = ~known.without[none]
    if known.sounds is not None:
        told = known.sounds >= 0
        found[told] = np.eye(C, dtype=bool)[known.sounds[told]]
    return found.astype(float)


def _rows(colouring: Colouring, functions: Ints, known: Known) -> tuple[Floats, Ints]:
    """P(colour) of what is new, by voice, (M, n, C), and which of the n rows is each chord's."""
    after, F = np.full(functions.shape, -1), len(colouring.vocabulary)
    after[:, :-1] = functions[:, 1:]
    six = six_fours(colouring.vocabulary, functions)
    held = six.copy()
    held[:, 1:] |= six[:, :-1]
    held[:, :-1] |= six[:, 1:]
    told = np.zeros(functions.shape, bool) if known.sounds is None else known.sounds >= 0
    if known.same is not None:
        for flags in (held, told):  # of all that are tied
            np.logical_or.at(flags.T, known.same, flags.T)
    asked = (functions * (F + 1) + after + 1) * 8 + 4 * six + 2 * held + told
    every, number = np.unique(asked, return_inverse=True)
    pairs, flags = np.divmod(every, 8)
    own, then = np.divmod(pairs, F + 1)
    rows = colouring.rows(own, then - 1)
    bass = np.array([each.bass for each in colouring.own])[own, None]
    barred = (flags & 2 > 0)[:, None] & (colouring.basses != bass)
    barred |= (flags & 4 == 0)[:, None] & colouring.six_fours
    barred &= (flags & 1 == 0)[:, None]
    rows = rows * ~barred
    return rows / rows.sum(axis=2, keepdims=True), number.reshape(functions.shape)
