"""The exact optimum of a table and a reward, beside what needs no learning. Needs no torch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from shinko.rl.forecast import Forecast, forecast_collapse, table_limits
from shinko.rl.optimum import Optimum, OptimumError, check_size, solve
from shinko.rl.selection import Limits
from shinko.rl.settings import OptimumSettings, ProblemSettings
from shinko.rl.terms import ENTROPIES, reward_array
from shinko.rl.walk import Walk, own_chain, uniform, walk
from shinko.tables import compile_table
from shinko.tables.automaton import Automaton, known_histories
from shinko.tables.builtin import playable_table


@dataclass(frozen=True)
class ComparedOptimum:
    """An optimum, and what it is held against.

    Attributes:
      optimum: the best policy.
      seconds: that solving took, reading the table not counted.
      chain: the table's own chain under the same reward.
      uniform: uniform choice under the same reward.
      drawn: progressions from the optimum, as tokens.
    """

    optimum: Optimum
    seconds: float
    chain: Walk
    uniform: Walk
    drawn: tuple[tuple[str, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        tau = self.optimum.temperature
        return {
            "objective": self.optimum.objective,
            "return": self.optimum.walk.mean_return,
            "entropy_per_step": self.optimum.walk.entropy,
            "effective_chords": self.optimum.walk.effective_chords,
            "seconds": self.seconds,
            "chain_objective": self.chain.objective(tau),
            "uniform_objective": self.uniform.objective(tau),
            "chords": len(self.optimum.automaton.vocabulary),
            "histories": len(self.optimum.automaton.histories),
            "drawn": [list(progression) for progression in self.drawn],
        }


def find_optimum(settings: OptimumSettings) -> ComparedOptimum:
    """Solve for the best policy.

    Raises:
      ShinkoError: the table can't be read, or is too large for an exact solution.
    """
    automaton = _compiled(settings)
    rewards = reward_array(automaton, reward=settings.reward, floor=settings.floor)
    began = time.perf_counter()
    optimum = solve(automaton, rewards, temperature=settings.tau, length=settings.length)
    optimum.walk  # noqa: B018, part of the solution: return and entropy
    seconds = time.perf_counter() - began
    drawn = optimum.sample(settings.show, np.random.default_rng(settings.seed))
    return ComparedOptimum(
        optimum,
        round(seconds, 6),
        walk(automaton, rewards, own_chain(automaton), settings.length),
        walk(automaton, rewards, uniform(automaton), settings.length),
        tuple(tuple(automaton.vocabulary[chord] for chord in chords) for chords in drawn.T),
    )


def forecast(settings: ProblemSettings, entropy: str) -> tuple[Forecast, Automaton, Limits]:
    """Where a training on a table will collapse; with the table, and what is called diverse.

    Args:
      settings: the table, the reward and the length.
      entropy: where it counts, in the `return` or as a `bonus`.

    Raises:
      ShinkoError: the table can't be read, or is too large for an exact solution.
    """
    if entropy not in ENTROPIES:
        raise OptimumError(f"--entropy '{entropy}': expected {' or '.join(ENTROPIES)}")
    automaton = _compiled(settings)
    rewards = reward_array(automaton, reward=settings.reward, floor=settings.floor)
    limits = table_limits(automaton, settings.length)
    found = forecast_collapse(
        automaton, rewards, length=settings.length, entropy=entropy, limits=limits
    )
    return found, automaton, limits


def _compiled(settings: ProblemSettings) -> Automaton:
    table = playable_table(settings.table).shortened(settings.order)
    histories, chords = known_histories(table), len(table.vocabulary)
    check_size(settings.table, histories, chords, settings.length)
    return compile_table(table)
