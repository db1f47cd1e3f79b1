"""The Simple RNN and LSTM cells, written from their equations: the reference for all faster paths.

Conventions: B sequences, I inputs, H hidden units. Row vectors multiply from the left, so weights
are (I, H)-like, not transposed. A state is a tuple of (B, H) tensors: (h,) or (h, c).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from shinko.nets.shapes import CELL_SHAPES, CellShape, cell_shapes

State = tuple[Tensor, ...]


class RecurrentCell(nn.Module, ABC):
    """What both cells share: weights W_x (I, G·H), W_h (H, G·H) and bias b (G·H), G gates."""

    kind: ClassVar[str]
    library: ClassVar[Callable[..., Any]]  # its kernel of the same equations

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.inputs, self.hidden = inputs, hidden
        shapes = cell_shapes(self.kind, inputs, hidden)
        self.W_x = nn.Parameter(torch.empty(shapes["W_x"]))
        self.W_h = nn.Parameter(torch.empty(shapes["W_h"]))
        self.b = nn.Parameter(torch.empty(shapes["b"]))
        self.reset_parameters()

    @property
    def shape(self) -> CellShape:
        """Its gates, and the parts of its state."""
        return CELL_SHAPES[self.kind]

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Draw all weights from U(-1/√H, 1/√H), as torch.nn does."""
        bound = 1.0 / math.sqrt(self.hidden)
        for weight in (self.W_x, self.W_h, self.b):
            nn.init.uniform_(weight, -bound, bound, generator=generator)

    def forward(self, x: Tensor, state: State) -> State:
        """One step: inputs (B, I) and the state before it give the state after it."""
        return self.step(x @ self.W_x + self.b, state)

    @abstractmethod
    def step(self, x_projection: Tensor, state: State) -> State:
        """One step from x_t W_x + b, shape (B, G·H), computed beforehand."""


class SimpleRNNCell(RecurrentCell):
    """The Elman cell.

        h_t = tanh(h_{t-1} W_h + x_t W_x + b)

    Source: Elman (1990), Finding structure in time.
    """

    kind = "rnn"
    library = staticmethod(torch.rnn_tanh)

    def step(self, x_projection: Tensor, state: State) -> State:
        (h,) = state
        return (torch.tanh(h @ self.W_h + x_projection),)


class LSTMCell(RecurrentCell):
    """The LSTM cell with forget gate; weights are stacked i, f, g, o along their last axis.

        i_t = σ(h_{t-1} W_hi + x_t W_xi + b_i)        input gate
        f_t = σ(h_{t-1} W_hf + x_t W_xf + b_f)        forget gate
        g_t = tanh(h_{t-1} W_hg + x_t W_xg + b_g)     candidate memory
        o_t = σ(h_{t-1} W_ho + x_t W_xo + b_o)        output gate
        c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t               memory cell
        h_t = o_t ⊙ tanh(c_t)

    Source: Hochreiter and Schmidhuber (1997); forget gate: Gers, Schmidhuber and Cummins (2000).
    """

    kind = "lstm"
    library = staticmethod(torch.lstm)

    def step(self, x_projection: Tensor, state: State) -> State:
        h, c = state
        i, f, g, o = (h @ self.W_h + x_projection).chunk(4, dim=-1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return (torch.sigmoid(o) * torch.tanh(c), c)


CELLS: dict[str, type[RecurrentCell]] = {cell.kind: cell for cell in (SimpleRNNCell, LSTMCell)}
