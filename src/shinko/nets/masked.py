"""Layers of which only some hidden units reach the next step: recurrent dropout that saves work.

The units are the same for all steps and sequences, so the recurrent product leaves the others out.

Conventions: T steps, B sequences, I inputs, H hidden units, K of them kept, G gates. Source of the
dropout: Gal and Ghahramani (2016), A Theoretically Grounded Application of Dropout in RNNs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from shinko.nets.cells import RecurrentCell, State
from shinko.nets.kernels import TAPES, LayerTape, Views


def run_layer_masked(
    cell: RecurrentCell,
    x: Tensor,
    state: State,
    units: Tensor,
    scale: float,
    *,
    W_x: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Hidden states (T, B, H) and the state at the end, as `run_layer` with h ⊙ mask in place of h.

    Args:
      cell: the layer's.
      x: inputs, (T, B, I).
      state: the state before the first step; it gets no gradient.
      units: the hidden units that reach the next step, (K,), ascending.
      scale: what these are multiplied with, H / K as a rule.
      W_x: in place of the cell's own, where x has only some of its inputs.
    """
    W_x, W_h = cell.W_x if W_x is None else W_x, cell.W_h.t().index_select(-1, units).t()
    told = (TAPES[type(cell)], units, scale, state)
    hidden, *end = _Masked.apply(x, W_x, W_h, cell.b, *told)  # type: ignore[no-untyped-call]
    return hidden, tuple(end)


class _Masked(torch.autograd.Function):
    """A layer's kernel as a function that automatic differentiation can call."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor,
        kernel: type[LayerTape], units: Tensor, scale: float, state: State,
    ) -> Views:  # fmt: skip
        tape, fed = kernel.begin(len(x), state), x.new_empty(*x.shape[:2], len(units))
        into, onward, bias = kernel.adapt((W_x, W_h, b))
        torch.addmm(bias, x.flatten(0, 1), into, out=tape.gates.flatten(0, 1))
        for before, kept, views in zip(tape.hidden[:-1], fed, tape.views(), strict=True):
            torch.index_select(before, 1, units, out=kept).mul_(scale)
            kernel.step(views, kept, onward)
        ctx.save_for_backward(x, W_x, W_h, fed)
        ctx.tape, ctx.kept = tape, (units, scale)
        return (tape.hidden[1:], *(part.clone() for part in tape.end))

    @staticmethod
    def backward(ctx: Any, dhidden: Tensor, *_: Tensor) -> Any:
        x, W_x, W_h, fed = ctx.saved_tensors
        room = torch.empty_like(ctx.tape.gates)
        flat = ctx.tape.backward(W_h, dhidden, room, ctx.kept).flatten(0, 1)
        dx = (flat @ W_x.t()).view_as(x)
        dW_x, dW_h = x.flatten(0, 1).t() @ flat, fed.flatten(0, 1).t() @ flat
        return dx, dW_x, dW_h, flat.sum(0), None, None, None, None
