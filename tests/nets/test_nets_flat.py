import pytest
import torch

from shinko.nets.flat import flatten_weights
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig


def model_of(tied=False):
    config = ModelConfig(9, 9, "lstm", 2, 6, 6, tied=tied)
    return SequenceModel(config, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("tied", [False, True])
def test_flattening_changes_neither_weights_nor_gradients(tied):
    plain, flat = model_of(tied), model_of(tied)
    vector = flatten_weights(flat)
    assert vector.numel() == sum(parameter.numel() for parameter in plain.parameters())
    tokens = torch.randint(9, (5, 3), generator=torch.Generator().manual_seed(1))
    for model in (plain, flat):
        model(tokens)[0].square().sum().backward()
    for (name, one), other in zip(plain.named_parameters(), flat.parameters(), strict=True):
        torch.testing.assert_close(one, other, msg=name)
        torch.testing.assert_close(one.grad, other.grad, msg=name)
    norms = torch.stack([parameter.grad.norm() for parameter in plain.parameters()])
    torch.testing.assert_close(vector.grad.norm(), norms.norm())


def test_a_step_on_the_vector_is_a_step_of_all_weights():
    plain, flat = model_of(), model_of()
    vector = flatten_weights(flat)
    one = torch.optim.Adam(plain.parameters(), lr=0.1)
    other = torch.optim.Adam([vector], lr=0.1, fused=True)
    tokens = torch.randint(9, (5, 3), generator=torch.Generator().manual_seed(1))
    for model, optimizer in ((plain, one), (flat, other)):
        for _ in range(3):
            optimizer.zero_grad(set_to_none=False)
            model(tokens)[0].square().sum().backward()
            optimizer.step()
    for mine, its in zip(plain.parameters(), flat.parameters(), strict=True):
        torch.testing.assert_close(mine, its, rtol=1e-4, atol=1e-5)


def test_recurrent_weights_stand_as_the_kernel_reads_them():
    model = model_of()
    flatten_weights(model)
    for cell in model.stack.cells:
        assert cell.W_x.t().is_contiguous()
        assert cell.W_h.t().is_contiguous()
