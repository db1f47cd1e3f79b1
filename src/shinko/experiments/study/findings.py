"""What the trainings of a study found, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.experiments.evaluate import yardstick
from shinko.experiments.learn import Learned
from shinko.experiments.study.parts import part_of_study
from shinko.experiments.study.settings import BETAS
from shinko.experiments.study.sweep import Swept, sweep
from shinko.planning.forecast import Forecast, forecast_collapse
from shinko.planning.plan import Plan, solve
from shinko.planning.walk import Walk, steady, uniform, walk
from shinko.rl.limits import table_limits
from shinko.rl.metrics import EpochRow
from shinko.rl.policy import run_selection
from shinko.rl.policy_runs import run_settings, run_table
from shinko.rl.selection import Limits, SelectionError
from shinko.runs.folder import RunError, RunFolder


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

    trained: Mapping[float, list[Learned]]
    chords: tuple[str, ...]
    best: Plan
    rest: Mapping[float, Plan]
    forecast: Forecast
    limits: Limits
    chain: Walk
    uniform: Walk
    swept: Swept

    def returns(self, beta: float) -> NDArray[np.float64]:
        """Mean return by seed and epoch, (seeds, epochs)."""
        return np.array([[row.mean_return for row in one.rows] for one in self.trained[beta]])

    def shares(self, beta: float) -> NDArray[np.float64]:
        """Each chord's share by epoch, averaged over the seeds, (epochs, V)."""
        every = [[row.shares for row in one.rows] for one in self.trained[beta]]
        return np.asarray(np.mean(every, axis=0))

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
            "trainings": [
                _figures(beta, one) for beta, all_seeds in self.trained.items() for one in all_seeds
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
                _trained(folders[name], settings.epochs, len(automaton.vocabulary))
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
        swept=sweep(folders, told, held),
    )


def _trained(folder: RunFolder, epochs: int, chords: int) -> Learned:
    with part_of_study(folder.path):
        rows = [EpochRow.from_dict(row) for row in folder.rows()]
        if len(rows) != epochs or any(len(row.shares) != chords for row in rows):
            raise RunError(
                f"{folder.metrics_path}: {len(rows)} whole rows, expected {epochs} with the shares "
                f"of {chords} chords"
            )
        try:
            return Learned(folder, rows, epochs, run_selection(folder))
        except SelectionError as error:
            return Learned(folder, rows, epochs, error)


def _figures(beta: float, one: Learned) -> dict[str, Any]:
    told: dict[str, Any] = {"run": one.folder.path.name, "beta": beta, "epochs": len(one.rows)}
    if isinstance(one.selection, ShinkoError):
        return {**told, "not_selected": str(one.selection)}
    return {
        **told,
        "collapse_epoch": one.selection.collapse_epoch,
        "selected": _row(one.selection.row),
        "last": _row(one.selection.last),
    }


def _row(row: EpochRow) -> dict[str, float]:
    names = ("epoch", "mean_return", "effective_chords", "commonest_pair", "distinct")
    return {name: getattr(row, name) for name in names}
