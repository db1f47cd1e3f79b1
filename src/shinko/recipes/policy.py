"""A policy ready to compose: from the package, or from a run. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from shinko.errors import ShinkoError
from shinko.nets.light import Array, LightModel
from shinko.rl.metrics import EpochRow
from shinko.rl.selection import Limits, Selection, SelectionError, select_checkpoint
from shinko.runs.folder import RunError, RunFolder, read_arrays
from shinko.theory import parse_token

SHIPPED = "pop.safetensors"

# Blocks of gates in the weights of a cell.
_GATES = {"lstm": 4, "rnn": 1}


@dataclass(frozen=True)
class Policy:
    """A network and the chords it speaks of.

    Attributes:
      model: V chords come out; the same and a start token go in, or the histories of a table.
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
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            described = json.loads((file.metadata() or {})["policy"])
        chords, cell = _described(described, described)
        name = str(described["name"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError):
        raise ShinkoError(f"{path}: no policy; expected a file that a release ships") from None
    return Policy(_model(read_arrays(path), len(chords), cell, path), chords, name)


def run_policy(path: Path, epoch: int | None = None) -> Policy:
    """The policy of a run at an epoch, by default the one before the collapse.

    Raises:
      RunError: there is no run, or no such checkpoint, or it is damaged.
      SelectionError: no checkpoint is diverse.
    """
    folder = RunFolder(path)
    settings = folder.settings()
    try:
        chords, cell = _described(settings, settings["learn"])
    except (KeyError, TypeError, ValueError) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        raise RunError(
            f"{folder.settings_path}: no chords and cell{why}; expected the settings of a policy"
        ) from None
    if epoch is None:
        epoch = selected_epoch(folder)
    weights = folder.weights(epoch)
    model = _model(weights, len(chords), cell, folder.checkpoint_path(epoch))
    return Policy(model, chords, f"{path.resolve().name}, epoch {epoch}")


def run_selection(folder: RunFolder) -> Selection:
    """The checkpoint of a run to compose with, by the limits that its table allows.

    Raises:
      RunError: metrics or limits can't be read.
      SelectionError: no checkpoint is diverse.
    """
    rows = [EpochRow.from_dict(row) for row in folder.rows()]
    known, stored = vars(Limits()), folder.settings().get("limits", {})
    if not isinstance(stored, dict) or not all(
        name in known and isinstance(value, int | float) for name, value in stored.items()
    ):
        raise RunError(
            f"{folder.settings_path}: [limits] can't be read; expected numbers for "
            f"{', '.join(known)}"
        )
    return select_checkpoint(rows, set(folder.checkpoints()), limits=Limits(**stored))


def selected_epoch(folder: RunFolder) -> int:
    """The epoch before the collapse.

    Raises:
      RunError: there is no checkpoint yet.
      SelectionError: no checkpoint is diverse.
    """
    checkpoints = folder.checkpoints()
    if not checkpoints:
        raise RunError(
            f"{folder.path}: no checkpoint yet; go on with: shinko learn --out {folder.path} "
            "--resume"
        )
    try:
        return run_selection(folder).row.epoch
    except SelectionError as error:
        raise SelectionError(
            f"{folder.path}: {error}; or take one as it is, such as --epoch {checkpoints[-1]}"
        ) from None


def _described(
    policy: Mapping[str, Any], network: Mapping[str, Any]
) -> tuple[tuple[str, ...], str]:
    """Chords and cell of a description that a file holds; KeyError, TypeError or ValueError."""
    chords, cell = tuple(policy["chords"]), network["cell"]
    if not isinstance(policy["chords"], list) or not all(isinstance(c, str) for c in chords):
        raise TypeError
    for chord in chords:
        try:
            parse_token(chord)
        except ShinkoError as error:
            raise ValueError(error) from None
    if not isinstance(cell, str) or cell not in _GATES:
        raise ValueError(f"cell {cell!r}: expected one of {', '.join(_GATES)}")
    return chords, cell


def _model(arrays: Mapping[str, Array], chords: int, cell: str, path: Path) -> LightModel:
    """The network of a file's arrays, once they are known to be one over these chords."""
    import numpy as np

    weights = {n: a.astype(np.float32) for n, a in arrays.items() if n != "histories"}
    following, tokens = None, chords + 1
    if "histories" in arrays:
        from shinko.tables.automaton import transitions, unpack_histories

        try:
            histories = unpack_histories(arrays["histories"], chords)
        except ValueError as error:
            raise RunError(f"{path}: {error}; choose another epoch, or train again") from None
        following, tokens = transitions(histories, chords)[0], len(histories)
    found = {name: array.shape for name, array in weights.items()}
    if found != _expected_shapes(found, tokens, chords, _GATES[cell]):
        raise RunError(
            f"{path}: not the weights of a policy over {chords} chords; choose another epoch with "
            "--epoch, or train again"
        )
    for name, array in weights.items():
        if not np.isfinite(array).all():
            raise RunError(
                f"{path}: weights '{name}' are not finite numbers; choose another epoch with "
                "--epoch, or train again"
            )
    return LightModel(weights, cell, following=following)


def _expected_shapes(
    found: Mapping[str, tuple[int, ...]], tokens: int, chords: int, gates: int
) -> dict[str, tuple[int, ...]]:
    """The shapes of a network with these tokens and chords, as large as the found one."""
    layers = sum(name.endswith(".W_h") for name in found)
    (H, _), (_, E) = (
        found[name] if len(found.get(name, ())) == 2 else (0, 0)
        for name in ("stack.cells.0.W_h", "embedding.weight")
    )
    expected: dict[str, tuple[int, ...]] = {
        "embedding.weight": (tokens, E),
        "output.weight": (chords, H),
        "output.bias": (chords,),
    }
    for layer in range(layers):
        expected[f"stack.cells.{layer}.W_x"] = (H if layer else E, gates * H)
        expected[f"stack.cells.{layer}.W_h"] = (H, gates * H)
        expected[f"stack.cells.{layer}.b"] = (gates * H,)
    return expected
