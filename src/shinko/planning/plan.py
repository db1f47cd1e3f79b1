"""The exact recursion: what is best from each state on, under constraints or without any.

A reward that looks back over finitely many tokens makes the state all that the future depends on,
so for steps t = T−1, …, 0

    Q_t(s, a) = r_t(s, a) + V_{t+1}(s'),   V_T = 0,   s' the state after token a

and with the entropy in the return, at temperature τ,

    V_t(s) = τ log Σ_a exp(Q_t(s, a) / τ),   π_t(a|s) = exp((Q_t(s, a) − V_t(s)) / τ)

where V is the best objective from there on, and π what reaches it; at τ = 0 the maximum takes the
place of the logarithm. A sequence x of return R(x) then has the probability exp((R(x) − V_0) / τ).

Under constraints the state is that of the process and of their memory together, tokens that a slot
doesn't allow are left out, and V is −∞ where there is no way on: sequences then have the
probabilities of the optimum given that they keep to the constraints, and nothing drawn is ever
taken back.

The entropy as a bonus in the loss has no objective to be best at: its gradient leaves out what
later entropies add. But it rests somewhere, where each step's policy is the softmax of its own
returns: π_t = softmax(Q_t / β) with V_t(s) = Σ_a π_t(a|s) Q_t(s, a).

Source: Ziebart (2010), Modeling Purposeful Adaptive Behavior, chapter 6, on a finite horizon.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shinko.planning.constraints import Constraints, Memory, memory_of
from shinko.planning.errors import PlanningError
from shinko.planning.process import Floats, Ints, Process
from shinko.planning.rows import Indices, draw_rows, soft_maximum, softmax
from shinko.planning.walk import Walk, walk


@dataclass(frozen=True, eq=False)
class Plan:
    """The best policy over T steps, as the values of its states; see `solve`.

    Attributes:
      process: what is planned in.
      temperature: τ, or β of the bonus.
      constraints: what is kept to.
      memory: of the constraints.
      begin: the state of the process before the first step.
      values: the objective from each state of memory and process on, before each step and after
        the last, (T + 1, M, S); −∞ where there is no way on.
      entropy: where it counts, `return` or `bonus`.
    """

    process: Process
    temperature: float
    constraints: Constraints
    memory: Memory
    begin: int
    values: Floats
    entropy: str = "return"

    @property
    def length(self) -> int:
        """Steps: T."""
        return len(self.values) - 1

    @property
    def nbytes(self) -> int:
        """Of its own arrays, those of the process left out."""
        return self.values.nbytes + self.memory.after.nbytes

    @property
    def objective(self) -> float:
        """The best objective under the constraints: return and, where it counts in it, τ times the
        entropies; −∞ if nothing keeps to them.
        """
        return float(self.values[0, 0, self.begin])

    @property
    def state_values(self) -> Floats:
        """Of a plan whose constraints need no memory: V_t(s), (T + 1, S)."""
        assert len(self.memory.accepts) == 1
        return np.asarray(self.values[:, 0])

    def q_values(self, t: int, memory: Ints, states: Ints | slice) -> Floats:
        """Q_t of each token, (B, V), for some states of memory and process, (B,) each."""
        following = self.process.next_state_at(t)[states]
        if len(self.memory.accepts) == 1:
            values = np.take(self.values[t + 1, 0], following, mode="clip")
        else:
            values = self.values[t + 1][self.memory.after[t, memory], following]
        values += self.process.rewards_at(t)[states]
        values[:, ~self.constraints.allowed[t]] = -np.inf
        if not self.constraints.repeats:
            last = self.process.last_token[states]
            known = np.flatnonzero(last >= 0)
            values[known, last[known]] = -np.inf
        return np.asarray(values)

    def chances(self, t: int, memory: Ints, states: Ints) -> Floats:
        """π_t, (B, V), for some states; zeros where there is no way on."""
        return softmax(self.q_values(t, memory, states), self.temperature)

    def policy(self, t: int) -> Floats:
        """π_t of every state, (S, V), where the constraints need no memory."""
        assert len(self.memory.accepts) == 1
        every = slice(None)
        return softmax(self.q_values(t, np.zeros(1, np.intp), every), self.temperature)

    @cached_property
    def walk(self) -> Walk:
        """What the policy does, exactly, where the constraints need no memory."""
        return walk(self.process, self.policy, self.length)

    def marginals(self) -> Floats:
        """Probability of each token in each slot, (T, V), under all constraints but `most`."""
        M, S = self.values.shape[1:]
        at = np.zeros(M * S)
        at[self.begin] = 1.0
        found = np.empty((self.length, len(self.process.tokens)))
        for t in range(self.length):
            live = np.flatnonzero(at)
            memory, states = live // S, live % S
            flow = self.chances(t, memory, states)
            flow *= at[live, None]
            found[t] = flow.sum(axis=0)
            to = self.memory.after[t, memory] * S + self.process.next_state_at(t)[states]
            at = np.bincount(to.ravel(), flow.ravel(), minlength=M * S)
        return found

    def returns(self, tokens: Ints) -> Floats:
        """Sum of the rewards of sequences (T, B), (B,)."""
        return np.asarray(self.process.run(tokens, self.begin)[1].sum(axis=0))

    def log_probability(self, tokens: Ints) -> Floats:
        """Of being drawn, in nats, for sequences (T, B); (B,), −∞ where it is impossible."""
        states = self.process.run(tokens, self.begin)[0]
        memory, result = np.zeros(tokens.shape[1], np.intp), np.zeros(tokens.shape[1])
        for t, chosen in enumerate(tokens):
            chances = self.chances(t, memory, states[t])[np.arange(len(chosen)), chosen]
            with np.errstate(divide="ignore"):
                result += np.log(chances)
            memory = self.memory.after[t, memory, chosen].astype(np.intp)
        return result

    def sample(self, count: int, rng: np.random.Generator) -> Indices:
        """Sequences drawn from the policy, (T, count).

        Raises:
          PlanningError: nothing keeps to the constraints.
        """
        if math.isinf(self.objective):
            raise PlanningError("no progression is possible: every way meets what is forbidden")
        tokens = np.empty((self.length, count), np.int64)
        memory, states = np.zeros(count, np.intp), np.full(count, self.begin)
        for t in range(self.length):
            tokens[t] = draw_rows(self.chances(t, memory, states), rng)
            memory = self.memory.after[t, memory, tokens[t]].astype(np.intp)
            states = self.process.next_state_at(t)[states, tokens[t]]
        return tokens


def solve(
    process: Process,
    *,
    temperature: float,
    length: int | None = None,
    constraints: Constraints | None = None,
    entropy: str = "return",
    begin: int | None = None,
    end: Floats | None = None,
) -> Plan:
    """The best policy over T steps.

    Args:
      process: what is planned in.
      temperature: τ ≥ 0; the larger, the more varied.
      length: T, where there are no constraints.
      constraints: what to keep to; their `most` and `loops` aren't looked at: see `steering`.
      entropy: `return` for the optimum; `bonus` for where that loss comes to rest.
      begin: the state before the first step, by default the start.
      end: what each state adds to the return after the last step, (S,); by default 0.

    Raises:
      PlanningError: the temperature is below 0 or no number.
      ConstraintError: the constraints need too much memory.
    """
    if not 0.0 <= temperature < math.inf:
        raise PlanningError(
            f"temperature {temperature}: expected a number from 0 on; at 0 only return counts"
        )
    S, V = process.states, len(process.tokens)
    if constraints is None:
        assert length is not None
        constraints = Constraints.none(length, V)
    memory = memory_of(constraints)
    T, M = constraints.length, len(memory.accepts)
    values = np.full((T + 1, M, S), -np.inf)
    values[T] = np.where(memory.accepts, 0.0, -np.inf)[:, None]
    if end is not None:
        values[T] += end
    buffer = np.empty(S * V)
    for t in reversed(range(T)):
        columns = np.flatnonzero(constraints.allowed[t])
        rewards, following = process.rewards_at(t), process.next_state_at(t)
        if len(columns) < V:
            rewards, following = rewards[:, columns], following[:, columns]
        repeated = None if constraints.repeats else process.last_token[:, None] == columns
        for m in range(M) if len(columns) else ():
            after = memory.after[t, m, columns]
            if len(set(after.tolist())) == 1:
                q_values = buffer[: S * len(columns)].reshape(S, -1)
                np.take(values[t + 1, after[0]], following, out=q_values, mode="clip")
            else:
                q_values = values[t + 1].ravel()[after * S + following]
            q_values += rewards
            if repeated is not None:
                q_values[repeated] = -np.inf
            values[t, m] = _value(q_values, temperature, entropy)
    begin = process.start if begin is None else begin
    return Plan(process, temperature, constraints, memory, begin, values, entropy)


def _value(q_values: Floats, temperature: float, entropy: str) -> Floats:
    """V of rows of Q, (S, V) to (S,); overwrites them."""
    if entropy == "return":
        return soft_maximum(q_values, temperature)
    chances = softmax(q_values, temperature)
    expected = np.multiply(chances, q_values, where=chances > 0, out=np.zeros_like(q_values))
    return np.where(chances.any(axis=1), expected.sum(axis=1), -np.inf)
