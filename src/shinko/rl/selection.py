"""Detecting the collapse, and choosing the checkpoint before it.

A policy *collapses* when it falls onto one loop of high-scoring chords: its return jumps while it
chooses among ever fewer chords. Here it has collapsed where a stretch begins in which it is not
diverse, and which lasts to the end or for a twentieth of the training. All is a pure function of
recorded rows, smoothed first: a batch of 16 episodes tells its diversity only roughly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from shinko.errors import ShinkoError
from shinko.rl.metrics import EpochRow

# A loop of four chords comes to 25 %, one of two (the poster's "consecutive high-scoring chords")
# to 50 %; progressions drawn from a table itself stay below 10 %.
MAX_COMMONEST_PAIR = 0.25
MIN_EFFECTIVE_CHORDS = 3.0
MIN_DISTINCT = 0.5


class SelectionError(ShinkoError):
    """No checkpoint is fit to compose with."""


@dataclass(frozen=True)
class Selection:
    """The checkpoint to compose with, and why.

    Attributes:
      row: of the selected epoch, smoothed.
      last: of the last checkpoint, smoothed: what training to the end would have given.
      collapse_epoch: from which epoch on the policy is collapsed, or None if it never does.
      reason: all that in words, one sentence or two.
    """

    row: EpochRow
    last: EpochRow
    collapse_epoch: int | None
    reason: str


def select_checkpoint(
    rows: Sequence[EpochRow],
    checkpoints: Collection[int] | None = None,
    *,
    max_commonest_pair: float = MAX_COMMONEST_PAIR,
    min_effective_chords: float = MIN_EFFECTIVE_CHORDS,
    min_distinct: float = MIN_DISTINCT,
    window: int | None = None,
) -> Selection:
    """The checkpoint of the best objective while the policy is still diverse.

    The objective is that of the last row's β; a schedule changes it on the way.

    Args:
      rows: one an epoch, in order.
      checkpoints: the epochs that have one; by default all.
      max_commonest_pair: a policy in whose progressions one pair of consecutive chords has a
        larger share is not diverse.
      min_effective_chords: nor is one that chooses among fewer.
      min_distinct: nor is one whose progressions are distinct to a smaller share.
      window: how many rows are averaged, the row's own in their middle; by default a hundredth
        of all, at least 1 and at most 25.

    Raises:
      SelectionError: no checkpoint is diverse, or there are none.
    """
    if not rows:
        raise SelectionError("no epochs recorded: nothing to select from; train first")
    smoothed = smooth(rows, window or max(1, min(25, len(rows) // 100)))
    diverse = [
        row.commonest_pair <= max_commonest_pair
        and row.effective_chords >= min_effective_chords
        and row.distinct >= min_distinct
        for row in smoothed
    ]
    end = _lasting_fall(diverse, patience=max(1, len(rows) // 20))
    collapse = smoothed[end].epoch if end is not None else None
    at = [row for row in smoothed if checkpoints is None or row.epoch in checkpoints]
    if not at:
        raise SelectionError("no checkpoint among the recorded epochs; save them more often")
    good = {row.epoch for row, fine in zip(smoothed[:end], diverse[:end], strict=True) if fine}
    candidates = [row for row in at if row.epoch in good]
    if not candidates:
        best = max(at, key=lambda row: row.effective_chords)
        raise SelectionError(
            f"no checkpoint reaches {min_effective_chords:g} effective chords, "
            f"{min_distinct:.2f} distinct progressions and at most {max_commonest_pair:.2f} of one "
            f"pair ({best.effective_chords:.1f}, {best.distinct:.2f} and {best.commonest_pair:.2f} "
            f"at epoch {best.epoch}); raise --beta, or save checkpoints more often with "
            "--checkpoint-every"
        )
    final_beta = rows[-1].beta
    chosen = max(candidates, key=lambda row: _value(row, final_beta))
    last = at[-1]
    return Selection(chosen, last, collapse, _reason(chosen, last, collapse))


def smooth(rows: Sequence[EpochRow], window: int) -> list[EpochRow]:
    """Rows whose return, objective and diversity are means over the `window` rows around them."""
    names = (
        *("mean_return", "objective", "entropy", "effective_chords"),
        *("distinct", "commonest", "commonest_pair"),
    )
    before, after = (window - 1) // 2, window // 2
    result = []
    for place, row in enumerate(rows):
        span = rows[max(0, place - before) : place + after + 1]
        means: dict[str, Any] = {name: fmean(getattr(row, name) for row in span) for name in names}
        result.append(replace(row, **means))
    return result


def _value(row: EpochRow, beta: float) -> float:
    """The objective at the β that the training ends with, so that epochs can be compared."""
    if row.objective == row.mean_return:
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


def _reason(chosen: EpochRow, last: EpochRow, collapse: int | None) -> str:
    what = f"epoch {chosen.epoch}: {_figures(chosen)}"
    if collapse is None:
        return f"{what}; the policy stays diverse to the end, this is its best checkpoint"
    return (
        f"{what}; from epoch {collapse} on the policy is collapsed, and the last checkpoint "
        f"(epoch {last.epoch}) would have given {_figures(last)}"
    )


def _figures(row: EpochRow) -> str:
    return (
        f"return {row.mean_return:.2f}, {row.effective_chords:.1f} effective chords, "
        f"{row.distinct:.0%} distinct, commonest pair {row.commonest_pair:.0%}"
    )
