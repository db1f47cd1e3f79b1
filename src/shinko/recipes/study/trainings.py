"""The trainings of a study, one after the other; what is finished isn't trained again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from shinko.recipes.learn import begin_run, learn
from shinko.recipes.runs import run_settings
from shinko.recipes.study.settings import StudySettings
from shinko.rl.metrics import EpochRow
from shinko.runs.folder import RunError, RunFolder, exists

# Called with the trainings' epochs done, and of how many.
Show = Callable[[int, int], None]
Folders = dict[float, list[RunFolder]]


def train_all(out: Path, settings: StudySettings, show: Show) -> Folders | None:
    """Train each β and seed in OUT/runs; None if Ctrl-C ended it, to be gone on with.

    Raises:
      RunError: a run that is there has other settings.
      ShinkoError: the table, a run or the disk fails; what was trained stays.
    """
    trainings = settings.trainings()
    folders: Folders = {}
    total, done = settings.epochs * len(trainings), 0
    for name, told in trainings.items():
        path = out / "runs" / name
        if exists(path / "settings.toml"):
            folder = RunFolder(path, way_out="remove this run's folder, and run the same again")
        else:
            folder = begin_run(path, told)
        if run_settings(folder) != told:
            raise RunError(
                f"{path}: has other settings than this study; give the same as before, or choose "
                "another folder with --out"
            )
        learned = learn(folder, on_epoch=partial(_show, show, done, total))
        if len(learned.rows) < settings.epochs:
            return None
        done += settings.epochs
        show(done, total)
        folders.setdefault(told.beta, []).append(folder)
    return folders


def _show(show: Show, done: int, total: int, row: EpochRow) -> None:
    show(done + row.epoch, total)
