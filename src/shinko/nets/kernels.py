"""The training kernels: layers in place over time, and the closed-form gradient of what they did.

One kernel a cell serves both the sampler, which takes all layers from token to token (`sampling`),
and layers with recurrent dropout (`masked`). A layer's tape keeps what its gradient needs; forward
and backward are the equations of `cells`, by hand. dX stands for d loss / d X.

Conventions: T steps, B sequences, H hidden units, G gates, time first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from shinko.nets.cells import LSTMCell, RecurrentCell, SimpleRNNCell, State

Views = tuple[Tensor, ...]

# The hidden units that reach the next step, (K,), ascending, and what they are multiplied with.
Kept = tuple[Tensor, float]

# Elements of a block of steps that the backward walk works on at once: what a core's cache holds.
_BLOCK = 1 << 18


@dataclass(frozen=True)
class LayerTape(ABC):
    """One layer's activations.

    hidden: (T+1, B, H), first row the state before.
    gates: (T, B, G·H); x_t W_x + b until the step is taken.
    """

    hidden: Tensor
    gates: Tensor

    @classmethod
    @abstractmethod
    def begin(cls, steps: int, state: State) -> Self:
        """Room for so many steps after a state."""

    @property
    def end(self) -> State:
        """The state after the last step."""
        return (self.hidden[-1],)

    @staticmethod
    def adapt(weights: Views) -> Views:
        """A cell's W_x, W_h and b as `step` wants them."""
        return weights

    @abstractmethod
    def views(self) -> list[Views]:
        """Of each step what `step` works on, its gates first."""

    @staticmethod
    @abstractmethod
    def step(views: Views, before: Tensor, W_h: Tensor) -> None:
        """Turn the gates' x_t W_x + b into the activations at t.

        Args:
          views: of this step.
          before: what is fed on of the step before, (B, K).
          W_h: of what is fed on, (K, G·H), adapted.
        """

    @abstractmethod
    def backward(self, W_h: Tensor, dhidden: Tensor, out: Tensor, kept: Kept | None) -> Tensor:
        """Fill `out`, (T, B, G·H), with d loss / d pre-activations, and return it.

        Args:
          W_h: of what is fed on, (K, G·H), as the cell has it.
          dhidden: d loss / d hidden states, (T, B, H), but for what comes through later steps.
          kept: the units that are fed on, if not all are.
        """


class RNNTape(LayerTape):
    """Of the Simple RNN, whose gates turn into its hidden states in the same memory."""

    @classmethod
    def begin(cls, steps: int, state: State) -> Self:
        hidden = _after(state[0], steps)
        return cls(hidden, hidden[1:])

    def views(self) -> list[Views]:
        return [(gates,) for gates in self.gates.unbind(0)]

    @staticmethod
    def step(views: Views, before: Tensor, W_h: Tensor) -> None:
        views[0].addmm_(before, W_h).tanh_()

    def backward(self, W_h: Tensor, dhidden: Tensor, out: Tensor, kept: Kept | None) -> Tensor:
        """da_t = dh_t ⊙ (1 − h_t²),  dh_{t-1} = dh_{t-1}(loss) + da_t W_hᵀ."""
        torch.square(self.hidden[1:], out=out).neg_().add_(1)
        steps, losses, W = out.unbind(0), dhidden.unbind(0), W_h.t()
        dh, room = losses[-1], torch.empty_like(losses[-1])
        for t in reversed(range(len(steps))):
            steps[t].mul_(dh)
            if t:
                dh = _through(losses[t - 1], steps[t], W, kept, room)
        return out


@dataclass(frozen=True)
class LSTMTape(LayerTape):
    """Of the LSTM, with gates after their sigmoids, the candidate still as σ(2x): g = 2σ(2x) − 1.

    tanh(x) = 2σ(2x) − 1, and the library's tanh takes several times as long as its sigmoid.

    cells: (T+1, B, H), first row the state before.
    squashed: (T, B, H), σ(2c), with tanh(c) = 2σ(2c) − 1.
    """

    cells: Tensor
    squashed: Tensor

    @classmethod
    def begin(cls, steps: int, state: State) -> Self:
        h, c = state
        gates = h.new_empty(steps, len(h), 4 * h.shape[1])
        return cls(_after(h, steps), gates, _after(c, steps), h.new_empty(steps, *h.shape))

    @property
    def end(self) -> State:
        return (self.hidden[-1], self.cells[-1])

    @staticmethod
    def adapt(weights: Views) -> Views:
        """The candidate doubled, so that one sigmoid serves all four gates."""
        b = weights[2]
        scale = torch.ones_like(b)
        scale[len(b) // 2 : 3 * len(b) // 4] = 2.0
        return tuple(weight * scale for weight in weights)

    def views(self) -> list[Views]:
        cells = self.cells.unbind(0)
        parts = [part.unbind(0) for part in self.gates.chunk(4, dim=2)]
        after = [self.hidden[1:].unbind(0), cells[:-1], cells[1:], self.squashed.unbind(0)]
        return list(zip(self.gates.unbind(0), *parts, *after, strict=True))

    @staticmethod
    def step(views: Views, before: Tensor, W_h: Tensor) -> None:
        gates, i, f, s_g, o, h, c_before, c, s_c = views
        gates.addmm_(before, W_h).sigmoid_()
        torch.mul(f, c_before, out=c).addcmul_(i, s_g, value=2).sub_(i)
        torch.add(c, c, out=s_c).sigmoid_()
        torch.mul(o, s_c, out=h).add_(h).sub_(o)

    def backward(self, W_h: Tensor, dhidden: Tensor, out: Tensor, kept: Kept | None) -> Tensor:
        """With i, f, o as they are, g = 2 s_g − 1 and tanh(c) = 2 s_c − 1:

            dc_t = dh_t ⊙ o (1 − tanh²c) + dc_{t+1} ⊙ f_{t+1}
            di = dc ⊙ g ⊙ i(1−i),  df = dc ⊙ c_{t-1} ⊙ f(1−f),  dg = dc ⊙ i ⊙ (1−g²)
            do = dh ⊙ tanh(c) ⊙ o(1−o),  dh_{t-1} = dh_{t-1}(loss) + [di df dg do] W_hᵀ

        The factors that wait for neither dh nor dc are computed for a block of steps at once.
        """
        T, B, H = dhidden.shape
        block = max(1, _BLOCK // (B * 4 * H))
        forget = self.gates.view(T, B, 4, H)[:, :, 1].unbind(0)
        flat, losses, W = out.unbind(0), dhidden.unbind(0), W_h.t()
        dh, dc, room = losses[-1], torch.zeros_like(losses[-1]), torch.empty_like(losses[-1])
        for end in range(T, 0, -block):
            begin = max(0, end - block)
            through = self._factors(begin, end, out).unbind(0)
            by_gate = out[begin:end].view(end - begin, B, 4, H)
            for_c, for_o = by_gate[:, :, :3].unbind(0), by_gate[:, :, 3].unbind(0)
            for t in range(end - 1, begin - 1, -1):
                dc.addcmul_(dh, through[t - begin])
                for_c[t - begin].mul_(dc.unsqueeze(1))
                for_o[t - begin].mul_(dh)
                if t:
                    dh = _through(losses[t - 1], flat[t], W, kept, room)
                    dc.mul_(forget[t])
        return out

    def _factors(self, begin: int, end: int, out: Tensor) -> Tensor:
        """Fill out[begin:end] with the factors of dc (for o: of dh); return o (1 − tanh²c)."""
        gates = self.gates[begin:end]
        i, _, s_g, o = gates.chunk(4, dim=2)
        d_i, d_f, d_g, d_o = out[begin:end].chunk(4, dim=2)
        torch.addcmul(gates, gates, gates, value=-1, out=out[begin:end])  # σ' = σ − σ²
        d_i.mul_(s_g * 2 - 1)
        d_f.mul_(self.cells[begin:end])
        d_g.mul_(i).mul_(4)  # 1 − g² = 4 (s_g − s_g²)
        tanh_c = self.squashed[begin:end] * 2 - 1
        d_o.mul_(tanh_c)
        return tanh_c.square_().neg_().add_(1).mul_(o)


TAPES: dict[type[RecurrentCell], type[LayerTape]] = {SimpleRNNCell: RNNTape, LSTMCell: LSTMTape}


def _after(part: Tensor, steps: int) -> Tensor:
    """Room for a part of the state before and after each step, (T+1, B, H)."""
    room = part.new_empty(steps + 1, *part.shape)
    room[0] = part
    return room


def _through(loss: Tensor, dgates: Tensor, W: Tensor, kept: Kept | None, room: Tensor) -> Tensor:
    """d loss / d h_{t-1}, (B, H), in `room`: its own, and what comes through the gates at t."""
    if kept is None:
        return torch.addmm(loss, dgates, W, out=room)
    units, scale = kept
    return torch.index_add(loss, 1, units, dgates @ W, alpha=scale, out=room)
