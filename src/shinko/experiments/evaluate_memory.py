"""A policy that learned a reward with memory held against what its chain plays. Needs no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from shinko.errors import FieldError
from shinko.rl.memory_measure import MemoryMeasured, measure_memory
from shinko.rl.memory_runs import memory_reward, run_voices
from shinko.rl.policy import run_policy
from shinko.rl.settings import LearnSettings
from shinko.runs.folder import RunFolder


@dataclass(frozen=True)
class MemoryEvaluation:
    """A policy and the best one under log P of its chain.

    Attributes:
      epoch: whose policy.
      settings: of the run.
      tau: weight of the entropy in the objective.
      policy: measured on progressions that both played.
    """

    epoch: int
    settings: LearnSettings
    tau: float
    policy: MemoryMeasured

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        policy = {**asdict(self.policy), "effective_chords": self.policy.effective_chords}
        return {"epoch": self.epoch, "tau": self.tau, "policy": policy}


def evaluate_memory(
    folder: RunFolder, settings: LearnSettings, *, epoch: int, tau: float, samples: int, seed: int
) -> MemoryEvaluation:
    """Hold a run's policy against the chain with memory; see `evaluate` for the arguments.

    Raises:
      ShinkoError: there is no such checkpoint, or the run's memory is another one now.
    """
    if not tau:
        raise FieldError("tau", tau, "above 0, for with a memory the single best is not known")
    policy = run_policy(folder.path, epoch)
    measured = measure_memory(
        policy.model,
        memory_reward(run_voices(folder, settings), settings.reward),
        length=settings.length,
        count=samples,
        rng=np.random.default_rng(seed),
        tau=tau,
    )
    return MemoryEvaluation(epoch, settings, tau, measured)
