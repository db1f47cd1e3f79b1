"""Learned return and entropy over β, beside the exact optimum and where the poster's loss rests."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from shinko.experiments.statistics import Estimate, Rate, interquartile_mean, rate
from shinko.experiments.study.parts import part_of_study
from shinko.experiments.study.settings import SWEPT
from shinko.planning.plan import Plan, solve
from shinko.rl.optimality import Yardstick, measure
from shinko.rl.policy import run_policy
from shinko.rl.selection import Limits
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import ENTROPIES
from shinko.runs.folder import RunFolder

# Values of β that the exact curves are drawn through, up to a little beyond the sweep.
_CURVE = 36
_BEYOND = 7 / 6
# All that is solved for: both curves, and what each point is held against.
EXACT_SOLUTIONS = 2 * _CURVE + len(SWEPT)
# Progressions that a policy is measured on.
_PLAYED = 1024


@dataclass(frozen=True)
class SweepPoint:
    """What is played at a β.

    Attributes:
      beta: weight of the entropy.
      mean_return: sum of a progression's rewards.
      entropy: per step, nats.
    """

    beta: float
    mean_return: float
    entropy: float

    @property
    def effective_chords(self) -> float:
        """e^entropy."""
        return math.exp(self.entropy)


@dataclass(frozen=True)
class Ended(SweepPoint):
    """What a training ended with, measured on progressions that it played.

    Attributes:
      run: its name.
      seed: of the training.
      optimality: against the optimum with the entropy in the return, also where the training
        counted it as a bonus; 1 for the best, 0 for uniform choice.
      diverse: whether it is.
    """

    run: str
    seed: int
    optimality: float
    diverse: bool


@dataclass(frozen=True)
class Together:
    """Trainings of a β that ended alike, diverse or not.

    Attributes:
      beta: weight of the entropy.
      diverse: how they ended.
      rate: how many did, of all with that β.
      mean_return, effective_chords, optimality: interquartile means.
      exact: the point of the exact line.
    """

    beta: float
    diverse: bool
    rate: Rate
    mean_return: Estimate
    effective_chords: Estimate
    optimality: Estimate
    exact: SweepPoint

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return {name: _told(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Swept:
    """The sweep, by where the entropy counts: in the `return`, or as a `bonus`.

    Attributes:
      exact: the optimum, or where the loss comes to rest, over β.
      learned: what trainings ended with.
    """

    exact: Mapping[str, list[SweepPoint]]
    learned: Mapping[str, list[Ended]]

    def together(self, entropy: str) -> list[Together]:
        """For each β what trainings ended with; two where some are diverse and some aren't."""
        found = []
        for beta in sorted({point.beta for point in self.learned[entropy]}):
            every = [point for point in self.learned[entropy] if point.beta == beta]
            exact = _nearest(self.exact[entropy], beta)
            for diverse in sorted({point.diverse for point in every}):
                alike = [point for point in every if point.diverse == diverse]
                found.append(
                    Together(
                        beta,
                        diverse,
                        rate([point.diverse == diverse for point in every]),
                        interquartile_mean([point.mean_return for point in alike]),
                        interquartile_mean([point.effective_chords for point in alike]),
                        interquartile_mean([point.optimality for point in alike]),
                        exact,
                    )
                )
        return found

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return {
            entropy: {
                "exact": [_told(point) for point in self.exact[entropy]],
                "learned": [_told(point) for point in self.learned[entropy]],
                "together": [one.to_dict() for one in self.together(entropy)],
            }
            for entropy in self.exact
        }


def _nearest(points: Sequence[SweepPoint], beta: float) -> SweepPoint:
    return min(points, key=lambda point: abs(point.beta - beta))


def _told(value: Any) -> Any:
    """A part of a sweep as JSON values."""
    if isinstance(value, SweepPoint):
        return {**asdict(value), "effective_chords": value.effective_chords}
    return value.to_dict() if isinstance(value, Rate | Estimate) else value


def sweep(
    folders: Mapping[str, RunFolder],
    told: Mapping[str, LearnSettings],
    yardstick: Yardstick,
    limits: Limits,
) -> Swept:
    """Measure the last checkpoint of each training, and solve over β.

    Args:
      folders: the runs, by name.
      told: their settings.
      yardstick: with the optimum of the return alone, for its process.
      limits: what is called diverse.
    """

    best = yardstick.best

    def at(beta: float, entropy: str = "return") -> Plan:
        return solve(best.process, temperature=beta, length=best.length, entropy=entropy)

    def exact(entropy: str) -> list[SweepPoint]:
        betas = np.linspace(0.0, _BEYOND * max(SWEPT), _CURVE)
        walks = [(float(beta), at(float(beta), entropy).walk) for beta in betas]
        return [SweepPoint(beta, walk.mean_return, walk.entropy) for beta, walk in walks]

    yardsticks: dict[float, Yardstick] = {}

    def learned(name: str) -> Ended:
        settings = told[name]
        beta = settings.beta_at(settings.epochs)
        if beta not in yardsticks:
            yardsticks[beta] = Yardstick.of(at(beta), yardstick.listed)
        with part_of_study(folders[name].path):
            model = run_policy(folders[name].path, settings.epochs).model
        played = measure(
            model, yardsticks[beta], count=_PLAYED, rng=np.random.default_rng(settings.seed)
        )
        return Ended(
            *(beta, played.mean_return, played.entropy, name, settings.seed, played.optimality),
            diverse=limits.keep(played.effective_chords, played.commonest_pair),
        )

    return Swept(
        exact={entropy: exact(entropy) for entropy in ENTROPIES},
        learned={
            entropy: [learned(name) for name, one in told.items() if one.entropy == entropy]
            for entropy in ENTROPIES
        },
    )
