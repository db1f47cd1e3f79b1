"""Sections by a memory of songs, many at once, exactly: what comes next, given all before it.

A piece is of one voice; what is played tells of which, by Bayes. A `SongChain` is what
`planning.particles` calls a network, so all that steers a policy steers it.

Conventions: B sections, V chords, S voices that each may be of, Z states; see `memory` for the
model, and `chain_reference` for the same of one section and voice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.planning.particles import State
from shinko.planning.process import Ints
from shinko.tables.memory import FLOOR, LAGS, LOOKS_BACK, PLACES, trust_at
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

_LAGS = np.array((0, *LAGS))


class SongChain:
    """What plays a section by several voices, one of them in each piece.

    Its state holds, of each row, what was played, (B, T), the chances of the states by voice,
    (B, S, Z), those of the voices, which voices these are, and their heats, (B, S) each, and how
    many chords are still to come, (B,); −1 where that isn't known.
    """

    def __init__(
        self,
        voices: Sequence[Voice],
        weights: Sequence[float] | None = None,
    ) -> None:
        """Args:
        voices: all over the same V chords.
        weights: how likely a piece is of each of them; by default all alike.
        """
        self._weights = np.full(len(voices), 1.0) if weights is None else np.array(weights, float)
        self._weights /= self._weights.sum()
        tables = {id(voice.innovations): voice.innovations for voice in voices}
        numbers = {key: number for number, key in enumerate(tables)}
        self._tables = np.array(list(tables.values()))
        self._table = np.array([numbers[id(voice.innovations)] for voice in voices])
        self._stay = np.array([voice.recall.stay for voice in voices])
        self._slip = np.array([voice.recall.slip for voice in voices])
        self._entry = np.array([voice.recall.entry for voice in voices])
        self._trust = np.array([voice.recall.trust for voice in voices])
        self._shun = np.array([voice.shun for voice in voices])
        self._heat = np.array([voice.heat for voice in voices])
        self._closing = _closings(voices)

    @property
    def start(self) -> int:
        """What is fed in first: no chord yet."""
        return int(self._tables.shape[-1])

    def initial_state(
        self,
        batch: int,
        which: Ints | None = None,
        length: int | None = None,
        heats: Floats | None = None,
    ) -> State:
        """Before the first chord.

        Args:
          batch: B.
          which: the voices that each row may be of, (B, S), alike likely; by default all, by their
            weights.
          length: chords up to the end; by default there is none.
          heats: of each row, (B,); by default those of its voices.
        """
        if which is None:
            which = np.broadcast_to(np.arange(len(self._trust)), (batch, len(self._trust)))
            weights = np.broadcast_to(self._weights, which.shape)
        else:
            weights = np.full(which.shape, 1.0 / which.shape[1])
        left = np.full(batch, -1 if length is None else length - 1)
        nothing = np.empty((batch, 0), np.int64)
        hot = self._heat[which] if heats is None else np.repeat(heats[:, None], which.shape[1], 1)
        return ((nothing, self._entry[which, 0], weights, which, hot, left),)

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        """What was drawn is heard next."""
        return drawn

    def step(self, tokens: Ints, state: State) -> tuple[Floats, State]:
        """Chords heard (B,) and a state give log P of each next chord, (B, V), and the state."""
        ((played, states, voices, which, heats, left),) = state
        if not (tokens == self.start).all():
            played, states, voices = self._hear(tokens, played, states, voices, which, heats)
            left = left - (left >= 0)
        plays = self._mixed(played, states, which, heats)
        near = np.flatnonzero((left >= 0) & (left < self._closing.shape[1]))
        if len(near):
            plays[near] *= self._closing[which[near], left[near, None]]
            plays[near] /= plays[near].sum(axis=2, keepdims=True)
        return np.log(np.einsum("bs,bsv->bv", voices, plays)), (
            (played, states, voices, which, heats, left),
        )

    def sources(self, tokens: Ints, state: State) -> Floats:
        """How likely each state has made the chords heard (B,), drawing freely first, (B, Z).

        Args:
          tokens: what is heard.
          state: before it.
        """
        ((played, states, voices, which, heats, _),) = state
        heard, likely = self._weighed(tokens, played, states, which, heats)
        voices = voices * likely
        found = np.einsum("bs,bsz->bz", voices, heard)
        return np.asarray(found / voices.sum(axis=1, keepdims=True))

    def _hear(
        self,
        chord: Ints,
        played: Ints,
        states: Floats,
        voices: Floats,
        which: Ints,
        heats: Floats,
    ) -> tuple[Ints, Floats, Floats]:
        """The state after a chord of each section."""
        heard, likely = self._weighed(chord, played, states, which, heats)
        stay = self._stay[which]
        anew = ((1 - stay) * heard).sum(axis=2, keepdims=True)
        place = min(played.shape[1] + 1, PLACES)
        states = stay * heard + anew * self._entry[which, place]
        voices = voices * likely
        voices = voices / voices.sum(axis=1, keepdims=True)
        return np.concatenate([played, chord[:, None]], axis=1), states, voices

    def _weighed(
        self, chord: Ints, played: Ints, states: Floats, which: Ints, heats: Floats
    ) -> tuple[Floats, Floats]:
        """The states by voice given the chord that they made, (B, S, Z), and P of it, (B, S)."""
        rows, V = np.arange(len(chord)), self.start
        free = self._free(played, which, heats)[rows, :, chord]  # (B, S)
        target, copies = copied(played)
        hit = (target == chord[:, None]) & copies
        slip = np.where(copies[:, None], self._slip[which], 1.0)  # (B, S, Z)
        plays = slip * free[:, :, None] + (1 - slip) * hit[:, None]
        heard = states * ((1 - FLOOR) * plays + FLOOR / V)
        likely = heard.sum(axis=2)
        return heard / likely[:, :, None], likely

    def _mixed(self, played: Ints, states: Floats, which: Ints, heats: Floats) -> Floats:
        """P(each chord) by voice, (B, S, V)."""
        V = self.start
        target, copies = copied(played)
        slip = np.where(copies[:, None], self._slip[which], 1.0)
        plays = self._free(played, which, heats) * (states * slip).sum(axis=2, keepdims=True)
        by_copy = states * (1 - slip)
        rows, lags = np.nonzero(copies)
        for voice in range(by_copy.shape[1]):
            np.add.at(plays[:, voice], (rows, target[rows, lags]), by_copy[rows, voice, lags])
        return np.asarray((1 - FLOOR) * plays + FLOOR / V)

    def _free(self, played: Ints, which: Ints, heats: Floats) -> Floats:
        innovations = heated(innovated(self._tables, self._table[which], played), heats)
        return free_draws(innovations, self._trust[which], self._shun[which], played)


def _closings(voices: Sequence[Voice]) -> Floats:
    """Of all voices, (S, places, V)."""
    known = [voice.closing for voice in voices if voice.closing is not None]
    if not known:
        return np.ones((len(voices), 0, 0))
    return np.array(
        [np.ones_like(known[0]) if each.closing is None else each.closing for each in voices]
    )


def copied(played: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """What each state would copy after what was played (B, T), and whether it does, (B, Z) each.

    It doesn't where that would repeat the last chord, or lies before the beginning.
    """
    B, T = played.shape
    there = (_LAGS > 0) & (_LAGS <= T)
    target = np.full((B, len(_LAGS)), -1)
    target[:, there] = played[:, T - _LAGS[there]]
    copies = np.broadcast_to(there, target.shape)
    return target, copies & (target != played[:, -1:]) if T else copies


def free_draws(innovations: Floats, trust: Floats, shun: Floats, played: Ints) -> Floats:
    """P(each chord), drawn freely after what was played (B, T), by voice, (B, S, V).

    Args:
      innovations: what the voices' tables say here, (B, S, V).
      trust: of the voices, (B, S).
      shun: of the voices, (B, S).
      played: chords by number, (B, T).
    """
    free, after_last = innovations, None
    trust = trust * trust_at(played.shape[1])
    for counts in followed(played, innovations.shape[-1]):
        after_last = counts > 0 if after_last is None else after_last
        kinds = trust * (counts > 0).sum(axis=1, keepdims=True)  # (B, S)
        total = counts.sum(axis=1, keepdims=True) + kinds
        total[kinds == 0] = 1.0
        mixed = (counts[:, None] + kinds[:, :, None] * free) / total[:, :, None]
        free = np.where((kinds > 0)[:, :, None], mixed, free)
    if after_last is not None and shun.any():
        free = free * np.where(after_last[:, None], 1.0 - shun[:, :, None], 1.0)
        free /= free.sum(axis=2, keepdims=True)
    return np.asarray(free)


def heated(rows: Floats, heat: Floats) -> Floats:
    """Rows to the power 1/τ, (…, V), each of sum 1 again; the heat τ of each, (…)."""
    if (heat == 1.0).all():
        return rows
    hot = rows ** (1.0 / heat[..., None])
    return np.asarray(hot / hot.sum(axis=-1, keepdims=True))


def innovated(tables: Floats, which: Ints, played: Ints) -> Floats:
    """P(each chord) of tables of innovations after what was played, (B, S, V).

    Args:
      tables: (N, V + 1, V + 1, V).
      which: the tables of each row, (B, S).
      played: (B, T).
    """
    V = tables.shape[-1]
    begun = np.concatenate([np.full((len(played), 2), V), played], axis=1)
    return np.asarray(tables[which, begun[:, -2, None], begun[:, -1, None]])


def followed(played: Ints, V: int) -> Iterator[Floats]:
    """How often each chord followed the last one, the last two … in what was played, (B, V).

    But for the last one itself: a chord that was held isn't played again.
    """
    B, T = played.shape
    alike = np.ones((B, max(T - 1, 0)), bool)
    for length in range(1, min(LOOKS_BACK, T - 1) + 1):
        # Whether the chords up to each place are those up to the end, as many of them.
        alike[:, length - 1 :] &= played[:, : T - length] == played[:, T - length, None]
        alike[:, : length - 1] = False
        counts = np.zeros((B, V))
        rows, places = np.nonzero(alike)
        np.add.at(counts, (rows, played[rows, places + 1]), 1.0)
        counts[np.arange(B), played[:, -1]] = 0.0
        yield counts
