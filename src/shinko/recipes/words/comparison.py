"""Several word models side by side: one table, one figure, text of the best."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko.files import write_atomically
from shinko.lm.metrics import WordRow
from shinko.lm.settings import WordSettings
from shinko.recipes.words.runs import WordRun, open_run
from shinko.recipes.words.scores import Score, evaluate_once
from shinko.recipes.words.training import begin_run
from shinko.runs.folder import RunError, exists

FILES = ("comparison.json", "comparison.md", "perplexity.svg", "perplexity.png")


@dataclass(frozen=True)
class Entry:
    """One model of a comparison."""

    run: WordRun
    rows: list[WordRow]
    score: Score

    @property
    def finished(self) -> bool:
        """Whether all its epochs were trained."""
        return len(self.rows) >= self.run.settings.epochs

    @property
    def best(self) -> WordRow:
        """The row of the checkpoint that was scored."""
        return self.rows[self.score.epoch - 1]

    @property
    def minutes(self) -> float:
        """Wall time of the training."""
        return sum(row.seconds for row in self.rows) / 60

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.run.name,
            "network": self.run.network,
            "parameters": self.run.parameters,
            "settings": self.run.settings.to_dict(),
            "finished": self.finished,
            "epochs": len(self.rows),
            "best_epoch": self.score.epoch,
            "valid_perplexity": self.best.valid_perplexity,
            "test_perplexity": self.score.perplexity,
            "minutes": self.minutes,
            "rows": [row.to_dict() for row in self.rows],
        }


def prepare(folder: Path, presets: dict[str, WordSettings], files: Sequence[Path]) -> list[WordRun]:
    """A run of each preset in FOLDER/NAME, begun where it isn't there yet.

    Raises:
      RunError: a run that is there has other settings or another corpus.
      ShinkoError: corpus or device can't be used, or a folder is taken.
    """
    runs = []
    for name, settings in presets.items():
        path = folder / name
        if not exists(path / "settings.toml"):
            runs.append(begin_run(path, settings, files))
            continue
        run = open_run(path)
        told = run.settings.to_dict()
        for setting, value in settings.to_dict().items():
            if told[setting] != value and value != "auto":
                raise RunError(
                    f"{path}: was trained with --{setting.replace('_', '-')} {told[setting]}, not "
                    f"{value}; take another --out, or compare finished runs by naming them"
                )
        run.corpus(tuple(files))
        runs.append(run)
    require_one_corpus(runs)
    return runs


def require_one_corpus(runs: Sequence[WordRun]) -> None:
    """Raises: RunError, if runs know different words or read different texts."""
    first = runs[0]
    for run in runs[1:]:
        if (run.vocabulary, run.fingerprint) != (first.vocabulary, first.fingerprint):
            what = "vocabulary" if run.vocabulary != first.vocabulary else "corpus"
            raise RunError(
                f"{run.folder.path}: its {what} is another than that of {first.folder.path}; "
                "perplexities compare only between runs on the same text"
            )


def compare(
    runs: Sequence[WordRun],
    on_words: Callable[[WordRun, int, int], None] = lambda run, read, of: None,
) -> list[Entry]:
    """Each run with its rows and the score of its best checkpoint on the test text.

    Raises:
      RunError: a run has no checkpoint, or another corpus.
    """
    require_one_corpus(runs)
    for run in runs:
        run.best_epoch()  # fails before the first long reading

    def score(run: WordRun) -> Score:
        return evaluate_once(run, lambda read, of: on_words(run, read, of))

    return [Entry(run, run.rows(), score(run)) for run in runs]


def write_comparison(folder: Path, entries: Sequence[Entry]) -> list[Path]:
    """Table, numbers and figure as files; returns their paths.

    Raises:
      WriteError: the folder can't be written.
    """
    from shinko.recipes.words.figure import draw_perplexities

    contents = [
        (json.dumps([entry.to_dict() for entry in entries], indent=1) + "\n").encode(),
        markdown_table(entries).encode(),
        *draw_perplexities(entries),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in FILES]
    for path, content in zip(paths, contents, strict=True):
        write_atomically(path, content)
    return paths


def table_cells(entry: Entry) -> tuple[str, ...]:
    """What the table says of a model, by the columns of `COLUMNS`."""
    row = entry.best
    epochs = f"{len(entry.rows)}" if entry.finished else f"{len(entry.rows)} (unfinished)"
    return (
        entry.run.name,
        entry.run.network,
        f"{entry.run.parameters / 1e6:.2f} M",
        epochs,
        f"{entry.score.epoch}",
        f"{row.train_perplexity:.2f}",
        f"{row.valid_perplexity:.2f}",
        f"{entry.score.perplexity:.2f}",
        f"{entry.minutes:.0f} min",
    )


COLUMNS = ("model", "network", "weights", "epochs", "best", "train", "valid", "test", "wall time")


def markdown_table(entries: Sequence[Entry]) -> str:
    """The table as Markdown; perplexities are of the best epoch."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *map(table_cells, entries)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
