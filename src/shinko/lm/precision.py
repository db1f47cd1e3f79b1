"""In which numbers to multiply while training: whichever this machine does fastest.

Which that is differs from processor to processor by factors in both directions, so it is timed.
"""

from __future__ import annotations

import time

import torch

from shinko.lm.perplexity import matrix_precision

# How `torch.set_float32_matmul_precision` names the products of each choice …
PRODUCTS = {"float32": "highest", "medium": "medium", "bfloat16": "medium"}
# … and the numbers that the output layer multiplies, where they are not float32.
OUTPUT_TYPES = {"bfloat16": torch.bfloat16}

_ROUNDS = 5
_STEPS = 50  # the recurrent products weigh about as much as the other
_WORTH = 1.2  # how many times as fast less than float32 has to be


def choose_precision(name: str, device: torch.device) -> str:
    """The precision of a name; `auto` is `float32`, unless another is clearly faster on the CPU."""
    if name != "auto":
        return name
    if device.type != "cpu":
        return "float32"
    times = {name: _time(name) for name in PRODUCTS}
    best = min(times, key=times.__getitem__)
    return best if times["float32"] > _WORTH * times[best] else "float32"


def _time(precision: str) -> float:
    """Seconds of an output layer's product and some recurrent ones, the shortest of some rounds."""
    dtype = OUTPUT_TYPES.get(precision, torch.float32)
    hidden, weight = torch.ones(700, 256, dtype=dtype), torch.ones(4000, 256, dtype=dtype)
    state, recurrent = torch.ones(20, 256), torch.ones(256, 1024)
    times = []
    with matrix_precision(PRODUCTS[precision]):
        for _ in range(_ROUNDS + 2):  # the first ones prepare the kernel
            began = time.perf_counter()
            hidden @ weight.t()
            for _ in range(_STEPS):
                state @ recurrent
            times.append(time.perf_counter() - began)
    return min(times[2:])
