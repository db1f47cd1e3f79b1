"""What PyTorch says where a device or the memory isn't there, told in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shinko.errors import FieldError, ShinkoError
from shinko.request import Request

# The settings that the memory depends on; not every training has all.
_SIZES = ("batch", "length", "window", "vocabulary", "hidden", "layers")


@contextmanager
def fitting_machine(settings: Request) -> Iterator[None]:
    """Raises: ShinkoError, where the device is none or the memory too small for a training."""
    values = settings.to_dict()
    try:
        yield
    except (RuntimeError, AssertionError, MemoryError) as error:
        device = values["device"]
        if device != "auto" and not _is_usable(device):
            raise FieldError(
                "device", device, "one that PyTorch can compute on here", "take cpu, or auto"
            ) from None
        if isinstance(error, MemoryError) or "allocate" in str(error):
            told = ", ".join(f"`{name}` {values[name]}" for name in _SIZES if name in values)
            raise ShinkoError(f"the memory is too small for {told}; lower one of them") from None
        raise


def _is_usable(device: str) -> bool:
    import torch

    usable: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    return device not in usable or usable[device]()
