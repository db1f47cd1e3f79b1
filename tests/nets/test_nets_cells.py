"""The cells hold their equations: values and gradients agree with torch.nn in float64."""

import pytest
import torch
from torch import nn

from shinko.nets.cells import LSTMCell, SimpleRNNCell
from shinko.nets.stack import RecurrentStack, forget_nothing

# Both sides compute the same sums in another order, in float64.
CLOSE = {"rtol": 0.0, "atol": 1e-10}


def reference(stack: RecurrentStack, cell: str) -> nn.Module:
    """torch.nn's network with the same weights; its second bias is zero."""
    first = stack.cells[0]
    kind = {"lstm": nn.LSTM, "rnn": nn.RNN}[cell]
    module = kind(first.inputs, first.hidden, num_layers=len(stack.cells)).double()
    with torch.no_grad():
        for layer, own in enumerate(stack.cells):
            getattr(module, f"weight_ih_l{layer}").copy_(own.W_x.t())
            getattr(module, f"weight_hh_l{layer}").copy_(own.W_h.t())
            getattr(module, f"bias_ih_l{layer}").copy_(own.b)
            getattr(module, f"bias_hh_l{layer}").zero_()
    return module


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_stack_agrees_with_torch_nn_in_values_and_gradients(cell, layers, fused):
    torch.manual_seed(0)
    stack = RecurrentStack(5, 6, layers=layers, cell=cell).double()
    theirs = reference(stack, cell)
    x = torch.randn(7, 4, 5, dtype=torch.float64)
    state = tuple(torch.randn(layers, 4, 6, dtype=torch.float64) for _ in stack.initial_state(4))
    weights = torch.randn(7, 4, 6, dtype=torch.float64)

    out, end = stack(x, state, fused=fused)
    out_theirs, end_theirs = theirs(x, state if cell == "lstm" else state[0])

    torch.testing.assert_close(out, out_theirs, **CLOSE)
    end_theirs = end_theirs if cell == "lstm" else (end_theirs,)
    for own, their in zip(end, end_theirs, strict=True):
        torch.testing.assert_close(own, their, **CLOSE)
    ((out * weights).sum() + end[0].sum()).backward()
    ((out_theirs * weights).sum() + end_theirs[0].sum()).backward()
    for layer, own in enumerate(stack.cells):
        for name, their in (("W_x", "weight_ih"), ("W_h", "weight_hh")):
            gradient = getattr(theirs, f"{their}_l{layer}").grad.t()
            torch.testing.assert_close(getattr(own, name).grad, gradient, **CLOSE)
        torch.testing.assert_close(own.b.grad, getattr(theirs, f"bias_ih_l{layer}").grad, **CLOSE)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_carried_state_continues_a_sequence_as_if_it_was_read_at_once(cell):
    torch.manual_seed(1)
    stack = RecurrentStack(3, 4, layers=2, cell=cell).double()
    x = torch.randn(9, 2, 3, dtype=torch.float64)
    whole, end = stack(x, stack.initial_state(2))
    first, state = stack(x[:4], stack.initial_state(2))
    second, state = stack(x[4:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole, **CLOSE)
    torch.testing.assert_close(state[0], end[0], **CLOSE)


def test_dropout_falls_on_what_passes_between_layers_only():
    torch.manual_seed(2)
    stack = RecurrentStack(3, 4, layers=2, dropout=1.0).double().train()
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    out, end = stack(x, stack.initial_state(2))

    # Everything between the layers is dropped: the upper layer hears nothing but itself.
    lower, upper = (RecurrentStack(size, 4).double() for size in (3, 4))
    lower.cells[0].load_state_dict(stack.cells[0].state_dict())
    upper.cells[0].load_state_dict(stack.cells[1].state_dict())
    silence = torch.zeros(5, 2, 4, dtype=torch.float64)
    torch.testing.assert_close(out, upper(silence, upper.initial_state(2))[0], **CLOSE)
    torch.testing.assert_close(end[0][:1], lower(x, lower.initial_state(2))[1][0], **CLOSE)


def test_dropout_is_for_training_only():
    torch.manual_seed(3)
    stack = RecurrentStack(3, 4, layers=2, dropout=0.5).double()
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    noisy = [stack(x, stack.initial_state(2))[0] for _ in range(2)]
    assert not torch.equal(noisy[0], noisy[1])
    stack.eval()
    quiet = [stack(x, stack.initial_state(2))[0] for _ in range(2)]
    assert torch.equal(quiet[0], quiet[1])


def test_the_simple_rnn_by_hand():
    cell = SimpleRNNCell(1, 1).double()
    with torch.no_grad():
        cell.W_x.fill_(2.0)
        cell.W_h.fill_(3.0)
        cell.b.fill_(0.5)
    (h,) = cell(torch.tensor([[0.1]]).double(), (torch.tensor([[0.2]]).double(),))
    # 0.2·3 + 0.1·2 + 0.5 = 1.3
    torch.testing.assert_close(h, torch.tensor([[1.3]]).double().tanh())


def test_the_lstm_by_hand_tells_its_gates_apart():
    cell = LSTMCell(1, 1).double()
    with torch.no_grad():
        cell.W_x.zero_()
        cell.W_h.zero_()
        # Input gate shut, forget gate open, candidate 1, output gate open.
        cell.b.copy_(torch.tensor([-40.0, 40.0, 20.0, 40.0]))
    one = torch.ones(1, 1).double()
    h, c = cell(one, (one, 0.7 * one))
    torch.testing.assert_close(c, 0.7 * one)
    torch.testing.assert_close(h, (0.7 * one).tanh())


def test_to_forget_nothing_is_a_bias_of_1_at_the_forget_gates_alone():
    lstm, rnn = (RecurrentStack(3, 4, layers=2, cell=cell) for cell in ("lstm", "rnn"))
    before = [cell.b.detach().clone() for stack in (lstm, rnn) for cell in stack.cells]
    for stack in (lstm, rnn):
        forget_nothing(stack)
    for cell, own in zip(lstm.cells, before[:2], strict=True):
        # Gates are stacked i, f, g, o, four units each.
        assert cell.b[4:8].tolist() == [1.0] * 4
        others = [*range(4), *range(8, 16)]
        assert torch.equal(cell.b[others], own[others])
    for cell, own in zip(rnn.cells, before[2:], strict=True):
        assert torch.equal(cell.b, own)
