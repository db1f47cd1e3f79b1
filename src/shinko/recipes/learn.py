"""Learn a policy from a table: train, record, select the checkpoint before the collapse."""

from __future__ import annotations

import hashlib
import json
import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from shinko import __version__
from shinko.errors import ShinkoError
from shinko.files import write_atomically
from shinko.rl.metrics import EpochRow
from shinko.rl.selection import Selection, select_checkpoint
from shinko.rl.settings import LearnSettings
from shinko.rl.training import Training, fitting_threads
from shinko.runs.folder import RunError, RunFolder
from shinko.runs.recorder import Recorder
from shinko.tables import compile_table, load_table
from shinko.tables.automaton import Automaton


@dataclass(frozen=True)
class Learned:
    """How a training ended.

    Attributes:
      folder: the run.
      rows: one an epoch, those from before a resumption included.
      epochs: how many were asked for; fewer rows mean that it was interrupted.
      selection: the checkpoint to compose with, or why there is none.
    """

    folder: RunFolder
    rows: list[EpochRow]
    epochs: int
    selection: Selection | ShinkoError


def begin_run(path: Path, settings: LearnSettings) -> RunFolder:
    """Make the folder of a new run; the table is read first, so that a wrong one leaves nothing.

    Raises:
      ShinkoError: the table can't be used, or the folder is taken.
    """
    automaton = learning_table(settings)
    folder = RunFolder(path)
    folder.create(
        {
            "shinko": __version__,
            "chords": list(automaton.vocabulary),
            "table_sha256": fingerprint(automaton),
            "learn": settings.to_dict(),
        }
    )
    return folder


def learn(
    folder: RunFolder,
    *,
    tensorboard: bool = False,
    on_epoch: Callable[[EpochRow], None] = lambda row: None,
) -> Learned:
    """Train a run to its end, from wherever it stands.

    Ctrl-C ends the training after the epoch it is in, with a checkpoint; a second one at once.

    Args:
      folder: a run made by `begin_run`, fresh or interrupted.
      tensorboard: log for TensorBoard, too.
      on_epoch: called with each new row.

    Raises:
      ShinkoError: the run, its table or the disk fails; what was saved stays.
    """
    stored = folder.settings()
    try:
        settings = LearnSettings.from_dict(stored["learn"])
    except (KeyError, TypeError):
        raise RunError(f"{folder.settings_path}: no [learn] settings; train again") from None
    automaton = learning_table(settings)
    if fingerprint(automaton) != stored.get("table_sha256"):
        raise RunError(
            f"table '{settings.table}' is not what {folder.path} was begun with; put it back, or "
            "train into another folder with --out"
        )
    training = Training(settings, automaton)
    rows = training.resume(folder)
    with (
        fitting_threads(settings),
        Recorder(folder, tensorboard=tensorboard) as recorder,
        _interruptible() as interrupted,
    ):
        while training.epoch < settings.epochs and not interrupted():
            row = training.step()
            if not math.isfinite(row.loss):
                raise ShinkoError(
                    f"the loss turned {row.loss} at epoch {row.epoch}; lower --learning-rate or "
                    f"--clip (the last checkpoint in {folder.path} is sound)"
                )
            recorder.write(row.to_dict())
            rows.append(row)
            if row.epoch % settings.checkpoint_every == 0 or row.epoch == settings.epochs:
                training.save(folder)
            on_epoch(row)
        if rows and rows[-1].epoch % settings.checkpoint_every and interrupted():
            training.save(folder)
    return Learned(folder, rows, settings.epochs, _select(folder, rows))


def learning_table(settings: LearnSettings) -> Automaton:
    """The compiled table of a training, over the chords that one can go on from."""
    return compile_table(load_table(settings.table).restricted())


def fingerprint(automaton: Automaton) -> str:
    """What tells one table from another: SHA-256 of its chords and numbers."""
    digest = hashlib.sha256(json.dumps(automaton.vocabulary).encode())
    digest.update(automaton.next_state.tobytes())
    digest.update(automaton.probabilities.tobytes())
    return digest.hexdigest()


def ship_policy(folder: RunFolder, epoch: int, path: Path, name: str) -> None:
    """Write the weights of an epoch as a policy file, in half precision."""
    import numpy as np
    from safetensors.numpy import save

    stored: dict[str, Any] = folder.settings()
    described = {"name": name, "chords": stored["chords"], "cell": stored["learn"]["cell"]}
    weights = {key: value.astype(np.float16) for key, value in folder.weights(epoch).items()}
    metadata = {"policy": json.dumps(described, separators=(",", ":"))}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, save(weights, metadata))


def _select(folder: RunFolder, rows: list[EpochRow]) -> Selection | ShinkoError:
    try:
        return select_checkpoint(rows, set(folder.checkpoints()))
    except ShinkoError as error:
        return error


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a question that the loop asks; the second works as ever."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def handle(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
