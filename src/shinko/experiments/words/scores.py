"""How well a run's best checkpoint foretells a text: perplexity, and surprisal word by word."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.disk import write_atomically
from shinko.errors import ShinkoError
from shinko.experiments.words.runs import WordRun
from shinko.lm.corpus import EOS, CorpusError, read_words, split_line
from shinko.lm.perplexity import perplexity, surprisals
from shinko.nets.model import SequenceModel
from shinko.runs.device import choose_device
from shinko.runs.state import load_weights

_MOST_UNKNOWN = 0.5


@dataclass(frozen=True)
class TextScore:
    """A text as a model sees it, read as one sequence.

    Attributes:
      words: how many, ends of lines included.
      unknown: share of them that was read as `<unk>`, 0..1.
      nats: mean surprisal of a word.
      epoch: of the checkpoint.
    """

    words: int
    unknown: float
    nats: float
    epoch: int

    @property
    def perplexity(self) -> float:
        return math.exp(self.nats)

    @property
    def bits(self) -> float:
        """Mean surprisal in bits."""
        return self.nats / math.log(2)

    def to_dict(self) -> dict[str, float]:
        return {**vars(self), "perplexity": self.perplexity, "bits": self.bits}


@dataclass(frozen=True)
class Surprisal:
    """One word of a sentence, its surprisal in nats, and whether the model knows it."""

    word: str
    nats: float
    known: bool


def evaluate(
    run: WordRun,
    file: Path | None = None,
    on_words: Callable[[int, int], None] = lambda read, of: None,
) -> TextScore:
    """Score a text file, by default the test text of the run's own corpus.

    Args:
      run: the run; its best checkpoint is taken.
      file: the text.
      on_words: called with the words read and all words.

    Raises:
      ShinkoError: text or run can't be used; more than half of a file's words are unknown.
    """
    ids = _test_text(run) if file is None else _read(run, file)
    if ids is None:
        raise CorpusError(f"{run.folder.path}: its corpus has no test text; give one with `corpus`")
    return _score(run, ids, on_words)


def score_test_text(
    run: WordRun,
    files: Sequence[Path] = (),
    on_words: Callable[[int, int], None] = lambda read, of: None,
) -> TextScore | None:
    """The score of the run's test text, None if its corpus has none.

    It is kept in the run, and taken from there the next time.

    Args:
      run: the run.
      files: where its corpus lies now, if elsewhere than at the beginning.
      on_words: as for `evaluate`.

    Raises:
      ShinkoError: run or corpus can't be used.
    """
    path = run.folder.path / "test.json"
    key = {"corpus": run.fingerprint, "epoch": run.best_epoch()}
    if (kept := _kept_score(path, key)) is not None:
        return kept
    ids = _test_text(run, files)
    if ids is None:
        return None
    score = _score(run, ids, on_words)
    write_atomically(path, (json.dumps({**score.to_dict(), "of": key}) + "\n").encode())
    return score


def sentence_surprisals(run: WordRun, sentence: str) -> list[Surprisal]:
    """How much each word of a sentence surprises, and the end of its line, after `<eos>`.

    Raises:
      ShinkoError: the sentence has no words, or the run can't be used.
    """
    words = [word for word in split_line(sentence, run.prepared) if word != EOS]
    if not words:
        raise CorpusError(f"sentence {sentence!r}: no words; expected one or more")
    words.append(EOS)
    nats = _surprisals(run, run.vocabulary.encode(words))
    known = set(run.vocabulary.words)
    return [Surprisal(w, float(n), w in known) for w, n in zip(words, nats, strict=True)]


def _kept_score(path: Path, key: Mapping[str, Any]) -> TextScore | None:
    """The score that a file keeps of this; None if there is none yet, or it is damaged."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        score = TextScore(**{name: kept[name] for name in ("words", "unknown", "nats", "epoch")})
        sound = (
            kept["of"] == key
            and {type(score.words), type(score.epoch)} == {int}
            and {type(score.unknown), type(score.nats)} <= {int, float}
            and (score.epoch, score.words > 0) == (key["epoch"], True)
            and 0 <= score.unknown <= 1 <= score.perplexity < math.inf
        )
        return score if sound else None
    except (OSError, ValueError, ArithmeticError, KeyError, TypeError, RecursionError):
        return None


def _test_text(run: WordRun, files: Sequence[Path] = ()) -> NDArray[np.int64] | None:
    return run.corpus(tuple(files)).test


def _read(run: WordRun, file: Path) -> NDArray[np.int64]:
    ids = run.vocabulary.encode(read_words(file, run.prepared))
    unknown = float(np.mean(ids == run.vocabulary.unk))
    if unknown > _MOST_UNKNOWN:
        raise CorpusError(
            f"{file}: {unknown:.0%} of its words are none of the {len(run.vocabulary)} that "
            f"{run.folder.path} knows; expected a text of its kind, or train on this one"
        )
    return ids


def _score(run: WordRun, ids: NDArray[np.int64], on_words: Callable[[int, int], None]) -> TextScore:
    nats = _surprisals(run, ids, lambda read: on_words(read, len(ids)))
    unknown = float(np.mean(ids == run.vocabulary.unk))
    return TextScore(len(ids), unknown, float(nats.mean()), run.best_epoch())


def _surprisals(
    run: WordRun, ids: NDArray[np.int64], on_window: Callable[[int], None] = lambda read: None
) -> NDArray[np.float64]:
    model = SequenceModel(run.config)
    load_weights(model, run.weights(), run.folder.checkpoint_path(run.best_epoch()))
    model.to(choose_device("auto"))  # not every machine has the one it was trained on
    nats = surprisals(model, ids, before=run.vocabulary.eos, on_window=on_window)
    if not math.isfinite(perplexity(nats)):
        raise ShinkoError(
            f"{run.folder.path}: the perplexity is out of range; its weights are of no use"
        )
    return nats
