"""One window of text: loss and gradients of a word model, and the state carried to the next.

The two ends of the network are differentiated by hand (see `output`), the recurrent layers in the
middle by the library's kernels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.lm.dropout import UnitMask, draw_mask
from shinko.lm.output import OutputGradient, output_gradient
from shinko.nets.cells import State
from shinko.nets.masked import run_layer_masked
from shinko.nets.model import SequenceModel
from shinko.nets.stack import run_layer_fused


@torch.enable_grad()
def window_gradients(
    model: SequenceModel,
    tokens: Tensor,
    targets: Tensor,
    state: State,
    *,
    masks: str,
    columns: int,
    recurrent_dropout: float = 0.0,
    generator: torch.Generator,
    dtype: torch.dtype | None = None,
    scratch: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Add d loss / d parameter to each parameter's `grad`, which must be there.

    Args:
      model: in training mode; its dropout is the share that masks drop.
      tokens: words read, (T, B).
      targets: the word after each, (T, B).
      state: the state before the window, carried from the window before.
      masks: `unit` or `element`, see `dropout`.
      recurrent_dropout: share of hidden units that don't reach the next step, see `masked`.
      columns, dtype, scratch: see `output_gradient`.
      generator: the source of chance, on the model's device.

    Returns:
      The mean loss in nats, (), and the state after the window, both without a graph.
    """
    share = model.config.dropout
    weight, flat = model.embedding.weight, tokens.flatten()
    vectors = weight.detach()[flat].view(*tokens.shape, -1)
    mask = below = draw_mask(masks, share, vectors, generator)
    x = inputs = below(vectors).requires_grad_()
    ends = []
    for layer, cell in enumerate(model.stack.cells):
        if layer:
            mask = draw_mask(masks, share, x, generator)
            x = mask(x)
        before = tuple(part[layer] for part in state)
        W_x = mask.rows(cell.W_x)  # type: ignore[arg-type]
        if recurrent_dropout:
            kept = UnitMask(recurrent_dropout, before[0], generator)
            x, end = run_layer_masked(cell, x, before, kept.units, kept.scale, W_x=W_x)  # type: ignore[arg-type]
        else:
            x, end = run_layer_fused(cell, x, before, W_x=W_x)  # type: ignore[arg-type]
        ends.append(end)
    above = draw_mask(masks, share, x, generator)
    out = output_gradient(
        above(x.detach()).flatten(0, 1),
        above.columns(model.output.weight.detach()),
        model.output.bias.detach(),
        targets.flatten(),
        columns=columns,
        generator=generator,
        dtype=dtype,
        scratch=scratch,
    )
    torch.autograd.backward(x, above.backward(out.hidden.view(*tokens.shape, -1)))
    assert inputs.grad is not None
    _add_output_grads(model, out, above.spread(out.weight))
    _grad(weight).index_add_(0, flat, below.backward(inputs.grad).flatten(0, 1))
    return out.loss, tuple(
        torch.stack([part.detach() for part in parts]) for parts in zip(*ends, strict=True)
    )


def _add_output_grads(model: SequenceModel, out: OutputGradient, dweight: Tensor) -> None:
    weight, bias = _grad(model.output.weight), _grad(model.output.bias)
    if out.words is None:
        weight += dweight
        bias += out.bias
        return
    weight[out.words] += dweight
    bias[out.words] += out.bias


def _grad(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad
