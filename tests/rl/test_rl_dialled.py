"""A network at a place of its dial: it tells itself the place and what is left."""

import numpy as np
import pytest
import torch

from shinko.nets.light import LightModel, sample_light
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig
from shinko.planning.particles import Player, Playing
from shinko.rl.dial import Conditions
from shinko.rl.dialled import DialledModel, sample_dialled

V, T = 4, 6
CONDITIONS = Conditions(2, 1, knots=(0.5, 2.0), pulls=(-1.0, 1.0), places=(0.0, 2.0, 4.0))
ALL_ALONG = CONDITIONS.all_along(
    np.array([0, 1]), np.array([0, 0]), np.array([1.0, 2.0]), np.array([0.5, -1.0])
)


@pytest.fixture(scope="module")
def network():
    config = ModelConfig(V + 1, V, hidden=5, embedding=3, conditions=CONDITIONS.size, copies=(2, 3))
    model = SequenceModel(config)
    for number, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(number))
    return model


@pytest.fixture(scope="module")
def light(network):
    weights = {name: weight.numpy() for name, weight in network.state_dict().items()}
    return LightModel(weights, copies=(2, 3))


@pytest.fixture
def model(light):
    return DialledModel(light, CONDITIONS, ALL_ALONG, ("a", "b"), np.array([0.25, 0.75]))


def by_network(network, chords, style, left, close):
    """log P along chords (T,), told by hand."""
    fed = torch.from_numpy(np.concatenate([[V], chords[:-1]])[:, None])
    places = np.arange(len(chords))
    told = ALL_ALONG[style] + CONDITIONS.here(places, left, np.full(len(chords), close))
    with torch.no_grad():
        logits = network(fed, condition=torch.from_numpy(told[:, None]))[0]
    return logits.log_softmax(-1)[:, 0].numpy()


def stepped(model, chords, state):
    playing = Playing(Player(model, model.start, ()), chords.shape[1])
    playing.state, rows = state, []
    for heard in chords:
        rows.append(playing.log_chances())
        playing.hear(heard)
    return np.array(rows)


CHORDS = np.array([0, 2, 0, 2, 1, 3])


@pytest.mark.parametrize(("length", "close"), [(None, 0), (6, 0), (6, 1), (4, 1)])
def test_place_and_end_are_counted_as_the_network_would_be_told(network, model, length, close):
    left = np.full(T, -1) if length is None else np.maximum(length - 1 - np.arange(T), -1)
    told = model.ending(length, ("piece", "section")[close])
    for style in (0, 1):
        rows = stepped(told.only(style), CHORDS[:, None], told.only(style).initial_state(1))
        expected = by_network(network, CHORDS, style, left, close)
        np.testing.assert_allclose(rows[:, 0], expected, atol=1e-5)


def test_rows_of_several_styles_are_what_each_is_alone(model):
    chords = np.array([CHORDS, CHORDS[::-1], CHORDS]).T
    told = model.ending(T)
    rows = stepped(told, chords, told.initial_state(3, np.array([1, 0, 0])))
    for row, style in enumerate((1, 0, 0)):
        alone = told.only(style)
        expected = stepped(alone, chords[:, row, None], alone.initial_state(1))
        np.testing.assert_allclose(rows[:, row], expected[:, 0], atol=1e-5)


def test_rows_at_several_places_are_what_each_is_alone(model):
    told = model.ending(T).only(0)
    once = told.step(np.array([V]), told.initial_state(1))[1]
    later = told.step(np.array([2]), once)[1]
    both = tuple(
        tuple(np.concatenate(parts) for parts in zip(*layers, strict=True))
        for layers in zip(once, later, strict=True)
    )
    rows = told.step(np.array([0, 1]), both)[0]
    np.testing.assert_allclose(rows[:1], told.step(np.array([0]), once)[0], atol=1e-5)
    np.testing.assert_allclose(rows[1:], told.step(np.array([1]), later)[0], atol=1e-5)


def test_rows_that_are_told_no_end_are_those_of_a_model_that_never_is(model):
    state = model.ending(2).initial_state(2, np.array([0, 0]), closes=np.array([-1, 0]))
    rows = stepped(model, np.array([[0, 0], [1, 1]]), state)
    free = stepped(model, np.array([[0], [1]]), model.initial_state(1, np.array([0])))
    np.testing.assert_allclose(rows[:, 0], free[:, 0], atol=1e-5)
    assert abs(rows[1, 1] - free[1, 0]).max() > 0.01


def test_pieces_are_of_the_styles_by_their_weights(model):
    chords, logs, which = sample_dialled(
        model.ending(T), steps=T, count=4000, temperature=1.0, rng=np.random.default_rng(0)
    )
    # Five standard deviations of a share of 3/4.
    assert which.mean() == pytest.approx(0.75, abs=5 * (3 / 16 / 4000) ** 0.5)
    for style in (0, 1):
        rows = np.flatnonzero(which == style)
        player = Player.at_start(model.ending(T).only(style))
        np.testing.assert_allclose(
            player.log_probability(chords[rows].T), logs[rows], rtol=0, atol=1e-4
        )


def test_the_first_pieces_are_the_same_however_many_are_drawn(model):
    few, many = (
        sample_dialled(model, steps=T, count=count, temperature=1.0, rng=np.random.default_rng(5))
        for count in (7, 700)
    )
    for one, other in zip(few, many, strict=True):
        np.testing.assert_allclose(one, other[:7], rtol=0, atol=1e-5)


def test_a_dialled_model_is_drawn_from_as_any_network(model):
    chords, logs = sample_light(
        model.only(1), steps=T, count=5, temperature=0.0, rng=np.random.default_rng(0), first=3
    )
    assert chords[:, 0].tolist() == [3] * 5
    assert (chords == chords[0]).all()
    assert np.isfinite(logs).all()
