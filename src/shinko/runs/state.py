"""A training's whole state as named arrays: weights, optimizer, chance; saved and taken up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from shinko.runs.arrays import Arrays, Shapes, expect_weights, read_arrays, shape_fault
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.metrics import MetricsRow

AnyRow = TypeVar("AnyRow", bound=MetricsRow)


class Trainable(Protocol[AnyRow]):
    """What the loop asks of a training, to be a base of it.

    Attributes:
      row_type: what a step tells of an epoch.
      labels: what the numbers of a figure that holds several are called.
      checked: figures that must be finite, the most telling one first.
      remedy: what to do where one isn't.
      epochs: how many are asked for; `epoch` are done.
      save_every: epochs between two saves.
      best_epoch: the one whose checkpoint alone is kept, 0 if there is none; None keeps all.
      model, optimizer, generator: saved as they stand.
    """

    row_type: type[AnyRow]
    labels: Mapping[str, Sequence[str]] = MappingProxyType({})
    checked: tuple[str, ...] = ()
    remedy: str
    epochs: int
    epoch: int = 0
    save_every: int
    best_epoch: int | None = None
    model: nn.Module
    optimizer: torch.optim.Optimizer
    generator: torch.Generator

    def step(self) -> AnyRow | None:
        """Learn, as little as may lie between two stops; tells of the epoch that ends with it."""

    def checkpoint(self) -> Arrays | None:
        """The weights to keep as those of the epoch, or None if these are not."""
        return weight_arrays(self.model)

    def place(self) -> Arrays:
        """What else is saved: where in an epoch it is, in arrays of the same shapes anywhere."""
        return {}

    def take_up(self, epoch: int, place: Arrays, rows: Sequence[AnyRow]) -> None:
        """Go on from a saved place, with weights, optimizer and chance as they were there.

        Raises:
          ValueError: there is no such place.
        """
        self.epoch = epoch


def weight_arrays(model: nn.Module) -> dict[str, NDArray[Any]]:
    """The weights by name, on the CPU."""
    return {name: value.detach().cpu().numpy() for name, value in model.state_dict().items()}


def load_weights(model: nn.Module, arrays: Arrays, source: object) -> None:
    """Put named arrays into a model.

    Raises:
      RunError: they are not the model's weights; `source` is named in the error.
    """
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    expect_weights(arrays, shapes, source, "this network", "is it of another run?")
    model.load_state_dict({name: torch.from_numpy(np.array(a)) for name, a in arrays.items()})


def save_training(training: Trainable[Any], folder: RunFolder) -> None:
    """Write the checkpoint, then the state: a kill between them costs the checkpoint only."""
    weights = training.checkpoint()
    if weights is not None:
        folder.save_weights(training.epoch, weights)
    arrays = {f"model.{name}": array for name, array in weight_arrays(training.model).items()}
    for index, state in training.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            arrays[f"optimizer.{index}.{name}"] = torch.as_tensor(value).detach().cpu().numpy()
    arrays["generator"] = training.generator.get_state().numpy()
    arrays["epoch"] = np.array(training.epoch)
    arrays.update({f"more.{name}": np.asarray(array) for name, array in training.place().items()})
    folder.save_state(arrays)
    if training.best_epoch is not None:
        folder.keep_weights(training.best_epoch)


def saved_epoch(folder: RunFolder, save_every: int) -> int:
    """The epoch up to which all is saved; rows and the last checkpoint may be ahead of the state.

    Where the state was taken away, as a run at its end allows, it is that of the last row.
    """
    try:
        return int(read_arrays(folder.state_path)["epoch"])
    except (RunError, KeyError, TypeError):  # gone, or damaged, which no kill does
        recorded = len(folder.rows())
        return recorded if recorded > save_every else 0  # no more than a kill leaves


def resume_training(training: Trainable[AnyRow], folder: RunFolder) -> list[AnyRow]:
    """Go back to the saved state, or the beginning if there is none; return the rows up to there.

    Raises:
      RunError: the state is damaged, of another network, or gone; or rows are missing.
    """
    epoch, place, path = 0, training.place(), folder.state_path
    if path.exists():
        epoch, place = _load_state(training, path)
    elif (recorded := len(folder.rows())) > training.save_every:  # more than a kill leaves
        raise RunError(
            f"{path}: no such file, but {recorded} epochs are recorded; put it back, or train "
            "again into another folder"
        )
    rows = [training.row_type.from_dict(row) for row in folder.rewind(epoch)]
    try:
        training.take_up(epoch, place, rows)
    except ValueError as error:
        raise RunError(f"{path}: {error}; train again") from None
    return rows


def _load_state(training: Trainable[Any], path: Path) -> tuple[int, Arrays]:
    """Put the saved state into a training, but for its epoch and place, which are returned."""
    arrays = read_arrays(path)
    try:
        epoch, chance = arrays.pop("epoch"), arrays.pop("generator")
    except KeyError as error:
        raise RunError(f"{path}: {error} is missing; train again") from None
    if epoch.shape or epoch.dtype.kind != "i" or epoch < 0:
        raise RunError(f"{path}: epoch {epoch.tolist()}: expected a number from 0; train again")
    load_weights(training.model, _below("model.", arrays), path)
    place = _below("more.", arrays)
    expected = {name: np.shape(array) for name, array in training.place().items()}
    _check_shapes("figures", expected, place, path)
    slots, optimizer = _below("optimizer.", arrays), training.optimizer
    _check_shapes("figures of the optimizer", _adam_shapes(optimizer), slots, path)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": _optimizer_state(slots), "param_groups": groups})
    try:
        training.generator.set_state(torch.from_numpy(chance))
    except (RuntimeError, TypeError):
        raise RunError(f"{path}: 'generator' is no state of chance; train again") from None
    return int(epoch), place


def _check_shapes(what: str, expected: Shapes, arrays: Arrays, path: Path) -> None:
    if fault := shape_fault(arrays, expected):
        raise RunError(f"{path}: {what}: {fault}; is it of another run?")


def _adam_shapes(optimizer: torch.optim.Optimizer) -> dict[str, tuple[int, ...]]:
    """What Adam keeps of each parameter: its steps and two running means."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    return {
        f"{index}.{name}": () if name == "step" else tuple(parameter.shape)
        for index, parameter in enumerate(parameters)
        for name in ("step", "exp_avg", "exp_avg_sq")
    }


def _below(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {n.removeprefix(prefix): array for n, array in arrays.items() if n.startswith(prefix)}


def _optimizer_state(arrays: Arrays) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, array in arrays.items():
        index, key = name.split(".", 1)
        state.setdefault(int(index), {})[key] = torch.from_numpy(np.array(array))
    return state
