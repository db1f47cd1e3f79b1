"""Drawing progressions that keep to constraints, from the exact optimum or from a network.

From the optimum a plan draws exactly. A network knows of no constraints, and what it would play
given that they are kept can't be drawn from directly: chords are drawn by

    q(a) ∝ π(a) ψ_{t+1}(s'),   ψ_t(s) = exp((V_t(s) − U_t(s)) / τ)

where V is the plan's value and U that of no constraints, so that ψ is how likely the table's own
optimum would keep to them from there on. The product of Σ_a π(a) ψ_{t+1}(s') / ψ_t(s) over the
steps is then a progression's importance weight: how much likelier the network plays it than it was
drawn. Many are drawn side by side, drawn anew by their weights where few of them carry most (a
twisted particle filter), and those returned are drawn by their weights at the end.

"No chord more than n times" would need a count of every chord ahead. It is kept to chord by chord
in the same way, with what is left out in the weights; from the optimum, exact draws that break it
are thrown away first, which is exact as well, and only where hardly any are left it is particles.

Source: Whiteley and Lee (2014), Twisted particle filters, Annals of Statistics 42.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shinko.rl.constraints import ConstraintError, Constraints, fits, memory_of
from shinko.rl.optimum import choose
from shinko.rl.particles import Player, Playing, by_weight, pick, softmax
from shinko.rl.plan import Ints, Plan, make_plan
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

# Particles for each progression that is wanted, and at the least.
_PARTICLES, _FEW = 8, 512
# What is drawn from the optimum at once, and how often, before particles take over.
_ROUND, _ROUNDS = 1024, 20
# Particles are drawn anew where fewer than this share of them count.
_RESAMPLE = 0.5
# Cases that are looked ahead in, each of which is as much work as all without constraints.
_MOST_PLANS = 512
# Progressions that are drawn at once: their particles fill some hundred megabytes.
_AT_ONCE = 2000
# How often as many particles are tried where all came to a dead end.
_TRIES, _MORE = 3, 8


@dataclass(frozen=True, eq=False)
class Drawn:
    """Progressions drawn under constraints.

    Attributes:
      chords: (T, B).
      method: `exact`, or `particles`: right as these grow many.
      effective: how many of the particles count by their weights, at the step where the fewest
        do; of exact draws all.
      particles: how many there were.
    """

    chords: Ints
    method: str
    effective: float
    particles: int


class Steering:
    """All that may happen under constraints, with `most` and `loops` seen to.

    Attributes:
      constraints: what is kept to.
      plans: one; or, if the progression loops, one for each chord that it may begin with.
      shares: how likely each of them is, (plans,).
    """

    def __init__(
        self,
        automaton: Automaton,
        rewards: Floats,
        constraints: Constraints,
        *,
        temperature: float,
        begin: int | None = None,
    ) -> None:
        """Args: see `make_plan`.

        Raises:
          ConstraintError: nothing keeps to the constraints, or they need too much memory.
        """
        self.constraints = constraints
        if not fits(constraints):
            raise ConstraintError("no progression keeps to all of this")
        first = [-1]
        if constraints.loops or constraints.rounds:
            first = np.flatnonzero(constraints.allowed[0]).tolist()
        size = len(first) * len(memory_of(constraints).accepts)
        if size > _MOST_PLANS:
            raise ConstraintError(
                f"{len(first)} chords to begin and end with and what has to be remembered make "
                f"{size:,} cases, expected at most {_MOST_PLANS}; say what it starts with, or ask "
                "for less"
            )
        self.plans = []
        self._known_free: list[Plan] = []  # one at most; those begun elsewhere share it
        for chord in first:
            looped, end = _looped(automaton, rewards, constraints, chord)
            plan = make_plan(
                automaton, rewards, looped, temperature=temperature, begin=begin, end=end
            )
            if plan.value > -np.inf:
                self.plans.append(plan)
        if not self.plans:
            raise ConstraintError("no progression keeps to all of this")
        values = np.array([plan.value for plan in self.plans])
        self.shares = choose(values[None], temperature)[0]

    def begun_at(self, state: int) -> Steering:
        """The same from another state of the automaton on."""
        other = copy(self)
        other.plans = [replace(plan, begin=state) for plan in self.plans]
        values = np.array([plan.value for plan in other.plans])
        if values.max() == -np.inf:
            raise ConstraintError("no progression keeps to all of this")
        other.shares = choose(values[None], self.plans[0].temperature)[0]
        return other

    def marginals(self) -> Floats:
        """Probability of each chord in each slot, (T, V), but for `most`."""
        found = [plan.marginals() for plan in self.plans]
        return np.asarray(np.tensordot(self.shares, found, axes=1))

    def draw(
        self,
        count: int,
        rng: np.random.Generator,
        player: Player | None = None,
        least: int = _FEW,
    ) -> Drawn:
        """Draw progressions that keep to the constraints; the temperature is above 0.

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
                np.concatenate([part.chords for part in parts], axis=1),
                parts[0].method,
                sum(part.effective for part in parts),
                sum(part.particles for part in parts),
            )
        most = self.constraints.most
        if player is None and most is None:
            return Drawn(self._exact(count, rng), "exact", float(count), count)
        if player is None:
            kept = self._kept(count, rng)
            if kept is not None:
                return Drawn(kept, "exact", float(count), count)
        particles = max(least, _PARTICLES * count)
        for _ in range(_TRIES):
            chords, weights, effective = self._particles(particles, rng, player)
            if effective:
                chosen = by_weight(weights, count, rng)
                rng.shuffle(chosen)
                return Drawn(chords[:, chosen], "particles", effective, particles)
            particles *= _MORE
        raise ConstraintError(
            f"none of {particles // _MORE:,} progressions keeps to all of this with each chord at "
            f"most {most} times; allow it more often, or lock less"
        )

    def _exact(self, count: int, rng: np.random.Generator) -> Ints:
        """Drawn from the optimum under all constraints but `most`, (T, count)."""
        which = rng.choice(len(self.plans), count, p=self.shares)
        chords = np.empty((self.constraints.length, count), np.int64)
        for number, plan in enumerate(self.plans):
            own = np.flatnonzero(which == number)
            memory, states = np.zeros(len(own), np.int64), np.full(len(own), plan.begin)
            for t in range(len(chords)):
                chances = plan.chances(t, memory, states)
                drawn = pick(chances, rng)
                chords[t, own] = drawn
                memory = plan.memory.after[t, memory, drawn].astype(np.int64)
                states = plan.automaton.next_state[states, drawn].astype(np.int64)
        return chords

    def _kept(self, count: int, rng: np.random.Generator) -> Ints | None:
        """Exact draws without those that have a chord too often; None if these are too many."""
        assert self.constraints.most is not None
        found: list[Ints] = []
        for _ in range(_ROUNDS):
            chords = self._exact(max(_ROUND, 2 * count), rng)
            often = (chords[:, None, :] == np.arange(self._chords)[:, None]).sum(axis=0)
            found.append(chords[:, often.max(axis=0) <= self.constraints.most])
            if sum(part.shape[1] for part in found) >= count:
                return np.concatenate(found, axis=1)[:, :count]
            if not found[0].shape[1]:
                break
        return None

    def _particles(
        self, count: int, rng: np.random.Generator, player: Player | None
    ) -> tuple[Ints, Floats, float]:
        """Progressions (T, count), their weights, and how many count; 0 if all are dead ends."""
        which = rng.choice(len(self.plans), count, p=self.shares)
        memory = np.zeros(count, np.int64)
        states = np.full(count, self.plans[0].begin)
        often = np.zeros((count, self._chords), np.int64)
        chords = np.empty((self.constraints.length, count), np.int64)
        log_weights = np.zeros(count)
        playing = None if player is None else Playing(player, count)
        ahead = None if player is None else self._free()
        caps, effective = self._caps(), float(count)
        for t in range(len(chords)):
            scores = np.full((count, self._chords), -np.inf)
            for number, plan in enumerate(self.plans):
                own = np.flatnonzero(which == number)
                if len(own):
                    now = plan.values[t, memory[own], states[own]][:, None]
                    with np.errstate(invalid="ignore"):  # of those that are dead already
                        scores[own] = plan.ahead(t, memory[own], states[own]) - now
            if playing is not None and ahead is not None:
                # ψ_{t+1} / ψ_t times what the network plays: the optimum's own reward goes again.
                free, plan = ahead, self.plans[0]
                after = plan.automaton.next_state[states]
                scores -= plan.rewards[states] + free.values[t + 1, 0][after]
                scores += free.values[t, 0][states][:, None]
            scores = np.where(np.isnan(scores), -np.inf, scores) / self.plans[0].temperature
            if playing is not None:
                scores += playing.log_chances()
            if caps is not None:
                scores[often >= caps[t]] = -np.inf
            chances, log_sums = softmax(scores)
            log_weights += log_sums
            drawn = pick(chances, rng)
            chords[t] = drawn
            often[np.arange(count), drawn] += 1
            for number, plan in enumerate(self.plans):
                own = which == number
                memory[own] = plan.memory.after[t, memory[own], drawn[own]]
            states = self.plans[0].automaton.next_state[states, drawn].astype(np.int64)
            if playing is not None:
                playing.hear(drawn)
            if log_weights.max() == -np.inf:
                return chords, log_weights, 0.0
            weights = np.exp(log_weights - log_weights.max())
            weights /= weights.sum()
            now = float(1.0 / np.square(weights).sum())
            effective = min(effective, now)
            if t + 1 < len(chords) and now < _RESAMPLE * count:
                again = by_weight(weights, count, rng)
                which, memory, states, often = (x[again] for x in (which, memory, states, often))
                chords = chords[:, again]
                log_weights = np.zeros(count)
                if playing is not None:
                    playing.keep(again)
        return chords, weights, effective

    @property
    def _chords(self) -> int:
        return int(self.constraints.allowed.shape[1])

    def _free(self) -> Plan:
        """What the optimum is worth without constraints, whatever state it begins in."""
        if not self._known_free:
            plan = self.plans[0]
            free = Constraints.none(self.constraints.length, self._chords)
            self._known_free.append(
                make_plan(plan.automaton, plan.rewards, free, temperature=plan.temperature)
            )
        return self._known_free[0]

    def _caps(self) -> NDArray[np.int64] | None:
        """How often each chord may have come before each slot to come there, (T, V): what later
        slots are locked to is kept for them.
        """
        if self.constraints.most is None:
            return None
        locked = self.constraints.allowed & (
            self.constraints.allowed.sum(axis=1, keepdims=True) == 1
        )
        later = locked[::-1].cumsum(axis=0)[::-1] - locked
        return np.asarray(self.constraints.most - later)


def _looped(
    automaton: Automaton, rewards: Floats, constraints: Constraints, chord: int
) -> tuple[Constraints, Floats | None]:
    """Constraints that begin with a chord, and what each end is worth: −∞ where it may not be.

    A chord leads back where the table has it there at least as often as by chance, 1 / V.
    """
    V = constraints.allowed.shape[1]
    end: Floats | None = None
    if chord >= 0:
        allowed = constraints.allowed.copy()
        allowed[0] = np.arange(V) == chord
        constraints = replace(constraints, allowed=allowed)
        if constraints.rounds:
            end = np.where(automaton.last_chords != chord, 0.0, -np.inf)
    target = chord if constraints.loops else constraints.back_to
    if target is not None:
        possible = np.nan_to_num(automaton.probabilities[:, target]) >= 1.0 / V
        if not constraints.repeats:
            possible &= automaton.last_chords != target
        back = np.where(possible, rewards[:, target], -np.inf)
        end = back if end is None else end + back
    return constraints, end
