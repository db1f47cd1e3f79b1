"""A training's whole state as named arrays: weights, optimizer, chance."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from shinko.runs.folder import Arrays, RunError, RunFolder, read_arrays


def weight_arrays(model: nn.Module) -> dict[str, NDArray[Any]]:
    """The weights by name, on the CPU."""
    return {name: _to_array(value) for name, value in model.state_dict().items()}


def load_weights(model: nn.Module, arrays: Arrays, source: object) -> None:
    """Put named arrays into a model.

    Raises:
      RunError: names or shapes are not the model's; `source` is named in the error.
    """
    _check_shapes(
        "weights",
        {name: tuple(value.shape) for name, value in model.state_dict().items()},
        arrays,
        source,
    )
    model.load_state_dict({name: torch.from_numpy(np.array(a)) for name, a in arrays.items()})


def save_training(
    folder: RunFolder,
    *,
    epoch: int,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    more: Arrays = MappingProxyType({}),
) -> None:
    """Write the state, in place of the last one.

    Args:
      epoch: how many are done.
      more: what else to keep, by name.
    """
    arrays = {f"model.{name}": array for name, array in weight_arrays(model).items()}
    for index, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            arrays[f"optimizer.{index}.{name}"] = _to_array(torch.as_tensor(value))
    arrays["generator"] = generator.get_state().numpy()
    arrays["epoch"] = np.array(epoch)
    arrays.update({f"more.{name}": np.asarray(array) for name, array in more.items()})
    folder.save_state(arrays)


def load_training(
    folder: RunFolder,
    *,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    more: Arrays = MappingProxyType({}),
) -> tuple[int, dict[str, NDArray[Any]]]:
    """Take up the saved state, if there is one.

    Args:
      more: what else was kept, as it stands at the beginning.

    Returns:
      The epoch, and what else was kept: 0 and `more` if nothing was saved yet.

    Raises:
      RunError: the state is damaged or of another network.
    """
    if not folder.state_path.exists():
        return 0, dict(more)
    path = folder.state_path
    arrays = read_arrays(path)
    try:
        epoch, chance = arrays.pop("epoch"), arrays.pop("generator")
    except KeyError as error:
        raise RunError(f"{path}: {error} is missing; train again") from None
    if epoch.shape or epoch.dtype.kind != "i" or epoch < 0:
        raise RunError(f"{path}: epoch {epoch.tolist()}: expected a number from 0; train again")
    load_weights(model, _below("model.", arrays), path)
    kept = _below("more.", arrays)
    _check_shapes("figures", {name: np.shape(array) for name, array in more.items()}, kept, path)
    slots = _below("optimizer.", arrays)
    _check_shapes("figures of the optimizer", _adam_shapes(optimizer), slots, path)
    optimizer.load_state_dict(
        {
            "state": _optimizer_state(slots),
            "param_groups": optimizer.state_dict()["param_groups"],
        }
    )
    try:
        generator.set_state(torch.from_numpy(chance))
    except (RuntimeError, TypeError):
        raise RunError(f"{path}: 'generator' is no state of chance; train again") from None
    return int(epoch), kept


def _check_shapes(
    what: str, expected: Mapping[str, tuple[int, ...]], arrays: Arrays, source: object
) -> None:
    """Raises: RunError, for the first name whose array is missing, new or of another shape."""
    found = {name: tuple(array.shape) for name, array in arrays.items()}
    for name in sorted({*expected, *found}):
        if expected.get(name) != found.get(name):
            raise RunError(
                f"{source}: {what} '{name}' are {found.get(name, 'missing')}, expected "
                f"{expected.get(name, 'none')}; is it of another run?"
            )


def _adam_shapes(optimizer: torch.optim.Optimizer) -> dict[str, tuple[int, ...]]:
    """What Adam keeps of each parameter: its steps and two running means."""
    shapes: dict[str, tuple[int, ...]] = {}
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for index, parameter in enumerate(parameters):
        shapes[f"{index}.step"] = ()
        shapes[f"{index}.exp_avg"] = shapes[f"{index}.exp_avg_sq"] = tuple(parameter.shape)
    return shapes


def _below(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {n.removeprefix(prefix): array for n, array in arrays.items() if n.startswith(prefix)}


def _optimizer_state(arrays: Arrays) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, array in arrays.items():
        index, key = name.split(".", 1)
        state.setdefault(int(index), {})[key] = torch.from_numpy(np.array(array))
    return state


def _to_array(value: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = value.detach().cpu().numpy()
    return array
