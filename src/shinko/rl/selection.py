"""Detecting the collapse, and choosing the checkpoint before it.

A policy *collapses* when it falls onto one loop of high-scoring chords: its return jumps while it
chooses among ever fewer chords. Here it has collapsed where a stretch begins in which it is not
diverse, and which lasts to the end, or for a twentieth of the training and 5 epochs at the least.
All is a pure function of recorded rows, smoothed first: a batch of 16 episodes tells its diversity
only roughly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shinko.errors import ShinkoError
from shinko.planning.walk import Walk
from shinko.rl.metrics import EpochRow
from shinko.tables.table import CHORDS


@dataclass(frozen=True)
class Limits:
    """What a policy must keep to be called diverse; by default, one of chord progressions.

    Attributes:
      max_commonest_pair: largest share of one pair of consecutive chords. A loop of four chords
        comes to 25 %, one of two (the poster's "consecutive high-scoring chords") to 50 %;
        progressions drawn from a table itself stay below 10 %.
      min_effective_chords: among how many equally likely chords it must choose at the least.
      min_distinct: smallest share of distinct progressions.
    """

    max_commonest_pair: float = 0.25
    min_effective_chords: float = 3.0
    min_distinct: float = 0.5

    def kept_by(self, played: Walk) -> bool:
        """Whether a policy is diverse, as far as an exact walk tells."""
        return self.keep(played.effective_tokens, played.commonest_pair)

    def keep(self, effective_chords: float, commonest_pair: float) -> bool:
        """Whether a policy of such figures is diverse; for how many are distinct, see `broken`."""
        return (
            effective_chords >= self.min_effective_chords
            and commonest_pair <= self.max_commonest_pair
        )

    def broken(self, row: EpochRow) -> list[str]:
        """The limits that a row breaks, in words; none if it is diverse."""
        faults = []
        if not row.commonest_pair <= self.max_commonest_pair:
            faults.append(f"commonest pair above {self.max_commonest_pair:.0%}")
        if not row.effective_chords >= self.min_effective_chords:
            faults.append(f"effective chords below {self.min_effective_chords:.2g}")
        if not row.distinct >= self.min_distinct:
            faults.append(f"distinct progressions below {self.min_distinct:.0%}")
        return faults


# What is usual in a domain, by codec; elsewhere only a table's own chain tells.
USUAL_LIMITS = {CHORDS: Limits()}

_SMOOTHED = (
    *("mean_return", "objective", "entropy", "effective_chords"),
    *("distinct", "commonest", "commonest_pair"),
)


class SelectionError(ShinkoError):
    """No checkpoint is fit to compose with."""


@dataclass(frozen=True)
class Selection:
    """The checkpoint to compose with, and why.

    Attributes:
      row: of the selected epoch, smoothed.
      last: of the last checkpoint, smoothed: what training to the end would have given.
      collapse_epoch: from which epoch on the policy is collapsed, or None if it never does.
      reason: all that in words, two or three short lines.
    """

    row: EpochRow
    last: EpochRow
    collapse_epoch: int | None
    reason: str


def select_checkpoint(
    rows: Sequence[EpochRow],
    checkpoints: Collection[int] | None = None,
    *,
    limits: Limits = Limits(),
    window: int | None = None,
) -> Selection:
    """The checkpoint of the best objective while the policy is still diverse.

    The objective is that of the last row's β; a schedule changes it on the way.

    Args:
      rows: one an epoch, in order.
      checkpoints: the epochs that have one; by default all.
      limits: below which a policy is not diverse.
      window: how many rows are averaged, the row's own in their middle; by default
        `usual_window`.

    Raises:
      SelectionError: no checkpoint is diverse, or there are none.
    """
    if not rows:
        raise SelectionError("no epochs recorded: nothing to select from; train first")
    smoothed = smooth(rows, window or usual_window(len(rows)))
    diverse = [not limits.broken(row) for row in smoothed]
    end = _lasting_fall(diverse, patience=max(5, len(rows) // 20))
    fallen = smoothed[end] if end is not None else None
    at = [row for row in smoothed if checkpoints is None or row.epoch in checkpoints]
    if not at:
        raise SelectionError("no checkpoint among the recorded epochs; save them more often")
    good = {row.epoch for row, fine in zip(smoothed[:end], diverse[:end], strict=True) if fine}
    candidates = [row for row in at if row.epoch in good]
    if not candidates:
        best = max(at, key=lambda row: row.effective_chords)
        raise SelectionError(
            f"no checkpoint is diverse (epoch {best.epoch}: {_figures(best)}; "
            f"{', '.join(limits.broken(best)) or 'after the collapse'}); raise `beta`, or save "
            "checkpoints more often with `checkpoint_every`"
        )
    final_beta = rows[-1].beta
    chosen = max(candidates, key=lambda row: _value(row, final_beta))
    last = at[-1]
    lines = [f"epoch {chosen.epoch}: {_figures(chosen)}"]
    if fallen is None:
        lines.append("the policy stays diverse to the end; this is its best checkpoint")
        return Selection(chosen, last, None, "\n".join(lines))
    lines.append(f"collapse at epoch {fallen.epoch}: {', '.join(limits.broken(fallen))}")
    lines.append(f"the last checkpoint, epoch {last.epoch}, would have given {_figures(last)}")
    return Selection(chosen, last, fallen.epoch, "\n".join(lines))


def usual_window(epochs: int) -> int:
    """How many rows of a training are averaged: a hundredth of all, at least 1 and at most 25."""
    return max(1, min(25, epochs // 100))


def smooth(rows: Sequence[EpochRow], window: int) -> list[EpochRow]:
    """Rows whose return, objective and diversity are means over the `window` rows around them."""
    before, after = (window - 1) // 2, window // 2
    numbers = np.array([[getattr(row, name) for name in _SMOOTHED] for row in rows])
    result = []
    for place, row in enumerate(rows):
        means = numbers[max(0, place - before) : place + after + 1].mean(axis=0).tolist()
        result.append(replace(row, **dict(zip(_SMOOTHED, means, strict=True))))
    return result


def _value(row: EpochRow, beta: float) -> float:
    """The objective at the β that the training ends with, so that epochs can be compared."""
    if row.objective == row.mean_return or not row.beta:
        return row.mean_return
    return row.mean_return + (row.objective - row.mean_return) * beta / row.beta


def _lasting_fall(diverse: Sequence[bool], *, patience: int) -> int | None:
    """Where the first stretch of False begins that is `patience` long or reaches the end."""
    begin = None
    for place, good in enumerate(diverse):
        if good:
            begin = None
        elif begin is None:
            begin = place
        if begin is not None and place - begin + 1 >= patience:
            return begin
    return begin


def _figures(row: EpochRow) -> str:
    return (
        f"return {row.mean_return:.2f}, {row.effective_chords:.1f} effective chords, "
        f"{row.distinct:.0%} distinct, commonest pair {row.commonest_pair:.0%}"
    )
