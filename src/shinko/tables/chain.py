"""Sections by a memory of songs, many at once, exactly: what comes next, given all before it.

The style of a piece is drawn once; what is played tells of which it is, by Bayes. A `SongChain` is
what `planning.particles` calls a network, so all that steers a policy steers it.

Conventions: B sections, V chords, S styles, Z states; see `memory` for the model, and
`chain_reference` for the same of one section and style.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.planning.particles import State
from shinko.planning.process import Ints
from shinko.tables.memory import FLOOR, LAGS, LOOKS_BACK, PLACES, SongMemory
from shinko.tables.table import Floats

_LAGS = np.array((0, *LAGS))


class SongChain:
    """The chain of a memory in a mode.

    Its state holds what was played, (B, T), the chances of the states by style, (B, S, Z), and of
    the styles, (B, S).
    """

    def __init__(
        self, memory: SongMemory, mode: int, weights: Sequence[float] | None = None
    ) -> None:
        """Args:
        memory: what songs remember.
        mode: a number of `MODES`.
        weights: of the styles; by default all alike.
        """
        self.vocabulary, styles = memory.vocabulary, memory.styles
        self._weights = np.full(len(styles), 1.0) if weights is None else np.array(weights, float)
        self._weights /= self._weights.sum()
        self._innovations = np.array([style.innovations[mode] for style in styles])
        self._stay = np.array([style.recall.stay for style in styles])
        self._slip = np.array([style.recall.slip for style in styles])
        self._entry = np.array([style.recall.entry for style in styles])
        self._trust = np.array([style.recall.trust for style in styles])

    @property
    def start(self) -> int:
        """What is fed in first: no chord yet."""
        return len(self.vocabulary)

    def initial_state(self, batch: int) -> State:
        """Before the first chord."""
        shape = (batch, *self._stay.shape)
        nothing = np.empty((batch, 0), np.int64)
        weights = np.broadcast_to(self._weights, (batch, len(self._weights)))
        return ((nothing, np.broadcast_to(self._entry[:, 0], shape), weights),)

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        """What was drawn is heard next."""
        return drawn

    def step(self, tokens: Ints, state: State) -> tuple[Floats, State]:
        """Chords heard (B,) and a state give log P of each next chord, (B, V), and the state."""
        ((played, states, styles),) = state
        if not (tokens == self.start).all():
            played, states, styles = self._hear(tokens, played, states, styles)
        plays = self._mixed(played, states)
        chances = np.einsum("bs,bsv->bv", styles, plays)
        return np.log(chances), ((played, states, styles),)

    def _hear(
        self, chord: Ints, played: Ints, states: Floats, styles: Floats
    ) -> tuple[Ints, Floats, Floats]:
        """The state after a chord of each section."""
        rows, V = np.arange(len(chord)), len(self.vocabulary)
        free = free_draws(self._innovations, self._trust, played)[rows, :, chord]  # (B, S)
        target, copies = copied(played)
        hit = (target == chord[:, None]) & copies
        slip = np.where(copies[:, None], self._slip, 1.0)  # (B, S, Z)
        plays = slip * free[:, :, None] + (1 - slip) * hit[:, None]
        heard = states * ((1 - FLOOR) * plays + FLOOR / V)
        likely = heard.sum(axis=2)
        heard /= likely[:, :, None]
        anew = ((1 - self._stay) * heard).sum(axis=2, keepdims=True)
        place = min(played.shape[1] + 1, PLACES)
        states = self._stay * heard + anew * self._entry[:, place]
        styles = styles * likely
        styles = styles / styles.sum(axis=1, keepdims=True)
        return np.concatenate([played, chord[:, None]], axis=1), states, styles

    def _mixed(self, played: Ints, states: Floats) -> Floats:
        """P(each chord) by style, (B, S, V)."""
        V = len(self.vocabulary)
        target, copies = copied(played)
        slip = np.where(copies[:, None], self._slip, 1.0)
        plays = free_draws(self._innovations, self._trust, played) * (states * slip).sum(
            axis=2, keepdims=True
        )
        by_copy = states * (1 - slip)
        rows, lags = np.nonzero(copies)
        for style in range(by_copy.shape[1]):
            np.add.at(plays[:, style], (rows, target[rows, lags]), by_copy[rows, style, lags])
        return np.asarray((1 - FLOOR) * plays + FLOOR / V)


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


def free_draws(innovations: Floats, trust: Floats, played: Ints) -> Floats:
    """P(each chord), drawn freely after what was played (B, T), by style, (B, S, V).

    Args:
      innovations: of the styles in one mode, (S, V + 1, V + 1, V).
      trust: of the styles, (S,).
      played: chords by number, (B, T).
    """
    free = innovated(innovations, played)
    for counts in followed(played, innovations.shape[-1]):
        kinds = trust * (counts > 0).sum(axis=1, keepdims=True)  # (B, S)
        total = counts.sum(axis=1, keepdims=True) + kinds
        total[kinds == 0] = 1.0
        mixed = (counts[:, None] + kinds[:, :, None] * free) / total[:, :, None]
        free = np.where((kinds > 0)[:, :, None], mixed, free)
    return np.asarray(free)


def innovated(innovations: Floats, played: Ints) -> Floats:
    """P(each chord) of the tables of innovations after what was played (B, T), (B, S, V)."""
    V = innovations.shape[-1]
    begun = np.concatenate([np.full((len(played), 2), V), played], axis=1)
    return innovations[:, begun[:, -2], begun[:, -1]].swapaxes(0, 1)


def followed(played: Ints, V: int) -> Iterator[Floats]:
    """How often each chord followed the last one, the last two … in what was played, (B, V)."""
    B, T = played.shape
    alike = np.ones((B, max(T - 1, 0)), bool)
    for length in range(1, min(LOOKS_BACK, T - 1) + 1):
        # Whether the chords up to each place are those up to the end, as many of them.
        alike[:, length - 1 :] &= played[:, : T - length] == played[:, T - length, None]
        alike[:, : length - 1] = False
        counts = np.zeros((B, V))
        rows, places = np.nonzero(alike)
        np.add.at(counts, (rows, played[rows, places + 1]), 1.0)
        yield counts
