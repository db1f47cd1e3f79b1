"""The sequence model: its faster paths give what the equations give."""

import numpy as np
import pytest
import torch

from shinko.nets.light import LightModel, sample_light
from shinko.nets.model import SequenceModel
from shinko.nets.replay import backpropagate, sum_by_product
from shinko.nets.sampling import Sampler
from shinko.nets.shapes import ModelConfig, weight_shapes

# Tolerances of 1e-10 and 1e-12: both sides add the same float64 terms in another order.
CELLS_AND_LAYERS = [("rnn", 1), ("rnn", 2), ("lstm", 1), ("lstm", 3)]


def make_model(cell="lstm", layers=1, **options):
    config = ModelConfig(
        tokens=8, outputs=7, hidden=6, embedding=5, cell=cell, layers=layers, **options
    )
    model = SequenceModel(config, generator=torch.Generator().manual_seed(3)).double()
    torch.nn.init.normal_(model.output.weight, generator=torch.Generator().manual_seed(4))
    return model


def generator(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
def test_a_tape_holds_the_logits_of_a_teacher_forced_pass(cell, layers):
    model = make_model(cell, layers)
    tape = Sampler(model, steps=9, batch=4, start=7).sample(generator(0))
    logits, _ = model(tape.inputs, fused=False)
    torch.testing.assert_close(tape.logits, logits.detach(), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
def test_backpropagation_by_hand_agrees_with_automatic_differentiation(cell, layers):
    model = make_model(cell, layers)
    tape = Sampler(model, steps=9, batch=4, start=7).sample(generator(0))
    weights = torch.randn(9, 4, 7, dtype=torch.float64, generator=generator(1))

    loose = tape.logits.clone().requires_grad_()
    (loose.log_softmax(-1) * weights).sum().backward()
    backpropagate(model, tape, loose.grad)
    closed_form = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    logits, _ = model(tape.inputs, fused=False)
    (logits.log_softmax(-1) * weights).sum().backward()

    for name, parameter in model.named_parameters():
        torch.testing.assert_close(closed_form[name], parameter.grad, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("tokens", [8, 40])  # fewer than are sampled in a batch, and more
def test_what_is_fed_in_may_be_more_than_what_was_drawn(tokens):
    """Each next input is looked up by the input and the output before it."""
    config = ModelConfig(tokens=tokens, outputs=3, hidden=6, embedding=5)
    model = SequenceModel(config, generator=generator(3)).double()
    torch.nn.init.normal_(model.output.weight, generator=generator(4))
    following = torch.randint(tokens, (tokens, 3), generator=generator(5))
    sampler = Sampler(model, steps=9, batch=4, start=2, following=following)
    for seed in (0, 1):
        tape = sampler.sample(generator(seed))
        assert tape.inputs[0].tolist() == [2] * 4
        assert torch.equal(tape.inputs[1:], following[tape.inputs[:-1], tape.actions[:-1]])
        assert tape.actions.max() < 3
    logits, _ = model(tape.inputs, fused=False)
    torch.testing.assert_close(tape.logits, logits.detach(), rtol=0.0, atol=1e-12)
    slope = torch.randn(9, 4, 3, dtype=torch.float64, generator=generator(1))
    backpropagate(model, tape, slope)
    closed_form = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    logits.backward(slope)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(closed_form[name], parameter.grad, rtol=0.0, atol=1e-10)


def make_told_model(cell, layers, shape):
    """A model that is conditioned, and what it is told, of this shape."""
    model = make_model(cell, layers, conditions=3)
    torch.nn.init.normal_(model.condition, generator=generator(8))
    return model, torch.rand(shape, dtype=torch.float64, generator=generator(9))


# What is given to each of 4 sequences, or to each at each of 9 steps.
GIVEN = pytest.mark.parametrize("shape", [(4, 3), (9, 4, 3)])


@GIVEN
def test_what_is_given_is_added_to_the_vectors_of_the_tokens(shape):
    model, given = make_told_model("lstm", 2, shape)
    tokens = torch.randint(8, (9, 4), generator=generator(1))
    x = torch.zeros(9, 4, 5, dtype=torch.float64)
    for t in range(9):
        for b in range(4):
            told = given[b] if len(shape) == 2 else given[t, b]
            x[t, b] = model.embedding.weight[tokens[t, b]] + told @ model.condition
    hidden, _ = model.stack(x, model.initial_state(4), fused=False)
    logits, _ = model(tokens, condition=given)
    torch.testing.assert_close(logits, model.output(hidden), rtol=0.0, atol=1e-12)


@GIVEN
@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
def test_sampling_and_its_gradient_see_what_is_given(cell, layers, shape):
    model, given = make_told_model(cell, layers, shape)
    sampler = Sampler(model, steps=9, batch=4, start=7)
    tape = sampler.sample(generator(0), given)
    logits, _ = model(tape.inputs, fused=False, condition=given)
    torch.testing.assert_close(tape.logits, logits.detach(), rtol=0.0, atol=1e-12)
    without = Sampler(model, steps=9, batch=4, start=7).sample(generator(0))
    assert not torch.allclose(without.logits, logits)
    slope = torch.randn(9, 4, 7, dtype=torch.float64, generator=generator(1))
    backpropagate(model, tape, slope)
    closed_form = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    logits.backward(slope)
    assert closed_form["condition"].abs().max() > 0
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(closed_form[name], parameter.grad, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
def test_numpy_sees_what_is_given_at_each_step(cell, layers):
    model, given = make_told_model(cell, layers, (9, 4, 3))
    tokens = torch.randint(8, (9, 4), generator=generator(1))
    expected = model(tokens, condition=given)[0].detach().numpy()
    for_all = model(tokens, condition=given[:, :1].expand(-1, 4, -1))[0].detach().numpy()
    light = to_light(model)
    state = shared = light.initial_state(4)
    for t, row in enumerate(tokens.numpy()):
        out, state = light.step(row, state, given[t].numpy())
        np.testing.assert_allclose(out, expected[t], rtol=0, atol=1e-12)
        out, shared = light.step(row, shared, given[t, 0].numpy())
        np.testing.assert_allclose(out, for_all[t], rtol=0, atol=1e-12)


def test_numpy_adds_what_is_given_at_a_step_to_what_is_given_always():
    model, given = make_told_model("lstm", 1, (2, 3))
    light, tokens = to_light(model), np.array([7, 2])
    once, _ = light.step(tokens, light.initial_state(2), (given[0] + given[1]).numpy())
    twice, _ = light.given(given[0].numpy()).step(tokens, light.initial_state(2), given[1].numpy())
    np.testing.assert_allclose(twice, once, rtol=0, atol=1e-12)
    expected, _ = model(torch.tensor([[7, 2]]), condition=given.sum(0).expand(2, -1))
    np.testing.assert_allclose(once, expected[0].detach().numpy(), rtol=0, atol=1e-12)


def test_numpy_leaves_a_model_that_is_told_nothing_as_it_is():
    told, _ = make_told_model("lstm", 1, (2, 3))
    plain = to_light(make_model())
    assert plain.given(np.ones(3)) is plain
    conditioned = to_light(told)
    assert conditioned.given(None) is conditioned
    assert conditioned.given(np.ones(3)) is not conditioned
    assert plain.initial_state(2, np.ones((2, 3)))[-1][-1].shape == (2, 0)


def test_backpropagation_works_in_blocks_of_steps(monkeypatch):
    model = make_model()
    sampler = Sampler(model, steps=9, batch=4, start=7)
    gradients = []
    for block in (1, 2 * 4 * 4 * 6, 1 << 18):
        monkeypatch.setattr("shinko.nets.kernels._BLOCK", block)
        tape = sampler.sample(generator(0))
        backpropagate(model, tape, 2 * tape.logits)
        gradients.append(model.stack.cells[0].W_h.grad.clone())
    torch.testing.assert_close(gradients[0], gradients[2], rtol=0.0, atol=1e-12)
    torch.testing.assert_close(gradients[1], gradients[2], rtol=0.0, atol=1e-12)


def test_a_second_batch_does_not_remember_the_first():
    model = make_model(layers=2)
    sampler = Sampler(model, steps=5, batch=3, start=7)
    first = sampler.sample(generator(5)).actions.clone()
    sampler.sample(generator(6))
    assert torch.equal(sampler.sample(generator(5)).actions, first)


def test_sampled_tokens_follow_the_softmax_of_the_logits():
    model = make_model()
    tape = Sampler(model, steps=1, batch=200_000, start=7).sample(generator(7))
    expected = tape.logits[0, 0].softmax(-1)
    share = torch.bincount(tape.actions[0], minlength=7) / 200_000
    # Five standard deviations of a share at p = 1/2.
    torch.testing.assert_close(share.double(), expected, rtol=0.0, atol=5 * 0.5 / 200_000**0.5)


def test_rows_are_summed_by_token_as_by_hand():
    rows = torch.tensor([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]])
    summed = sum_by_product(torch.tensor([2, 0, 2]), rows, 4)
    assert summed.tolist() == [[10.0, 20.0], [0.0, 0.0], [101.0, 202.0], [0.0, 0.0]]


def test_backpropagation_refuses_a_model_with_dropout():
    model = make_model(dropout=0.5)
    tape = Sampler(model, steps=2, batch=2, start=7).sample(generator(0))
    with pytest.raises(ValueError, match="without tied weights and dropout"):
        backpropagate(model, tape, tape.logits)


def test_an_untrained_model_is_uniform():
    config = ModelConfig(tokens=4, outputs=4, hidden=3, embedding=3)
    logits, _ = SequenceModel(config)(torch.tensor([[0], [1]]))
    torch.testing.assert_close(logits.softmax(-1), torch.full((2, 1, 4), 0.25))


@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
@pytest.mark.parametrize(
    "options", [{"outputs": 7}, {"outputs": 7, "conditions": 3}, {"outputs": 8, "tied": True}]
)
def test_the_shapes_told_without_torch_are_those_of_the_model(cell, layers, options):
    hidden = 5 if "tied" in options else 6
    config = ModelConfig(8, cell=cell, layers=layers, hidden=hidden, embedding=5, **options)
    found = {name: tuple(value.shape) for name, value in SequenceModel(config).state_dict().items()}
    assert weight_shapes(config) == found


def test_a_config_names_the_cell_it_does_not_know():
    with pytest.raises(ValueError, match="cell 'gru': expected one of lstm, rnn"):
        ModelConfig(tokens=2, outputs=2, cell="gru")


def test_tied_weights_need_inputs_and_outputs_of_one_shape():
    for options, told in (
        ({"hidden": 6, "embedding": 5}, "got 5, 6, 7, 7"),
        ({"tokens": 8, "hidden": 5, "embedding": 5}, "got 5, 5, 8, 7"),
    ):
        with pytest.raises(ValueError, match=f"tied weights: expected embedding = .* {told}"):
            ModelConfig(**{"tokens": 7, "outputs": 7, **options}, tied=True)


@pytest.mark.parametrize(("cell", "layers"), CELLS_AND_LAYERS)
def test_numpy_gives_the_logits_of_torch(cell, layers):
    model = make_model(cell, layers).float()
    light = to_light(model)
    tokens = torch.randint(0, 8, (20, 3), generator=generator(8))
    expected, _ = model(tokens)
    state, logits = light.initial_state(3), []
    for row in tokens.numpy():
        out, state = light.step(row, state)
        logits.append(out)
    # float32 on both sides.
    np.testing.assert_allclose(np.stack(logits), expected.detach().numpy(), rtol=0, atol=1e-6)


def test_numpy_serves_a_tied_model():
    config = ModelConfig(tokens=7, outputs=7, hidden=5, embedding=5, tied=True)
    model = SequenceModel(config, generator=generator(0))
    expected, _ = model(torch.tensor([[3], [1]]))
    light = to_light(model)
    first, state = light.step(np.array([3]), light.initial_state(1))
    second, _ = light.step(np.array([1]), state)
    np.testing.assert_allclose(
        np.stack([first, second]), expected.detach().numpy(), rtol=0, atol=1e-6
    )


def test_numpy_samples_follow_the_softmax_and_say_their_log_probability():
    model = make_model()
    tokens, log_probs = sample_light(
        to_light(model),
        steps=1,
        count=200_000,
        temperature=1.0,
        rng=np.random.default_rng(0),
    )
    expected = model(torch.tensor([[7]]))[0][0, 0].log_softmax(-1).detach().numpy()
    share = np.bincount(tokens[:, 0], minlength=7) / 200_000
    np.testing.assert_allclose(share, np.exp(expected), rtol=0, atol=5 * 0.5 / 200_000**0.5)
    np.testing.assert_allclose(log_probs, expected[tokens[:, 0]], rtol=0, atol=1e-12)


def test_temperature_zero_takes_the_likeliest_token():
    model = make_model()
    tokens, _ = sample_light(
        to_light(model), steps=4, count=3, temperature=0.0, rng=np.random.default_rng(1)
    )
    logits, _ = model(torch.tensor([[7], *([int(t)] for t in tokens[0, :-1])]))
    assert tokens[0].tolist() == logits[:, 0].argmax(-1).tolist()
    assert (tokens == tokens[0]).all()


def draw_light(count, *, steps=3, temperature=1.0, seed=0, first=None):
    tokens, _ = sample_light(
        to_light(make_model()),
        steps=steps,
        count=count,
        temperature=temperature,
        rng=np.random.default_rng(seed),
        first=first,
    )
    return tokens


def test_temperature_divides_the_logits():
    tokens = draw_light(200_000, steps=1, temperature=2.0)
    logits = make_model()(torch.tensor([[7]]))[0][0, 0].detach()
    share = np.bincount(tokens[:, 0], minlength=7) / 200_000
    expected = (logits / 2.0).softmax(-1).numpy()
    np.testing.assert_allclose(share, expected, rtol=0, atol=5 * 0.5 / 200_000**0.5)


def test_the_first_sequences_are_the_same_however_many_are_drawn():
    many = draw_light(1200)
    assert (draw_light(5) == many[:5]).all()
    assert (draw_light(700) == many[:700]).all()
    assert (draw_light(5, seed=1) != many[:5]).any()


def test_the_first_token_can_be_given():
    tokens = draw_light(1000, first=4)
    assert (tokens[:, 0] == 4).all()
    assert len(np.unique(tokens[:, 1])) > 1


def to_light(model):
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    return LightModel(weights, model.config.cell, model.config.tied)
