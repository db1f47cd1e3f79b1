"""Learn a policy from a table: train, record, select the checkpoint before the collapse."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko import __version__
from shinko.disk import write_atomically
from shinko.errors import ShinkoError
from shinko.experiments.interrupts import interruptible
from shinko.experiments.machine import fitting_machine
from shinko.rl.limits import memory_limits, table_limits
from shinko.rl.memory_runs import (
    learning_voices,
    memory_reward,
    memoryless_process,
    run_voices,
    voices_fingerprint,
)
from shinko.rl.memory_training import MemoryTraining
from shinko.rl.metrics import EpochRow
from shinko.rl.policy import run_selection
from shinko.rl.policy_runs import learning_table, run_settings, run_table
from shinko.rl.selection import Selection
from shinko.rl.settings import LearnSettings
from shinko.rl.training import Training, fitting_threads
from shinko.runs.folder import RunFolder
from shinko.runs.loop import run_training
from shinko.runs.state import Trainable
from shinko.tables.automaton import Automaton, fingerprint
from shinko.tables.memories import Voices
from shinko.tables.table import CHORDS


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

    @property
    def collapsed(self) -> bool:
        """Whether it fell, or never was diverse at a checkpoint."""
        return isinstance(self.selection, ShinkoError) or self.selection.collapse_epoch is not None


def begin_run(path: Path, settings: LearnSettings) -> RunFolder:
    """Make the folder of a new run; the settings are tried first, so that wrong ones leave nothing.

    Raises:
      ShinkoError: table or device can't be used, the memory is too small, or the folder is taken.
    """
    automaton = learning_table(settings)
    voices = learning_voices(settings) if settings.memory != "none" else None
    with fitting_machine(settings):
        _training(settings, automaton, voices)  # fails here, before there is a folder
    told = {
        "codec": automaton.codec,
        "chords": list(automaton.vocabulary),
        "table_sha256": fingerprint(automaton),
    }
    if voices is None:
        limits = table_limits(automaton, settings.length, settings.batch)
    else:
        told["memory_sha256"] = voices_fingerprint(voices)
        limits = memory_limits(
            memory_reward(voices, "log-probability"),
            automaton.codec,
            settings.length,
            settings.batch - settings.chain_rows,
        )
    # Selection uses the limits; edit them to judge the run anew.
    folder = RunFolder(path)
    folder.create({**told, "learn": settings.to_dict(), "limits": vars(limits)})
    return folder


def learn(
    folder: RunFolder,
    *,
    tensorboard: bool = False,
    should_stop: Callable[[], bool] | None = None,
    on_epoch: Callable[[EpochRow], None] = lambda row: None,
) -> Learned:
    """Train a run to its end, from wherever it stands.

    A stop ends the training after the epoch it is in, with a checkpoint; a second Ctrl-C at once.

    Args:
      folder: a run made by `begin_run`, fresh or interrupted.
      tensorboard: log for TensorBoard, too.
      should_stop: asked after each epoch; by default whether Ctrl-C was pressed.
      on_epoch: called with each new row.

    Raises:
      HeldError: another trains this run; nothing is changed.
      ShinkoError: the run, its table or the disk fails; what was saved stays.
    """
    with folder.held():
        settings = run_settings(folder)
        automaton = run_table(folder, settings)
        voices = run_voices(folder, settings) if settings.memory != "none" else None
        with fitting_machine(settings):
            training = _training(settings, automaton, voices)
            with fitting_threads(settings), interruptible(should_stop) as asked:
                rows = run_training(training, folder, asked, on_epoch, tensorboard=tensorboard)
    return Learned(folder, rows, settings.epochs, _select(folder))


def ship_policy(folder: RunFolder, epoch: int, path: Path, name: str) -> None:
    """Write the weights of an epoch as a policy file, in half precision."""
    import numpy as np
    from safetensors.numpy import save

    stored: dict[str, Any] = folder.settings()
    codec = stored.get("codec", CHORDS)
    described = {
        "shinko": __version__,
        "name": name,
        "codec": codec,
        "chords": stored["chords"],
        "cell": "lstm",
    }
    if "dial" in stored:
        described |= {name: stored[name] for name in ("dial", "copies", "orders") if name in stored}
    else:
        settings = run_settings(folder)
        described["cell"] = settings.cell
        if settings.memory != "none":
            described |= {"copies": settings.lags, "window": settings.window}
    weights = {
        key: value if key == "histories" else value.astype(np.float16)
        for key, value in folder.weights(epoch).items()
    }
    metadata = {"policy": json.dumps(described, separators=(",", ":"))}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, save(weights, metadata))


def _training(
    settings: LearnSettings, automaton: Automaton, voices: Voices | None
) -> Trainable[EpochRow]:
    if voices is None:
        return Training(settings, automaton)
    reward = memory_reward(voices, settings.reward)
    memoryless = None
    if settings.estimator == "table-aware":
        memoryless = memoryless_process(voices, settings.reward)
    return MemoryTraining(settings, reward, automaton.vocabulary, memoryless)


def _select(folder: RunFolder) -> Selection | ShinkoError:
    try:
        return run_selection(folder)
    except ShinkoError as error:
        return error
