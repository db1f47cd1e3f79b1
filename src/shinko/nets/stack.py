"""Cells in layers, over time, with dropout between them.

Conventions: T steps, B sequences, L layers, time first. A stack's state is a tuple of (L, B, H)
tensors: (h,) for the Simple RNN, (h, c) for the LSTM.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from shinko.nets.cells import CELLS, LSTMCell, RecurrentCell, State


class RecurrentStack(nn.Module):
    """L recurrent layers; dropout is applied to what passes from one layer to the next.

    Source of the dropout's place: Zaremba, Sutskever and Vinyals (2014): never on the recurrent
    connections.
    """

    def __init__(
        self, inputs: int, hidden: int, *, layers: int = 1, cell: str = "lstm", dropout: float = 0.0
    ) -> None:
        super().__init__()
        sizes = [inputs] + [hidden] * (layers - 1)
        self.cells = nn.ModuleList(CELLS[cell](size, hidden) for size in sizes)
        self.hidden, self.dropout = hidden, dropout

    def initial_state(self, batch: int) -> State:
        """All zeros, (L, B, H) each, on the device and in the type of the weights."""
        first: RecurrentCell = self.cells[0]  # type: ignore[assignment]
        zeros = first.W_h.new_zeros(len(self.cells), batch, self.hidden)
        return tuple(zeros.clone() for _ in range(first.shape.parts))

    def forward(self, x: Tensor, state: State, *, fused: bool = True) -> tuple[Tensor, State]:
        """Hidden states of the top layer, (T, B, H), and the state after the last step.

        Args:
          x: inputs, (T, B, I).
          state: the state before the first step.
          fused: hand each layer to the library's kernel, which computes the same equations;
            False runs the cells' own, one step at a time.
        """
        run = run_layer_fused if fused else run_layer
        ends = []
        for layer, cell in enumerate(self.cells):
            if layer:
                x = nn.functional.dropout(x, self.dropout, self.training)
            x, end = run(cell, x, tuple(part[layer] for part in state))  # type: ignore[arg-type]
            ends.append(end)
        return x, tuple(torch.stack(parts) for parts in zip(*ends, strict=True))


def run_layer(cell: RecurrentCell, x: Tensor, state: State) -> tuple[Tensor, State]:
    """The cell's own equations over T steps: (T, B, I) to (T, B, H), and the state at the end."""
    hidden = []
    for x_t in x @ cell.W_x + cell.b:
        state = cell.step(x_t, state)
        hidden.append(state[0])
    return torch.stack(hidden), state


def run_layer_fused(
    cell: RecurrentCell, x: Tensor, state: State, *, W_x: Tensor | None = None
) -> tuple[Tensor, State]:
    """The same by the library's fused kernel, whose second bias is held at zero.

    W_x takes the place of the cell's own, where x has only some of its inputs.
    """
    W_x = cell.W_x if W_x is None else W_x
    weights = [W_x.t(), cell.W_h.t(), cell.b, torch.zeros_like(cell.b)]
    parts = [part.unsqueeze(0) for part in state]
    # has_biases, num_layers, dropout, train, bidirectional, batch_first
    options = (True, 1, 0.0, cell.training, False, False)
    before = parts if len(parts) > 1 else parts[0]
    out, *end = cell.library(x, before, weights, *options)
    return out, tuple(part[0] for part in end)


@torch.no_grad()
def forget_nothing(stack: RecurrentStack) -> None:
    """Set the bias of the LSTM's forget gates to 1, so that memory lasts from the beginning on."""
    for cell in stack.cells:
        if isinstance(cell, LSTMCell):
            cell.b[cell.hidden : 2 * cell.hidden] = 1.0
