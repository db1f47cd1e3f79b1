"""Readers of what trainings of words take and leave: corpora, settings, weights, scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuzzing.cases import Prepare
from fuzzing.files import of_file
from fuzzing.runs import made, part_of, resuming
from fuzzing.shapes import JSON, JSON_LINES, TENSORS, TOML

_LINES = ("The cat sat on the mat.", "It's a mat; the cat's mat!", "A dog came, and sat.")
_CORPUS = "\n".join(_LINES * 8) + "\n"
_PREPARED = "\n".join(("the <unk> sat on N mats", "no it was n't") * 12) + "\n"


def worded(folder: Path) -> Path:
    """A run of `lm train`, likewise."""
    from shinko.experiments.words.training import begin_run, train
    from shinko.lm.settings import WordSettings

    (folder / "corpus.txt").write_text(_CORPUS)
    settings = WordSettings(
        layers=1, hidden=2, epochs=2, batch=2, window=8, vocabulary=12, columns=0,
        precision="float32", device="cpu",
    )  # fmt: skip
    run = begin_run(folder / "run", settings, [folder / "corpus.txt"])
    train(run, should_stop=lambda: False)
    return folder / "run"


def _word_run(run: Path) -> Callable[[], object]:
    """What every command on word models opens."""
    from shinko.experiments.words.runs import open_run

    def read() -> object:
        opened = open_run(run)
        return opened.parameters, opened.network, opened.name, opened.corpus()

    return read


def _word_rows(run: Path) -> Callable[[], object]:
    from shinko.experiments.words.runs import open_run

    opened = open_run(run)
    return opened.rows


def _word_weights(run: Path) -> Callable[[], object]:
    """What `lm sample` reads, and a word of it."""
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.text import sample
    from shinko.lm.settings import TextSettings

    opened, asked = open_run(run), TextSettings(words=2)
    return lambda: sample(opened, asked)


def _word_score(run: Path) -> Callable[[], object]:
    """What `lm compare` keeps; its corpus is gone, so that none is measured anew."""
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.scores import score_test_text

    opened = open_run(run)
    (run.parent / "corpus.txt").unlink()

    def read() -> object:
        score = score_test_text(opened)
        return None if score is None else score.to_dict()

    return read


def _scored(folder: Path) -> Path:
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.scores import score_test_text

    run = made(worded, folder)
    score_test_text(open_run(run))
    return run


def _word_training(run: Path) -> Any:
    from shinko.experiments.words.runs import open_run
    from shinko.lm.training import WordTraining

    opened = open_run(run)
    return WordTraining(opened.settings, opened.corpus())


def _corpus(path: Path) -> str:
    """A text to train a word model on."""
    from shinko.lm.corpus import read_corpus

    return read_corpus([path], 12).fingerprint


WORD_READERS: dict[str, Prepare] = {
    "lm: settings": part_of(worded, "settings.toml", _word_run, TOML),
    "lm: metrics": part_of(worded, "metrics.jsonl", _word_rows, JSON_LINES),
    "lm: weights": part_of(worded, "checkpoints/epoch-000002.safetensors", _word_weights, TENSORS),
    "lm: state": part_of(worded, "state.safetensors", resuming(_word_training), TENSORS),
    "lm: kept score": part_of(_scored, "test.json", _word_score, JSON),
    "corpus": of_file("corpus.txt", _corpus, [_CORPUS.encode()]),
    "corpus, prepared": of_file("ptb.train.txt", _corpus, [_PREPARED.encode()]),
}
