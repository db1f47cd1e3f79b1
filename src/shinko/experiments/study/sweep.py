"""Learned return and entropy over β, beside the exact optimum and where the poster's loss rests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from shinko.experiments.study.parts import part_of_study
from shinko.experiments.study.settings import SWEPT
from shinko.planning.plan import Plan, solve
from shinko.rl.optimality import Yardstick, measure
from shinko.rl.policy import run_policy
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
      seed: of the training.
      optimality: against the optimum with the entropy in the return, also where the training
        counted it as a bonus; 1 for the best, 0 for uniform choice.
    """

    seed: int
    optimality: float


@dataclass(frozen=True)
class Swept:
    """The sweep, by where the entropy counts: in the `return`, or as a `bonus`.

    Attributes:
      exact: the optimum, or where the loss comes to rest, over β.
      learned: what trainings ended with.
    """

    exact: Mapping[str, list[SweepPoint]]
    learned: Mapping[str, list[Ended]]

    def means(self, entropy: str) -> list[tuple[SweepPoint, SweepPoint, float]]:
        """For each β the mean of what was learned over the seeds, what is exact, and optimality."""
        points = self.learned[entropy]

        def at(beta: float) -> tuple[SweepPoint, SweepPoint, float]:
            every = [point for point in points if point.beta == beta]
            mean = SweepPoint(
                beta,
                float(np.mean([point.mean_return for point in every])),
                float(np.mean([point.entropy for point in every])),
            )
            exact = min(self.exact[entropy], key=lambda point: abs(point.beta - beta))
            return mean, exact, float(np.mean([point.optimality for point in every]))

        return [at(beta) for beta in sorted({point.beta for point in points})]

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""

        def told(points: list[Any]) -> list[dict[str, Any]]:
            return [
                {**asdict(point), "effective_chords": point.effective_chords} for point in points
            ]

        return {
            entropy: {"exact": told(self.exact[entropy]), "learned": told(self.learned[entropy])}
            for entropy in self.exact
        }


def sweep(
    folders: Mapping[str, RunFolder], told: Mapping[str, LearnSettings], yardstick: Yardstick
) -> Swept:
    """Measure the last checkpoint of each training, and solve over β.

    Args:
      folders: the runs, by name.
      told: their settings.
      yardstick: with the optimum of the return alone, for its process.
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
        return Ended(beta, played.mean_return, played.entropy, settings.seed, played.optimality)

    return Swept(
        exact={entropy: exact(entropy) for entropy in ENTROPIES},
        learned={
            entropy: [learned(name) for name, one in told.items() if one.entropy == entropy]
            for entropy in ENTROPIES
        },
    )
