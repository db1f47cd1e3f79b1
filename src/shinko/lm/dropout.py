"""Dropout as masks that know what they leave out, so that products can leave it out, too.

`ElementMask` drops each element by itself (Zaremba, Sutskever and Vinyals 2014). `UnitMask` drops
whole units from all steps and streams of a window: what remains is a smaller matrix, and all its
products are that much cheaper. Source of the second: Sarma et al. (2021), Structured in Space,
Randomized in Time. Both scale what remains, so that its expectation is what came in.
"""

from __future__ import annotations

import torch
from torch import Tensor

_BITS = 16


class Mask:
    """Keeps everything; the others differ in what they drop."""

    def __call__(self, x: Tensor) -> Tensor:
        """What is kept of x, (…, H), scaled."""
        return x

    def rows(self, W: Tensor) -> Tensor:
        """The rows of W, (H, …), that multiply what is kept."""
        return W

    def columns(self, W: Tensor) -> Tensor:
        """The columns of W, (…, H), that multiply what is kept."""
        return W

    def spread(self, dW: Tensor) -> Tensor:
        """d loss / d W, (…, H), from that of the columns that are kept."""
        return dW

    def backward(self, dx: Tensor) -> Tensor:
        """d loss / d x, (…, H), from that of what is kept."""
        return dx


class ElementMask(Mask):
    """Keeps each element with probability 1 − share."""

    def __init__(self, share: float, like: Tensor, generator: torch.Generator) -> None:
        """Args:
        share: of elements to drop, in steps of 2^-16.
        like: what the mask is for.
        generator: the source of chance, on its device.
        """
        # 64 random bits serve four elements; drawing a float for each takes longer.
        words = -(-like.numel() // 4)
        bits = torch.empty(words, dtype=torch.int64, device=like.device)
        bits.random_(-(2**63), None, generator=generator)
        kept = bits.view(torch.int16)[: like.numel()] >= round(share * 2**_BITS) - 2 ** (_BITS - 1)
        self._factors: Tensor = kept.view_as(like).to(like.dtype).div_(1.0 - share)

    def __call__(self, x: Tensor) -> Tensor:
        return x * self._factors

    def backward(self, dx: Tensor) -> Tensor:
        return dx * self._factors


class UnitMask(Mask):
    """Keeps the same units everywhere; always the same number of them, at least one.

    Attributes:
      units: those kept, (K,), ascending.
      scale: what they are multiplied with, H / K.
    """

    def __init__(self, share: float, like: Tensor, generator: torch.Generator) -> None:
        """Args as `ElementMask`."""
        self._all = like.shape[-1]
        kept = max(1, round(self._all * (1.0 - share)))
        drawn = torch.randperm(self._all, generator=generator, device=like.device)
        self.units = drawn[:kept].sort().values
        self.scale = self._all / kept

    def __call__(self, x: Tensor) -> Tensor:
        return x.index_select(-1, self.units) * self.scale

    def rows(self, W: Tensor) -> Tensor:
        return W.t().index_select(-1, self.units).t()  # stays transposed in memory if W is

    def columns(self, W: Tensor) -> Tensor:
        return W.index_select(-1, self.units)

    def spread(self, dW: Tensor) -> Tensor:
        out = dW.new_zeros(*dW.shape[:-1], self._all)
        out[..., self.units] = dW
        return out

    def backward(self, dx: Tensor) -> Tensor:
        return self.spread(dx * self.scale)


def draw_mask(kind: str, share: float, like: Tensor, generator: torch.Generator) -> Mask:
    """A mask of a kind, `element` or `unit`, for values like these, (T, B, H)."""
    if not share:
        return Mask()
    return (UnitMask if kind == "unit" else ElementMask)(share, like, generator)
