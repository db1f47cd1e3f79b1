import pytest
import torch
from torch import nn

from shinko.errors import FieldError
from shinko.lm.dropout import ElementMask, UnitMask
from shinko.lm.output import keep_probabilities, output_gradient
from shinko.lm.settings import PRESETS, preset
from shinko.lm.update import window_gradients
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig

V = 40


def model_of(cell, *, tied=False, dropout=0.0, seed=0):
    config = ModelConfig(V, V, cell, 2, 12, 12, dropout, tied)
    model = SequenceModel(config, generator=torch.Generator().manual_seed(seed))
    nn.init.normal_(model.output.weight, generator=torch.Generator().manual_seed(seed + 1))
    return model.train()


def text(seed=0):
    drawn = torch.randint(V, (8, 3), generator=torch.Generator().manual_seed(seed))
    return drawn[:-1], drawn[1:]


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("tied", [False, True])
def test_without_dropout_the_gradients_are_those_of_cross_entropy(cell, tied):
    model, (tokens, targets) = model_of(cell, tied=tied), text()
    state = tuple(torch.randn_like(part) for part in model.initial_state(3))
    logits, end = model(tokens, state)
    expected = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    expected.backward()
    grads = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad(set_to_none=False)
    loss, after = window_gradients(
        model, tokens, targets, state, masks="unit", columns=0, generator=torch.Generator()
    )
    torch.testing.assert_close(loss, expected.detach())
    torch.testing.assert_close(after, tuple(part.detach() for part in end))
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        torch.testing.assert_close(parameter.grad, grad, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("recurrent", [0.0, 0.4])
@pytest.mark.parametrize("masks", ["unit", "element"])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_with_dropout_the_gradients_are_the_slopes_of_the_loss(cell, masks, recurrent):
    model, (tokens, targets) = model_of(cell, dropout=0.5).double(), text()
    state = model.initial_state(3)

    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)

    def loss():
        model.zero_grad(set_to_none=False)
        chance = torch.Generator().manual_seed(7)
        return window_gradients(
            model,
            tokens,
            targets,
            state,
            masks=masks,
            columns=0,
            recurrent_dropout=recurrent,
            generator=chance,
        )[0].item()

    loss()
    for parameter in model.parameters():
        direction = parameter.grad.clone()
        slope, step = direction.square().sum().item(), 1e-5
        with torch.no_grad():
            parameter.add_(direction, alpha=step)
            above = loss()
            parameter.sub_(direction, alpha=2 * step)
            below = loss()
            parameter.add_(direction, alpha=step)
        assert (above - below) / (2 * step) == pytest.approx(slope, rel=1e-4)


def test_drawn_columns_leave_the_loss_exact_and_the_gradient_right_on_average():
    chance = torch.Generator().manual_seed(0)
    hidden, weight = torch.randn(6, 5, generator=chance), torch.randn(V, 5, generator=chance)
    bias, targets = torch.zeros(V), torch.randint(V, (6,), generator=chance)
    whole = output_gradient(hidden, weight, bias, targets, columns=0, generator=chance)
    mean, draws = torch.zeros_like(whole.weight), 3000
    dhidden = torch.zeros_like(hidden)
    for _ in range(draws):
        part = output_gradient(hidden, weight, bias, targets, columns=8, generator=chance)
        assert part.loss == whole.loss
        assert len(part.words) < V
        mean[part.words] += part.weight / draws
        dhidden += part.hidden / draws
    torch.testing.assert_close(mean, whole.weight, rtol=0, atol=0.02)
    torch.testing.assert_close(dhidden, whole.hidden, rtol=0, atol=0.02)


def test_tied_weights_unit_masks_and_drawn_columns_are_right_together_on_average():
    model, (tokens, targets) = model_of("lstm", tied=True, dropout=0.5).double(), text()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)

    def gradient(columns, seed):
        """The masks are drawn before the columns, so the same seed means the same masks."""
        model.zero_grad(set_to_none=False)
        chance = torch.Generator().manual_seed(seed)
        state = model.initial_state(3)
        window_gradients(
            model, tokens, targets, state, masks="unit", columns=columns, generator=chance
        )
        return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])

    draws = 300
    whole = torch.stack([gradient(0, seed) for seed in range(draws)])
    drawn = torch.stack([gradient(10, seed) for seed in range(draws)])
    error, size = (drawn - whole).mean(0).norm(), whole.mean(0).norm()
    assert (drawn - whole).norm(dim=1).mean() > 0.2 * size  # one draw alone is well off
    assert error < 0.1 * size


def test_keep_probabilities_are_probabilities_and_come_near_the_count():
    keep = keep_probabilities(torch.tensor([100.0, 3.0, 2.0, 1.0, 1.0, 0.5]), 3)
    assert keep.max() <= 1.0
    assert keep[0] == 1.0
    assert keep.sum().item() == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("kind", [UnitMask, ElementMask])
def test_a_mask_keeps_the_mean(kind):
    chance, ones = torch.Generator().manual_seed(0), torch.ones(4, 5, 200)
    means = []
    for _ in range(20):
        mask = kind(0.3, ones, chance)
        kept = mask(ones)
        means.append(kept.sum().item() / ones.numel())
        assert mask.backward(torch.ones_like(kept)).sum() == pytest.approx(
            kept.sum().item(), rel=1e-4
        )
    assert sum(means) / 20 == pytest.approx(1.0, abs=0.02)


def test_presets_have_names_and_an_unknown_one_says_which():
    assert preset("lstm-best") == PRESETS["lstm-best"]
    with pytest.raises(FieldError, match=r"`preset` 'big': expected one of rnn-small"):
        preset("big")


def test_the_learning_rate_rises_then_falls_to_nothing():
    settings = preset("lstm-best")
    rates = [settings.learning_rate_at(step / 100) for step in range(101)]
    assert rates[0] == rates[-1] == 0.0
    assert rates.index(max(rates)) == 2
