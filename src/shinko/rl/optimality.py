"""How far a policy is from the best: optimality, and regret.

With objective J, the optimum's J* and that of uniform choice J_u, *optimality* is
(J − J_u) / (J* − J_u), and *regret* is (J* − J) / T, what each chord costs, in the reward's units:
nats where that is log-probability.

A network's regret is measured on progressions that it plays. Its regret at a step is known
without chance, from the optimum's values (see `optimum`),

    δ_t = V_t(s) − Σ_a π(a) (r(s, a) + V_{t+1}(s')) − τ H(π),

τ times the relative entropy from π to the best policy there; these add up to J* − J on average,
and vary far less from one progression to the next than returns do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightNetwork
from shinko.planning.plan import Plan
from shinko.planning.process import Bools
from shinko.planning.rows import draw_rows, log_softmax
from shinko.planning.walk import uniform, walk
from shinko.rl.diversity import commonest_pair, progression_counts
from shinko.tables.table import Floats

# Progressions played at once.
_CHUNK = 512
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What policies are held against.

    Attributes:
      best: the exact optimum, with the entropy in the return.
      uniform: the objective of uniform choice.
      listed: where the table lists a chord, (S, V).
    """

    best: Plan
    uniform: float
    listed: Bools

    @classmethod
    def of(cls, best: Plan, listed: Bools) -> Yardstick:
        """The yardstick of an optimum."""
        even = walk(best.process, uniform(best.process), best.length)
        return cls(best, even.objective(best.temperature), listed)

    @property
    def span(self) -> float:
        """From uniform choice to the best; 0 where only rounding tells them apart."""
        span = self.best.objective - self.uniform
        return span if span > _ROUNDING * max(1.0, abs(self.best.objective)) else 0.0

    def optimality(self, objective: float) -> float:
        """1 for the best, 0 for uniform choice, less for worse; 1 where all is equally good."""
        return (objective - self.uniform) / self.span if self.span else 1.0

    def regret(self, objective: float) -> float:
        """What each chord costs against the best, in the reward's units."""
        return (self.best.objective - objective) / self.best.length


@dataclass(frozen=True)
class Measured:
    """A network's policy, from progressions that it played; errors are standard errors.

    Attributes:
      progressions: how many.
      mean_return, return_error: sum of a progression's rewards, averaged.
      objective: J* − T · regret.
      entropy: of the policy per step, nats.
      regret, regret_error: what each chord costs against the best, in the reward's units.
      optimality, optimality_error: 1 for the best, 0 for uniform choice.
      distinct: share of distinct progressions among those played.
      commonest: share of the commonest progression.
      commonest_pair: share of the commonest pair of consecutive chords.
      unlisted: share of chords that the table doesn't list after what came before.
    """

    progressions: int
    mean_return: float
    return_error: float
    objective: float
    entropy: float
    regret: float
    regret_error: float
    optimality: float
    optimality_error: float
    distinct: float
    commonest: float
    commonest_pair: float
    unlisted: float

    @property
    def effective_chords(self) -> float:
        """e^entropy: among how many equally likely chords the policy chooses."""
        return math.exp(self.entropy)


def measure(
    model: LightNetwork, yardstick: Yardstick, *, count: int, rng: np.random.Generator
) -> Measured:
    """Let a network play, and hold it against the best.

    Args:
      model: a policy over the chords of the yardstick.
      yardstick: for its table, reward, temperature and length.
      count: progressions to play, at least 2.
      rng: the source of chance.
    """
    parts = [
        _play(model, yardstick, min(_CHUNK, count - begin), rng)
        for begin in range(0, count, _CHUNK)
    ]
    played = _Played(*(np.concatenate(field, axis=-1) for field in zip(*parts, strict=True)))
    length = yardstick.best.length
    regret, regret_error = played.regret.mean() / length, _error(played.regret) / length
    objective = yardstick.best.objective - length * regret
    counts = progression_counts(played.chords)
    return Measured(
        progressions=count,
        mean_return=float(played.earned.mean()),
        return_error=_error(played.earned),
        objective=float(objective),
        entropy=float(played.entropy.mean() / length),
        regret=float(regret),
        regret_error=float(regret_error),
        optimality=yardstick.optimality(float(objective)),
        optimality_error=float(length * regret_error / yardstick.span) if yardstick.span else 0.0,
        distinct=len(counts) / count,
        commonest=counts[0] / count,
        commonest_pair=commonest_pair(played.chords, model.outputs),
        unlisted=float(played.unlisted.mean() / length),
    )


class _Played(NamedTuple):
    """Progressions, and of each its sums over the steps."""

    chords: NDArray[np.int64]  # (T, B), the others (B,)
    earned: Floats
    entropy: Floats
    regret: Floats
    unlisted: Floats


def _play(
    model: LightNetwork, yardstick: Yardstick, count: int, rng: np.random.Generator
) -> _Played:
    best, tau = yardstick.best, yardstick.best.temperature
    process, values = best.process, best.state_values
    chords = np.empty((best.length, count), np.int64)
    earned, entropy, regret, unlisted = np.zeros((4, count))
    fed, state = np.full(count, model.start), model.initial_state(count)
    at = np.full(count, process.start)
    for t in range(best.length):
        logits, state = model.step(fed, state)
        log_chances = log_softmax(logits)
        chances = np.exp(log_chances)
        uncertain = -(chances * log_chances).sum(axis=1)
        rewards, following = process.rewards_at(t), process.next_state_at(t)
        q_values = rewards[at] + values[t + 1][following[at]]
        entropy += uncertain
        regret += values[t][at] - (chances * q_values).sum(axis=1) - tau * uncertain
        chords[t] = drawn = draw_rows(chances, rng)
        earned += rewards[at, drawn]
        unlisted += ~yardstick.listed[at, drawn]
        at = following[at, drawn]
        fed = model.feed(fed, drawn)
    return _Played(chords, earned, entropy, regret, unlisted)


def _error(values: Floats) -> float:
    """Standard error of the mean."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))
