"""A network at a place of its dial, which counts by itself where in a piece it is.

It is what `planning.particles` calls a network, as `tables.chain.SongChain` is, so all that steers
one steers the other. Needs no torch.

Conventions: B sequences, V chords, N places of the dial, K numbers that are told (`rl.dial`).
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightModel
from shinko.planning.particles import State
from shinko.planning.process import Ints
from shinko.rl.dial import Conditions
from shinko.tables.memory import CLOSES


class DialledModel:
    """A network that is told where on its dial each sequence is."""

    def __init__(
        self, model: LightModel, conditions: Conditions, told: NDArray[np.float32]
    ) -> None:
        """Args:
        model: the network.
        conditions: what it can be told.
        told: what it is told all along at each of N places, (N, K).
        """
        self._model, self._conditions, self._told = model, conditions, told
        # What is the same in all rows is added up once.
        self._one = model.given(told[0]) if len(told) == 1 else None
        self._length: int | None = None
        self._close = 0

    @property
    def outputs(self) -> int:
        """How many chords can come out, V."""
        return self._model.outputs

    @property
    def start(self) -> int:
        """What is fed in first: no chord yet."""
        return self._model.start

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        """What was drawn is fed in next."""
        return drawn

    def ending(self, length: int | None, close: str = "piece") -> DialledModel:
        """The same, told how long its sequences are, or never, and what ends there, of `CLOSES`."""
        model = copy(self)
        model._length, model._close = length, CLOSES.index(close)
        return model

    def initial_state(
        self,
        batch: int,
        which: Ints | None = None,
        length: int | None = None,
        closes: Ints | None = None,
    ) -> State:
        """Before the first chord.

        Args:
          batch: B.
          which: at which of the places each sequence is, (B,); by default they take turns.
          length: chords up to the end; by default as `ending` says.
          closes: what ends there, (B,), by number in `CLOSES`; −1 where it isn't told that it does.
        """
        if self._one is not None:
            inner = self._one.initial_state(batch)
        else:
            which = np.arange(batch) % len(self._told) if which is None else which
            inner = self._model.initial_state(batch, self._told[which])
        length = self._length if length is None else length
        closes = np.full(batch, self._close) if closes is None else closes
        left = np.where(closes >= 0, -1 if length is None else length - 1, -1)
        return (*inner, (np.zeros(batch, np.int64), left, closes))

    def step(self, tokens: Ints, state: State) -> tuple[NDArray[Any], State]:
        """Chords heard (B,) and a state give log P of each next one, (B, V), and the state."""
        *inner, (place, left, closes) = state
        heard = tokens != self.start
        place = place + heard
        left = left - (heard & (left >= 0))
        where = [place, left, closes]
        if all((each == each[0]).all() for each in where):
            where = [each[:1] for each in where]
        told = self._conditions.here(*where)
        model = self._model if self._one is None else self._one
        logs, after = model.step(tokens, tuple(inner), told[0] if len(told) == 1 else told)
        return logs, (*after, (place, left, closes))
