"""Sampling sequences from a model while keeping what the gradient needs: the tape.

The plain way runs a network twice per update: once to sample, once teacher-forced for the
gradient. Here the sampling pass writes its activations down, and `backpropagate` walks back over
them in closed form, so that the second forward pass is not needed at all.

Conventions: T steps, B sequences, V outputs, H hidden units, G gates, time first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from shinko.nets.cells import RecurrentCell
from shinko.nets.kernels import TAPES, LayerTape
from shinko.nets.model import SequenceModel


@dataclass(frozen=True)
class Tape:
    """Sampled sequences and the activations they were sampled with.

    inputs: (T, B), what was fed in, first row the start token.
    actions: (T, B), the outputs drawn.
    logits: (T, B, V).
    condition: what was given to each sequence, (B, K), or at each step, (T, B, K); or None.
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

        Raises:
          ValueError: the model copies or sees a window, of which no tape is kept.
        """
        if model.config.copies or model.config.window:
            raise ValueError("sampler: expected a model without copies and window")
        self.model = model
        self._following = None if following is None else following.flatten()
        self._cells: list[RecurrentCell] = list(model.stack.cells)  # type: ignore[arg-type]
        tokens = torch.full((steps + 1, batch), start, device=model.output.weight.device)
        # Where what was drawn is fed in, both are the same memory.
        inputs = tokens[:-1] if following is None else tokens[:-1].clone()
        state = model.initial_state(batch)
        layers = tuple(
            TAPES[type(cell)].begin(steps, tuple(part[layer] for part in state))
            for layer, cell in enumerate(self._cells)
        )
        logits = model.output.weight.new_empty(steps, batch, model.config.outputs)
        scratch = torch.empty_like(layers[0].gates)
        self._tape = Tape(inputs, tokens[1:], logits, layers, scratch)
        self._noise = torch.empty_like(self._tape.logits)
        # Cutting a view costs as much as a small product: all are cut once.
        self._steps = [
            list(zip(layer.hidden[:-1].unbind(0), layer.views(), strict=True)) for layer in layers
        ]
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
          condition: what is given to each sequence, (B, K), or at each step, (T, B, K), for a
            model that can be told.
        """
        model, layers = self.model, self._tape.layers
        kernel = type(layers[0])
        weights = [kernel.adapt((cell.W_x, cell.W_h, cell.b)) for cell in self._cells]
        embedding, (W_first, _, b_first) = model.embedding.weight, weights[0]
        # The input projection of every token, computed once per batch: (tokens, G·H).
        few = len(embedding) <= self._tape.inputs.numel()
        table = torch.addmm(b_first, embedding, W_first) if few else None
        given = None
        if condition is not None and model.condition is not None:
            # (B, G·H) at each step; views of one where it is the same at all.
            told = condition @ model.condition @ W_first
            given = told.expand(len(self._outputs), -1, -1).unbind(0)
        W_o = model.output.weight.t()
        draw_gumbel(self._noise, generator).add_(model.output.bias)
        for t, (fed, drawn, top, noise) in enumerate(self._outputs):
            for layer, (W_x, W_h, b) in enumerate(weights):
                before, views = self._steps[layer][t]
                gates = views[0]
                if layer == 0 and table is not None:
                    torch.index_select(table, 0, fed, out=gates)
                elif layer == 0:
                    torch.addmm(b_first, embedding.index_select(0, fed), W_first, out=gates)
                else:
                    torch.addmm(b, layers[layer - 1].hidden[t + 1], W_x, out=gates)
                if layer == 0 and given is not None:
                    gates.add_(given[t])
                kernel.step(views, before, W_h)
            torch.argmax(noise.addmm_(top, W_o), dim=1, out=drawn)
            if self._following is not None and t + 1 < len(self._outputs):
                after = torch.add(drawn, fed, alpha=model.config.outputs)
                torch.index_select(self._following, 0, after, out=self._outputs[t + 1][0])
        torch.add(layers[-1].hidden[1:] @ W_o, model.output.bias, out=self._tape.logits)
        return self._tape if given is None else replace(self._tape, condition=condition)


def draw_gumbel(out: Tensor, generator: torch.Generator) -> Tensor:
    """Fill with standard Gumbel noise: logits plus it have their argmax distributed as the softmax.

    By -log(-log u) for all steps at once, which is quicker than Tensor.exponential_.
    """
    torch.rand(out.shape, generator=generator, out=out)
    return out.log_().neg_().log_().neg_()
