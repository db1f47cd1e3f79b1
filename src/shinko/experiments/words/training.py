"""Train a word model: begin a run, go on with it, keep the best checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shinko.experiments.interrupts import interruptible
from shinko.experiments.machine import fitting_machine
from shinko.experiments.words.runs import WordRun, open_run
from shinko.lm.corpus import read_corpus
from shinko.lm.metrics import WordRow
from shinko.lm.settings import WordSettings
from shinko.lm.training import WordTraining
from shinko.request import change
from shinko.runs.folder import RunFolder
from shinko.runs.loop import run_training
from shinko.runs.state import saved_epoch


@dataclass(frozen=True)
class Trained:
    """How a training ended.

    Attributes:
      run: the run.
      rows: one an epoch, those from before a resumption included.
      interrupted: whether it was asked to stop; the training may have been at its end.
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
    with fitting_machine(settings):
        training = WordTraining(settings, corpus)  # fails here, before there is a folder
    settings = change(settings, {"precision": training.precision})
    RunFolder(path).create(
        {
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
    should_stop: Callable[[], bool] | None = None,
    on_window: Callable[[WordTraining], None] = lambda training: None,
    on_epoch: Callable[[WordRow], None] = lambda row: None,
) -> Trained:
    """Train a run to its end, from wherever it stands.

    The state is saved every two minutes, after each epoch, and at a stop, which ends the training
    after the window it is in; a second Ctrl-C ends it at once.

    Args:
      run: made by `begin_run`, fresh or interrupted.
      files: where the corpus lies now, if elsewhere than at the beginning.
      tensorboard: log for TensorBoard, too.
      should_stop: asked after each window; by default whether Ctrl-C was pressed.
      on_window: called after each window.
      on_epoch: called with each new row.

    Raises:
      HeldError: another trains this run; nothing is changed.
      ShinkoError: the run, its corpus or the disk fails, or the loss; what was saved stays.
    """
    folder, settings = run.folder, run.settings
    if _is_done(run):  # neither its corpus nor its state is needed, and they may be gone
        folder.clear_up(run.best_epoch())
        return Trained(run, run.rows())
    with folder.held(), fitting_machine(settings):
        training = WordTraining(settings, run.corpus(tuple(files)))
        with interruptible(should_stop) as asked:
            rows = run_training(
                *(training, folder, asked, on_epoch),
                on_step=lambda: on_window(training),
                tensorboard=tensorboard,
            )
            return Trained(run, rows, asked())


def _is_done(run: WordRun) -> bool:
    """Whether a run came to its end, and all of that is saved."""
    if not run.folder.checkpoints() or len(run.rows()) < run.settings.epochs:
        return False
    return saved_epoch(run.folder, WordTraining.save_every) >= run.settings.epochs
