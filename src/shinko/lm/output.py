"""The output layer's loss and gradient, by hand: a softmax over all words, most of the work.

The loss is exact, to the rounding of the numbers that are multiplied. Its gradient for a word's
weights is a sum of p(word) over the window, tiny for most words: so only some words are kept, the
likelier the surer, and those kept count for those left out. That is right on average, and saves
most of two of the layer's three products.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class OutputGradient(NamedTuple):
    """Of the mean loss over N positions, with K of V words kept."""

    loss: Tensor
    """Mean surprisal of the targets, nats, ()."""
    hidden: Tensor
    """d loss / d hidden, (N, H)."""
    words: Tensor | None
    """Which words' weights have a gradient, (K,), ascending; None for all."""
    weight: Tensor
    """d loss / d their weights, (K, H)."""
    bias: Tensor
    """d loss / d their biases, (K,)."""


@torch.no_grad()
def output_gradient(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    *,
    columns: int,
    generator: torch.Generator,
    dtype: torch.dtype | None = None,
    scratch: Tensor | None = None,
) -> OutputGradient:
    """Loss and gradients of softmax(hidden weightᵀ + bias) against the targets.

    Args:
      hidden: (N, H).
      weight: (V, H).
      bias: (V,).
      targets: the words that came, (N,).
      columns: how many words to keep on average, beside the targets; 0 keeps all.
      generator: the source of chance.
      dtype: of the numbers that are multiplied, by default the weights' own.
      scratch: N·V numbers or more to write over, of the weights' type: fresh memory for them takes
        longer than the product.
    """
    own = weight.dtype
    hidden_in, weight_in = hidden.to(dtype or own), weight.to(dtype or own)
    size = len(targets), len(bias)
    memory = hidden.new_empty(size) if scratch is None else scratch[: size[0] * size[1]].view(size)
    if hidden_in.dtype == own:
        scores = torch.mm(hidden, weight.t(), out=memory).add_(bias)
    else:
        scores = memory.copy_(hidden_in @ weight_in.t()).add_(bias)
    positions = torch.arange(len(targets), device=hidden.device)
    chances = torch.softmax(scores, dim=1, out=scores)
    loss = -chances[positions, targets].clamp_min(1e-37).log().mean()
    words, hit = None, targets
    if 0 < columns < len(bias):
        keep = keep_probabilities(chances.sum(0), columns)
        keep[targets] = 1.0
        drawn = torch.rand(keep.shape, generator=generator, device=keep.device)
        words = (drawn < keep).nonzero().squeeze(1)
        chances = chances.index_select(1, words).div_(keep[words])
        weight_in = weight_in.index_select(0, words)
        hit = torch.searchsorted(words, targets)
    chances[positions, hit] -= 1.0
    dscores = chances.div_(len(targets))
    dscores_in = dscores.to(dtype or own)
    return OutputGradient(
        loss,
        (dscores_in @ weight_in).to(own),
        words,
        (dscores_in.t() @ hidden_in).to(own),
        dscores.sum(0),
    )


def keep_probabilities(masses: Tensor, count: int) -> Tensor:
    """Probabilities of being kept, (V,), as the masses are, at most 1, `count` in sum or near it.

    What exceeds 1 is cut and shared out among the others; a few rounds of that come close.
    """
    keep = masses * (count / masses.sum())
    for _ in range(4):
        sure = keep >= 1.0
        rest = (~sure * keep).sum().clamp_min(1e-30)
        keep = torch.where(sure, 1.0, keep * ((count - sure.sum()).clamp_min(0) / rest))
    return keep.clamp_(max=1.0)
