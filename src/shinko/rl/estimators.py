"""The loss of a batch, by the estimator of the gradient that the settings name."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from shinko.planning.plan import solve
from shinko.rl.expected import expected_objective
from shinko.rl.reinforce import Objective, Rollout, reinforce_objective
from shinko.rl.reward import TableReward
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import rewarded
from shinko.tables.automaton import Automaton
from shinko.tables.process import check_size

# While β moves, the exact values are those of a β at most half this factor away; at the β that it
# ends with they are exact.
_STEP = 1.05


class Estimator:
    """Turns batches into losses; keeps the exact values of the β that it was last asked for."""

    def __init__(self, settings: LearnSettings, automaton: Automaton, reward: TableReward) -> None:
        """Raises: PlanningError: the table is too large for the exact values that are asked for."""
        self._settings, self._automaton, self._reward = settings, automaton, reward
        if settings.estimator == "table-aware":
            check_size(
                settings.table, automaton.histories, len(automaton.vocabulary), settings.length
            )
        self._potentials: tuple[float, Tensor | None] = (math.nan, None)

    @torch.inference_mode()
    def objective(self, batch: Rollout, beta: float) -> Objective:
        """The loss of a batch at a weight of the entropy, and its slope."""
        settings, logits = self._settings, batch.tape.logits
        if settings.estimator == "sampled":
            return reinforce_objective(
                logits,
                batch,
                beta=beta,
                entropy_in=settings.entropy,
                baseline=settings.baseline,
                discount=settings.discount,
            )
        return expected_objective(
            logits,
            batch,
            self._reward,
            beta=beta,
            entropy_in=settings.entropy,
            baseline=settings.baseline,
            discount=settings.discount,
            potentials=self._values(beta) if settings.estimator == "table-aware" else None,
        )

    def _values(self, beta: float) -> Tensor | None:
        """The values of the optimum at about this β, (T + 1, S).

        Any others would do as potentials, only less well.
        """
        end = self._settings.beta_at(self._settings.epochs) or 1.0
        near = end * _STEP ** round(math.log(beta / end, _STEP)) if beta else 0.0
        if self._potentials[0] != near:
            settings = self._settings
            best = solve(
                rewarded(self._automaton, reward=settings.reward, floor=settings.floor),
                temperature=near,
                length=settings.length,
                entropy=settings.entropy,
            )
            values = torch.from_numpy(best.state_values).to(self._reward.rewards)
            self._potentials = near, values
        return self._potentials[1]
