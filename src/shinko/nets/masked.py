"""Layers of which only some hidden units reach the next step: recurrent dropout that saves work.

The units are the same for all steps and sequences, so the recurrent product leaves the others out.
Forward and backward by hand, from the equations of `cells`; dX stands for d loss / d X.

Conventions: T steps, B sequences, I inputs, H hidden units, K of them kept, G gates. Source of the
dropout: Gal and Ghahramani (2016), A Theoretically Grounded Application of Dropout in RNNs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from shinko.nets.cells import LSTMCell, RecurrentCell, State


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
    layer = _LSTM if isinstance(cell, LSTMCell) else _RNN
    hidden, *end = layer.apply(x, W_x, W_h, cell.b, units, scale, *state)  # type: ignore[no-untyped-call]
    return hidden, tuple(end)


class _LSTM(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor, units: Tensor, scale: float,
        h: Tensor, c: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        (T, B, _), (K, width) = x.shape, W_h.shape
        H = width // 4
        gates = torch.addmm(b, x.flatten(0, 1), W_x).view(T, B, width)
        hidden, cells = x.new_empty(T + 1, B, H), x.new_empty(T + 1, B, H)
        squashed, fed = x.new_empty(T, B, H), x.new_empty(T, B, K)
        hidden[0], cells[0] = h, c
        for t in range(T):
            torch.index_select(hidden[t], 1, units, out=fed[t]).mul_(scale)
            step = gates[t].addmm_(fed[t], W_h)
            step[:, : 2 * H].sigmoid_()
            step[:, 2 * H : 3 * H].tanh_()
            step[:, 3 * H :].sigmoid_()
            i, f, g, o = step.chunk(4, dim=1)
            torch.mul(f, cells[t], out=cells[t + 1]).addcmul_(i, g)
            torch.mul(o, torch.tanh(cells[t + 1], out=squashed[t]), out=hidden[t + 1])
        ctx.save_for_backward(x, W_x, W_h, units, gates, cells, squashed, fed)
        ctx.scale = scale
        return hidden[1:], hidden[T].clone(), cells[T].clone()

    @staticmethod
    def backward(ctx: Any, dhidden: Tensor, *_: Tensor) -> Any:
        """With the factors that wait for neither dh nor dc computed for all steps at once:

        dc_t = dh_t ⊙ o (1 − tanh²c) + dc_{t+1} ⊙ f_{t+1}
        di = dc ⊙ g i(1−i),  df = dc ⊙ c_{t-1} f(1−f),  dg = dc ⊙ i (1−g²)
        do = dh ⊙ tanh(c) o(1−o),  dh_{t-1} = dh_{t-1}(loss) + mask ⊙ [di df dg do] W_hᵀ
        """
        x, W_x, W_h, units, gates, cells, squashed, fed = ctx.saved_tensors
        T, B, width = gates.shape
        i, f, g, o = gates.view(T, B, 4, width // 4).unbind(2)
        dgates = torch.addcmul(gates, gates, gates, value=-1)  # σ' = σ − σ²
        for_c, for_o = dgates.view(T, B, 4, -1)[:, :, :3], dgates.view(T, B, 4, -1)[:, :, 3]
        for_c[:, :, 0].mul_(g)
        for_c[:, :, 1].mul_(cells[:-1])
        torch.mul(g, g, out=for_c[:, :, 2]).neg_().add_(1).mul_(i)
        for_o.mul_(squashed)
        through = torch.addcmul(o, squashed.square(), o, value=-1)
        dh, dc = dhidden.clone(), torch.zeros_like(dhidden[0])
        for t in reversed(range(T)):
            dc.addcmul_(dh[t], through[t])
            for_c[t].mul_(dc.unsqueeze(1))
            for_o[t].mul_(dh[t])
            if t:
                dh[t - 1].index_add_(1, units, dgates[t] @ W_h.t(), alpha=ctx.scale)
                dc.mul_(f[t])
        return (*_gradients(x, W_x, fed, dgates), None, None, None, None)


class _RNN(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor, units: Tensor, scale: float,
        h: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        (T, B, _), (K, H) = x.shape, W_h.shape
        hidden = torch.addmm(b, x.flatten(0, 1), W_x).view(T, B, H)
        fed = x.new_empty(T, B, K)
        for t in range(T):
            torch.index_select(hidden[t - 1] if t else h, 1, units, out=fed[t]).mul_(scale)
            hidden[t].addmm_(fed[t], W_h).tanh_()
        ctx.save_for_backward(x, W_x, W_h, units, hidden, fed)
        ctx.scale = scale
        return hidden, hidden[-1].clone()

    @staticmethod
    def backward(ctx: Any, dhidden: Tensor, *_: Tensor) -> Any:
        """da_t = dh_t ⊙ (1 − h_t²),  dh_{t-1} = dh_{t-1}(loss) + mask ⊙ da_t W_hᵀ."""
        x, W_x, W_h, units, hidden, fed = ctx.saved_tensors
        dh, da = dhidden.clone(), hidden.square().neg_().add_(1)
        for t in reversed(range(len(da))):
            da[t].mul_(dh[t])
            if t:
                dh[t - 1].index_add_(1, units, da[t] @ W_h.t(), alpha=ctx.scale)
        return (*_gradients(x, W_x, fed, da), None, None, None)


def _gradients(x: Tensor, W_x: Tensor, fed: Tensor, dgates: Tensor) -> tuple[Tensor, ...]:
    """Of x, W_x, W_h and b, from that of the pre-activations, (T, B, G·H)."""
    flat = dgates.flatten(0, 1)
    dx = (flat @ W_x.t()).view_as(x)
    dW_x, dW_h = x.flatten(0, 1).t() @ flat, fed.flatten(0, 1).t() @ flat
    return dx, dW_x, dW_h, flat.sum(0)
