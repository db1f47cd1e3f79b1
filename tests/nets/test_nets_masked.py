import pytest
import torch

from shinko.nets.cells import CELLS
from shinko.nets.masked import run_layer_masked
from shinko.nets.stack import run_layer_fused

T, B, H, INPUTS = 6, 3, 8, 5


def layer(kind):
    chance = torch.Generator().manual_seed(0)
    cell = CELLS[kind](INPUTS, H).double()
    cell.reset_parameters(chance)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, generator=chance)
    state = tuple(
        torch.randn(B, H, dtype=torch.float64, generator=chance) for _ in range(cell.shape.parts)
    )
    return cell, x.requires_grad_(), state, chance


def gradients(cell, x, loss):
    cell.zero_grad()
    x.grad = None
    loss.backward()
    return [x.grad.clone(), *(parameter.grad.clone() for parameter in cell.parameters())]


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("kept", [1, 3, H])
def test_values_and_gradients_are_those_of_the_equations_with_a_mask(kind, kept):
    cell, x, before, chance = layer(kind)
    units = torch.randperm(H, generator=chance)[:kept].sort().values
    mask = torch.zeros(H, dtype=torch.float64).index_fill(0, units, H / kept)
    state, expected = before, []
    for x_t in x:
        state = cell(x_t, (state[0] * mask, *state[1:]))
        expected.append(state[0])
    weights = torch.randn(T, B, H, dtype=torch.float64, generator=chance)
    hidden, end = run_layer_masked(cell, x, before, units, H / kept)
    torch.testing.assert_close(hidden, torch.stack(expected))
    torch.testing.assert_close(end, state)
    wanted = gradients(cell, x, (torch.stack(expected) * weights).sum())
    found = gradients(cell, x, (hidden * weights).sum())
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("kind", CELLS)
def test_with_all_units_it_is_the_fused_layer_on_some_inputs_too(kind):
    cell, x, before, _ = layer(kind)
    some = torch.tensor([0, 2, 3])
    W_x = cell.W_x[some]
    everything = torch.arange(H)
    found = run_layer_masked(cell, x[..., some], before, everything, 1.0, W_x=W_x)
    torch.testing.assert_close(found, run_layer_fused(cell, x[..., some], before, W_x=W_x))
