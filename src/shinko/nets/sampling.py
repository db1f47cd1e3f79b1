"""Sampling sequences from a model while keeping what the gradient needs: the tape.

The plain way runs a network twice per update: once to sample, once teacher-forced for the
gradient. Here the sampling pass writes its activations down, and `backpropagate` walks back over
them in closed form, so that the second forward pass is not needed at all.

Conventions: T steps, B sequences, V outputs, H hidden units, G gates (4 or 1), time first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from shinko.nets.cells import LSTMCell, RecurrentCell
from shinko.nets.model import SequenceModel

Views = tuple[Tensor, ...]


@dataclass(frozen=True)
class LayerTape:
    """One layer's activations.

    hidden: (T+1, B, H), first row the zero state. gates: (T, B, G·H); of the LSTM after their
    sigmoids, the candidate still as σ(2x) with g = 2σ(2x) − 1. LSTM only: cells (T+1, B, H) and
    squashed (T, B, H) = σ(2c), with tanh(c) = 2σ(2c) − 1.
    """

    hidden: Tensor
    gates: Tensor
    cells: Tensor | None
    squashed: Tensor | None


@dataclass(frozen=True)
class Tape:
    """Sampled sequences and the activations they were sampled with.

    inputs: (T, B), what was fed in, first row the start token.
    actions: (T, B), the outputs drawn.
    logits: (T, B, V).
    condition: (B, K), what each sequence was conditioned on, or None.
    scratch: (T, B, G·H), room for the gradient, so that no update asks the system for memory.
    """

    inputs: Tensor
    actions: Tensor
    logits: Tensor
    layers: tuple[LayerTape, ...]
    scratch: Tensor
    condition: Tensor | None = None


class Sampler:
    """Draws batches of sequences from one model, again and again, into the same memory.

    Fresh memory for each batch would cost more than the arithmetic of a large one: the system
    clears the pages of it.
    """

    def __init__(
        self,
        model: SequenceModel,
        *,
        steps: int,
        batch: int,
        start: int,
        following: Tensor | None = None,
    ) -> None:
        """Args:
        model: sampled without its dropout, if it has any.
        steps: length of each sequence, T.
        batch: how many sequences at once, B.
        start: the token that begins each.
        following: the token that is fed in after a token and what was drawn there, (tokens, V);
            by default what was drawn.
        """
        self.model = model
        self._following = None if following is None else following.flatten()
        self._cells: list[RecurrentCell] = list(model.stack.cells)  # type: ignore[arg-type]
        tokens = torch.full((steps + 1, batch), start, device=model.output.weight.device)
        # Where what was drawn is fed in, both are the same memory.
        inputs = tokens[:-1] if following is None else tokens[:-1].clone()
        self._tape = _empty_tape(model, self._cells, inputs, tokens[1:])
        self._noise = torch.empty_like(self._tape.logits)
        # Cutting a view costs as much as a small product: all are cut once.
        self._steps = [_layer_views(layer) for layer in self._tape.layers]
        self._outputs = list(
            zip(
                self._tape.inputs.unbind(0),
                self._tape.actions.unbind(0),
                self._tape.layers[-1].hidden[1:].unbind(0),
                self._noise.unbind(0),
                strict=True,
            )
        )

    @torch.inference_mode()
    def sample(self, generator: torch.Generator, condition: Tensor | None = None) -> Tape:
        """Draw a batch; the tape is overwritten by the next call.

        Args:
          generator: lives on the model's device.
          condition: what each sequence is conditioned on, (B, K), for a model that can be.
        """
        model, layers = self.model, self._tape.layers
        weights = [_double_candidate(cell) for cell in self._cells]
        embedding, (W_first, _, b_first) = model.embedding.weight, weights[0]
        # The input projection of every token, computed once per batch: (tokens, G·H).
        few = len(embedding) <= self._tape.inputs.numel()
        table = torch.addmm(b_first, embedding, W_first) if few else None
        given = None
        if condition is not None and model.condition is not None:
            given = condition @ model.condition @ W_first  # (B, G·H), the same at each step
        W_o = model.output.weight.t()
        _draw_gumbel(self._noise, generator)
        self._noise.add_(model.output.bias)
        for t, (fed, drawn, top, noise) in enumerate(self._outputs):
            for layer, (W_x, W_h, b) in enumerate(weights):
                views = self._steps[layer][t]
                if layer == 0 and table is not None:
                    torch.index_select(table, 0, fed, out=views[0])
                elif layer == 0:
                    torch.addmm(b_first, embedding.index_select(0, fed), W_first, out=views[0])
                else:
                    torch.addmm(b, layers[layer - 1].hidden[t + 1], W_x, out=views[0])
                if layer == 0 and given is not None:
                    views[0].add_(given)
                (_rnn_step if len(views) == 3 else _lstm_step)(views, W_h)
            torch.argmax(noise.addmm_(top, W_o), dim=1, out=drawn)
            if self._following is not None and t + 1 < len(self._outputs):
                after = torch.add(drawn, fed, alpha=model.config.outputs)
                torch.index_select(self._following, 0, after, out=self._outputs[t + 1][0])
        torch.add(layers[-1].hidden[1:] @ W_o, model.output.bias, out=self._tape.logits)
        return self._tape if given is None else replace(self._tape, condition=condition)


def _empty_tape(
    model: SequenceModel, cells: list[RecurrentCell], inputs: Tensor, actions: Tensor
) -> Tape:
    zeros, H = model.output.weight.detach().new_zeros, model.config.hidden
    steps, batch = inputs.shape
    layers = []
    for cell in cells:
        lstm = isinstance(cell, LSTMCell)
        layers.append(
            LayerTape(
                hidden=zeros(steps + 1, batch, H),
                gates=zeros(steps, batch, cell.shape.gates * H),
                cells=zeros(steps + 1, batch, H) if lstm else None,
                squashed=zeros(steps, batch, H) if lstm else None,
            )
        )
    logits = zeros(steps, batch, model.config.outputs)
    return Tape(inputs, actions, logits, tuple(layers), torch.zeros_like(layers[0].gates))


def _layer_views(layer: LayerTape) -> list[Views]:
    """For each step: gates, hidden before and after; for the LSTM also its parts."""
    steps = [layer.gates.unbind(0), layer.hidden[:-1].unbind(0), layer.hidden[1:].unbind(0)]
    if layer.cells is not None and layer.squashed is not None:
        steps += [part.unbind(0) for part in layer.gates.chunk(4, dim=2)]
        cells = layer.cells.unbind(0)
        steps += [cells[:-1], cells[1:], layer.squashed.unbind(0)]
    return list(zip(*steps, strict=True))


def _double_candidate(cell: RecurrentCell) -> Views:
    """W_x, W_h and b, the LSTM's candidate doubled, so that one sigmoid serves all four gates.

    tanh(x) = 2σ(2x) − 1, and the library's tanh takes several times as long as its sigmoid.
    """
    weights = (cell.W_x, cell.W_h, cell.b)
    if not isinstance(cell, LSTMCell):
        return weights
    scale = torch.ones_like(cell.b)
    scale[2 * cell.hidden : 3 * cell.hidden] = 2.0
    return tuple(weight * scale for weight in weights)


def _lstm_step(views: Views, W_h: Tensor) -> None:
    """Turn the gates' x_t W_x + b into the layer's activations at t, as LSTMCell has them."""
    gates, h_before, h, i, f, s_g, o, c_before, c, s_c = views
    gates.addmm_(h_before, W_h).sigmoid_()
    torch.mul(f, c_before, out=c).addcmul_(i, s_g, value=2).sub_(i)
    torch.add(c, c, out=s_c).sigmoid_()
    torch.mul(o, s_c, out=h).add_(h).sub_(o)


def _rnn_step(views: Views, W_h: Tensor) -> None:
    gates, h_before, h = views
    torch.tanh(gates.addmm_(h_before, W_h), out=h)


def _draw_gumbel(out: Tensor, generator: torch.Generator) -> None:
    """Standard Gumbel noise: logits plus it have their argmax distributed as the softmax.

    By -log(-log u) for all steps at once, which is quicker than Tensor.exponential_.
    """
    torch.rand(out.shape, generator=generator, out=out)
    out.log_().neg_().log_().neg_()
