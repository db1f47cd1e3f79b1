"""A policy ready to compose: from the package, or from a run. Needs no torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.nets.light import Array, LightModel, weight_fault
from shinko.nets.shapes import CELL_SHAPES, ModelConfig, weight_shapes
from shinko.rl.metrics import EpochRow
from shinko.rl.selection import Limits, Selection, SelectionError, select_checkpoint
from shinko.runs.folder import RunError, RunFolder, read_arrays
from shinko.runs.version import refuse_newer
from shinko.tables.codec import CodecError, find_codec
from shinko.tables.table import CHORDS

SHIPPED = "pop.safetensors"
_LARGEST_LIMIT = 1e9  # of what is called diverse: shares, and numbers of chords
_LONGEST = 256  # chords that a dial is measured on at most, as its setting


@dataclass(frozen=True)
class Dial:
    """What a policy with a dial was trained on, and how varied each temperature is.

    Attributes:
      styles: tables by name.
      knots: see `temperature_features`.
      floor: probability that unlisted chords count with.
      length: chords of the progressions that variety was measured on; 16 in files of 0.1.
      temperatures: some, by rising temperature, (G,).
      effective: effective chords of each style's exact optimum at each of them, (styles, G).
      real: effective chords of each style's own chain: as varied as real songs.
      least: effective chords of each style below which it wouldn't be called diverse.

    Raises:
      ValueError: they don't fit together.
    """

    styles: tuple[str, ...]
    knots: tuple[float, ...]
    floor: float
    length: int
    temperatures: tuple[float, ...]
    effective: tuple[tuple[float, ...], ...]
    real: tuple[float, ...]
    least: tuple[float, ...]

    def __post_init__(self) -> None:
        one_each = (self.styles, self.effective, self.real, self.least)
        numbers = (self.knots, self.temperatures, self.real, self.least, *self.effective)
        if (
            {len(each) for each in one_each} != {len(self.styles) or 1}
            or any(len(row) != len(self.temperatures) for row in self.effective)
            or not all(_is_rising(each) for each in (self.knots, self.temperatures))
            or not all(0 < n < math.inf for each in numbers for n in each)
            or not (0 < self.floor <= 1 and 1 <= self.length <= _LONGEST)
        ):
            raise ValueError("lists that don't fit together")


def _is_rising(numbers: Sequence[float]) -> bool:
    return len(numbers) > 1 and all(one < other for one, other in pairwise(numbers))


@dataclass(frozen=True)
class Policy:
    """A network and the chords it speaks of.

    Attributes:
      model: V chords come out; the same and a start token go in, or the histories of a table.
      chords: their tokens.
      name: where it comes from, for people and for the record.
      dial: what it can be conditioned on, if it can.
      run: the run that it is from, and its epoch there.
      codec: what the tokens are, by name; see `shinko.tables.codec`.
    """

    model: LightModel
    chords: tuple[str, ...]
    name: str
    dial: Dial | None = None
    run: tuple[Path, int] | None = None
    codec: str = CHORDS

    def conditioned(self, weights: Sequence[float], temperature: float) -> Policy:
        """The policy of a mixture of styles at a temperature.

        Args:
          weights: of the styles of its dial.
          temperature: τ.
        """
        import numpy as np

        from shinko.rl.dial import conditions

        if self.dial is None:
            return self
        given = conditions(np.array([weights]), np.array([temperature]), self.dial.knots)
        return replace(self, model=self.model.given(given[0]))


def shipped_policy() -> Policy:
    """The policy in the package, trained on the built-in tables over the whole dial."""
    return read_policy(Path(str(resources.files("shinko.rl") / "policies" / SHIPPED)))


def shipped_arrays() -> dict[str, NDArray[Any]]:
    """The weights of the policy in the package, by name, single precision."""
    path = Path(str(resources.files("shinko.rl") / "policies" / SHIPPED))
    return {name: array.astype("float32") for name, array in read_arrays(path).items()}


def read_policy(path: Path) -> Policy:
    """A policy file: weights, with version, chords, codec, cell and name in its metadata.

    Raises:
      ShinkoError: it is missing, damaged, or of a newer version.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            described = json.loads((file.metadata() or {})["policy"])
        refuse_newer(described.get("shinko", "0.1"), path)
        chords, cell, codec = _described(described, described, path)
        name = str(described["name"])
        dial = _dial(described["dial"]) if "dial" in described else None
    except (
        *(SafetensorError, OSError, AttributeError, KeyError, TypeError, ValueError),
        *(OverflowError, RecursionError),
    ):
        raise ShinkoError(f"{path}: no policy; expected a file that a release ships") from None
    inputs = len(dial.styles) + len(dial.knots) if dial else 0
    model = _model(read_arrays(path), len(chords), cell, path, inputs)
    return Policy(model, chords, name, dial, codec=codec)


def run_policy(path: Path, epoch: int | None = None) -> Policy:
    """The policy of a run at an epoch, by default the one before the collapse.

    Raises:
      RunError: there is no run, or no such checkpoint, or it is damaged.
      SelectionError: no checkpoint is diverse.
    """
    folder = RunFolder(path)
    settings = folder.settings()
    if "dial" in settings:
        return _dial_run(folder, settings, epoch)
    try:
        chords, cell, codec = _described(settings, settings["learn"], folder.settings_path)
    except (KeyError, TypeError, ValueError) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        raise RunError(
            f"{folder.settings_path}: no chords and cell{why}; expected the settings of a policy"
        ) from None
    if epoch is None:
        epoch = selected_epoch(folder)
    weights = folder.weights(epoch)
    model = _model(weights, len(chords), cell, folder.checkpoint_path(epoch), 0)
    name = f"{path.resolve().name}, epoch {epoch}"
    return Policy(model, chords, name, run=(path, epoch), codec=codec)


def _dial_run(folder: RunFolder, settings: Mapping[str, Any], epoch: int | None) -> Policy:
    """The policy of a run with a dial, by default the last one."""
    try:
        chords, cell, codec = _described(settings, settings, folder.settings_path)
        dial = _dial(settings["dial"])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise RunError(
            f"{folder.settings_path}: damaged; expected chords, cell and [dial]"
        ) from None
    kept = folder.checkpoints()
    if not kept:
        raise RunError(
            f"{folder.path}: no checkpoint yet; go on with: shinko dial --out {folder.path} "
            "--resume"
        )
    epoch = kept[-1] if epoch is None else epoch
    inputs = len(dial.styles) + len(dial.knots)
    model = _model(folder.weights(epoch), len(chords), cell, folder.checkpoint_path(epoch), inputs)
    name = f"{folder.path.resolve().name}, epoch {epoch}"
    return Policy(model, chords, name, dial, codec=codec)


def run_selection(folder: RunFolder) -> Selection:
    """The checkpoint of a run to compose with, by the limits that its table allows.

    Raises:
      RunError: metrics or limits can't be read.
      SelectionError: no checkpoint is diverse.
    """
    rows = [EpochRow.from_dict(row) for row in folder.rows()]
    known, stored = vars(Limits()), folder.settings().get("limits", {})
    if not isinstance(stored, dict) or not all(
        name in known and isinstance(value, int | float) and abs(value) <= _LARGEST_LIMIT
        for name, value in stored.items()
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
            f"{folder.path}: {error}; or take one as it is, such as `epoch` {checkpoints[-1]}"
        ) from None


def _described(
    policy: Mapping[str, Any], network: Mapping[str, Any], path: Path
) -> tuple[tuple[str, ...], str, str]:
    """Chords, cell and codec of a description that a file holds.

    Raises:
      RunError: the codec isn't known.
      KeyError, TypeError, ValueError: something is missing or can't be.
    """
    chords, cell, codec = tuple(policy["chords"]), network["cell"], policy.get("codec", CHORDS)
    if not isinstance(policy["chords"], list) or not all(isinstance(c, str) for c in chords):
        raise TypeError
    try:
        read = find_codec(codec).read
    except CodecError as error:
        raise RunError(f"{path}: {error}") from None
    for chord in chords:
        try:
            read(chord)
        except ShinkoError as error:
            raise ValueError(error) from None
    if not isinstance(cell, str) or cell not in CELL_SHAPES:
        raise ValueError(f"cell {cell!r}: expected one of {', '.join(CELL_SHAPES)}")
    return chords, cell, codec


def _dial(described: Mapping[str, Any]) -> Dial:
    """The dial of a description that a file holds; KeyError, TypeError or ValueError."""
    numbers = {
        name: tuple(map(float, described[name]))
        for name in ("knots", "temperatures", "real", "least")
    }
    return Dial(
        styles=tuple(map(str, described["styles"])),
        floor=float(described["floor"]),
        length=int(described.get("length", 16)),
        effective=tuple(tuple(map(float, row)) for row in described["effective"]),
        **numbers,
    )


def _model(
    arrays: Mapping[str, Array], chords: int, cell: str, path: Path, conditions: int
) -> LightModel:
    """The network of a file's arrays, once they are known to be one over these chords."""
    import numpy as np

    weights = {name: array for name, array in arrays.items() if name != "histories"}
    following, tokens = None, chords + 1
    if "histories" in arrays:
        from shinko.tables.automaton import transitions, unpack_histories

        try:
            histories = unpack_histories(arrays["histories"], chords)
        except ValueError as error:
            raise RunError(f"{path}: {error}; choose another epoch, or train again") from None
        following, tokens = transitions(histories, chords)[0], len(histories)
    found = {name: array.shape for name, array in weights.items()}
    if found != weight_shapes(_as_large(found, tokens, chords, cell, conditions)):
        raise RunError(
            f"{path}: not the weights of a policy over {chords} chords; choose another epoch with "
            "`epoch`, or train again"
        )
    if fault := weight_fault(weights):
        raise RunError(f"{path}: {fault}; choose another epoch with `epoch`, or train again")
    narrow = {name: array.astype(np.float32) for name, array in weights.items()}
    return LightModel(narrow, cell, following=following)


def _as_large(
    found: Mapping[str, tuple[int, ...]], tokens: int, chords: int, cell: str, conditions: int
) -> ModelConfig:
    """The network with these tokens and chords that is as large as the one that was found."""
    layers = sum(name.endswith(".W_h") for name in found)
    (H, _), (_, E) = (
        found[name] if len(found.get(name, ())) == 2 else (0, 0)
        for name in ("stack.cells.0.W_h", "embedding.weight")
    )
    return ModelConfig(tokens, chords, cell, layers, H, E, conditions=conditions)
