"""Several word models side by side: one table, one figure, a text of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko.disk import write_atomically
from shinko.experiments.words.figure import Curve, draw_perplexities
from shinko.experiments.words.runs import WordRun, open_run
from shinko.experiments.words.scores import TextScore, score_test_text
from shinko.experiments.words.text import sample
from shinko.experiments.words.training import begin_run
from shinko.lm.metrics import WordRow
from shinko.lm.settings import TextSettings, WordSettings
from shinko.request import change
from shinko.runs.errors import RunError
from shinko.runs.folder import exists

FILES = ("comparison.json", "comparison.md", "perplexity.svg", "perplexity.png")


@dataclass(frozen=True)
class Entry:
    """One model of a comparison.

    Attributes:
      run: the model.
      rows: one an epoch.
      score: of the test text, None if the corpus has none.
      text: what it writes, as `lm sample` draws it unless told otherwise.
    """

    run: WordRun
    rows: list[WordRow]
    score: TextScore | None
    text: str

    @property
    def finished(self) -> bool:
        """Whether all its epochs were trained."""
        return len(self.rows) >= self.run.settings.epochs

    @property
    def best(self) -> WordRow:
        """The row of the checkpoint that was kept."""
        return self.rows[self.run.best_epoch() - 1]

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
            "best_epoch": self.best.epoch,
            "valid_perplexity": self.best.valid_perplexity,
            "test_perplexity": self.score.perplexity if self.score else None,
            "minutes": self.minutes,
            "text": self.text,
            "rows": [row.to_dict() for row in self.rows],
        }


def prepare(folder: Path, presets: dict[str, WordSettings], files: Sequence[Path]) -> list[WordRun]:
    """A run of each preset in FOLDER/NAME, begun where it isn't there yet.

    Raises:
      RunError: a run that is there has other settings or another corpus.
      ShinkoError: corpus or device can't be used, or a folder is taken.
    """
    runs: list[WordRun] = []
    for name, settings in presets.items():
        path = folder / name
        if runs and settings.precision == "auto":  # as the first: timed once, the same for all
            settings = change(settings, {"precision": runs[0].settings.precision})
        if not exists(path / "settings.toml"):
            runs.append(begin_run(path, settings, files))
            continue
        run = open_run(path)
        told = run.settings.to_dict()
        for setting, value in settings.to_dict().items():
            if told[setting] != value and setting not in ("precision", "device"):
                raise RunError(
                    f"{path}: was trained with `{setting}` {told[setting]}, not "
                    f"{value}; take another `out`, or compare finished runs by naming them"
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
    files: Sequence[Path] = (),
    on_words: Callable[[int, int], None] = lambda read, of: None,
) -> list[Entry]:
    """Each run with its rows, the score of its best checkpoint on the test text, and a text.

    Args:
      runs: trained on the same text.
      files: where that lies now, if elsewhere than at the beginning.
      on_words: called with the words read and all words of the text that is being read.

    Raises:
      RunError: a run has no checkpoint, lacks rows, or has another corpus.
    """
    require_one_corpus(runs)
    for run in runs:  # before the first long reading
        if run.best_epoch() > len(run.rows()):
            raise RunError(
                f"{run.folder.metrics_path}: {len(run.rows())} rows, but the checkpoint is of "
                f"epoch {run.best_epoch()}; put them back, or train again"
            )
    return [
        Entry(
            run, run.rows(), score_test_text(run, files, on_words), sample(run, TextSettings())[0]
        )
        for run in runs
    ]


def best_of(entries: Sequence[Entry]) -> Entry:
    """The one of the lowest validation perplexity."""
    return min(entries, key=lambda entry: entry.best.valid_perplexity)


def write_comparison(folder: Path, entries: Sequence[Entry]) -> list[Path]:
    """Table, numbers, texts and figure as files; returns their paths.

    Raises:
      WriteError: the folder can't be written.
    """
    contents = [
        (json.dumps([entry.to_dict() for entry in entries], indent=1) + "\n").encode(),
        (markdown_table(entries) + _markdown_texts(entries)).encode(),
        *draw_perplexities([_curve(entry) for entry in entries]),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in FILES]
    for path, content in zip(paths, contents, strict=True):
        write_atomically(path, content)
    return paths


def _curve(entry: Entry) -> Curve:
    unfinished = "" if entry.finished else " (unfinished)"
    return Curve(
        f"{entry.run.name}: {entry.run.network}; {_measured(entry)}{unfinished}",
        [row.train_perplexity for row in entry.rows],
        [row.valid_perplexity for row in entry.rows],
        entry.best.epoch,
    )


def _measured(entry: Entry) -> str:
    if entry.score:
        return f"test {entry.score.perplexity:.1f}"
    return f"valid {entry.best.valid_perplexity:.1f}"


def table_cells(entry: Entry) -> tuple[str, ...]:
    """What the table says of a model, by the columns of `COLUMNS`."""
    row = entry.best
    epochs = f"{len(entry.rows)}" if entry.finished else f"{len(entry.rows)} (unfinished)"
    return (
        entry.run.name,
        entry.run.network,
        f"{entry.run.parameters / 1e6:.2f} M",
        epochs,
        f"{row.epoch}",
        f"{row.train_perplexity:.2f}",
        f"{row.valid_perplexity:.2f}",
        f"{entry.score.perplexity:.2f}" if entry.score else "–",
        f"{entry.minutes:.0f} min",
    )


COLUMNS = ("model", "network", "weights", "epochs", "best", "train", "valid", "test", "wall time")


def markdown_table(entries: Sequence[Entry]) -> str:
    """The table as Markdown; perplexities are of the best epoch."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *map(table_cells, entries)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _markdown_texts(entries: Sequence[Entry]) -> str:
    """What each model writes, the best first, its lines indented as they are."""
    told = sorted(entries, key=lambda entry: entry.best.valid_perplexity)
    return "".join(
        f"\nText of {entry.run.name}:\n\n"
        + "".join(f"    {line}\n" for line in entry.text.split("\n"))
        for entry in told
    )
