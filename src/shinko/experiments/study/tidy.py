"""A study's rows as tidy CSV: one observation a line, for pandas, R or a spreadsheet.

Numbers have six significant digits; the runs hold all of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from io import StringIO
from typing import Any

from shinko.errors import ShinkoError
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.parts import part_of_study
from shinko.rl.metrics import EpochRow
from shinko.rl.settings import LearnSettings
from shinko.runs.folder import RunFolder

# What names a training in both files: `entropy_as` is where the entropy counts, `final_beta` its
# weight at the end.
_TRAINING = ("run", "entropy_as", "final_beta", "seed")
_ENDED = ("played_return", "played_effective_chords", "optimality", "diverse")
_RECORDED = ("collapse_epoch", "selected_epoch", "last_return", "last_effective_chords")
# Of a row: all but each chord's share, which stays in the run.
_ROW = tuple(field.name for field in fields(EpochRow) if field.name != "shares")


def epochs_csv(folders: Mapping[str, RunFolder], told: Mapping[str, LearnSettings]) -> str:
    """A line for each epoch of each training.

    Args:
      folders: the runs, by name.
      told: their settings.

    Raises:
      RunError: a run is damaged.
    """

    def lines() -> Iterable[Sequence[Any]]:
        for name, folder in folders.items():
            training = _training(name, told[name])
            with part_of_study(folder.path):
                for row in folder.rows():
                    yield [*training, *(row[figure] for figure in _ROW)]

    return _csv([*_TRAINING, *_ROW], lines())


def trainings_csv(found: Findings, told: Mapping[str, LearnSettings]) -> str:
    """A line for each training; what only the poster's own recorded is empty for the others."""
    recorded = {
        one.folder.path.name: [
            one.collapse_epoch,
            None if isinstance(one.selection, ShinkoError) else one.selection.row.epoch,
            one.last.mean_return,
            one.last.effective_chords,
        ]
        for trained in found.trained.values()
        for one in trained
    }
    return _csv(
        [*_TRAINING, *_ENDED, *_RECORDED],
        (
            [
                *_training(end.run, told[end.run]),
                *(end.mean_return, end.effective_chords, end.optimality, int(end.diverse)),
                *recorded.get(end.run, [None] * len(_RECORDED)),
            ]
            for ended in found.swept.learned.values()
            for end in ended
        ),
    )


def _training(name: str, settings: LearnSettings) -> list[Any]:
    return [name, settings.entropy, settings.beta_at(settings.epochs), settings.seed]


def _csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for line in lines:
        writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in line])
    return text.getvalue()
