"""What exact answers stand on: a compiled table, what its chords are worth, and a temperature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shinko.planning.calibration import temperature_of
from shinko.planning.process import Bools, Process
from shinko.rl.policy import selected_epoch
from shinko.rl.policy_runs import run_settings, run_table
from shinko.rl.terms import rewarded
from shinko.rl.variety import FLOOR, LENGTH, most_effective, variety_of
from shinko.runs.folder import RunFolder
from shinko.songwriting.styles import Style
from shinko.tables import compile_table
from shinko.tables.automaton import Automaton
from shinko.tables.process import usual

# A temperature that nothing can be drawn at is raised to this.
_COLDEST = 0.01


@dataclass(frozen=True, eq=False)
class Ground:
    """A table to be exact about.

    Attributes:
      name: of the style or run.
      automaton: the table, compiled.
      process: its states, and what its chords earn, finite.
      temperature: τ, above 0.
    """

    name: str
    automaton: Automaton
    process: Process
    temperature: float

    @cached_property
    def closing(self) -> Bools:
        """Where a chord may lead back to the start of a loop, (S, V)."""
        return usual(self.automaton)


def style_ground(
    style: Style,
    variety: str,
    chords: tuple[str, ...] | None = None,
    temperature: float | None = None,
) -> Ground:
    """The ground of a style.

    Args:
      style: tables and weights.
      variety: as the user wrote it; see `Variety.wanted`.
      chords: the vocabulary to read it over, all of the table's chords among it; by default its
        own.
      temperature: where it is known already.

    Raises:
      ShinkoError: a table can't be read, or the variety can't be had.
    """
    table = style.table()
    automaton = compile_table(table if chords is None else table.over(chords))
    process = rewarded(automaton, reward="log-probability", floor=FLOOR)
    if temperature is None:
        wanted = variety_of(automaton).wanted(variety, most_effective(automaton))
        temperature = temperature_of(process, effective=wanted, length=LENGTH)
    return Ground(str(style), automaton, process, temperature)


def run_ground(path: Path, epoch: int | None) -> Ground:
    """The ground of a run: its own table, reward and β.

    Raises:
      ShinkoError: there is no such run, or its table is another one now.
    """
    folder = RunFolder(path)
    settings = run_settings(folder)
    automaton = run_table(folder, settings)
    epoch = selected_epoch(folder) if epoch is None else epoch
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    return Ground(path.name, automaton, process, max(settings.beta_at(epoch), _COLDEST))
