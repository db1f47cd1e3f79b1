"""The shape of a sequence model and of all its weights. Needs no torch.

Conventions: V outputs, E embedding, H hidden units, K conditions, G gates; which way weights stand
is told in `cells`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellShape:
    """What a kind of cell is made of.

    Attributes:
      name: for people.
      gates: blocks of H columns side by side in its weights, G.
      parts: of its state, (B, H) each, the hidden units first.
    """

    name: str
    gates: int
    parts: int


# What a network that copies leaves to each token at the least, of all of them together.
COPY_FLOOR = 1e-6
# Matches in a row that are told apart by a network that copies.
LONG_RUN = 4
# Of n times that some tokens were followed by any, n / (n + this) is told.
FEW_TIMES = 4

CELL_SHAPES = {"lstm": CellShape("LSTM", gates=4, parts=2), "rnn": CellShape("Simple RNN", 1, 1)}


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a network; each field ends up in a run's settings."""

    tokens: int
    """How many tokens can be fed in (a policy's start token included)."""
    outputs: int
    """How many tokens can come out: V."""
    cell: str = "lstm"
    """Which recurrent cell: lstm or rnn."""
    layers: int = 1
    """Recurrent layers, one above the other."""
    hidden: int = 128
    """Hidden units in each layer: H."""
    embedding: int = 64
    """Size of a token's input vector: E; tied models need E = H."""
    dropout: float = 0.0
    """Share of units dropped on non-recurrent connections while training."""
    tied: bool = False
    """Use the input embedding as output weights too (Press and Wolf 2017)."""
    conditions: int = 0
    """How many numbers, K, each sequence or step may be conditioned on; 0 for none."""
    copies: tuple[int, ...] = ()
    """Lags: how many tokens ago lies what may be copied; none without a copy head."""
    orders: tuple[int, ...] = ()
    """With a copy head: after how many tokens what followed them before may be played again; 0 for
    what was played at all."""
    window: int = 0
    """How many tokens back it sees, for at each step its layers begin anew; 0 for all."""

    def __post_init__(self) -> None:
        if self.cell not in CELL_SHAPES:
            raise ValueError(f"cell '{self.cell}': expected one of {', '.join(CELL_SHAPES)}")
        if self.tied and (self.embedding != self.hidden or self.tokens != self.outputs):
            raise ValueError(
                f"tied weights: expected embedding = hidden and tokens = outputs, got "
                f"{self.embedding}, {self.hidden}, {self.tokens}, {self.outputs}"
            )
        if (self.copies or self.window) and self.tokens != self.outputs + 1:
            raise ValueError(
                f"copies, window: expected tokens = outputs + 1, got {self.tokens}, {self.outputs}"
            )
        if self.orders and not self.copies:
            raise ValueError(f"orders {self.orders}: expected none without copies")
        if any(order < 0 for order in self.orders) or len(set(self.orders)) < len(self.orders):
            raise ValueError(f"orders {self.orders}: expected numbers from 0 on, each once")
        if any(lag < 2 for lag in self.copies) or len(set(self.copies)) < len(self.copies):
            raise ValueError(f"copies {self.copies}: expected lags from 2 on, each once")


def cell_shapes(cell: str, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
    """Of a cell's own weights, by name: all gates side by side."""
    width = CELL_SHAPES[cell].gates * hidden
    return {"W_x": (inputs, width), "W_h": (hidden, width), "b": (width,)}


def weight_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Of all weights, by the names of `SequenceModel.state_dict()`; tied ones go by both names."""
    E, H, V = config.embedding, config.hidden, config.outputs
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (config.tokens, E)}
    if config.conditions:
        shapes["condition"] = (config.conditions, E)
    for layer in range(config.layers):
        own = cell_shapes(config.cell, H if layer else E, H)
        shapes |= {f"stack.cells.{layer}.{name}": shape for name, shape in own.items()}
    shapes |= {"output.weight": (V, H), "output.bias": (V,)}
    if config.copies:
        ways = len(config.copies) + len(config.orders)
        shapes |= {"copy.gates.weight": (ways + 1, H), "copy.gates.bias": (ways + 1,)}
        shapes["copy.seen"] = (2 * ways, E)
    return shapes
