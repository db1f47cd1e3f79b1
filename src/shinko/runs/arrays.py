"""Named arrays in files (safetensors), and what is held of those that are weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.runs.errors import RunError

Arrays = Mapping[str, NDArray[Any]]
Shapes = Mapping[str, tuple[int, ...]]

# Far above all that is learned, far below what the products of a network overflow at.
LARGEST_WEIGHT = 1e9


def read_arrays(path: Path, way_out: str = "train again") -> dict[str, NDArray[Any]]:
    """A safetensors file; `way_out` ends the message of the error.

    Raises:
      RunError: it is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except FileNotFoundError:
        raise RunError(f"{path}: no such file; expected a checkpoint (safetensors)") from None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path}: damaged ({reason(error)}); expected a checkpoint (safetensors); {way_out}"
        ) from None


def array_bytes(arrays: Arrays) -> bytes:
    """Arrays as a safetensors file."""
    from safetensors.numpy import save

    return save({name: np.asarray(array, order="C") for name, array in arrays.items()})


def expect_weights(
    arrays: Arrays, shapes: Shapes, source: object, of: str, way_out: str = "train again"
) -> None:
    """Hold arrays to be the weights of a network: names, shapes, kind, and how large they are.

    Args:
      arrays: by name.
      shapes: that the network has, by name.
      source: where they come from, for the message.
      of: whose weights they should be, for the message.
      way_out: what to do about it, for the message.

    Raises:
      RunError: one is missing, new, of another shape or kind, not finite, or so large that what is
        computed of it would overflow.
    """
    if fault := shape_fault(arrays, shapes):
        raise RunError(f"{source}: not the weights of {of}: {fault}; {way_out}")
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            fault = f"are {array.dtype}, expected floating-point numbers"
        elif not np.isfinite(array).all():
            fault = "are not finite numbers"
        elif array.size and float(max(array.max(), -array.min())) > LARGEST_WEIGHT:
            fault = f"go beyond {LARGEST_WEIGHT:g}"
        else:
            continue
        raise RunError(f"{source}: weights '{name}' {fault}; {way_out}")


def shape_fault(arrays: Arrays, shapes: Shapes) -> str:
    """The first name whose array is missing, new or of another shape, in words; "" if none is."""
    found = {name: tuple(array.shape) for name, array in arrays.items()}
    for name in sorted({*shapes, *found}):
        if shapes.get(name) != found.get(name):
            return (
                f"'{name}' is {found.get(name, 'missing')}, expected {shapes.get(name, 'nothing')}"
            )
    return ""


def reason(error: Exception) -> str:
    """Why, in a line; without the path, which the message begins with."""
    return str(getattr(error, "strerror", None) or error).split("\n", 1)[0]
