"""A trained policy held against the exact optimum. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shinko.experiments.evaluate_memory import MemoryEvaluation, evaluate_memory
from shinko.planning.errors import PlanningError
from shinko.planning.plan import Plan, solve
from shinko.planning.walk import Walk, steady, uniform, walk
from shinko.rl.metrics import EpochRow
from shinko.rl.optimality import Measured, Yardstick, measure
from shinko.rl.policy import run_policy, selected_epoch
from shinko.rl.policy_runs import learning_table, run_settings, run_table
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import rewarded
from shinko.runs.folder import RunFolder
from shinko.tables.automaton import Automaton
from shinko.tables.process import check_size

SAMPLES = 4096


@dataclass(frozen=True)
class Evaluation:
    """A policy and what it is held against, all under the run's own reward, undiscounted.

    Attributes:
      epoch: whose policy.
      settings: of the run.
      tau: weight of the entropy in the objective.
      policy: measured on progressions that it played.
      optimum: the best policy.
      chain: the table's own chain.
      uniform: uniform choice.
      rest: where the poster's loss comes to rest, for a run with the entropy as a bonus and
        without a discount.
    """

    epoch: int
    settings: LearnSettings
    tau: float
    policy: Measured
    optimum: Plan
    chain: Walk
    uniform: Walk
    rest: Walk | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        exact = {"optimum": self.optimum.walk, "chain": self.chain, "uniform": self.uniform}
        if self.rest is not None:
            exact["bonus_at_rest"] = self.rest
        return {
            "epoch": self.epoch,
            "tau": self.tau,
            "policy": {**asdict(self.policy), "effective_chords": self.policy.effective_chords},
            **{
                name: {
                    "objective": one.objective(self.tau),
                    "return": one.mean_return,
                    "entropy_per_step": one.entropy,
                    "effective_chords": one.effective_tokens,
                    "commonest_pair": one.commonest_pair,
                }
                for name, one in exact.items()
            },
        }


def evaluate(
    path: Path,
    *,
    epoch: int | None = None,
    tau: float | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Evaluation | MemoryEvaluation:
    """Hold a run's policy against the best.

    Args:
      path: the run.
      epoch: whose checkpoint, by default the one before the collapse.
      tau: weight of the entropy, by default β of that epoch; with a memory and another reward than
        log-probability 1, for then it is held against the songs' own chain.
      samples: progressions to play.
      seed: of their chance.

    Raises:
      ShinkoError: there is no run, no such checkpoint, or its table is another one now or too
        large for an exact solution.
    """
    folder = RunFolder(path)
    settings = run_settings(folder)
    epoch = selected_epoch(folder) if epoch is None else epoch
    if settings.memory != "none":
        if tau is None:
            own = settings.reward == "log-probability"
            tau = settings.beta_at(epoch) if own else 1.0
        told = {"epoch": epoch, "samples": samples, "seed": seed}
        return evaluate_memory(folder, settings, tau=tau, **told)
    policy = run_policy(path, epoch)
    tau = settings.beta_at(epoch) if tau is None else tau
    automaton = run_table(folder, settings)
    measure_with = yardstick(automaton, settings, tau)
    process = measure_with.best.process
    rest = None
    if settings.entropy == "bonus" and settings.discount == 1.0:
        rest = solve(process, temperature=tau, length=settings.length, entropy="bonus").walk
    return Evaluation(
        epoch,
        settings,
        tau,
        measure(policy.model, measure_with, count=samples, rng=np.random.default_rng(seed)),
        measure_with.best,
        walk(process, steady(automaton.chain), settings.length),
        walk(process, uniform(process), settings.length),
        rest,
    )


def yardstick(automaton: Automaton, settings: LearnSettings, tau: float) -> Yardstick:
    """What policies of a training are held against, with the entropy in the return.

    Raises:
      PlanningError: the table is too large for an exact solution.
    """
    check_size(settings.table, automaton.histories, len(automaton.vocabulary), settings.length)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    best = solve(process, temperature=tau, length=settings.length)
    return Yardstick.of(best, automaton.listed)


def live_optimality(settings: LearnSettings) -> Callable[[EpochRow], float] | None:
    """Of an epoch's batch, at the β that the training ends with.

    None where there is no exact optimum of what is learned: with a memory, with the entropy as a
    bonus, with discounted rewards, and for a table that is too large.
    """
    if settings.memory != "none" or settings.entropy == "bonus" or settings.discount < 1.0:
        return None
    tau = settings.beta_at(settings.epochs)
    try:
        held = yardstick(learning_table(settings), settings, tau)
    except PlanningError:
        return None
    steps = settings.length
    return lambda row: held.optimality(row.mean_return + tau * steps * row.entropy)
