"""The forward pass of the sequence model in numpy: composing needs no torch.

Conventions as in `cells` and `stack`; weights go by the names of `SequenceModel.state_dict()`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light_copying import LightCopies, Tokens
from shinko.nets.shapes import CELL_SHAPES

Array = NDArray[np.floating[Any]]
# Of each layer its parts, (B, H); then what was fed in last, with orders all of it, (B, W), how far
# each lag matched it, (B, N), and what is told at each step, (B, G·H): none of them has columns it
# doesn't need.
State = tuple[tuple[NDArray[Any], ...], ...]

# Sequences stepped at once: their activations stay in a core's cache.
_CHUNK = 512


class LightNetwork(Protocol):
    """What is drawn from: a network, or one that is told what it needs to be."""

    @property
    def outputs(self) -> int:
        """How many tokens can come out, V."""

    @property
    def start(self) -> int:
        """The token that begins each sequence."""

    def initial_state(self, batch: int) -> State:
        """Before the first token."""

    def step(self, tokens: Tokens, state: State) -> tuple[NDArray[Any], State]:
        """Tokens (B,) and a state give logits (B, V) and the state after it."""

    def feed(self, fed: Tokens, drawn: Tokens) -> Tokens:
        """The tokens to feed in after others and what was drawn there, (B,) each."""


class LightModel:
    """A trained network, ready to run.

    Its weights are kept in another form than the equations have them: what a token projects to is
    tabulated, and with σ(x) = (1 + tanh(x/2)) / 2 one tanh serves all gates, so the pre-activations
    of the sigmoids are halved beforehand.
    """

    def __init__(
        self,
        weights: Mapping[str, Array],
        cell: str = "lstm",
        tied: bool = False,
        following: Tokens | None = None,
        copies: tuple[int, ...] = (),
        orders: tuple[int, ...] = (),
        window: int = 0,
    ) -> None:
        """Args:
        weights: by name, of the shapes that `SequenceModel` gives them; float32 or float64.
        cell: lstm or rnn.
        tied: whether the output layer is the embedding.
        following: the token that is fed in after a token and what was drawn there, (tokens, V),
            beginning with token 0; by default what was drawn, beginning with token V.
        copies, orders, window: as the network's config has them.
        """
        self._following = following
        self.cell, self.layers = cell, sum(name.endswith(".W_h") for name in weights)
        self.hidden = weights["stack.cells.0.W_h"].shape[0]
        scale = np.ones(weights["stack.cells.0.b"].shape, weights["stack.cells.0.b"].dtype)
        if cell == "lstm":
            scale[:] = 0.5
            scale[2 * self.hidden : 3 * self.hidden] = 1.0
        layers = [
            [weights[f"stack.cells.{layer}.{name}"] * scale for name in ("W_x", "W_h", "b")]
            for layer in range(self.layers)
        ]
        embedding = weights["embedding.weight"]
        self._layers = layers
        self._table = embedding @ layers[0][0] + layers[0][2]
        self._output = np.ascontiguousarray(
            (embedding if tied else weights["output.weight"]).T, embedding.dtype
        )
        self._output_bias = weights["output.bias"]
        self._condition = weights["condition"] @ layers[0][0] if "condition" in weights else None
        self._copies = LightCopies(weights, copies, orders, layers[0][0]) if copies else None
        self._window, self._reach = window, max((*copies, window - 1, 0))

    @property
    def outputs(self) -> int:
        """How many tokens can come out, V."""
        return len(self._output_bias)

    @property
    def start(self) -> int:
        """The token that begins each sequence."""
        return self.outputs if self._following is None else 0

    def feed(self, fed: Tokens, drawn: Tokens) -> Tokens:
        """The tokens to feed in after others and what was drawn there, (B,) each."""
        return drawn if self._following is None else self._following[fed, drawn]

    def given(self, condition: Array | None) -> LightModel:
        """The same network, conditioned: what is given is fed in at each step.

        Args:
          condition: (K,) for all sequences; `step` adds to it what is given there.
        """
        if condition is None or self._condition is None:
            return self
        model = copy(self)
        model._table = self._table + (condition @ self._condition).astype(self._table.dtype)
        return model

    def among(self, kept: Tokens, unplayed: NDArray[np.bool_] | None = None) -> LightModel:
        """The same network over some of its tokens; see `cutting`.

        Args:
          kept: their numbers, in their new order, (v,).
          unplayed: which of them it doesn't draw freely, (v,); one with a copy head still copies
            them, and leaves them a little.
        """
        model = copy(self)
        model._table = self._table[[*kept, self.start]]
        model._output = np.ascontiguousarray(self._output[:, kept])
        model._output_bias = self._output_bias[kept]
        if unplayed is not None:
            model._output_bias[unplayed] = -np.inf
        model._copies = None if self._copies is None else self._copies.among(len(kept))
        return model

    def initial_state(self, batch: int, given: Array | None = None) -> State:
        """Before the first token.

        Args:
          batch: how many sequences.
          given: what each is conditioned on to its end, (B, K), beside what `step` is given.
        """
        told = self._projected(given) if given is not None else None
        told = np.zeros((batch, 0), self._table.dtype) if told is None else told
        played = np.full((batch, self._reach), self.start)
        runs = np.zeros((batch, 0 if self._copies is None else len(self._copies.lags)), np.int64)
        return (*self._nothing(batch), (played, runs, told))

    def step(self, tokens: Tokens, state: State, given: Array | None = None) -> tuple[Array, State]:
        """One step: tokens (B,) and a state give logits (B, V) and the state after it.

        Args:
          given: what is given at this step, to all sequences, (K,), or each, (B, K), for a network
            that can be told.
        """
        layers, (played, runs, always) = state[:-1], state[-1]
        told = [always] if always.shape[1] else []
        if given is not None and (now := self._projected(given)) is not None:
            told.append(now)
        if self._window:
            layers = self._nothing(len(tokens))
            for before in played[:, played.shape[1] - self._window + 1 :].T:
                layers = self._through(self._fed(before, told), layers)
        shares = None
        if self._copies is not None:
            runs, seen, shares = self._copies.hear(tokens, played, runs)
            told.append(seen)
        layers = self._through(self._fed(tokens, told), layers)
        hidden = layers[-1][0]
        logits: Array = hidden @ self._output
        logits += self._output_bias
        if self._reach:
            kept = played if self._copies is not None and self._copies.orders else played[:, 1:]
            played = np.concatenate([kept, tokens[:, None]], axis=1)
        if self._copies is not None:
            logits = self._copies.mix(hidden, logits, played, shares)
        return logits, (*layers, (played, runs, always))

    def _nothing(self, batch: int) -> State:
        """The layers before the first token: zeros, (B, H) for each part."""
        zeros = np.zeros((batch, self.hidden), self._table.dtype)
        return ((zeros,) * CELL_SHAPES[self.cell].parts,) * self.layers

    def _projected(self, given: Array) -> Array | None:
        """What is given, (..., K), as the first layer's gates get it, (..., G·H)."""
        if self._condition is None:
            return None
        return (given @ self._condition).astype(self._table.dtype)

    def _fed(self, tokens: Tokens, told: Sequence[Array]) -> Array:
        """What the first layer's gates get of tokens (B,), and of what is told."""
        x: Array = self._table[tokens]
        for part in told:
            x += part
        return x

    def _through(self, x: Array, state: State) -> State:
        """The layers' state after what the first one's gates are fed, which is overwritten."""
        after = []
        for layer, (parts, (W_x, W_h, b)) in enumerate(zip(state, self._layers, strict=True)):
            gates = x if layer == 0 else x @ W_x + b
            gates += parts[0] @ W_h
            np.tanh(gates, out=gates)
            after.append(self._lstm(gates, parts[1]) if self.cell == "lstm" else (gates,))
            x = after[-1][0]
        return tuple(after)

    def _lstm(self, gates: Array, c: Array) -> tuple[Array, Array]:
        """The state after a step from the tanh of its gates, which is overwritten."""
        H = self.hidden
        for sigmoids in (gates[:, : 2 * H], gates[:, 3 * H :]):
            sigmoids *= 0.5
            sigmoids += 0.5
        i, f, g, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H : 3 * H], gates[:, 3 * H :]
        c = f * c
        g *= i
        c += g
        h = np.tanh(c)
        h *= o
        return h, c


def sample_light(
    model: LightNetwork,
    *,
    steps: int,
    count: int,
    temperature: float,
    rng: np.random.Generator,
    first: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw sequences of tokens.

    Args:
      model: the network.
      steps: length of each sequence, T.
      count: how many, B.
      temperature: logits are divided by it; 0 always takes the likeliest token.
      rng: the source of chance; the same state gives the same sequences.
      first: the first token of each sequence, if it isn't to be drawn.

    The first sequences are the same however many are drawn.

    Returns:
      Tokens, (B, T), and the log-probability of each sequence in nats, (B,), under the network's
      own distribution (temperature 1).
    """
    sizes = [min(_CHUNK, count - begin) for begin in range(0, count, _CHUNK)]

    # Each chunk has chance of its own, so that it doesn't matter which thread draws it.
    def draw(size: int, own: np.random.Generator) -> tuple[Any, Any]:
        return _sample_chunk(model, steps, size, temperature, own, first)

    own = rng.spawn(len(sizes))
    if len(sizes) == 1:
        parts = [draw(sizes[0], own[0])]
    else:
        from concurrent.futures import ThreadPoolExecutor

        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        # A thread a chunk, and none below it: threads of both kinds would wait for each other.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = list(pool.map(draw, sizes, own))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _sample_chunk(
    model: LightNetwork,
    steps: int,
    count: int,
    temperature: float,
    rng: np.random.Generator,
    first: int | None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    tokens = np.empty((count, steps), np.int64)
    log_probs = np.zeros(count)
    fed, state, rows = np.full(count, model.start), model.initial_state(count), np.arange(count)
    noise = _gumbel((count, steps, model.outputs), rng) if temperature else None
    for t in range(steps):
        logits, state = model.step(fed, state)
        if t == 0 and first is not None:
            drawn = np.full(count, first)
        elif noise is None:
            drawn = logits.argmax(axis=1)
        else:
            drawn = (logits + np.float32(temperature) * noise[:, t]).argmax(axis=1)
        tokens[:, t] = drawn
        fed = model.feed(fed, drawn)
        highest = logits.max(axis=1)
        chosen = logits[rows, drawn] - highest
        logits -= highest[:, None]
        log_probs += chosen - np.log(np.exp(logits, out=logits).sum(axis=1))
    return tokens, log_probs


def _gumbel(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Gumbel noise: logits plus it have their argmax distributed as their softmax.

    Sequence by sequence: the first ones are the same however many are drawn.
    """
    noise = rng.random(shape, dtype=np.float32)
    with np.errstate(divide="ignore"):  # of u = 0 the noise is −∞, as it should be
        np.log(noise, out=noise)
    np.negative(noise, out=noise)
    np.log(noise, out=noise)
    np.negative(noise, out=noise)
    return noise
