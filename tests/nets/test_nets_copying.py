"""The copy head and the window: chord by chord, in torch and in numpy."""

import itertools

import numpy as np
import pytest
import torch

from shinko.nets.copying import follow, hear
from shinko.nets.light import LightModel, sample_light
from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Sampler
from shinko.nets.shapes import COPY_FLOOR, ModelConfig, weight_shapes
from shinko.planning.particles import Player, Playing

V, LAGS, ORDERS = 5, (2, 3, 6), (0, 1, 3)
NETWORKS = pytest.mark.parametrize(
    "options",
    [
        {"copies": LAGS},
        {"copies": LAGS, "cell": "rnn", "layers": 2, "conditions": 3},
        {"copies": LAGS, "orders": ORDERS, "conditions": 3},
        {"window": 3},
        {"window": 2, "layers": 2, "conditions": 3},
        {"window": 1, "cell": "rnn", "copies": LAGS, "orders": (2,), "conditions": 3},
    ],
)


def generator(seed):
    return torch.Generator().manual_seed(seed)


def make_model(**options):
    """A network with weights that all do something, in double precision."""
    config = ModelConfig(V + 1, V, **{"hidden": 6, "embedding": 4, **options})
    model = SequenceModel(config).double()
    for number, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, std=0.7, generator=generator(number))
    return model


def to_light(model):
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    config = model.config
    return LightModel(
        weights,
        config.cell,
        copies=config.copies,
        orders=config.orders,
        window=config.window,
    )


def sequences(T=12, B=7):
    """The start token, then chords of which many come back, (T, B)."""
    chords = torch.randint(V, (T, B), generator=generator(1))
    chords[7:] = chords[4 : T - 3].clone()  # three before
    chords[0] = V
    return chords


def in_light(model, tokens, **given):
    """log P of all next tokens, (T, B, V), step by step in numpy."""
    light, found = to_light(model), []
    state = light.initial_state(tokens.shape[1], **given)
    for row in tokens.numpy():
        out, state = light.step(row, state)
        found.append(torch.from_numpy(out))
    return torch.stack(found).log_softmax(-1)


def test_lags_hear_what_comes_back_as_by_hand():
    #                 start a  b  a  b  a  c
    tokens = torch.tensor([5, 0, 1, 0, 1, 0, 2])[:, None]
    heard = hear(tokens, (2, 3), 5)
    # What lag 2 would play next: after a b it is a; it can't where it lies before the beginning.
    assert heard.target[2:, 0, 0].tolist() == [0, 1, 0, 1, 0]
    assert heard.copies[:, 0, 0].tolist() == [False, False, True, True, True, True, True]
    # Lag 3 would repeat the last chord while a and b alternate: only after c it can.
    assert heard.copies[:, 0, 1].tolist() == [False] * 6 + [True]
    assert heard.seen[:, 0, 0].tolist() == [0, 0, 0, 1, 1, 1, 0]  # as two before
    assert heard.seen[:, 0, 2].tolist() == [0, 0, 0, 0.25, 0.5, 0.75, 0]  # in a row


def test_more_than_a_few_matches_in_a_row_are_alike():
    tokens = torch.tensor([2, *(0, 1) * 4])[:, None]
    assert hear(tokens, (2,), 2).seen[:, 0, 1].tolist() == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1]


def test_orders_count_what_followed_as_by_hand():
    tokens = torch.tensor([5, 0, 1, 0, 2, 0, 1])[:, None]  # start a b a c a b
    followed = follow(tokens, (0, 1, 2), 5)
    assert followed.knows[:, 0].tolist() == [
        [False, False, False],
        [False, False, False],  # of what was played all but the last chord
        [True, False, False],
        [True, True, False],
        [True, False, False],
        [True, True, False],  # a c a: nothing followed "c a" before
        [True, True, True],
    ]
    # After a b a c a b: of what was played beside b, a three times and c once.
    torch.testing.assert_close(followed.shares[6, 0, 0], torch.tensor([3 / 4, 0, 1 / 4, 0, 0]))
    assert followed.shares[6, 0, 1].tolist() == [1, 0, 0, 0, 0]  # b was followed by a
    assert followed.shares[6, 0, 2].tolist() == [1, 0, 0, 0, 0]  # a b was
    assert followed.shares[5, 0, 1].tolist() == [0, 0.5, 0.5, 0, 0]  # a by b, and by c
    # Four times of 4 + 4, two different chords; once, one.
    assert followed.seen[6, 0].tolist() == pytest.approx([0.5, 0.5, 0.2, 1, 0.2, 1])


@pytest.mark.parametrize(
    "options", [{}, {"orders": ORDERS}, {"cell": "rnn", "layers": 2}, {"window": 2}]
)
def test_chances_of_a_network_that_copies_sum_to_1_and_none_is_0(options):
    log_chances, _ = make_model(copies=LAGS, **options)(sequences())
    torch.testing.assert_close(log_chances.logsumexp(-1), torch.zeros(12, 7).double())
    assert log_chances.exp().min() > 0.99 * COPY_FLOOR / V


def test_the_mixture_is_what_the_equations_say():
    """Gates and targets of one step, by hand."""
    model = make_model(copies=LAGS)
    tokens = torch.tensor([5, 0, 1, 2, 4, 3, 2])[:, None]  # six chords were played
    seen = {}
    model.copy.gates.register_forward_hook(lambda _, inputs, out: seen.update(gates=out))
    model.output.register_forward_hook(lambda _, inputs, out: seen.update(free=out))
    logits, _ = model(tokens)
    # Lags 2, 3 and 6 would play 3, 4 and 0; the last chord is 2.
    gates = seen["gates"][-1, 0].softmax(-1)
    expected = gates[0] * seen["free"][-1, 0].softmax(-1)
    for gate, chord in zip(gates[1:], (3, 4, 0), strict=True):
        expected[chord] += gate
    expected = (1 - COPY_FLOOR) * expected + COPY_FLOOR / V
    torch.testing.assert_close(logits[-1, 0].exp(), expected)


def test_the_mixture_takes_each_order_by_its_gate():
    model = make_model(copies=(2,), orders=(1, 2))
    tokens = torch.tensor([5, 0, 1, 0, 2, 0])[:, None]  # a b a c a
    seen = {}
    model.copy.gates.register_forward_hook(lambda _, inputs, out: seen.update(gates=out))
    model.output.register_forward_hook(lambda _, inputs, out: seen.update(free=out))
    logits, _ = model(tokens)
    gates = seen["gates"][-1, 0, :3].softmax(-1)  # nothing followed "c a" before
    expected = gates[0] * seen["free"][-1, 0].softmax(-1)
    expected[2] += gates[1]  # two before
    expected[1] += gates[2] / 2
    expected[2] += gates[2] / 2
    expected = (1 - COPY_FLOOR) * expected + COPY_FLOOR / V
    torch.testing.assert_close(logits[-1, 0].exp(), expected)


def test_nothing_is_copied_from_before_the_beginning_nor_the_last_chord():
    """With gates that are all but open for lags, what can't be copied is drawn freely."""
    model = make_model(copies=(2,))
    with torch.no_grad():
        model.copy.gates.weight.zero_()
        model.copy.gates.bias.copy_(torch.tensor([0.0, 50.0]))
    seen = {}
    model.output.register_forward_hook(lambda _, inputs, out: seen.update(free=out))
    chances = model(torch.tensor([5, 0, 0, 1])[:, None])[0].exp()[:, 0]
    free = seen["free"].softmax(-1)[:, 0]
    for step in (0, 1, 2):  # nothing played; one chord; twice the same chord
        torch.testing.assert_close(chances[step], free[step], rtol=0.0, atol=1e-6)
    assert chances[3, 0] > 0.999


def test_a_new_network_copies_a_little_with_each_lag():
    """Gates of e^-2 against 1, and all that is drawn freely alike likely."""
    config = ModelConfig(V + 1, V, hidden=6, embedding=4, copies=(2, 3))
    chances = SequenceModel(config)(torch.tensor([5, 0, 1, 2])[:, None])[0].exp()[-1, 0]
    gate = np.exp(-2) / (1 + 2 * np.exp(-2))
    free = (1 - 2 * gate) / V
    expected = torch.tensor([free + gate, free + gate, free, free, free]).double()
    torch.testing.assert_close(chances.double(), expected, rtol=0.0, atol=1e-6)


@NETWORKS
def test_numpy_plays_as_torch_does(options):
    model, tokens = make_model(**options), sequences()
    expected = model(tokens)[0].log_softmax(-1)
    torch.testing.assert_close(in_light(model, tokens), expected, rtol=0.0, atol=1e-9)
    single = in_light(model.float(), tokens)
    torch.testing.assert_close(single.double(), expected, rtol=0.0, atol=1e-5)


@NETWORKS
def test_the_fused_kernel_gives_the_same(options):
    model, tokens = make_model(**options), sequences()
    torch.testing.assert_close(model(tokens)[0], model(tokens, fused=False)[0])


@pytest.mark.parametrize("options", [{}, {"window": 2}, {"copies": LAGS, "orders": ORDERS}])
def test_each_sequence_of_numpy_keeps_what_it_was_given(options):
    """Also where sequences are left out, doubled and put in another order on the way."""
    model, tokens = make_model(conditions=3, **options), sequences()
    given = torch.rand(7, 3, dtype=torch.float64, generator=generator(9))
    expected = model(tokens, condition=given)[0].log_softmax(-1).detach()
    found = in_light(model, tokens, given=given.numpy())
    torch.testing.assert_close(found, expected, rtol=0.0, atol=1e-9)
    light = to_light(model)
    playing = Playing(Player(light, V, light.initial_state(1)), 7)
    playing.state = light.initial_state(7, given.numpy())
    chosen = np.array([6, 6, 2, 0])
    for t, row in enumerate(tokens.numpy()):
        if t == 5:
            playing.keep(chosen)
        if t >= 5:
            row, due = row[chosen], expected[t, chosen]
        else:
            due = expected[t]
        playing.fed = row
        np.testing.assert_allclose(playing.log_chances(), due, rtol=0, atol=1e-9)
        playing.hear(row)


def test_a_window_sees_its_chords_alone():
    model = make_model(window=3)
    tokens = sequences()
    changed = tokens.clone()
    changed[4] = (changed[4] + 1) % V
    same = (model(tokens)[0] == model(changed)[0]).all(2).all(1)
    assert same.tolist() == [t not in (4, 5, 6) for t in range(12)]


def test_gradients_are_those_of_finite_differences():
    model, tokens = make_model(copies=LAGS, orders=ORDERS, conditions=3), sequences(9, 3)
    given = torch.rand(3, 3, dtype=torch.float64, generator=generator(9))
    wanted = torch.randn(9, 3, V, dtype=torch.float64, generator=generator(2))

    def value():
        return (model(tokens, condition=given)[0] * wanted).sum()

    value().backward()
    for name, weight in model.named_parameters():
        place = weight.grad.abs().flatten().argmax()
        flat, step = weight.data.view(-1), 1e-5
        flat[place] += step
        above = value().item()
        flat[place] -= 2 * step
        slope = (above - value().item()) / (2 * step)
        flat[place] += step
        # Central differences are off by about the square of the step, and rounding over the step.
        assert weight.grad.flatten()[place].item() == pytest.approx(slope, rel=1e-5), name


def test_gradients_stay_finite_where_a_chord_is_next_to_impossible():
    model = make_model(copies=LAGS).float()
    with torch.no_grad():
        model.output.bias[0] = -1000.0
    (-model(sequences())[0][..., 0]).sum().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in model.parameters())


@NETWORKS
def test_the_shapes_told_without_torch_are_those_of_the_model(options):
    model = make_model(**options)
    found = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    assert weight_shapes(model.config) == found


def test_draws_follow_the_chances_of_all_progressions():
    model = make_model(copies=(2,))
    tokens, log_probs = sample_light(
        to_light(model), steps=3, count=100_000, temperature=1.0, rng=np.random.default_rng(0)
    )
    every = torch.tensor(list(itertools.product(range(V), repeat=3))).t()
    rows = model(torch.cat([torch.full((1, V**3), V), every[:-1]]))[0]
    expected = rows.gather(2, every[:, :, None]).sum(0)[:, 0].detach().numpy()
    number = tokens @ np.array([V * V, V, 1])
    share = np.bincount(number, minlength=V**3) / 100_000
    # Five standard deviations of a share at most 1/2.
    np.testing.assert_allclose(share, np.exp(expected), rtol=0, atol=5 * 0.5 / 100_000**0.5)
    np.testing.assert_allclose(log_probs, expected[number], rtol=0, atol=1e-9)


def test_a_sequence_can_not_go_on_from_a_state():
    model = make_model(copies=LAGS)
    with pytest.raises(ValueError, match="expected a whole sequence, and no state before it"):
        model(sequences(), model.initial_state(7))


def test_no_tape_is_kept_of_it():
    for options in ({"copies": LAGS}, {"window": 3}):
        with pytest.raises(ValueError, match="expected a model without copies and window"):
            Sampler(make_model(**options), steps=4, batch=2, start=V)


def test_copies_need_lags_from_2_on_and_a_start_token():
    for copies in ((1, 2), (3, 3)):
        with pytest.raises(ValueError, match="expected lags from 2 on, each once"):
            ModelConfig(V + 1, V, copies=copies)
    with pytest.raises(ValueError, match=r"expected tokens = outputs \+ 1, got 5, 5"):
        ModelConfig(V, V, window=3)
    with pytest.raises(ValueError, match=r"orders \(1,\): expected none without copies"):
        ModelConfig(V + 1, V, orders=(1,))
    for orders in ((-1,), (1, 1)):
        with pytest.raises(ValueError, match="expected numbers from 0 on, each once"):
            ModelConfig(V + 1, V, copies=(2,), orders=orders)
