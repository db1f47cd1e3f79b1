"""A word model's run, opened: its settings, its vocabulary, its best weights. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shinko.lm.corpus import Corpus, CorpusError, Vocabulary, read_corpus
from shinko.lm.metrics import WordRow
from shinko.lm.settings import WordSettings, word_config
from shinko.nets.shapes import CELL_SHAPES, ModelConfig, weight_shapes
from shinko.runs.arrays import expect_weights
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder


@dataclass(frozen=True)
class WordRun:
    """What a run was told, and what it knows.

    Attributes:
      folder: where it lies.
      settings: of its training.
      vocabulary: the words its network knows.
      prepared: how its corpus was split, see `corpus`.
      files: the corpus, as it was given.
      fingerprint: what tells that corpus from others.
    """

    folder: RunFolder
    settings: WordSettings
    vocabulary: Vocabulary
    prepared: bool
    files: tuple[Path, ...]
    fingerprint: str

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.path.resolve().name

    @property
    def config(self) -> ModelConfig:
        """The network's shape."""
        return word_config(self.settings, len(self.vocabulary))

    @property
    def network(self) -> str:
        """The network in a few words: `LSTM 2×650, dropout 0.5, tied`."""
        settings = self.settings
        parts = [f"{CELL_SHAPES[settings.cell].name} {settings.layers}×{settings.hidden}"]
        parts += [f"dropout {settings.dropout:g}"] if settings.dropout else []
        recurrent = settings.recurrent_dropout
        parts += [f"recurrent dropout {recurrent:g}"] if recurrent else []
        parts += ["tied"] if settings.tied else []
        return ", ".join(parts)

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        shapes = weight_shapes(self.config)
        if self.settings.tied:
            del shapes["output.weight"]
        return sum(prod(shape) for shape in shapes.values())

    def rows(self) -> list[WordRow]:
        """One an epoch."""
        return [WordRow.from_dict(row) for row in self.folder.rows()]

    def corpus(self, paths: tuple[Path, ...] = ()) -> Corpus:
        """The corpus of the run, or these paths' if they hold the same.

        Raises:
          CorpusError: it can't be read, or is another one.
        """
        files = paths or self.files
        corpus = read_corpus(files, len(self.vocabulary), self.vocabulary)
        if corpus.fingerprint != self.fingerprint:
            raise CorpusError(
                f"corpus {' '.join(map(str, files))}: not what {self.folder.path} was begun with: "
                "its words differ; name the folder or files of that one"
            )
        return corpus

    def best_epoch(self) -> int:
        """The epoch of the checkpoint that was kept: the one of the lowest validation perplexity.

        Raises:
          RunError: there is none yet.
        """
        epochs = self.folder.checkpoints()
        if not epochs:
            raise RunError(
                f"{self.folder.path}: no checkpoint yet; go on with: shinko lm train --out "
                f"{self.folder.path} --resume"
            )
        return epochs[-1]

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The best weights by name.

        Raises:
          RunError: there are none, or they are damaged.
        """
        epoch = self.best_epoch()
        weights = self.folder.weights(epoch)
        path = self.folder.checkpoint_path(epoch)
        expect_weights(weights, weight_shapes(self.config), path, "this run's network")
        return weights


def open_run(path: Path) -> WordRun:
    """The run in a folder.

    Raises:
      RunError: there is no run of a word model, or its settings are damaged.
    """
    folder = RunFolder(path, "shinko lm train --out", "train again")
    settings = folder.part("lm", WordSettings)
    words = folder.part("vocabulary", _Words).words
    corpus = folder.part("corpus", _Corpus)
    try:
        vocabulary = Vocabulary(words)
    except CorpusError as error:
        raise RunError(f"{folder.settings_path}: [vocabulary] {error}; train again") from None
    files = tuple(Path(file) for file in corpus.files)
    return WordRun(folder, settings, vocabulary, corpus.prepared, files, corpus.sha256)


@dataclass(frozen=True)
class _Words:
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Corpus:
    files: tuple[str, ...]
    sha256: str
    prepared: bool
