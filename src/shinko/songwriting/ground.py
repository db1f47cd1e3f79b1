"""The grounds of styles and runs, kept while their tables and settings are the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from shinko.old_names import keep_old_name
from shinko.planning.calibration import temperature_of
from shinko.planning.ground import Ground
from shinko.planning.kept import KEPT
from shinko.planning.process import Process
from shinko.rl.policy import selected_epoch
from shinko.rl.policy_runs import run_settings, run_table
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import rewarded
from shinko.rl.variety import FLOOR, LENGTH, most_effective, variety_of
from shinko.runs.folder import RunFolder
from shinko.songwriting.styles import Style
from shinko.tables.automaton import compile_table
from shinko.tables.builtin import stamp

# What the docs of 0.1 showed of a ground.
keep_old_name(Ground, "automaton", "process")
keep_old_name(Process, "vocabulary", "tokens")

# A temperature that nothing can be drawn at is raised to this.
_COLDEST = 0.01


def style_ground(
    style: Style,
    variety: str,
    chords: tuple[str, ...] | None = None,
    temperature: float | None = None,
    *,
    floor: float = FLOOR,
    length: int = LENGTH,
) -> Ground:
    """The ground of a style.

    Args:
      style: tables and weights.
      variety: as the user wrote it; see `Variety.wanted`.
      chords: the vocabulary to read it over, all of the table's chords among it; by default its
        own.
      temperature: where it is known already.
      floor: probability that unlisted chords count with.
      length: chords of the progressions that variety is measured on.

    Raises:
      ShinkoError: a table can't be read, or the variety can't be had.
    """
    asked = style, variety, chords, temperature, floor, length
    stamps = tuple(stamp(name) for name, _ in style.parts)
    return KEPT.get((asked, stamps), partial(_of_style, *asked), lambda ground: ground.nbytes)


def _of_style(
    style: Style,
    variety: str,
    chords: tuple[str, ...] | None,
    temperature: float | None,
    floor: float,
    length: int,
) -> Ground:
    table = style.table()
    automaton = compile_table(table if chords is None else table.over(chords))
    process = rewarded(automaton, reward="log-probability", floor=floor)
    if temperature is None:
        wanted = variety_of(automaton, length).wanted(variety, most_effective(automaton))
        temperature = temperature_of(process, effective=wanted, length=length)
    return Ground(str(style), process, temperature, automaton.usual)


def run_ground(path: Path, epoch: int | None) -> Ground:
    """The ground of a run: its own table, reward and β.

    Raises:
      ShinkoError: there is no such run, or its table is another one now.
    """
    folder = RunFolder(path)
    settings = run_settings(folder)
    epoch = selected_epoch(folder) if epoch is None else epoch
    asked = folder, settings, epoch
    key = asked, stamp(settings.table)
    return KEPT.get(key, partial(_of_run, *asked), lambda ground: ground.nbytes)


def _of_run(folder: RunFolder, settings: LearnSettings, epoch: int) -> Ground:
    automaton = run_table(folder, settings)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    temperature = max(settings.beta_at(epoch), _COLDEST)
    return Ground(folder.path.name, process, temperature, automaton.usual)
