"""A training's progress on standard error: return, entropy and distinct share, live."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from shinko.rl.metrics import EpochRow


@contextmanager
def learning_progress(epochs: int) -> Iterator[Callable[[EpochRow], None]]:
    """Yields what to call with each row; where no person watches, a line each tenth."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda row: _print_tenths(row, epochs)
        return
    columns = (
        TextColumn("learning"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("learning", total=epochs, figures="")

        def show(row: EpochRow) -> None:
            progress.update(task, completed=row.epoch, figures=_figures(row))

        yield show


def _figures(row: EpochRow) -> str:
    return f"return {row.mean_return:6.2f}  entropy {row.entropy:.2f}  distinct {row.distinct:4.0%}"


def _print_tenths(row: EpochRow, epochs: int) -> None:
    if row.epoch * 10 // epochs > (row.epoch - 1) * 10 // epochs:
        print(f"epoch {row.epoch}/{epochs}  {_figures(row)}", file=sys.stderr)
