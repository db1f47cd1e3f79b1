"""Readers of what trainings of chords leave: settings, metrics, weights, states, policies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fuzzing.cases import Prepare, each
from fuzzing.shapes import JSON, JSON_LINES, TENSORS, TOML, Seeds, Shape

_TABLE = (
    "history,chord,probability\n,1,0.5\n,4,0.3\n,5,0.2\n1,4,0.6\n1,5,0.4\n4,5,0.9\n4,1,0.1\n"
    "5,1,0.8\n5,4,0.2\n"
)
_EPOCHS = 4


def learned(folder: Path) -> Path:
    """A run of `learn`, as small as one can be."""
    from shinko.experiments.learn import begin_run, learn
    from shinko.rl.settings import LearnSettings

    (folder / "own.csv").write_text(_TABLE)
    settings = LearnSettings(
        table=str(folder / "own.csv"), epochs=_EPOCHS, batch=4, hidden=2, embedding=2, length=4,
        checkpoint_every=2, input="history", device="cpu",
    )  # fmt: skip
    learn(begin_run(folder / "run", settings), should_stop=lambda: False)
    return folder / "run"


def dialled(folder: Path) -> Path:
    """A run of `dial`, likewise; its dial is measured on a piece at each place."""
    from shinko.experiments.dial import begin_dial, learn_dial
    from shinko.rl import dial_calibration
    from shinko.rl.settings import DialSettings

    (folder / "own.csv").write_text(_TABLE)
    settings = DialSettings(
        tables=str(folder / "own.csv"), epochs=_EPOCHS, batch=4, group=2, hidden=2, embedding=2,
        lengths="4", checkpoint_every=2, device="cpu",
    )  # fmt: skip
    with patch.object(dial_calibration, "PLAYED", 1):
        begun = begin_dial(folder / "run", settings)
    learn_dial(begun, should_stop=lambda: False)
    return folder / "run"


_made: dict[tuple[Callable[[Path], Path], Path], dict[Path, bytes]] = {}


def made(make: Callable[[Path], Path], folder: Path) -> Path:
    """A run in a folder; one that was made there before is put back, not trained again."""
    known = _made.get((make, folder))
    if known is None:
        run = make(folder)
        _made[make, folder] = {
            path: path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        return run
    for path, content in known.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "run"


def part_of(
    make: Callable[[Path], Path],
    name: str,
    read: Callable[[Path], Callable[[], object]],
    shape: Shape | None = None,
) -> Prepare:
    """A file of a run, damaged in it.

    Args:
      make: the run.
      name: of the file within.
      read: from the run to what reads it.
    """

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        run = made(make, folder)
        whole, reading = (run / name).read_bytes(), read(run)

        def read_case(case: bytes) -> object:
            (run / name).write_bytes(case)
            return reading()

        return Seeds([whole], shape), read_case

    return prepare


def _composing(run: Path, epoch: int | None = _EPOCHS) -> Callable[[], object]:
    """What `compose --run` reads."""
    from shinko.rl.policy import run_policy

    return lambda: run_policy(run, epoch).model


def _learn_settings(run: Path) -> Callable[[], object]:
    """What `evaluate` and `learn --resume` ask of settings, and `compose`."""
    from shinko.rl.policy import run_policy, run_selection
    from shinko.rl.policy_runs import run_settings, run_table
    from shinko.runs.folder import RunFolder

    folder = RunFolder(run)
    return lambda: each(
        lambda: run_policy(run, _EPOCHS),
        lambda: run_selection(folder),
        lambda: run_table(folder, run_settings(folder)),
    )


def _dial_settings(run: Path) -> Callable[[], object]:
    from shinko.experiments.dial import dial_settings
    from shinko.rl.policy import run_policy
    from shinko.runs.folder import RunFolder

    return lambda: each(lambda: run_policy(run), lambda: dial_settings(RunFolder(run)))


def _dial_rows(run: Path) -> Callable[[], object]:
    from shinko.rl.dial_training import DialRow
    from shinko.runs.folder import RunFolder

    return lambda: [DialRow.from_dict(row) for row in RunFolder(run).rows()]


def resuming(training: Callable[[Path], Any]) -> Callable[[Path], Callable[[], object]]:
    """What goes on with a training reads its state."""

    def read(run: Path) -> Callable[[], object]:
        from shinko.runs.folder import RunFolder
        from shinko.runs.state import resume_training

        begun = training(run)
        return lambda: resume_training(begun, RunFolder(run))

    return read


def _chord_training(run: Path) -> Any:
    from shinko.rl.policy_runs import learning_table, run_settings
    from shinko.rl.training import Training
    from shinko.runs.folder import RunFolder

    settings = run_settings(RunFolder(run))
    return Training(settings, learning_table(settings))


def _dial_training(run: Path) -> Any:
    from shinko.experiments.dial import dial_settings
    from shinko.rl.dial import PULLS
    from shinko.rl.dial_training import DialTraining
    from shinko.rl.dial_worlds import dial_worlds
    from shinko.runs.folder import RunFolder

    settings = dial_settings(RunFolder(run))
    return DialTraining(settings, dial_worlds(settings.names(), PULLS))


def _policy(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    """Policy files, as a release ships them."""
    import numpy as np

    from shinko.experiments.learn import ship_policy
    from shinko.rl.policy import read_policy
    from shinko.rl.returning import dial_pull
    from shinko.rl.variety import dial_heat
    from shinko.runs.folder import RunFolder

    seeds = []
    for make in (learned, dialled):
        place = folder / make.__name__
        place.mkdir()
        ship_policy(RunFolder(make(place)), _EPOCHS, place / "own.safetensors", "own")
        seeds.append((place / "own.safetensors").read_bytes())
    path = folder / "own.safetensors"

    def read(case: bytes) -> object:
        path.write_bytes(case)
        policy = read_policy(path)
        if policy.dial is None:
            return policy
        # Somewhere on its dial, as `compose` plays it.
        model = policy.at(policy.dial.styles[-1], policy.dial.modes[0], heat=1.3, pull=0.5)
        told = {
            "variety": dial_heat(policy.dial, policy.dial.styles[0], policy.dial.modes[-1], "real"),
            "returns": dial_pull(
                policy.dial, policy.dial.styles[0], policy.dial.modes[-1], "songs", 1.3
            ),
        }
        return told, model.ending(4).step(np.array([model.start]), model.initial_state(1))

    return Seeds(seeds, TENSORS), read


def _holder(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    """Who trains in a folder that is locked, as who comes second is told."""
    from filelock import FileLock

    from shinko.runs.lock import HOLDER, LOCK, HeldError, hold

    lock = FileLock(folder / LOCK, thread_local=False)
    lock.acquire()
    seed = b'{"host": "a", "pid": 7, "since": "2026-01-02T03:04:05+01:00"}'

    def read(case: bytes) -> object:
        assert lock.is_locked
        (folder / HOLDER).write_bytes(case)
        try:
            with hold(folder):
                raise AssertionError("two hold it")
        except HeldError:
            if case != seed:
                raise
            return None  # it is always refused, the seed not

    return Seeds([seed], JSON), read


RUN_READERS: dict[str, Prepare] = {
    "learn: settings": part_of(learned, "settings.toml", _learn_settings, TOML),
    "learn: metrics": part_of(
        learned, "metrics.jsonl", lambda run: _composing(run, None), JSON_LINES
    ),
    "learn: weights": part_of(
        learned, f"checkpoints/epoch-{_EPOCHS:06d}.safetensors", _composing, TENSORS
    ),
    "learn: state": part_of(learned, "state.safetensors", resuming(_chord_training), TENSORS),
    "dial: settings": part_of(dialled, "settings.toml", _dial_settings, TOML),
    "dial: metrics": part_of(dialled, "metrics.jsonl", _dial_rows, JSON_LINES),
    "dial: weights": part_of(
        dialled, f"checkpoints/epoch-{_EPOCHS:06d}.safetensors", _composing, TENSORS
    ),
    "dial: state": part_of(dialled, "state.safetensors", resuming(_dial_training), TENSORS),
    "policy": _policy,
    "holder of a lock": _holder,
}
