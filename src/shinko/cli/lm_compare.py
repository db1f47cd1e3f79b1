"""shinko lm compare: several word models in one table and one figure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_lines
from shinko.cli.training import INTERRUPTED, require_matplotlib, require_torch
from shinko.experiments.requests import WordCompareRequest
from shinko.lm.settings import PRESETS, WordSettings
from shinko.request import Request, asked, change

if TYPE_CHECKING:
    from shinko.experiments.words.runs import WordRun


@dataclass(frozen=True)
class ComparedOut(Request):
    """Where results go."""

    out: Path = asked(Path("runs/compare"), "Folder of results.", metavar="DIR", letter="o")


@asks(WordCompareRequest, ComparedOut)
def compare_command(request: WordCompareRequest, results: ComparedOut) -> None:
    """Simple RNN against LSTM: one table, one figure (SVG, PNG), and what each writes.

    \b
    shinko lm compare                           train the five presets; hours
    shinko lm compare runs/a runs/b             compare runs that are there
    shinko lm compare --presets rnn-small,lstm-small --epochs 3

    What is trained already is taken as it is; after Ctrl-C the same command goes on.
    """
    runs, corpus, out = request.runs, request.corpus, results.out
    chosen = {name: PRESETS[name] for name in request.chosen or PRESETS}
    if request.epochs:
        chosen = {name: change(one, {"epochs": request.epochs}) for name, one in chosen.items()}
    require_torch("comparing")
    require_matplotlib("the figure needs")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.comparison import (
        COLUMNS,
        best_of,
        compare,
        table_cells,
        write_comparison,
    )
    from shinko.experiments.words.data import PTB, find_corpus
    from shinko.experiments.words.runs import open_run

    if runs:
        files = find_corpus(corpus) if corpus else ()
        opened = [open_run(path) for path in runs]
    else:
        files = find_corpus(corpus or (Path(PTB),))
        opened = _train_all(out, chosen, files)
    with counting_progress("reading", "words") as show:
        entries = compare(opened, files, show)
    paths = write_comparison(out, entries)
    _print_table([COLUMNS, *map(table_cells, entries)])
    best = best_of(entries)
    lines = best.text.split("\n")
    print_lines("", f"text of {best.run.name}:", *(f"  {line}" for line in lines), "")
    print_lines("written: " + ", ".join(map(str, paths)))


def _train_all(
    out: Path, presets: dict[str, WordSettings], files: tuple[Path, ...]
) -> list[WordRun]:
    from shinko.cli.progress import word_progress
    from shinko.experiments.words.comparison import prepare
    from shinko.experiments.words.training import train

    runs = prepare(out, presets, files)
    for run in runs:
        with word_progress(run.name, run.settings.epochs) as progress:
            trained = train(run, files=files, on_window=progress.window, on_epoch=progress.epoch)
        if trained.interrupted:
            print_lines(f"interrupted while training {run.name}; run the same again to go on")
            raise typer.Exit(INTERRUPTED)
    return runs


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print_lines("  ".join(cells).rstrip())
