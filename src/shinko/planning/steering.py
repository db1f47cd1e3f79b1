"""Drawing sequences that keep to constraints, from the exact optimum or from a network.

From the optimum a plan draws exactly. A network knows of no constraints, and what it would play
given that they are kept can't be drawn from directly: tokens are drawn by

    q(a) ∝ π(a) ψ_{t+1}(s'),   ψ_t(s) = exp((V_t(s) − U_t(s)) / τ)

where V is the plan's value and U that of no constraints, so that ψ is how likely the process's own
optimum would keep to them from there on. The product of Σ_a π(a) ψ_{t+1}(s') / ψ_t(s) over the
steps is then a sequence's importance weight: how much likelier the network plays it than it was
drawn. Many are drawn side by side, drawn anew by their weights where few of them carry most (a
twisted particle filter), and those returned are drawn by their weights at the end.

What ties slots to each other needs all that was drawn: it isn't looked ahead to, but kept to slot
by slot. A slot that has to be as an earlier one is laid out, not drawn, and weighs nothing: it
doesn't make those sequences likelier that would have repeated themselves anyway.

"No token more than n times" needs a count of every token ahead. Where so much memory fits, it is
looked ahead to like all else. Otherwise it is kept to token by token in the same way, with what is
left out in the weights; from the optimum, exact draws that break it are thrown away first, which is
exact as well, and only where hardly any are left it is particles.

Source: Whiteley and Lee (2014), Twisted particle filters, Annals of Statistics 42.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from shinko.planning.assignment import fits
from shinko.planning.constraints import Constraints, memory_of
from shinko.planning.errors import ConstraintError
from shinko.planning.particles import Player, Playing
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Bools, Floats, Ints, Process
from shinko.planning.rows import Indices, draw_rows, log_sums, resample, softmax

# Particles for each progression that is wanted, and at the least.
_PARTICLES, _FEW = 8, 512
# What is drawn from the optimum at once, and how often, before particles take over.
_ROUND, _ROUNDS = 1024, 20
# Particles are drawn anew where fewer than this share of them count.
_RESAMPLE = 0.5
# Cases that are looked ahead in, each of which is as much work as all without constraints.
_MOST_PLANS = 512
# Sequences that are drawn at once: their particles fill some hundred megabytes.
_AT_ONCE = 2000
# How often as many particles are tried where all came to a dead end.
_TRIES, _MORE = 3, 8


@dataclass(frozen=True, eq=False)
class Drawn:
    """Sequences drawn under constraints.

    Attributes:
      tokens: (T, B).
      method: `exact`, or `particles`: right as these grow many.
      effective: how many of the particles count by their weights, at the step where the fewest
        do; of exact draws all.
      particles: how many there were.
    """

    tokens: Indices
    method: str
    effective: float
    particles: int


class Steering:
    """All that may happen under constraints, with `most` and `loops` seen to.

    Attributes:
      asked: what is kept to.
      constraints: the same, `most` as counts where these fit.
      plans: one; or, if the sequence loops, one for each token that it may begin with.
      shares: how likely each of them is, (plans,).
    """

    def __init__(
        self,
        process: Process,
        constraints: Constraints,
        *,
        temperature: float,
        begin: int | None = None,
        closing: Bools | None = None,
        free: Callable[[int], Plan] | None = None,
    ) -> None:
        """Args: see `solve`; and

          closing: which token may follow each state to close a loop, (S, V); by default any.
          free: gives the plan of a length without constraints, where one is kept.

        Raises:
          ConstraintError: nothing keeps to the constraints, or they need too much memory.
        """
        self.asked = constraints
        if not fits(constraints):
            raise ConstraintError("no progression keeps to all of this")
        first = [-1]
        if constraints.loops or constraints.rounds:
            first = np.flatnonzero(constraints.allowed[0]).tolist()
        counted = constraints.counting_each()
        if counted is not None and len(first) * len(memory_of(counted).accepts) <= _MOST_PLANS:
            constraints = counted
        size = len(first) * len(memory_of(constraints).accepts)
        if size > _MOST_PLANS:
            raise ConstraintError(
                f"{len(first)} ways to begin and end and what has to be remembered make "
                f"{size:,} cases, expected at most {_MOST_PLANS}; say what it starts with, or ask "
                "for less"
            )
        self.constraints = constraints
        self._free = free or partial(_free, process, temperature)
        self.plans = []
        for token in first:
            looped, end = _looped(process, constraints, token, closing)
            plan = solve(process, temperature=temperature, constraints=looped, begin=begin, end=end)
            if plan.objective > -np.inf:
                self.plans.append(plan)
        self.shares = self._shares()

    def begun_at(self, state: int) -> Steering:
        """The same from another state of the process on.

        Raises:
          ConstraintError: nothing keeps to the constraints from there.
        """
        other = copy(self)
        other.plans = [replace(plan, begin=state) for plan in self.plans]
        other.shares = other._shares()
        return other

    def _shares(self) -> Floats:
        objectives = np.array([plan.objective for plan in self.plans])
        if objectives.max(initial=-np.inf) == -np.inf:
            raise ConstraintError("no progression keeps to all of this")
        return np.asarray(softmax(objectives[None], self.plans[0].temperature)[0])

    def marginals(self) -> Floats:
        """Probability of each token in each slot, (T, V), but for a `most` that doesn't fit."""
        found = [plan.marginals() for plan in self.plans]
        return np.asarray(np.tensordot(self.shares, found, axes=1))

    def draw(
        self,
        count: int,
        rng: np.random.Generator,
        player: Player | None = None,
        least: int = _FEW,
    ) -> Drawn:
        """Draw sequences that keep to the constraints; the temperature is above 0.

        Args:
          count: how many, B.
          rng: the source of chance.
          player: whose distribution is meant, given the constraints; by default the optimum's.
          least: particles at the least.

        Raises:
          ConstraintError: nothing was found that keeps to them.
        """
        if count > _AT_ONCE:
            sizes = [min(_AT_ONCE, count - begin) for begin in range(0, count, _AT_ONCE)]
            parts = [self.draw(size, rng, player, least) for size in sizes]
            return Drawn(
                np.concatenate([part.tokens for part in parts], axis=1),
                parts[0].method,
                sum(part.effective for part in parts),
                sum(part.particles for part in parts),
            )
        if player is None and not (self.constraints.ties or self.constraints.unlike):
            exact = self._exact(count, rng) if self.constraints.most is None else None
            exact = self._kept(count, rng) if exact is None else exact
            if exact is not None:
                return Drawn(exact, "exact", float(count), count)
        particles = max(least, _PARTICLES * count)
        for _ in range(_TRIES):
            tokens, weights, effective = self._particles(particles, rng, player)
            if effective:
                chosen = resample(weights, count, rng)
                rng.shuffle(chosen)
                return Drawn(tokens[:, chosen], "particles", effective, particles)
            particles *= _MORE
        most = self.constraints.most
        told = "" if most is None else f" with nothing more than {most} times"
        raise ConstraintError(
            f"none of {particles // _MORE:,} progressions keeps to all of this{told}; ask for less"
        )

    def _exact(self, count: int, rng: np.random.Generator) -> Indices:
        """Drawn from the optimum under all constraints but `most`, (T, count)."""
        which = rng.choice(len(self.plans), count, p=self.shares)
        tokens = np.empty((self.constraints.length, count), np.int64)
        for number, plan in enumerate(self.plans):
            own = np.flatnonzero(which == number)
            tokens[:, own] = plan.sample(len(own), rng)
        return tokens

    def _kept(self, count: int, rng: np.random.Generator) -> Indices | None:
        """Exact draws without those that have a token too often; None if these are too many."""
        assert self.constraints.most is not None
        every = np.arange(self.constraints.allowed.shape[1])[:, None]
        found: list[Indices] = []
        for _ in range(_ROUNDS):
            tokens = self._exact(max(_ROUND, 2 * count), rng)
            often = (tokens[:, None, :] == every).sum(axis=0)
            found.append(tokens[:, often.max(axis=0) <= self.constraints.most])
            if sum(part.shape[1] for part in found) >= count:
                return np.concatenate(found, axis=1)[:, :count]
            if not found[0].shape[1]:
                break
        return None

    def _particles(
        self, count: int, rng: np.random.Generator, player: Player | None
    ) -> tuple[Indices, Floats, float]:
        """Sequences (T, count), their weights, and how many count; 0 if all are dead ends."""
        T, V = self.constraints.allowed.shape
        process, temperature = self.plans[0].process, self.plans[0].temperature
        which: Ints = rng.choice(len(self.plans), count, p=self.shares)
        memory: Ints = np.zeros(count, np.intp)
        states: Ints = np.full(count, self.plans[0].begin)
        often = np.zeros((count, V), np.int64)
        tokens = np.empty((T, count), np.int64)
        log_weights = np.zeros(count)
        playing = None if player is None else Playing(player, count)
        free = None if player is None else self._free(T).state_values
        caps, effective = self._caps(), float(count)
        layout = self.constraints.ties or self.constraints.unlike
        for t in range(T):
            following = process.next_state_at(t)
            scores = self._advantages(t, which, memory, states)
            if free is not None:
                # ψ_{t+1} / ψ_t times what the network plays: the optimum's own reward goes again.
                scores -= process.rewards_at(t)[states] + free[t + 1][following[states]]
                scores += free[t][states][:, None]
            scores = np.where(np.isnan(scores), -np.inf, scores) / temperature
            if playing is not None:
                scores += playing.log_chances()
            if caps is not None:
                scores[often >= caps[t]] = -np.inf
            if layout:
                if any(tie.slot == t for tie in self.constraints.ties):
                    scores = np.where(np.isneginf(scores), scores, 0.0)  # given, so not weighed
                scores[~self.constraints.within(tokens[:t])] = -np.inf
            log_weights += log_sums(scores)
            tokens[t] = drawn = draw_rows(softmax(scores), rng)
            often[np.arange(count), drawn] += 1
            for number, plan in enumerate(self.plans):
                own = which == number
                memory[own] = plan.memory.after[t, memory[own], drawn[own]]
            states = following[states, drawn]
            if playing is not None:
                playing.hear(drawn)
            if log_weights.max() == -np.inf:
                return tokens, log_weights, 0.0
            weights = np.exp(log_weights - log_weights.max())
            weights /= weights.sum()
            now = float(1.0 / np.square(weights).sum())
            effective = min(effective, now)
            if t + 1 < T and now < _RESAMPLE * count:
                again = resample(weights, count, rng)
                which, memory, states = which[again], memory[again], states[again]
                often, tokens = often[again], tokens[:, again]
                log_weights = np.zeros(count)
                if playing is not None:
                    playing.keep(again)
        return tokens, weights, effective

    def _advantages(self, t: int, which: Ints, memory: Ints, states: Ints) -> Floats:
        """Q − V of each particle's own plan, (B, V); nan for those that are dead already."""
        advantages = np.full((len(which), self.constraints.allowed.shape[1]), -np.inf)
        for number, plan in enumerate(self.plans):
            own = np.flatnonzero(which == number)
            if len(own):
                values = plan.values[t, memory[own], states[own]][:, None]
                with np.errstate(invalid="ignore"):
                    advantages[own] = plan.q_values(t, memory[own], states[own]) - values
        return advantages

    def _caps(self) -> Ints | None:
        """How often each token may have come before each slot to come there, (T, V): what later
        slots are locked to is kept for them.
        """
        if self.constraints.most is None:
            return None
        locked = self.constraints.allowed & (
            self.constraints.allowed.sum(axis=1, keepdims=True) == 1
        )
        later = locked[::-1].cumsum(axis=0)[::-1] - locked
        return np.asarray(self.constraints.most - later)


def _free(process: Process, temperature: float, length: int) -> Plan:
    return solve(process, temperature=temperature, length=length)


def _looped(
    process: Process, constraints: Constraints, token: int, closing: Bools | None
) -> tuple[Constraints, Floats | None]:
    """Constraints that begin with a token, and what each end adds: −∞ where it may not be."""
    V = constraints.allowed.shape[1]
    end: Floats | None = None
    if token >= 0:
        allowed = constraints.allowed.copy()
        allowed[0] = np.arange(V) == token
        constraints = replace(constraints, allowed=allowed)
        if constraints.rounds:
            end = np.where(process.last_token != token, 0.0, -np.inf)
    target = token if constraints.loops else constraints.back_to
    if target is not None:
        possible = np.ones(process.states, bool) if closing is None else closing[:, target].copy()
        if not constraints.repeats:
            possible &= process.last_token != target
        back = np.where(possible, process.rewards_at(0)[:, target], -np.inf)
        end = back if end is None else end + back
    return constraints, end
