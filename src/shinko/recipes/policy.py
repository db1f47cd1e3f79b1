"""A policy ready to compose: from the package, or from a run. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from shinko.errors import ShinkoError
from shinko.nets.light import LightModel
from shinko.rl.metrics import EpochRow
from shinko.rl.selection import select_checkpoint
from shinko.runs.folder import RunError, RunFolder, read_arrays

SHIPPED = "pop.safetensors"


@dataclass(frozen=True)
class Policy:
    """A network and the chords it speaks of.

    Attributes:
      model: V chords and a start token, number V, go in; V chords come out.
      chords: their tokens.
      name: where it comes from, for people and for the record.
    """

    model: LightModel
    chords: tuple[str, ...]
    name: str


def shipped_policy() -> Policy:
    """The policy in the package, trained on the built-in table `pop`."""
    return read_policy(Path(str(resources.files("shinko.recipes") / "policies" / SHIPPED)))


def read_policy(path: Path) -> Policy:
    """A policy file: weights, with chords, cell and name in its metadata.

    Raises:
      ShinkoError: it is missing or damaged.
    """
    import numpy as np
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            described = json.loads((file.metadata() or {})["policy"])
    except (SafetensorError, OSError, KeyError, ValueError):
        raise ShinkoError(f"{path}: no policy; expected a file that a release ships") from None
    weights = {name: value.astype(np.float32) for name, value in read_arrays(path).items()}
    model = LightModel(weights, described["cell"])
    return Policy(model, tuple(described["chords"]), described["name"])


def run_policy(path: Path, epoch: int | None = None) -> Policy:
    """The policy of a run at an epoch, by default the one before the collapse.

    Raises:
      RunError: there is no run, or no such checkpoint, or it is damaged.
      SelectionError: no checkpoint is diverse.
    """
    folder = RunFolder(path)
    settings = folder.settings()
    if epoch is None:
        rows = [EpochRow.from_dict(row) for row in folder.rows()]
        checkpoints = folder.checkpoints()
        if not checkpoints:
            raise RunError(f"{path}: no checkpoint yet; let it train longer with --resume")
        epoch = select_checkpoint(rows, set(checkpoints)).row.epoch
    chords, cell = _described(folder, settings)
    model = LightModel(folder.weights(epoch), cell)
    _check_weights(model, len(chords), folder.checkpoint_path(epoch))
    return Policy(model, chords, f"{path.resolve().name}, epoch {epoch}")


def _described(folder: RunFolder, settings: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    try:
        return tuple(settings["chords"]), settings["learn"]["cell"]
    except (KeyError, TypeError):
        raise RunError(
            f"{folder.settings_path}: no chords and cell; expected the settings of a policy"
        ) from None


def _check_weights(model: LightModel, chords: int, path: Path) -> None:
    output = model.weights.get("output.weight")
    if output is None or output.shape[0] != chords or not model.layers:
        raise RunError(f"{path}: not the weights of a policy over {chords} chords")
