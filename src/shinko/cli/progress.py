"""Progress on standard error: a training's figures live, and long readings."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from shinko.cli.streams import print_lines, terminal_text

if TYPE_CHECKING:
    from shinko.lm.metrics import WordRow
    from shinko.lm.training import WordTraining
    from shinko.rl.dial_training import DialRow
    from shinko.rl.metrics import EpochRow


@contextmanager
def learning_progress(
    epochs: int, optimality: Callable[[EpochRow], float] | None = None
) -> Iterator[Callable[[EpochRow], None]]:
    """Yields what to call with each row; where no person watches, a line each tenth.

    Args:
      epochs: how many there will be.
      optimality: of an epoch, to show beside its figures.
    """

    def figures(row: EpochRow) -> str:
        told = f"return {row.mean_return:6.2f}  entropy {row.entropy:.2f}  "
        told += f"distinct {row.distinct:4.0%}"
        return f"{told}  optimality {optimality(row):4.0%}" if optimality else told

    with _epochs_progress(epochs) as show:
        yield lambda row: show(row.epoch, figures(row))


@contextmanager
def dial_progress(epochs: int) -> Iterator[Callable[[DialRow], None]]:
    """The same for a policy with a dial: its distances from the chains at τ = 1."""
    with _epochs_progress(epochs) as show:
        yield lambda row: show(
            row.epoch,
            f"regret {row.regret:.4f} nats a chord  divergence {row.divergence:.4f}  "
            f"entropy {row.entropy:.2f}",
        )


@contextmanager
def _epochs_progress(epochs: int) -> Iterator[Callable[[int, str], None]]:
    """Yields what to call with each epoch and its figures."""

    def print_tenths(epoch: int, figures: str) -> None:
        if epoch * 10 // epochs > (epoch - 1) * 10 // epochs:
            print_lines(f"epoch {epoch}/{epochs}  {figures}", to_error=True)

    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield print_tenths
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

        def show(epoch: int, figures: str) -> None:
            progress.update(task, completed=epoch, figures=figures)

        yield show


@dataclass(frozen=True)
class WordProgress:
    """What to call after each window of a word model's training, and after each epoch."""

    window: Callable[[WordTraining], None]
    epoch: Callable[[WordRow], None]


@contextmanager
def word_progress(name: str, epochs: int) -> Iterator[WordProgress]:
    """Tokens a second, perplexity and time left; where no person watches, a line each epoch."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield WordProgress(lambda training: None, lambda row: _print_epoch(name, row, epochs))
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=console, speed_estimate_period=120) as progress:
        task = progress.add_task(escape(terminal_text(name)), total=None, figures="")

        def window(training: WordTraining) -> None:
            done = training.epoch * training.windows + training.window
            progress.update(task, total=epochs * training.windows, completed=done)
            if training.window:  # at the end of an epoch the figures of the next are empty
                progress.update(
                    task,
                    figures=f"epoch {training.epoch + 1}/{epochs}  "
                    f"{training.tokens_per_second:,.0f} words/s  "
                    f"train {training.train_perplexity:.1f}  valid {_shown(training.best)}",
                )

        def epoch(row: WordRow) -> None:
            line = terminal_text(_epoch_line(name, row, epochs))
            progress.console.print(line, highlight=False, markup=False)

        yield WordProgress(window, epoch)


@contextmanager
def counting_progress(
    doing: str, what: str, *, tenths: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """Yields what to call with how much is done, and of how much.

    Args:
      doing: what is being done.
      what: is counted.
      tenths: print a line each tenth where no person watches; silent otherwise.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        told = 0

        def print_tenths(done: int, of: int) -> None:
            nonlocal told
            if tenths and done * 10 // of > told:
                told = done * 10 // of
                print_lines(f"{doing}  {done}/{of} {what}", to_error=True)

        yield print_tenths
        return
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _shown(perplexity: float) -> str:
    return f"{perplexity:.1f}" if perplexity < math.inf else "–"


def _epoch_line(name: str, row: WordRow, epochs: int) -> str:
    return (
        f"{name}  epoch {row.epoch}/{epochs}  perplexity train {row.train_perplexity:.2f}  "
        f"valid {row.valid_perplexity:.2f}  {row.tokens_per_second:,.0f} words/s"
    )


def _print_epoch(name: str, row: WordRow, epochs: int) -> None:
    print_lines(_epoch_line(name, row, epochs), to_error=True)
