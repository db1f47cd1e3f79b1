"""Looking ahead: what can still become of a progression under constraints, exactly.

The recursion is that of `optimum`, over states of the automaton and of the constraints' memory
together, with the chords that a slot doesn't allow left out:

    V_t(m, s) = τ log Σ_{a allowed} exp((r(s, a) + V_{t+1}(m', s')) / τ)

and −∞ where no way on keeps to the constraints. The progressions that do then have the
probabilities of the optimum given that they do: chords are drawn by exp((r + V_{t+1} − V_t) / τ)
and nothing is ever taken back. At τ = 0 the maximum takes the place of the logarithm, and what is
drawn is the best. How often a chord comes at most isn't looked ahead to: see `steering`.

Conventions: T slots, V chords, S states, M states of the memory, B progressions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.rl.constraints import Constraints, Memory, memory_of
from shinko.rl.optimum import choose, soft_maximum
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Plan:
    """Values of all that may happen under constraints.

    Attributes:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V).
      temperature: τ.
      constraints: what is kept to.
      memory: of the constraints.
      begin: the state of the automaton before the first slot.
      values: (T + 1, M, S), −∞ where there is no way on.
    """

    automaton: Automaton
    rewards: Floats
    temperature: float
    constraints: Constraints
    memory: Memory
    begin: int
    values: Floats

    @property
    def value(self) -> float:
        """The objective of the best policy under the constraints, −∞ if nothing keeps to them."""
        return float(self.values[0, 0, self.begin])

    @property
    def log_partition(self) -> float:
        """log Σ exp(return / τ) over all that keeps to the constraints; τ above 0."""
        return self.value / self.temperature

    def ahead(self, t: int, memory: Ints, states: Ints) -> Floats:
        """r + V_{t+1} of each chord, (B, V), for some states of memory and automaton, (B,) each."""
        after = self.memory.after[t, memory]
        values = self.values[t + 1][after, self.automaton.next_state[states]] + self.rewards[states]
        values[:, ~self.constraints.allowed[t]] = -np.inf
        if not self.constraints.repeats:
            last = self.automaton.last_chords[states]
            known = np.flatnonzero(last >= 0)
            values[known, last[known]] = -np.inf
        return np.asarray(values)

    def chances(self, t: int, memory: Ints, states: Ints) -> Floats:
        """Probability of each chord, (B, V); zeros where there is no way on."""
        return choose(self.ahead(t, memory, states), self.temperature)

    def marginals(self) -> Floats:
        """Probability of each chord in each slot given all constraints but `most`, (T, V)."""
        M, S = self.values.shape[1:]
        V = self.rewards.shape[1]
        at = np.zeros(M * S)
        at[self.begin] = 1.0
        found = np.empty((self.constraints.length, V))
        for t in range(self.constraints.length):
            live = np.flatnonzero(at)
            memory, states = live // S, live % S
            flow = self.chances(t, memory, states)
            flow *= at[live, None]
            found[t] = flow.sum(axis=0)
            to = self.memory.after[t, memory] * S + self.automaton.next_state[states]
            at = np.bincount(to.ravel(), flow.ravel(), minlength=M * S)
        return found

    def returns(self, chords: Ints) -> Floats:
        """Sum of the rewards of progressions (T, B), (B,)."""
        state = np.full(chords.shape[1], self.begin)
        total = np.zeros(chords.shape[1])
        for chosen in chords:
            total += self.rewards[state, chosen]
            state = self.automaton.next_state[state, chosen]
        return total


def make_plan(
    automaton: Automaton,
    rewards: Floats,
    constraints: Constraints,
    *,
    temperature: float,
    begin: int | None = None,
    end: Floats | None = None,
) -> Plan:
    """Look ahead from each state and slot.

    Args:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V).
      constraints: what to keep to; `most` and `loops` aren't looked at.
      temperature: τ, from 0 on.
      begin: the state before the first slot, by default that of the empty history.
      end: what it is worth to end in a state, (S,); by default 0.

    Raises:
      ConstraintError: the constraints need too much memory.
    """
    memory = memory_of(constraints)
    T, M, S = constraints.length, len(memory.accepts), len(rewards)
    values = np.full((T + 1, M, S), -np.inf)
    values[T] = np.where(memory.accepts, 0.0, -np.inf)[:, None]
    if end is not None:
        values[T] += end
    last = automaton.last_chords
    every_following, buffer = automaton.next_state.astype(np.intp), np.empty(rewards.size)
    for t in reversed(range(T)):
        columns = np.flatnonzero(constraints.allowed[t])
        earned, following = rewards, every_following
        if len(columns) < rewards.shape[1]:
            earned, following = rewards[:, columns], following[:, columns]
        repeated = None
        if not constraints.repeats:
            repeated = last[:, None] == columns
        for m in range(M) if len(columns) else ():
            after = memory.after[t, m, columns]
            if len(set(after.tolist())) == 1:
                ahead = buffer[: S * len(columns)].reshape(S, -1)
                np.take(values[t + 1, after[0]], following, out=ahead, mode="clip")
            else:
                ahead = values[t + 1].ravel()[after * S + following]
            ahead += earned
            if repeated is not None:
                ahead[repeated] = -np.inf
            values[t, m] = soft_maximum(ahead, temperature)
    begin = automaton.start if begin is None else begin
    return Plan(automaton, rewards, temperature, constraints, memory, begin, values)
