"""What the trainings of a study found, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shinko.experiments.evaluate import yardstick
from shinko.experiments.statistics import rate
from shinko.experiments.study.recorded import Recorded, endings, not_yet_collapsed, read_recorded
from shinko.experiments.study.settings import BETAS
from shinko.experiments.study.sweep import Swept, sweep
from shinko.planning.forecast import Forecast, forecast_collapse
from shinko.planning.plan import Plan, solve
from shinko.planning.walk import Walk, steady, uniform, walk
from shinko.rl.limits import table_limits
from shinko.rl.policy_runs import run_settings, run_table
from shinko.rl.selection import Limits
from shinko.runs.folder import RunFolder


@dataclass(frozen=True, eq=False)
class Findings:
    """A study's numbers.

    Attributes:
      trained: the trainings of each β, by seed.
      chords: the tokens of the table.
      best: the exact optimum of the return alone.
      rest: where the loss comes to rest, for each β above 0.
      forecast: of the collapse, from the table alone.
      limits: what is called diverse.
      chain, uniform: the table's own chain, and uniform choice.
      swept: learned return and entropy over β, beside what is exact.
    """

    trained: Mapping[float, list[Recorded]]
    chords: tuple[str, ...]
    best: Plan
    rest: Mapping[float, Plan]
    forecast: Forecast
    limits: Limits
    chain: Walk
    uniform: Walk
    swept: Swept

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return {
            "chords": list(self.chords),
            "optimum_return": self.best.objective,
            "forecast": {
                "loop": [self.chords[chord] for chord in self.forecast.loop.tokens],
                "mean_reward": self.forecast.loop.mean_reward,
                "beta": self.forecast.beta,
            },
            "bonus_at_rest": [
                {
                    "beta": beta,
                    "return": rest.walk.mean_return,
                    "effective_chords": rest.walk.effective_tokens,
                }
                for beta, rest in self.rest.items()
            ],
            "limits": vars(self.limits),
            "sweep": self.swept.to_dict(),
            "collapse": [self._collapse(beta) for beta in self.trained],
            "trainings": [
                {"beta": beta, **one.to_dict()}
                for beta, all_seeds in self.trained.items()
                for one in all_seeds
            ],
        }

    def _collapse(self, beta: float) -> dict[str, Any]:
        """How often and when trainings of a β collapsed, and how they ended, as JSON values."""
        trained = self.trained[beta]
        return {
            "beta": beta,
            "collapsed": rate([one.collapsed for one in trained]).to_dict(),
            "not_yet_collapsed": not_yet_collapsed(trained).to_dict(),
            "endings": [
                {
                    "chords": [self.chords[chord] for chord in ending.chords],
                    **rate([one in ending.trained for one in trained]).to_dict(),
                    "last_return": ending.mean("mean_return").to_dict(),
                    "last_effective_chords": ending.mean("effective_chords").to_dict(),
                }
                for ending in endings(trained)
            ],
        }


def find(folders: Mapping[str, RunFolder]) -> Findings:
    """Read what finished trainings recorded, and solve for what they are held against.

    Args:
      folders: the runs, by name.

    Raises:
      ShinkoError: a run is damaged, or its table is another one now.
    """
    told = {name: run_settings(folder) for name, folder in folders.items()}
    settings = next(iter(told.values()))
    automaton = run_table(next(iter(folders.values())), settings)
    held = yardstick(automaton, settings, 0.0)
    best, process = held.best, held.best.process
    limits = table_limits(automaton, settings.length)

    def rest(beta: float) -> Plan:
        return solve(process, temperature=beta, length=settings.length, entropy="bonus")

    return Findings(
        trained={
            beta: [
                read_recorded(folders[name], settings.epochs, one.seed, len(automaton.vocabulary))
                for name, one in told.items()
                if one.entropy == "bonus" and one.beta == beta
            ]
            for beta in BETAS
        },
        chords=automaton.vocabulary,
        best=best,
        rest={beta: rest(beta) for beta in BETAS if beta},
        forecast=forecast_collapse(
            process, length=settings.length, entropy="bonus", is_diverse=limits.kept_by
        ),
        limits=limits,
        chain=walk(process, steady(automaton.chain), settings.length),
        uniform=walk(process, uniform(process), settings.length),
        swept=sweep(folders, told, held, limits),
    )
