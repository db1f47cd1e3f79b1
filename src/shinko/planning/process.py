"""The process: what each token earns in each state, and where it leads.

Conventions: T steps, S states, V tokens. What changes over time has T rows along its first axis,
what doesn't has one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Process:
    """A finite-horizon deterministic decision process; the time axis has length 1 where nothing
    changes.

    Attributes:
      tokens: opaque names, V of them.
      start: the state before the first token.
      next_state: the state after each state and token, (T or 1, S, V).
      rewards: of each token in each state, (T or 1, S, V); −∞ forbids it.
      last_token: the token that each state was reached by, −1 at the start, (S,).

    Raises:
      ValueError: the shapes don't fit each other.
    """

    tokens: tuple[str, ...]
    start: int
    next_state: Ints
    rewards: Floats
    last_token: Ints

    def __post_init__(self) -> None:
        shape = (len(self.last_token), len(self.tokens))
        for name, array in (("next_state", self.next_state), ("rewards", self.rewards)):
            if array.ndim != 3 or array.shape[1:] != shape:
                raise ValueError(f"{name} {array.shape}: expected (T or 1, {shape[0]}, {shape[1]})")

    @property
    def states(self) -> int:
        """S."""
        return len(self.last_token)

    def rewards_at(self, t: int) -> Floats:
        """Of each token in each state at step t, (S, V)."""
        return np.asarray(self.rewards[t if len(self.rewards) > 1 else 0])

    def next_state_at(self, t: int) -> Ints:
        """After each state and token at step t, (S, V), as the machine's own index type."""
        return np.asarray(self._following[t if len(self._following) > 1 else 0])

    def rewarded(self, rewards: Floats) -> Process:
        """The same states with other rewards, (S, V) or (T, S, V)."""
        return replace(self, rewards=rewards.reshape(-1, *self.next_state.shape[1:]))

    def run(self, tokens: Ints, begin: int | None = None) -> tuple[Ints, Floats]:
        """Follow sequences (T, B): the states before each step and after the last, (T + 1, B), and
        the rewards, (T, B).

        Args:
          tokens: 0..V-1.
          begin: the first state, by default the start.
        """
        states = np.empty((len(tokens) + 1, tokens.shape[1]), np.intp)
        rewards = np.empty(tokens.shape)
        states[0] = self.start if begin is None else begin
        for t, chosen in enumerate(tokens):
            rewards[t] = self.rewards_at(t)[states[t], chosen]
            states[t + 1] = self.next_state_at(t)[states[t], chosen]
        return states, rewards

    @cached_property
    def _following(self) -> NDArray[np.intp]:
        return self.next_state.astype(np.intp)
