"""The five presets of the word models, trained, scored, and recorded: the poster's comparison.

Trains each preset in FOLDER/PRESET (an interrupted training goes on), reads the test text, and
records the figures of that preset; the report puts them together.

Run: python benchmarks/words_presets.py --corpus PTB_FOLDER --out FOLDER [--presets A,B]
Two at once on two cores: the same twice with --threads 1 and other presets.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

import torch

from record import commit, write_result
from shinko.cli.progress import word_progress
from shinko.experiments.words.comparison import Entry, compare, prepare
from shinko.experiments.words.text import sample
from shinko.experiments.words.training import train
from shinko.lm.settings import PRESETS, TextSettings


def train_preset(name: str, corpus: Path, out: Path) -> dict[str, Any]:
    """Figures of a preset, trained to its end."""
    note = out / f"{name}.txt"
    if not note.exists():
        out.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{commit()}\n{torch.get_num_threads()}\n{date.today().isoformat()}\n")
    (run,) = prepare(out, {name: PRESETS[name]}, [corpus])
    with word_progress(name, run.settings.epochs) as progress:
        trained = train(run, on_window=progress.window, on_epoch=progress.epoch)
    if not trained.finished:
        sys.exit(f"{name}: interrupted; run the same again to go on")
    (entry,) = compare([run])
    print(sample(run, TextSettings(words=120))[0])
    return figures(entry, *note.read_text().split())


def figures(entry: Entry, began: str, threads: str, day: str) -> dict[str, Any]:
    rows = [
        {
            "train": round(row.train_perplexity, 3),
            "valid": round(row.valid_perplexity, 3),
            "words_per_second": round(row.tokens_per_second),
            "seconds": round(row.seconds, 1),
        }
        for row in entry.rows
    ]
    return {
        **{name: value for name, value in entry.to_dict().items() if name != "rows"},
        "test_words": entry.score.words if entry.score else None,
        "begun_at_commit": began,
        "threads": int(threads),
        "begun": day,
        "rows": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    told = parser.parse_args()
    torch.set_num_threads(told.threads)
    for name in told.presets.split(","):
        write_result(
            f"words_preset_{name}",
            f"python benchmarks/words_presets.py --corpus PTB_FOLDER --out FOLDER --presets {name}",
            train_preset(name, told.corpus, told.out),
        )


if __name__ == "__main__":
    main()
