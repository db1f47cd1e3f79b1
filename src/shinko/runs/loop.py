"""The one training loop: stopped after any step, from any thread, it goes on bit for bit."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from shinko.errors import ShinkoError
from shinko.runs.folder import RunFolder
from shinko.runs.recorder import Recorder
from shinko.runs.state import AnyRow, Trainable, resume_training, save_training

# Between two saves within an epoch.
SAVE_SECONDS = 120.0


class DivergedError(ShinkoError):
    """A figure of a training is no finite number any more; its weights are of no use."""


def run_training(
    training: Trainable[AnyRow],
    folder: RunFolder,
    should_stop: Callable[[], bool],
    on_row: Callable[[AnyRow], None],
    *,
    on_step: Callable[[], None] = lambda: None,
    tensorboard: bool = False,
) -> list[AnyRow]:
    """Train to the end, or until asked to stop, from wherever the run stands; all its rows.

    Nobody else trains the run meanwhile.
    Saves every `save_every` epochs, at the end, at a stop, and in a long epoch every two minutes.

    Args:
      training: as it begins.
      folder: the run.
      should_stop: asked before the first step and after each one; any thread may make it true.
      on_row: called with each new row, after it was recorded and what was due was saved.
      on_step: called after each step, before anything is recorded or saved.
      tensorboard: log for TensorBoard, too.

    Raises:
      DivergedError: a figure is no finite number; the step is not kept.
      HeldError: another trains this run; nothing is changed.
      ShinkoError: the run or the disk fails; what was saved stays.
    """
    with folder.held():
        return _run(training, folder, should_stop, on_row, on_step, tensorboard)


def _run(
    training: Trainable[AnyRow],
    folder: RunFolder,
    should_stop: Callable[[], bool],
    on_row: Callable[[AnyRow], None],
    on_step: Callable[[], None],
    tensorboard: bool,
) -> list[AnyRow]:
    rows = resume_training(training, folder)
    # A checkpoint that was lost is written again.
    is_saved, saved_at = training.epoch in (0, *folder.checkpoints()), time.monotonic()
    try:
        with Recorder(folder, tensorboard=tensorboard, labels=training.labels) as recorder:
            while training.epoch < training.epochs and not should_stop():
                row = training.step()
                on_step()
                if row:
                    figures = {name: getattr(row, name) for name in training.checked}
                    check_finite(figures, f"at epoch {row.epoch}; {training.remedy}")
                    recorder.write(row.to_dict())
                    rows.append(row)
                    is_saved = row.epoch % training.save_every == 0 or row.epoch == training.epochs
                else:
                    is_saved = time.monotonic() - saved_at > SAVE_SECONDS
                if is_saved:
                    save_training(training, folder)
                    saved_at = time.monotonic()
                if row:
                    on_row(row)
            if not is_saved:
                save_training(training, folder)
    except DivergedError as error:
        kept = folder.checkpoints()
        what = f"the checkpoint of epoch {kept[-1]}" if kept else "no checkpoint"
        raise DivergedError(f"{error} ({folder.path} keeps {what})") from None
    return rows


def check_finite(figures: Mapping[str, float], then: str) -> None:
    """Raises: DivergedError, for the first that is no finite number; `then` ends the message."""
    for name, value in figures.items():
        if not math.isfinite(value):
            raise DivergedError(f"{name} turned {value} {then}")
