"""The copy head of `copying` in numpy, one step at a time.

Conventions as there; B sequences. `played` (B, W) is what was fed in, with orders all of it,
with start tokens before the beginning; `runs` (B, N) how many tokens in a row each lag matched.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.nets.shapes import COPY_FLOOR, FEW_TIMES, LONG_RUN

Array = NDArray[np.floating[Any]]
Tokens = NDArray[np.integer[Any]]


class LightCopies:
    """A copy head's weights, ready to run."""

    def __init__(
        self,
        weights: Mapping[str, Array],
        lags: tuple[int, ...],
        orders: tuple[int, ...],
        W_x: Array,
    ) -> None:
        """Args:
        weights: by the names of `SequenceModel.state_dict()`.
        lags: as the network's config has them.
        orders: the same.
        W_x: of the first layer, in the form that it is run with, (E, G·H).
        """
        self.lags, self.orders = np.array(lags, np.int64), orders
        self._start = len(weights["output.bias"])
        self._gates = np.ascontiguousarray(weights["copy.gates.weight"].T)
        self._gates_bias = weights["copy.gates.bias"]
        self._seen = weights["copy.seen"] @ W_x

    def among(self, tokens: int) -> LightCopies:
        """The same head over so many tokens."""
        head = copy(self)
        head._start = tokens
        return head

    def hear(
        self, tokens: Tokens, played: Tokens, runs: Tokens
    ) -> tuple[Tokens, Array, Array | None]:
        """Hear a token (B,) after those before it.

        Returns:
          The runs after it, what the first layer's gates are told of it, (B, G·H), and the shares
          of what followed before, (B, K, V), if there are orders.
        """
        match = (played[:, -self.lags] == tokens[:, None]) & (tokens != self._start)[:, None]
        runs = np.where(match, np.minimum(runs + 1, LONG_RUN), 0)
        seen, shares = [match, runs / LONG_RUN], None
        if self.orders:
            counts = self._followed(np.concatenate([played, tokens[:, None]], axis=1))
            times = counts.sum(axis=2)
            few = np.count_nonzero(counts, axis=2) / np.maximum(times, 1)
            seen.append(np.stack([times / (times + FEW_TIMES), few], 2).reshape(len(tokens), -1))
            shares = (counts / np.maximum(times, 1)[:, :, None]).astype(self._seen.dtype)
        return runs, np.concatenate(seen, axis=1).astype(self._seen.dtype) @ self._seen, shares

    def _followed(self, heard: Tokens) -> Tokens:
        """How often each token followed the last ones, by orders, (B, K, V)."""
        (B, W), V = heard.shape, self._start
        number = np.arange(B)[:, None] * V + heard[:, 1:]
        match, found = heard[:, 1:] != V, []
        for order in range(max(self.orders) + 1):
            if order:
                before = heard[:, : W - order]
                match = match[:, -(W - order) :] & (before == heard[:, -order, None])
                match &= before != V
            if order in self.orders:
                at = number[:, -match.shape[1] :][match]
                counts = np.bincount(at, minlength=B * V).reshape(B, V)
                if order == 0:
                    there = np.flatnonzero(heard[:, -1] != V)
                    counts[there, heard[there, -1]] = 0
                found.append(counts)
        return np.stack(found, axis=1)

    def mix(self, hidden: Array, logits: Array, played: Tokens, shares: Array | None) -> Array:
        """log P of each next token (B, V), from hidden units and logits after what was played."""
        target, N = played[:, -self.lags], len(self.lags)
        copies = (target != self._start) & (target != played[:, -1:])
        gates: Array = hidden @ self._gates + self._gates_bias
        gates[:, 1 : N + 1][~copies] = -np.inf
        if shares is not None:
            gates[:, N + 1 :][~shares.any(axis=2)] = -np.inf
        gates = _softmax(gates)
        mixed = gates[:, :1] * _softmax(logits)
        rows, lags = np.nonzero(copies)
        np.add.at(mixed, (rows, target[rows, lags]), gates[rows, lags + 1])
        if shares is not None:
            mixed += np.einsum("bk,bkv->bv", gates[:, N + 1 :], shares)
        return np.asarray(np.log((1 - COPY_FLOOR) * mixed + COPY_FLOOR / self._start))


def _softmax(rows: Array) -> Array:
    rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))
