"""The closed-form gradient of a sampled tape: back-propagation through time, by hand.

Given d loss / d logits, walk the equations of `cells` backwards. Agrees with automatic
differentiation of a teacher-forced pass over the same tokens, which the tests hold it to.

Conventions as in `sampling`; dX stands for d loss / d X.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.nets.cells import RecurrentCell
from shinko.nets.model import SequenceModel
from shinko.nets.sampling import LayerTape, Tape

# Elements of a block of steps that the backward walk works on at once: what a core's cache holds.
_BLOCK = 1 << 18


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
        backward = _rnn_backward if layer.cells is None else _lstm_backward
        flat = backward(layer, cell.W_h, dhidden, tape.scratch).flatten(0, 1)
        cell.W_h.grad = layer.hidden[:-1].flatten(0, 1).t() @ flat
        if index:
            below = tape.layers[index - 1].hidden[1:]
            cell.W_x.grad = below.flatten(0, 1).t() @ flat
            cell.b.grad = flat.sum(0)
            dhidden = (flat @ cell.W_x.t()).view_as(below)
        else:
            tokens, size = tape.inputs.flatten(), len(embedding)
            cell.b.grad = flat.sum(0)
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
                # The same for all steps of a sequence: first summed over these, (B, G·H).
                by_sequence = flat.view(*tape.inputs.shape, -1).sum(0)
                given = tape.condition @ model.condition
                cell.W_x.grad += given.t() @ by_sequence
                model.condition.grad = tape.condition.t() @ (by_sequence @ cell.W_x.t())


def _sum_by_token(tokens: Tensor, rows: Tensor, count: int) -> Tensor:
    if rows.device.type == "cpu":
        return rows.new_zeros(count, rows.shape[1]).index_add_(0, tokens, rows)
    # Elsewhere index_add_ adds in any order: the product with the one-hot matrix repeats itself.
    one_hot = rows.new_zeros(len(tokens), count).scatter_(1, tokens.unsqueeze(1), 1.0)
    return one_hot.t() @ rows


def _lstm_backward(tape: LayerTape, W_h: Tensor, dhidden: Tensor, out: Tensor) -> Tensor:
    """d loss / d pre-activations of the gates, (T, B, 4H), from that of the hidden states.

    With i, f, o as they are, g = 2 s_g − 1 and tanh(c) = 2 s_c − 1:
        dc_t = dh_t ⊙ o (1 − tanh²c) + dc_{t+1} ⊙ f_{t+1}
        di = dc ⊙ g ⊙ i(1−i),  df = dc ⊙ c_{t-1} ⊙ f(1−f),  dg = dc ⊙ i ⊙ (1−g²)
        do = dh ⊙ tanh(c) ⊙ o(1−o),  dh_{t-1} = dh_{t-1}(loss) + [di df dg do] W_hᵀ
    The factors that wait for neither dh nor dc are computed for a block of steps at once.
    """
    T, B, H = dhidden.shape
    block = max(1, _BLOCK // (B * 4 * H))
    forget = tape.gates.view(T, B, 4, H)[:, :, 1].unbind(0)
    flat, losses, W = out.unbind(0), dhidden.unbind(0), W_h.t()
    dh, dc = losses[-1], torch.zeros_like(losses[-1])
    before = torch.empty_like(dh)
    for end in range(T, 0, -block):
        begin = max(0, end - block)
        through = _lstm_factors(tape, begin, end, out).unbind(0)
        by_gate = out[begin:end].view(end - begin, B, 4, H)
        for_c, for_o = by_gate[:, :, :3].unbind(0), by_gate[:, :, 3].unbind(0)
        for t in range(end - 1, begin - 1, -1):
            dc.addcmul_(dh, through[t - begin])
            for_c[t - begin].mul_(dc.unsqueeze(1))
            for_o[t - begin].mul_(dh)
            if t:
                dh = torch.addmm(losses[t - 1], flat[t], W, out=before)
                dc.mul_(forget[t])
    return out


def _lstm_factors(tape: LayerTape, begin: int, end: int, out: Tensor) -> Tensor:
    """Fill out[begin:end] with what dc (for o: dh) is multiplied with; return o (1 − tanh²c)."""
    assert tape.cells is not None
    assert tape.squashed is not None
    gates = tape.gates[begin:end]
    i, _, s_g, o = gates.chunk(4, dim=2)
    d_i, d_f, d_g, d_o = out[begin:end].chunk(4, dim=2)
    torch.addcmul(gates, gates, gates, value=-1, out=out[begin:end])  # σ' = σ − σ²
    d_i.mul_(s_g * 2 - 1)
    d_f.mul_(tape.cells[begin:end])
    d_g.mul_(i).mul_(4)  # 1 − g² = 4 (s_g − s_g²)
    tanh_c = tape.squashed[begin:end] * 2 - 1
    d_o.mul_(tanh_c)
    return tanh_c.square_().neg_().add_(1).mul_(o)


def _rnn_backward(tape: LayerTape, W_h: Tensor, dhidden: Tensor, out: Tensor) -> Tensor:
    """d loss / d pre-activations, (T, B, H): da_t = dh_t ⊙ (1 − h_t²)."""
    torch.square(tape.hidden[1:], out=out).neg_().add_(1)
    W, steps = W_h.t(), out.unbind(0)
    dh = dhidden[-1]
    for t in reversed(range(len(steps))):
        steps[t].mul_(dh)
        if t:
            dh = torch.addmm(dhidden[t - 1], steps[t], W)
    return out
