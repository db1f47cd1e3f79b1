"""A network that plays on, and many of its sequences side by side, drawn under constraints.

Conventions: B particles, V tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Floats, Ints
from shinko.planning.rows import Indices, log_softmax

# A network's state: for each layer its parts, (B, H) each.
State = tuple[tuple[NDArray[Any], ...], ...]


class Network(Protocol):
    """What plays: one token after another, remembering what it likes."""

    @property
    def start(self) -> int:
        """What is fed in first."""

    def initial_state(self, batch: int) -> State:
        """Before the first step, for B sequences."""

    def step(self, tokens: Ints, state: State) -> tuple[NDArray[Any], State]:
        """What is fed in (B,) and a state give logits (B, V) and the state after it."""

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        """What to feed in after what was fed in and what was drawn there, (B,) each."""


@dataclass(frozen=True, eq=False)
class Player:
    """A network that plays on.

    Attributes:
      model: the network.
      fed: what to feed in first.
      state: the state before it, of one sequence.
      temperature: its logits are divided by it; above 0.
      whole: whether the temperature is that of whole sequences, P(x)^{1/τ} in all; else of each
        step, whatever it leads to.
    """

    model: Network
    fed: int
    state: State
    temperature: float = 1.0
    whole: bool = False

    @classmethod
    def at_start(cls, model: Network, temperature: float = 1.0) -> Player:
        """Before the first token."""
        return cls(model, model.start, model.initial_state(1), temperature)

    def after(self, tokens: list[int]) -> Player:
        """Once it has heard these tokens."""
        playing = Playing(self, 1)
        for token in tokens:
            playing.log_chances()
            playing.hear(np.array([token]))
        return replace(self, fed=int(playing.fed[0]), state=playing.state)

    def log_probability(self, tokens: Ints) -> Floats:
        """Of playing sequences (T, B), (B,), nats."""
        playing, total = Playing(self, tokens.shape[1]), np.zeros(tokens.shape[1])
        for chosen in tokens:
            total += playing.log_chances()[np.arange(len(chosen)), chosen]
            playing.hear(chosen)
        return total


class Playing:
    """A network in the middle of B sequences.

    Attributes:
      fed: what is fed in next, (B,).
      state: the state before it.
    """

    def __init__(self, player: Player, count: int) -> None:
        self._model, self._temperature = player.model, player.temperature
        self._whole = player.whole
        self.fed: Ints = np.full(count, player.fed)
        self.state: State = tuple(
            tuple(np.repeat(part, count, axis=0) for part in layer) for layer in player.state
        )

    def log_chances(self) -> Floats:
        """Of each token, (B, V); at a temperature of whole sequences they don't sum to 1."""
        logits, self._after = self._model.step(self.fed, self.state)
        if self._whole:
            return log_softmax(logits) / self._temperature
        return log_softmax(logits.astype(np.float64) / self._temperature)

    def hear(self, drawn: Ints) -> None:
        """Go on with what was drawn."""
        self.fed, self.state = self._model.feed(self.fed, drawn), self._after

    def keep(self, chosen: Indices) -> None:
        """Only some of the sequences, any of them several times."""
        self.fed = self.fed[chosen]
        self.state = tuple(tuple(part[chosen] for part in layer) for layer in self.state)
