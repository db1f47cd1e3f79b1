"""A network over some of its tokens is the one over all, where the others never come."""

import numpy as np
import pytest
import torch
from torch.func import functional_call

from shinko.nets.cutting import cut_weights
from shinko.nets.light import LightModel
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import COPY_FLOOR, ModelConfig

V, KEPT = 6, np.array([4, 0, 3])
LAGS, ORDERS = (2, 3), (0, 1)
# Tokens of the cut network, each step a row; its start token is 3.
TOKENS = np.array([[3, 3], [0, 2], [1, 1], [0, 2], [1, 0], [2, 2]])


def network(**options):
    """A network in double precision, with weights that all do something."""
    model = SequenceModel(ModelConfig(V + 1, V, hidden=5, embedding=4, **options)).double()
    for number, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(number))
    return model


def along(model, tokens, weights=None):
    """What comes out along tokens (T, B), (T, B, V)."""
    fed = torch.from_numpy(tokens)
    return functional_call(model, weights or {}, (fed,))[0]


def in_numpy(model, tokens):
    state, rows = model.initial_state(tokens.shape[1]), []
    for fed in tokens:
        row, state = model.step(fed, state)
        rows.append(row)
    return np.array(rows)


def whole(tokens):
    """The same tokens by the numbers that the whole network has for them."""
    return np.append(KEPT, V)[tokens]


def test_logits_are_those_of_the_whole_network_at_the_tokens_that_stay():
    model = network()
    cut = cut_weights(dict(model.named_parameters()), KEPT)
    expected = along(model, whole(TOKENS))[:, :, KEPT]
    torch.testing.assert_close(along(model, TOKENS, cut), expected)


def test_a_network_that_copies_shares_out_only_among_the_tokens_that_stay():
    model = network(copies=LAGS, orders=ORDERS)
    cut = along(model, TOKENS, cut_weights(dict(model.named_parameters()), KEPT))
    with torch.no_grad():
        model.output.bias[[1, 2, 5]] = -torch.inf
    expected = along(model, whole(TOKENS))[:, :, KEPT]
    # But for what is left to each token: of all tokens together it is `COPY_FLOOR`.
    torch.testing.assert_close(cut.exp(), expected.exp(), rtol=0, atol=COPY_FLOOR)
    torch.testing.assert_close(cut.exp().sum(-1), torch.ones(TOKENS.shape, dtype=torch.double))


def test_gradients_reach_the_weights_of_the_tokens_that_stay_and_no_others():
    model = network(copies=LAGS)
    along(model, TOKENS, cut_weights(dict(model.named_parameters()), KEPT))[..., 0].sum().backward()
    for weight, met in (
        (model.output.bias.grad, [0, 3, 4]),
        (model.output.weight.grad.abs().sum(1), [0, 3, 4]),
        (model.embedding.weight.grad.abs().sum(1), [0, 3, 4, V]),
    ):
        assert weight.nonzero().flatten().tolist() == met
    assert model.stack.cells[0].W_h.grad.abs().min() > 0


@pytest.mark.parametrize("options", [{}, {"copies": LAGS, "orders": ORDERS}])
def test_the_network_in_numpy_is_cut_alike(options):
    model = network(**options)
    weights = {name: weight.detach().numpy() for name, weight in model.named_parameters()}
    light = LightModel(weights, **options)
    found = light.among(KEPT)
    assert (found.outputs, found.start) == (3, 3)
    expected = along(model, TOKENS, cut_weights(dict(model.named_parameters()), KEPT))
    np.testing.assert_allclose(in_numpy(found, TOKENS), expected.detach().numpy(), atol=1e-12)
    assert light.outputs == V  # it stays as it was


def test_a_token_that_is_not_played_comes_as_a_copy_and_hardly_ever_else():
    model = network(copies=LAGS, orders=ORDERS)
    weights = {name: weight.detach().numpy() for name, weight in model.named_parameters()}
    weights["copy.gates.weight"] *= 0.01
    never = LightModel(weights, copies=LAGS, orders=ORDERS).among(KEPT, np.arange(3) == 1)
    heard = np.array([[3], [0], [1], [0]])  # the token lies two back
    chances = np.exp(in_numpy(never, heard))
    assert chances.sum(axis=2) == pytest.approx(np.ones((4, 1)))
    assert chances[:2, 0, 1] == pytest.approx(np.full(2, COPY_FLOOR / 3))
    assert chances[3, 0, 1] > 0.01
