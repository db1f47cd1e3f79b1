"""What the trainings of a study recorded, and where they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.experiments.statistics import Estimate, Survival, interquartile_mean, survival
from shinko.experiments.study.parts import part_of_study
from shinko.rl.metrics import EpochRow
from shinko.rl.policy import run_limits
from shinko.rl.selection import (
    Selection,
    SelectionError,
    select_checkpoint,
    smooth,
    usual_window,
)
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder

# A training ends on the fewest chords that make up this share of what it plays last.
_MOST = 0.8


@dataclass(frozen=True, eq=False)
class Recorded:
    """What a training recorded.

    Attributes:
      folder: its run.
      seed: of the training.
      returns: mean return by epoch, (epochs,).
      shares: each chord's share by epoch, (epochs, V).
      last: the figures of its last epochs, smoothed.
      selection: the checkpoint to compose with, or why there is none.
      collapse_epoch: from which on it is collapsed, None if it never is.
    """

    folder: RunFolder
    seed: int
    returns: NDArray[np.float64]
    shares: NDArray[np.float32]
    last: EpochRow
    selection: Selection | ShinkoError
    collapse_epoch: int | None

    @property
    def collapsed(self) -> bool:
        """Whether it fell, or never was diverse at a checkpoint."""
        return self.collapse_epoch is not None

    @property
    def ends_on(self) -> frozenset[int]:
        """The chords that it plays at last, if it collapsed; none if it is diverse."""
        if not self.collapsed:
            return frozenset()
        order = np.argsort(-np.array(self.last.shares), kind="stable")
        reached = np.cumsum(np.array(self.last.shares)[order]) >= _MOST
        return frozenset(order[: int(reached.argmax()) + 1].tolist())

    def to_dict(self) -> dict[str, Any]:
        """Its figures as JSON values."""
        told = {"run": self.folder.path.name, "seed": self.seed, "epochs": len(self.returns)}
        ended = {"collapse_epoch": self.collapse_epoch, "last": _row(self.last)}
        if isinstance(self.selection, ShinkoError):
            return {**told, **ended, "not_selected": str(self.selection)}
        return {**told, **ended, "selected": _row(self.selection.row)}


@dataclass(frozen=True, eq=False)
class Ending:
    """Trainings that ended alike.

    Attributes:
      chords: what they play at last, the commonest first; none for those that stayed diverse.
      trained: the trainings, at least one.
    """

    chords: tuple[int, ...]
    trained: list[Recorded]

    def mean(self, figure: str) -> Estimate:
        """Of a figure of their last rows."""
        return interquartile_mean([getattr(one.last, figure) for one in self.trained])


def read_recorded(folder: RunFolder, epochs: int, seed: int, chords: int) -> Recorded:
    """What a finished training recorded.

    Args:
      folder: its run.
      epochs: how many it had.
      seed: of the training.
      chords: V.

    Raises:
      RunError: the run is damaged.
    """
    with part_of_study(folder.path):
        rows = [EpochRow.from_dict(row) for row in folder.rows()]
        if len(rows) != epochs or any(len(row.shares) != chords for row in rows):
            raise RunError(
                f"{folder.metrics_path}: {len(rows)} whole rows, expected {epochs} with the shares "
                f"of {chords} chords"
            )
        selection: Selection | ShinkoError
        try:
            selection = select_checkpoint(
                rows, set(folder.checkpoints()), limits=run_limits(folder)
            )
            collapse = selection.collapse_epoch
        except SelectionError as error:
            # What no checkpoint caught: it fell before the first one, or never was diverse.
            selection, collapse = error, folder.checkpoints()[0]
    returns = np.array([row.mean_return for row in rows])
    shares = np.array([row.shares for row in rows], np.float32)
    return Recorded(folder, seed, returns, shares, _last(rows), selection, collapse)


def endings(trained: Sequence[Recorded]) -> list[Ending]:
    """Trainings by how they ended, the commonest first."""
    alike: dict[frozenset[int], list[Recorded]] = {}
    for one in trained:
        alike.setdefault(one.ends_on, []).append(one)

    def told(chords: frozenset[int], ones: list[Recorded]) -> Ending:
        shares = np.mean([one.last.shares for one in ones], axis=0)
        return Ending(tuple(sorted(chords, key=lambda chord: -shares[chord])), ones)

    found = [told(chords, ones) for chords, ones in alike.items()]
    return sorted(found, key=lambda ending: -len(ending.trained))


def not_yet_collapsed(trained: Sequence[Recorded]) -> Survival:
    """The share of some trainings of the same length that hasn't collapsed yet, by epoch."""
    return survival([one.collapse_epoch for one in trained], len(trained[0].returns))


def _last(rows: Sequence[EpochRow]) -> EpochRow:
    """The last row, smoothed, its shares too."""
    window = usual_window(len(rows))
    last = rows[-1 - (window - 1) // 2 :]
    shares = np.mean([row.shares for row in last], axis=0)
    return replace(smooth(last, 2 * len(last) - 1)[-1], shares=tuple(shares.tolist()))


def _row(row: EpochRow) -> dict[str, float]:
    names = ("epoch", "mean_return", "effective_chords", "commonest_pair", "distinct")
    return {name: getattr(row, name) for name in names}
