"""The forward pass of the sequence model in numpy: composing needs no torch.

Conventions as in `cells` and `stack`; weights go by the names of `SequenceModel.state_dict()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
State = tuple[tuple[Array, ...], ...]

# Sequences stepped at once: their activations stay in a core's cache.
_CHUNK = 512


@dataclass(frozen=True)
class LightModel:
    """A trained network, ready to run.

    weights: by name, of the shapes that `SequenceModel` gives them; any floating type.
    cell: lstm or rnn. tied: the output layer is the embedding.
    """

    weights: Mapping[str, Array]
    cell: str = "lstm"
    tied: bool = False

    @property
    def layers(self) -> int:
        """How many recurrent layers there are."""
        return sum(name.endswith(".W_h") for name in self.weights)

    def initial_state(self, batch: int) -> State:
        """Zeros, (B, H) for each part of each layer's state."""
        W_h = self.weights["stack.cells.0.W_h"]
        zeros = np.zeros((batch, W_h.shape[0]), W_h.dtype)
        return ((zeros,) * (2 if self.cell == "lstm" else 1),) * self.layers

    def step(self, tokens: NDArray[np.integer[Any]], state: State) -> tuple[Array, State]:
        """One step: tokens (B,) and a state give logits (B, V) and the state after it."""
        x = self.weights["embedding.weight"][tokens]
        after = []
        for layer, parts in enumerate(state):
            name = f"stack.cells.{layer}."
            gates = x @ self.weights[name + "W_x"] + self.weights[name + "b"]
            gates += parts[0] @ self.weights[name + "W_h"]
            after.append(_lstm(gates, parts[1]) if self.cell == "lstm" else (np.tanh(gates),))
            x = after[-1][0]
        output = self.weights["embedding.weight" if self.tied else "output.weight"]
        logits: Array = x @ output.T + self.weights["output.bias"]
        return logits, tuple(after)


def _lstm(gates: Array, c: Array) -> tuple[Array, Array]:
    i, f, g, o = np.split(gates, 4, axis=1)
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(c), c


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 * np.tanh(0.5 * x) + 0.5
    return result


def sample_light(
    model: LightModel,
    *,
    steps: int,
    count: int,
    start: int,
    temperature: float,
    rng: np.random.Generator,
    first: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw sequences of tokens.

    Args:
      model: the network.
      steps: length of each sequence, T.
      count: how many, B.
      start: the token that begins each.
      temperature: logits are divided by it; 0 always takes the likeliest token.
      rng: the source of chance; the same state gives the same sequences.
      first: the first token of each sequence, if it isn't to be drawn.

    Returns:
      Tokens, (B, T), and the log-probability of each sequence in nats, (B,), under the network's
      own distribution (temperature 1).
    """
    parts = [
        _sample_chunk(model, steps, min(_CHUNK, count - begin), start, temperature, rng, first)
        for begin in range(0, count, _CHUNK)
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _sample_chunk(
    model: LightModel,
    steps: int,
    count: int,
    start: int,
    temperature: float,
    rng: np.random.Generator,
    first: int | None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    tokens = np.empty((count, steps), np.int64)
    log_probs = np.zeros(count)
    fed, state, rows = np.full(count, start), model.initial_state(count), np.arange(count)
    for t in range(steps):
        logits, state = model.step(fed, state)
        noise = rng.gumbel(size=logits.shape) if temperature else 0.0
        fed = np.argmax(logits + temperature * noise, axis=1)
        if t == 0 and first is not None:
            fed = np.full(count, first)
        highest = logits.max(axis=1)
        log_normaliser = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
        log_probs += logits[rows, fed] - log_normaliser
        tokens[:, t] = fed
    return tokens, log_probs
