"""shinko lm compare: several word models in one table and one figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shinko.cli.options import option_names
from shinko.cli.paths import read_path
from shinko.cli.training import INTERRUPTED, require_matplotlib, require_torch
from shinko.errors import ShinkoError
from shinko.lm.settings import PRESETS, TextSettings, WordSettings, preset
from shinko.runs.settings import change

if TYPE_CHECKING:
    from shinko.experiments.words.runs import WordRun

Corpus = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        "-c",
        help="A folder with *train*.txt, *valid*.txt and maybe *test*.txt; or a text; or two or "
        "three files for the parts, each with its own --corpus. Default: ptb, once fetched.",
        metavar="DIR|FILE",
        parser=read_path,
    ),
]


def compare_command(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of runs; without any, the presets are trained.",
            metavar="[RUN …]",
            parser=read_path,
            show_default=False,
        ),
    ] = None,
    corpus: Corpus = None,
    presets: Annotated[
        str | None,
        typer.Option(
            "--presets", help="The presets to train, with commas between; without it, all five."
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(help="Passes over the training text, in place of the presets' own.", min=1),
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder of results.", metavar="DIR", parser=read_path),
    ] = Path("runs/compare"),
) -> None:
    """Simple RNN against LSTM: one table, one figure (SVG, PNG), and text of the best.

    \b
    shinko lm compare                           train the five presets in runs/compare; hours
    shinko lm compare runs/a runs/b             compare runs that are there
    shinko lm compare --presets rnn-small,lstm-small --epochs 3

    What is trained already is taken as it is; after Ctrl-C the same command goes on.
    """
    given = {"presets": presets, "epochs": epochs}
    if runs and any(given.values()):
        raise ShinkoError(
            f"{option_names(name for name in given if given[name])}: for training presets; leave "
            "it out where runs are named"
        )
    chosen = {name: preset(name) for name in (presets.split(",") if presets else PRESETS)}
    if epochs:
        chosen = {name: change(known, {"epochs": epochs}) for name, known in chosen.items()}
    require_torch("comparing")
    require_matplotlib("the figure needs")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.comparison import COLUMNS, compare, table_cells, write_comparison
    from shinko.experiments.words.data import PTB, find_corpus
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.text import sample

    if runs:
        files = find_corpus(corpus) if corpus else ()
        opened = [open_run(path) for path in runs]
    else:
        files = find_corpus(corpus or [Path(PTB)])
        opened = _train_all(out, chosen, files)
    with counting_progress("reading", "words") as show:
        entries = compare(opened, files, show)
    paths = write_comparison(out, entries)
    _print_table([COLUMNS, *map(table_cells, entries)])
    best = min(entries, key=lambda entry: entry.best.valid_perplexity).run
    text = sample(best, TextSettings(words=40))[0].replace("\n", "\n  ")
    print(f"\ntext of {best.name}:\n  {text}\n")
    print("written: " + ", ".join(map(str, paths)))


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
            print(f"interrupted while training {run.name}; run the same again to go on")
            raise typer.Exit(INTERRUPTED)
    return runs


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
