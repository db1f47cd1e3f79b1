"""A network that plays on, and many of its sequences side by side, drawn under constraints.

Conventions: B particles, V tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Floats, Ints, Process
from shinko.planning.rows import Indices, draw_rows, log_softmax, softmax

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


class Walking:
    """A process's own chain as a network: each token by its reward as log P, rows made to sum to 1.

    Its state is that of the process, (B,).
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._logs = log_softmax(process.rewards_at(0))

    @property
    def start(self) -> int:
        """What is fed in first: no token yet."""
        return len(self._process.tokens)

    def initial_state(self, batch: int) -> State:
        """The start, (B,)."""
        return ((np.full(batch, self._process.start),),)

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        """What was drawn is heard next."""
        return drawn

    def step(self, tokens: Ints, state: State) -> tuple[Floats, State]:
        """Tokens heard (B,) and a state give log P of each next one, (B, V), and the state."""
        at = state[0][0]
        if not (tokens == self.start).all():
            at = self._process.next_state_at(0)[at, tokens]
        return self._logs[at], ((at,),)


@dataclass(frozen=True, eq=False)
class Player:
    """A network that plays on.

    Attributes:
      model: the network.
      fed: what to feed in first.
      state: the state before it, of one sequence.
      temperature: its logits are divided by it; above 0.
    """

    model: Network
    fed: int
    state: State
    temperature: float = 1.0

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

    def rows(self, tokens: Ints) -> Floats:
        """log P of every token before each of a sequence (T,) and after the last, (T + 1, V)."""
        playing, found = Playing(self, 1), []
        for token in tokens:
            found.append(playing.log_chances()[0])
            playing.hear(np.array([token]))
        return np.array([*found, playing.log_chances()[0]])

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
        self.fed: Ints = np.full(count, player.fed)
        self.state: State = tuple(
            tuple(np.repeat(part, count, axis=0) for part in layer) for layer in player.state
        )

    def log_chances(self) -> Floats:
        """Of each token, (B, V)."""
        logits, self._after = self._model.step(self.fed, self.state)
        return log_softmax(logits.astype(np.float64) / self._temperature)

    def hear(self, drawn: Ints) -> None:
        """Go on with what was drawn."""
        self.fed, self.state = self._model.feed(self.fed, drawn), self._after

    def keep(self, chosen: Indices) -> None:
        """Only some of the sequences, any of them several times."""
        self.fed = self.fed[chosen]
        self.state = tuple(tuple(part[chosen] for part in layer) for layer in self.state)


def play(
    player: Player,
    steps: int,
    count: int,
    rng: np.random.Generator,
    first: int | None = None,
) -> tuple[Indices, Floats]:
    """Sequences that a network plays, each step by its chances.

    Args:
      player: before the first token.
      steps: T.
      count: B.
      rng: the source of chance.
      first: the first token of each, if it isn't to be drawn.

    Returns:
      Tokens, (T, B), and the log-probability of each sequence at temperature 1, (B,).
    """
    playing, tokens = Playing(replace(player, temperature=1.0), count), []
    log_probs, rows = np.zeros(count), np.arange(count)
    for step in range(steps):
        chances = playing.log_chances()
        if step == 0 and first is not None:
            drawn = np.full(count, first)
        else:
            drawn = draw_rows(softmax(chances, player.temperature), rng)
        log_probs += chances[rows, drawn]
        playing.hear(drawn)
        tokens.append(drawn)
    return np.array(tokens), log_probs
