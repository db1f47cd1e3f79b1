"""The exact optimum of a table and a reward, beside what needs no learning. Needs no torch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from shinko.old_names import keep_old_name
from shinko.planning.forecast import Forecast, forecast_collapse
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Process
from shinko.planning.walk import Walk, steady, uniform, walk
from shinko.rl.limits import table_limits
from shinko.rl.selection import Limits
from shinko.rl.settings import ForecastSettings, OptimumSettings, ProblemSettings
from shinko.rl.terms import rewarded
from shinko.tables import compile_table
from shinko.tables.automaton import Automaton, known_histories
from shinko.tables.builtin import playable_table
from shinko.tables.process import check_size

# What the docs of 0.1 showed of an optimum.
keep_old_name(Plan, "automaton", "process")
keep_old_name(Process, "vocabulary", "tokens")
keep_old_name(Walk, "effective_chords", "effective_tokens")


@dataclass(frozen=True)
class ComparedOptimum:
    """An optimum, and what it is held against.

    Attributes:
      optimum: the best policy.
      seconds: that solving took, reading the table not counted.
      chain: the table's own chain under the same reward.
      uniform: uniform choice under the same reward.
      drawn: progressions from the optimum, as tokens.
      codec: what the tokens are, by name.
    """

    optimum: Plan
    seconds: float
    chain: Walk
    uniform: Walk
    drawn: tuple[tuple[str, ...], ...]
    codec: str

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        tau = self.optimum.temperature
        return {
            "objective": self.optimum.objective,
            "return": self.optimum.walk.mean_return,
            "entropy_per_step": self.optimum.walk.entropy,
            "effective_chords": self.optimum.walk.effective_tokens,
            "seconds": self.seconds,
            "chain_objective": self.chain.objective(tau),
            "uniform_objective": self.uniform.objective(tau),
            "chords": len(self.optimum.process.tokens),
            "histories": self.optimum.process.states,
            "drawn": [list(progression) for progression in self.drawn],
        }


def find_optimum(settings: OptimumSettings) -> ComparedOptimum:
    """Solve for the best policy.

    Raises:
      ShinkoError: the table can't be read, or is too large for an exact solution.
    """
    automaton = _compiled(settings)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    began = time.perf_counter()
    optimum = solve(process, temperature=settings.tau, length=settings.length)
    optimum.walk  # noqa: B018, part of the solution: return and entropy
    seconds = time.perf_counter() - began
    drawn = optimum.sample(settings.show, np.random.default_rng(settings.seed))
    return ComparedOptimum(
        optimum,
        round(seconds, 6),
        walk(process, steady(automaton.chain), settings.length),
        walk(process, uniform(process), settings.length),
        tuple(tuple(automaton.vocabulary[chord] for chord in chords) for chords in drawn.T),
        automaton.codec,
    )


def forecast(settings: ForecastSettings) -> tuple[Forecast, Automaton, Limits]:
    """Where a training on a table will collapse; with the table, and what is called diverse.

    Raises:
      ShinkoError: the table can't be read, or is too large for an exact solution.
    """
    automaton = _compiled(settings)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    limits = table_limits(automaton, settings.length)
    found = forecast_collapse(
        process, length=settings.length, entropy=settings.entropy, is_diverse=limits.kept_by
    )
    return found, automaton, limits


def _compiled(settings: ProblemSettings) -> Automaton:
    table = playable_table(settings.table).shortened(settings.order)
    histories, chords = known_histories(table), len(table.vocabulary)
    check_size(settings.table, histories, chords, settings.length)
    return compile_table(table)
