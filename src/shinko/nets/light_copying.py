"""The copy head of `copying` in numpy, one step at a time.

Conventions as there; B sequences. `played` (B, W) is what was fed in last, W of it, with start
tokens before the beginning; `runs` (B, N) how many tokens in a row each lag matched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.nets.shapes import COPY_FLOOR, LONG_RUN

Array = NDArray[np.floating[Any]]
Tokens = NDArray[np.integer[Any]]


class LightCopies:
    """A copy head's weights, ready to run."""

    def __init__(self, weights: Mapping[str, Array], lags: tuple[int, ...], W_x: Array) -> None:
        """Args:
        weights: by the names of `SequenceModel.state_dict()`.
        lags: as the network's config has them.
        W_x: of the first layer, in the form that it is run with, (E, G·H).
        """
        self.lags = np.array(lags, np.int64)
        self._start = len(weights["output.bias"])
        self._gates = np.ascontiguousarray(weights["copy.gates.weight"].T)
        self._gates_bias = weights["copy.gates.bias"]
        self._seen = weights["copy.seen"] @ W_x

    def hear(self, tokens: Tokens, played: Tokens, runs: Tokens) -> tuple[Tokens, Array]:
        """Hear a token (B,) after those before it.

        Returns:
          The runs after it, and what the first layer's gates are told of them, (B, G·H).
        """
        match = (played[:, -self.lags] == tokens[:, None]) & (tokens != self._start)[:, None]
        runs = np.where(match, np.minimum(runs + 1, LONG_RUN), 0)
        seen = np.concatenate([match, runs / LONG_RUN], axis=1).astype(self._seen.dtype)
        return runs, seen @ self._seen

    def mix(self, hidden: Array, logits: Array, played: Tokens) -> Array:
        """log P of each next token (B, V), from hidden units and logits after what was played."""
        target = played[:, -self.lags]
        copies = (target != self._start) & (target != played[:, -1:])
        gates: Array = hidden @ self._gates + self._gates_bias
        gates[:, 1:][~copies] = -np.inf
        gates = _softmax(gates)
        mixed = gates[:, :1] * _softmax(logits)
        rows, lags = np.nonzero(copies)
        np.add.at(mixed, (rows, target[rows, lags]), gates[rows, lags + 1])
        return np.asarray(np.log((1 - COPY_FLOOR) * mixed + COPY_FLOOR / self._start))


def _softmax(rows: Array) -> Array:
    rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))
