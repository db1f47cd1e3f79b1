"""All weights of a network as one vector, and all gradients as another.

One operation then clears all gradients, one measures them, one updates all weights. The recurrent
weights stand transposed in it, as the library's kernel reads them without copying.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from shinko.nets.cells import RecurrentCell


def flatten_weights(model: nn.Module) -> nn.Parameter:
    """Make every parameter, and its `grad`, a view into two vectors of N numbers.

    Shapes and values stay as they are; strides change.

    Args:
      model: on its device; it mustn't be moved afterwards.

    Returns:
      The vector, (N,), with its `grad`: what an optimizer needs.
    """
    parameters = list(model.parameters())
    transposed = {
        id(weight)
        for cell in model.modules()
        if isinstance(cell, RecurrentCell)
        for weight in (cell.W_x, cell.W_h)
    }
    size = sum(parameter.numel() for parameter in parameters)
    vector = nn.Parameter(parameters[0].new_empty(size))
    vector.grad = torch.zeros_like(vector)
    start = 0
    for parameter in parameters:
        turned = id(parameter) in transposed
        values = parameter.data.clone()
        end = start + parameter.numel()
        parameter.data = _view(vector.data[start:end], values, turned)
        parameter.grad = _view(vector.grad[start:end], values, turned)
        parameter.data.copy_(values)
        start = end
    return vector


def _view(part: Tensor, like: Tensor, turned: bool) -> Tensor:
    return part.view(like.shape[::-1]).t() if turned else part.view(like.shape)
