"""A network at a place of its dial, which counts by itself where in a piece it is.

It is what `planning.particles` calls a network, as `tables.chain.SongChain` is, so all that steers
one steers the other. Needs no torch.

Conventions: B sequences, T steps, V chords, N styles, K numbers that are told (`rl.dial`).
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightModel, sample_light
from shinko.planning.particles import State
from shinko.planning.process import Ints
from shinko.rl.dial import Conditions
from shinko.tables.memory import CLOSES
from shinko.tables.table import Floats


class DialledModel:
    """A network that is told of what styles its pieces are, each of one of them."""

    def __init__(
        self,
        model: LightModel,
        conditions: Conditions,
        told: NDArray[np.float32],
        styles: tuple[str, ...] = (),
        weights: Floats | None = None,
    ) -> None:
        """Args:
        model: the network.
        conditions: what it can be told.
        told: what it is told all along in each style, (N, K).
        styles: what they are called, for people.
        weights: how likely a piece is of each of them; by default all alike.
        """
        self.styles = styles
        self.weights = np.full(len(told), 1.0 / len(told)) if weights is None else weights
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

    def only(self, style: int) -> DialledModel:
        """The same of one of its styles alone."""
        chosen = slice(style, style + 1)
        model = DialledModel(
            self._model, self._conditions, self._told[chosen], self.styles[chosen], np.ones(1)
        )
        model._length, model._close = self._length, self._close
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
          which: of which of its styles each sequence is, (B,); by default they take turns.
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


def sample_dialled(
    model: DialledModel,
    *,
    steps: int,
    count: int,
    temperature: float,
    rng: np.random.Generator,
    first: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Draw sequences of chords, the style of each by its weight; see `sample_light`.

    The first sequences are the same however many are drawn.

    Returns:
      Chords, (B, T), the log-probability of each sequence in its style, (B,), nats, and of which
      style it is, (B,).
    """
    choice, *chances = rng.spawn(1 + len(model.weights))
    which = np.searchsorted(np.cumsum(model.weights[:-1]), choice.random(count), side="right")
    chords, logs = np.empty((count, steps), np.int64), np.empty(count)
    for style, chance in enumerate(chances):
        rows = np.flatnonzero(which == style)
        if len(rows):
            chords[rows], logs[rows] = sample_light(
                model.only(style),
                steps=steps,
                count=len(rows),
                temperature=temperature,
                rng=chance,
                first=first,
            )
    return chords, logs, which
