"""How surprised a word model is by a text: e to the mean surprisal is its perplexity.

Always under full float32 products, whatever precision was trained with, and summed in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from shinko.nets.model import SequenceModel


@contextmanager
def matrix_precision(name: str) -> Iterator[None]:
    """Compute float32 products as `torch.set_float32_matmul_precision` names it."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(name)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@torch.inference_mode()
def surprisals(
    model: SequenceModel,
    ids: NDArray[np.int64],
    *,
    before: int,
    window: int = 256,
    on_window: Callable[[int], None] = lambda read: None,
) -> NDArray[np.float64]:
    """−log p of each word given all words before it: the text is one sequence, its state carried.

    Args:
      model: the network; its training mode is left as it was.
      ids: the text, shape (T,), or S texts of the same length side by side, (T, S).
      before: the word that the text follows, `<eos>` as a rule.
      window: how many steps to compute at once; the result doesn't depend on it.
      on_window: called with the steps read so far.

    Returns:
      Nats, of the shape of `ids`.
    """
    texts = ids.reshape(len(ids), -1)
    device = model.output.weight.device
    targets = torch.from_numpy(texts).to(device)
    tokens = torch.cat([torch.full_like(targets[:1], before), targets[:-1]])
    training, state = model.training, model.initial_state(texts.shape[1])
    model.eval()
    parts = []
    try:
        with matrix_precision("highest"):
            for start in range(0, len(texts), window):
                logits, state = model(tokens[start : start + window], state)
                parts.append(_surprisals(logits, targets[start : start + window]))
                on_window(min(start + window, len(texts)))
    finally:
        model.train(training)
    return torch.cat(parts).numpy().reshape(ids.shape)


def perplexity(nats: NDArray[np.float64]) -> float:
    """e to the mean surprisal; infinite where that is out of range."""
    try:
        return math.exp(nats.mean())
    except OverflowError:
        return math.inf


def side_by_side(ids: NDArray[np.int64], streams: int) -> NDArray[np.int64]:
    """A text (N,) cut into streams of equal length, (N // streams, streams); the rest is left out.

    Stream s goes on where stream s − 1 ends.
    """
    steps = len(ids) // streams
    return np.ascontiguousarray(ids[: steps * streams].reshape(streams, steps).T)


def _surprisals(logits: Tensor, targets: Tensor) -> Tensor:
    """−log softmax at the targets, (T, S), float64, on the CPU."""
    parts = []
    for scores, target in zip(logits, targets, strict=True):  # a step at a time fits a cache
        wide = (scores.cpu() if scores.device.type == "mps" else scores).double()
        own = wide.gather(-1, target.to(wide.device).unsqueeze(-1)).squeeze(-1)
        parts.append((wide.logsumexp(-1) - own).cpu())
    return torch.stack(parts)
