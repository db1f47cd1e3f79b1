"""The best that can be reached, exactly: soft value iteration over the states of a table.

A reward that looks back three chords at most makes the state of the table's automaton all that
the future depends on, so for steps t = T−1, …, 0

    Q_t(s, a) = r(s, a) + V_{t+1}(s'),   V_T = 0,   s' the state after chord a

and with the entropy in the return, at temperature τ,

    V_t(s) = τ log Σ_a exp(Q_t(s, a) / τ),   π_t(a|s) = exp((Q_t(s, a) − V_t(s)) / τ)

where V is the best objective from there on, and π what reaches it; at τ = 0 the maximum takes the
place of the logarithm. A progression x of return R(x) then has the probability
exp((R(x) − V_0(start)) / τ).

The entropy as a bonus in the loss (the poster's) has no objective to be best at: its gradient
leaves out what later entropies are worth. But it rests somewhere, where each step's policy is the
softmax of its own returns: π_t = softmax(Q_t / β) with V_t = Σ_a π_t(a|s) Q_t(s, a).

Source: Ziebart (2010), Modeling Purposeful Adaptive Behavior, chapter 6, on a finite horizon.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.rl.walk import Walk, walk
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats, History

MOST_BYTES = 2 * 1024**3
# For each state and chord: reward, probability, state after, and three arrays to work with.
_BYTES = 6 * 8
# For each state and step: its value, and how often it is visited by up to three policies.
_STEP_BYTES = 4 * 8
# Objectives as close as this are equally good, where the temperature is 0.
_TIE = 1e-9

Chords = NDArray[np.integer[Any]]


class OptimumError(ShinkoError):
    """There is no exact solution of what was asked, or it takes too much memory."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best policy over T steps, as the values of its states; see `solve`.

    Attributes:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V).
      temperature: τ, or β of the bonus.
      values: the objective from each state on, before each step and after the last, (T + 1, S).
      entropy: where it counts, `return` or `bonus`.
    """

    automaton: Automaton
    rewards: Floats
    temperature: float
    values: Floats
    entropy: str = "return"

    @property
    def length(self) -> int:
        """Chords in a progression: T."""
        return len(self.values) - 1

    @property
    def objective(self) -> float:
        """The best objective: return and, where it counts in it, τ times the entropies."""
        return float(self.values[0, self.automaton.start])

    @cached_property
    def walk(self) -> Walk:
        """What the policy plays: return, entropy, marginals."""
        return walk(self.automaton, self.rewards, self.policy, self.length)

    def policy(self, t: int) -> Floats:
        """Probability of each chord in each state at step t = 0, 1, …, (S, V)."""
        values = self.rewards + self.values[t + 1][self.automaton.next_state]
        return choose(values, self.temperature)

    def chances(self, t: int, states: Chords) -> Floats:
        """Probability of each chord in some states (B,) at step t, (B, V)."""
        values = self.rewards[states] + self.values[t + 1][self.automaton.next_state[states]]
        return choose(values, self.temperature)

    def log_probability(self, chords: Chords) -> Floats:
        """Of being drawn, in nats, for progressions (T, B); (B,), −∞ where it is impossible."""
        state = np.full(chords.shape[1], self.automaton.start)
        result = np.zeros(chords.shape[1])
        for t, chosen in enumerate(chords):
            chances = self.chances(t, state)[np.arange(len(state)), chosen]
            with np.errstate(divide="ignore"):
                result += np.log(chances)
            state = self.automaton.next_state[state, chosen]
        return result

    def sample(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Progressions drawn from the policy, (T, count).

        Raises:
          OptimumError: what is forbidden leaves none.
        """
        if math.isinf(self.objective):
            raise OptimumError("no progression is possible: every way meets a forbidden chord")
        chords = np.empty((self.length, count), np.int64)
        state = np.full(count, self.automaton.start)
        for t in range(self.length):
            sums = self.chances(t, state).cumsum(axis=1)
            drawn = rng.random((count, 1)) * sums[:, -1:]
            chords[t] = (sums <= drawn).sum(axis=1)
            state = self.automaton.next_state[state, chords[t]]
        return chords


def solve(
    automaton: Automaton,
    rewards: Floats,
    *,
    temperature: float,
    length: int,
    entropy: str = "return",
) -> Optimum:
    """The best policy over progressions of some length.

    Args:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V), such as `reward_array` gives, or a weighted sum
        of such; −∞ forbids a chord.
      temperature: τ ≥ 0; the larger, the more varied.
      length: T.
      entropy: `return` for the optimum; `bonus` for where the poster's loss comes to rest.

    Raises:
      OptimumError: the temperature is below 0 or no number.
    """
    if not 0.0 <= temperature < math.inf:
        raise OptimumError(
            f"temperature {temperature}: expected a number from 0 on; at 0 only return counts"
        )
    values = np.zeros((length + 1, len(rewards)))
    ahead = np.empty(rewards.shape)
    following = automaton.next_state.astype(np.intp)
    for t in reversed(range(length)):
        np.take(values[t + 1], following, out=ahead, mode="clip")
        ahead += rewards
        if entropy == "return":
            values[t] = soft_maximum(ahead, temperature)
        else:
            chances = choose(ahead, temperature)
            expected = np.multiply(chances, ahead, where=chances > 0, out=np.zeros_like(ahead))
            values[t] = np.where(chances.any(axis=1), expected.sum(axis=1), -np.inf)
    return Optimum(automaton, rewards, temperature, values, entropy)


def check_size(
    name: str, histories: Collection[History], chords: int, length: int, most: int = MOST_BYTES
) -> None:
    """Refuse a table whose exact solution takes too much memory.

    Args:
      name: of the table.
      histories: of its automaton.
      chords: how many it has.
      length: steps of the solution.
      most: bytes.

    Raises:
      OptimumError: it says how much would be needed, and what order fits.
    """

    def needed(order: int) -> int:
        states = sum(len(history) <= order for history in histories)
        return states * (chords * _BYTES + length * _STEP_BYTES)

    longest = max(map(len, histories))
    if needed(longest) <= most:
        return
    fitting = [order for order in range(1, longest) if needed(order) <= most]
    way_out = f"--order {fitting[-1]} fits" if fitting else "take a table of fewer chords"
    raise OptimumError(
        f"table '{name}': an exact solution over {len(histories):,} histories of {chords:,} chords "
        f"needs {needed(longest) / 1e9:.1f} GB, expected at most {most / 1e9:.1f}; {way_out}"
    )


def soft_maximum(values: Floats, temperature: float) -> Floats:
    """τ log Σ exp(values / τ) over the chords, (S, V) to (S,); changes the values."""
    highest: Floats = values.max(axis=1)
    if not temperature:
        return highest
    level = np.where(np.isfinite(highest), highest, 0.0)
    values -= level[:, None]
    values /= temperature
    np.exp(values, out=values)
    with np.errstate(divide="ignore"):
        return np.asarray(level + temperature * np.log(values.sum(axis=1)))


def choose(values: Floats, temperature: float) -> Floats:
    """exp(values / τ), (S, V), each row of sum 1; zeros in a row of −∞ alone. Keeps the values."""
    highest = values.max(axis=1, keepdims=True)
    level = np.where(np.isfinite(highest), highest, 0.0)
    if temperature:
        chances = np.exp((values - level) / temperature)
    else:
        chances = (values >= level - _TIE * np.maximum(1.0, np.abs(level))).astype(np.float64)
    chances /= np.maximum(chances.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return chances
