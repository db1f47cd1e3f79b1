"""Train a word model: begin a run, go on with it, keep the best checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shinko import __version__
from shinko.errors import ShinkoError
from shinko.experiments.interrupts import interruptible
from shinko.experiments.machine import fitting_machine
from shinko.experiments.words.runs import WordRun, open_run
from shinko.lm.corpus import read_corpus
from shinko.lm.metrics import WordRow
from shinko.lm.settings import WordSettings
from shinko.lm.training import DivergedError, WordTraining
from shinko.runs.folder import RunFolder
from shinko.runs.recorder import Recorder
from shinko.runs.settings import change

SAVE_SECONDS = 120.0
# The settings that the memory depends on.
_SIZES = ("batch", "window", "vocabulary", "hidden", "layers")


@dataclass(frozen=True)
class Trained:
    """How a training ended.

    Attributes:
      run: the run.
      rows: one an epoch, those from before a resumption included.
      interrupted: whether Ctrl-C was pressed; the training may have been at its end.
    """

    run: WordRun
    rows: list[WordRow]
    interrupted: bool = False

    @property
    def finished(self) -> bool:
        """Whether all epochs that were asked for are done."""
        return len(self.rows) >= self.run.settings.epochs


def begin_run(path: Path, settings: WordSettings, files: Sequence[Path]) -> WordRun:
    """Make the folder of a new run; all is tried first, so that wrong settings leave nothing.

    Args:
      path: the folder to make.
      settings: where precision is `auto`, what is fastest here is taken, and recorded.
      files: the corpus, as `read_corpus` takes it.

    Raises:
      ShinkoError: corpus or device can't be used, the memory is too small, or the folder is taken.
    """
    corpus = read_corpus(files, settings.vocabulary)
    with fitting_machine(settings, _SIZES):
        training = WordTraining(settings, corpus)  # fails here, before there is a folder
    settings = change(settings, {"precision": training.precision})
    RunFolder(path).create(
        {
            "shinko": __version__,
            "lm": settings.to_dict(),
            "corpus": {
                "files": [str(file.resolve()) for file in files],
                "sha256": corpus.fingerprint,
                "prepared": corpus.prepared,
            },
            "vocabulary": {"words": list(corpus.vocabulary.words)},
        }
    )
    return open_run(path)


def train(
    run: WordRun,
    *,
    files: Sequence[Path] = (),
    tensorboard: bool = False,
    on_window: Callable[[WordTraining], None] = lambda training: None,
    on_epoch: Callable[[WordRow], None] = lambda row: None,
) -> Trained:
    """Train a run to its end, from wherever it stands.

    The state is saved every two minutes, after each epoch, and at Ctrl-C, which ends the training
    after the window it is in; a second Ctrl-C ends it at once.

    Args:
      run: made by `begin_run`, fresh or interrupted.
      files: where the corpus lies now, if elsewhere than at the beginning.
      tensorboard: log for TensorBoard, too.
      on_window: called after each window.
      on_epoch: called with each new row.

    Raises:
      ShinkoError: the run, its corpus or the disk fails, or the loss; what was saved stays.
    """
    folder, settings = run.folder, run.settings
    if len(run.rows()) >= settings.epochs and folder.checkpoints():
        return Trained(run, run.rows())  # its state isn't needed, and may be gone
    corpus = run.corpus(tuple(files))
    with fitting_machine(settings, _SIZES):
        training = WordTraining(settings, corpus)
    rows = training.resume(folder)
    with (
        fitting_machine(settings, _SIZES),
        Recorder(folder, tensorboard=tensorboard) as recorder,
        interruptible() as interrupted,
    ):
        saved = time.monotonic()
        while training.epoch < settings.epochs and not interrupted():
            try:
                row = training.step()
            except DivergedError as error:
                raise ShinkoError(f"{error} ({_kept(folder)})") from None
            on_window(training)
            if row:
                recorder.write(row.to_dict())
                rows.append(row)
                on_epoch(row)
            if row or time.monotonic() - saved > SAVE_SECONDS:
                training.save(folder)
                saved = time.monotonic()
        if interrupted() and training.window:
            training.save(folder)
        return Trained(run, rows, interrupted())


def _kept(folder: RunFolder) -> str:
    epochs = folder.checkpoints()
    what = f"the checkpoint of epoch {epochs[-1]}" if epochs else "no checkpoint"
    return f"{folder.path} keeps {what}"
