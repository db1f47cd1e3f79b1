"""A network at a place of its dial: it tells itself the place and what is left."""

import numpy as np
import pytest
import torch
from dial_tables import rows_of

from shinko.nets.light import LightModel, sample_light
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig
from shinko.rl.dial import Conditions
from shinko.rl.dialled import DialledModel

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


@pytest.fixture(scope="module")
def model(light):
    """At both places of the dial."""
    return DialledModel(light, CONDITIONS, ALL_ALONG)


@pytest.fixture(scope="module")
def alone(light):
    """At one place each."""
    return [DialledModel(light, CONDITIONS, ALL_ALONG[[place]]) for place in (0, 1)]


def by_network(network, chords, place, left, close):
    """log P along chords (T,), told by hand."""
    fed = torch.from_numpy(np.concatenate([[V], chords[:-1]])[:, None])
    steps = np.arange(len(chords))
    told = ALL_ALONG[place] + CONDITIONS.here(steps, left, np.full(len(chords), close))
    with torch.no_grad():
        logits = network(fed, condition=torch.from_numpy(told[:, None]))[0]
    return logits.log_softmax(-1)[:, 0].numpy()


CHORDS = np.array([0, 2, 0, 2, 1, 3])


@pytest.mark.parametrize(("length", "close"), [(None, 0), (6, 0), (6, 1), (4, 1)])
def test_place_and_end_are_counted_as_the_network_would_be_told(network, alone, length, close):
    left = np.full(T, -1) if length is None else np.maximum(length - 1 - np.arange(T), -1)
    for place, model in enumerate(alone):
        told = model.ending(length, ("piece", "section")[close])
        rows = rows_of(told, CHORDS[:, None], told.initial_state(1))
        expected = by_network(network, CHORDS, place, left, close)
        np.testing.assert_allclose(rows[:, 0], expected, atol=1e-5)


def test_a_model_that_is_told_its_end_leaves_the_one_it_is_of_as_it_was(alone):
    before = rows_of(alone[0], CHORDS[:, None], alone[0].initial_state(1))
    alone[0].ending(T, "section")
    after = rows_of(alone[0], CHORDS[:, None], alone[0].initial_state(1))
    np.testing.assert_array_equal(before, after)


def test_rows_at_several_places_of_the_dial_are_what_each_is_alone(model, alone):
    chords = np.array([CHORDS, CHORDS[::-1], CHORDS]).T
    told = model.ending(T)
    rows = rows_of(told, chords, told.initial_state(3, np.array([1, 0, 0])))
    for row, place in enumerate((1, 0, 0)):
        one = alone[place].ending(T)
        expected = rows_of(one, chords[:, row, None], one.initial_state(1))
        np.testing.assert_allclose(rows[:, row], expected[:, 0], atol=1e-5)
    # Where nothing else is said, they take turns.
    turns = rows_of(told, chords, told.initial_state(3))
    again = rows_of(told, chords, told.initial_state(3, np.array([0, 1, 0])))
    np.testing.assert_array_equal(turns, again)


def test_rows_at_several_steps_are_what_each_is_alone(alone):
    told = alone[0].ending(T)
    once = told.step(np.array([V]), told.initial_state(1))[1]
    later = told.step(np.array([2]), once)[1]
    both = tuple(
        tuple(np.concatenate(parts) for parts in zip(*layers, strict=True))
        for layers in zip(once, later, strict=True)
    )
    rows = told.step(np.array([0, 1]), both)[0]
    np.testing.assert_allclose(rows[:1], told.step(np.array([0]), once)[0], atol=1e-5)
    np.testing.assert_allclose(rows[1:], told.step(np.array([1]), later)[0], atol=1e-5)


def test_rows_that_are_told_no_end_are_those_of_a_model_that_never_is(alone):
    model = alone[0]
    state = model.ending(2).initial_state(2, closes=np.array([-1, 0]))
    rows = rows_of(model, np.array([[0, 0], [1, 1]]), state)
    free = rows_of(model, np.array([[0], [1]]), model.initial_state(1))
    np.testing.assert_allclose(rows[:, 0], free[:, 0], atol=1e-5)
    assert abs(rows[1, 1] - free[1, 0]).max() > 0.01


def test_a_dialled_model_is_drawn_from_as_any_network(alone):
    chords, logs = sample_light(
        alone[1], steps=T, count=5, temperature=0.0, rng=np.random.default_rng(0), first=3
    )
    assert chords[:, 0].tolist() == [3] * 5
    assert (chords == chords[0]).all()
    rows = rows_of(alone[1], chords[:1].T, alone[1].initial_state(1))
    assert chords[0, 1:].tolist() == rows[1:, 0].argmax(axis=1).tolist()
    expected = np.take_along_axis(rows[:, 0], chords[0][:, None], axis=1).sum()
    assert logs == pytest.approx(np.full(5, expected), abs=1e-4)
