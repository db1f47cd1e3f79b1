"""The closed-form gradient of a sampled tape: back-propagation through time, by hand.

Given d loss / d logits, walk back through output, layers (see `kernels`) and embedding. Agrees with
automatic differentiation of a teacher-forced pass over the same tokens, which the tests hold it to.

Conventions as in `sampling`; dX stands for d loss / d X.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.nets.cells import RecurrentCell
from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Tape


@torch.no_grad()
def backpropagate(model: SequenceModel, tape: Tape, dlogits: Tensor) -> None:
    """Put d loss / d parameter into each parameter's `grad`, in place of what was there.

    Args:
      model: with the weights that the tape was sampled with.
      tape: the sampler's last one.
      dlogits: d loss / d logits of the tape, (T, B, V).

    Raises:
      ValueError: if the model is tied or has dropout, which policies have not.
    """
    if model.config.tied or model.config.dropout:
        raise ValueError("backpropagate: expected a model without tied weights and dropout")
    embedding, cells = model.embedding.weight, list(model.stack.cells)
    flat = dlogits.flatten(0, 1)
    model.output.weight.grad = flat.t() @ tape.layers[-1].hidden[1:].flatten(0, 1)
    model.output.bias.grad = flat.sum(0)
    dhidden = dlogits @ model.output.weight
    for index in reversed(range(len(cells))):
        cell: RecurrentCell = cells[index]  # type: ignore[assignment]
        layer = tape.layers[index]
        flat = layer.backward(cell.W_h, dhidden, tape.scratch, None).flatten(0, 1)
        cell.W_h.grad = layer.hidden[:-1].flatten(0, 1).t() @ flat
        cell.b.grad = flat.sum(0)
        if index:
            below = tape.layers[index - 1].hidden[1:]
            cell.W_x.grad = below.flatten(0, 1).t() @ flat
            dhidden = (flat @ cell.W_x.t()).view_as(below)
        else:
            tokens, size = tape.inputs.flatten(), len(embedding)
            if size <= len(tokens):
                # Each input is a row of the embedding, so the sum over steps and sequences is
                # first gathered by token: (tokens, G·H).
                by_token = _sum_by_token(tokens, flat, size)
                cell.W_x.grad = embedding.t() @ by_token
                embedding.grad = by_token @ cell.W_x.t()
            else:
                cell.W_x.grad = embedding.index_select(0, tokens).t() @ flat
                embedding.grad = _sum_by_token(tokens, flat @ cell.W_x.t(), size)
            if tape.condition is not None and model.condition is not None:
                # What is the same for all steps of a sequence is first summed over these.
                told = tape.condition.flatten(0, -2)
                if tape.condition.dim() == 2:
                    flat = flat.view(*tape.inputs.shape, -1).sum(0)
                cell.W_x.grad += (told @ model.condition).t() @ flat
                model.condition.grad = told.t() @ (flat @ cell.W_x.t())


def _sum_by_token(tokens: Tensor, rows: Tensor, count: int) -> Tensor:
    if rows.device.type == "cpu":
        return rows.new_zeros(count, rows.shape[1]).index_add_(0, tokens, rows)
    return sum_by_product(tokens, rows, count)


def sum_by_product(tokens: Tensor, rows: Tensor, count: int) -> Tensor:
    """The sum of the rows of each token, (N, W) to (count, W), in an order that repeats itself.

    By the product with the one-hot matrix: index_add_ adds in any order, but on a CPU.
    """
    one_hot = rows.new_zeros(len(tokens), count).scatter_(1, tokens.unsqueeze(1), 1.0)
    return one_hot.t() @ rows
