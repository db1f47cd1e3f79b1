"""The dial: what it is conditioned on, how it is calibrated, and that it learns."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from shinko.errors import FieldError
from shinko.nets.light import LightModel
from shinko.planning.calibration import effective_tokens, temperature_of
from shinko.planning.errors import PlanningError
from shinko.planning.plan import solve
from shinko.rl.dial import conditions, side_by_side, temperature_features
from shinko.rl.dial_training import DialTraining
from shinko.rl.optimality import Yardstick, measure
from shinko.rl.settings import DialSettings
from shinko.rl.terms import rewarded
from shinko.tables import compile_table


def test_temperatures_between_knots_are_means_of_both():
    knots = (0.5, 1.0, 2.0)
    features = temperature_features(np.array([0.5, 1.0, 2.0, math.sqrt(2), 0.1, 9.0]), knots)
    np.testing.assert_allclose(
        features, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5], [1, 0, 0], [0, 0, 1]], atol=1e-12
    )
    given = conditions(np.array([[0.25, 0.75]]), np.array([1.0]), knots)
    np.testing.assert_allclose(given, [[0.25, 0.75, 0, 1, 0]])


@pytest.fixture(scope="module")
def styles(table_of):
    """Two tables over three chords: one goes up, one goes down."""
    up = {(): {0: 0.4, 1: 0.3, 2: 0.3}, **{(c,): {(c + 1) % 3: 0.8, c: 0.2} for c in range(3)}}
    down = {(): {0: 0.2, 1: 0.4, 2: 0.4}, **{(c,): {(c - 1) % 3: 0.7, c: 0.3} for c in range(3)}}
    return [compile_table(table_of(rows, "145")) for rows in (up, down)]


def test_worlds_lie_side_by_side(styles):
    worlds = side_by_side(styles, np.eye(2))
    assert worlds.starts.tolist() == [0, 4]
    V = 3
    for place, one in enumerate(styles):
        state, own = int(worlds.starts[place]), one.start
        for chord in (2, 0, 1, 1):
            np.testing.assert_array_equal(
                worlds.automaton.probabilities[state], one.probabilities[own]
            )
            state, own = int(worlds.automaton.next_state[state, chord]), one.next_state[own, chord]
    assert worlds.automaton.next_state.shape == (8, V)


def test_the_slope_of_the_objective_is_the_entropy(styles):
    process = rewarded(styles[0], reward="log-probability", floor=0.01)
    for temperature in (0.3, 1.0, 3.0):
        exact = solve(process, temperature=temperature, length=6).walk.effective_tokens
        found = effective_tokens(process, temperature=temperature, length=6)
        assert found == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("wanted", [1.3, 1.7, 2.5, 2.95])
def test_the_temperature_of_a_variety_is_found(styles, wanted):
    process = rewarded(styles[0], reward="log-probability", floor=0.01)
    temperature = temperature_of(process, effective=wanted, length=6)
    found = solve(process, temperature=temperature, length=6).walk.effective_tokens
    assert found == pytest.approx(wanted, rel=0.003)


def test_a_search_that_is_cut_short_ends_in_the_middle_of_where_it_looked(styles, monkeypatch):
    monkeypatch.setattr("shinko.planning.calibration._ROUNDS", 0)
    process = rewarded(styles[0], reward="log-probability", floor=0.01)
    # Of 0.4 and 2, where it begins, by equal factors.
    assert temperature_of(process, effective=1.7, length=6) == pytest.approx(math.sqrt(0.8))


def test_a_variety_that_there_is_not_is_refused(styles):
    process = rewarded(styles[0], reward="log-probability", floor=0.01)
    with pytest.raises(
        PlanningError, match=r"^4 effective tokens: expected 1\.\d+ to 3 with this table$"
    ):
        temperature_of(process, effective=4.0, length=6)


def test_one_policy_learns_both_styles_over_the_whole_dial(styles):
    settings = DialSettings(
        tables="up,down",
        mixtures=0,
        length=6,
        epochs=400,
        batch=32,
        hidden=16,
        embedding=8,
        learning_rate=0.02,
        floor=0.01,
    )
    training = DialTraining(settings, side_by_side(styles, np.eye(2)))
    rows = [training.step() for _ in range(settings.epochs)]
    assert rows[0].regret > 0.2
    assert np.mean([row.regret for row in rows[-20:]]) < 0.01
    weights = {name: value.numpy() for name, value in training.model.state_dict().items()}
    for style, automaton in enumerate(styles):
        process = rewarded(automaton, reward="log-probability", floor=0.01)
        for temperature in (0.5, 1.0, 1.5):
            best = solve(process, temperature=temperature, length=6)
            given = conditions(np.eye(2)[[style]], np.array([temperature]), settings.knots())[0]
            played = measure(
                LightModel(weights).given(given),
                Yardstick.of(best, automaton.listed),
                count=512,
                rng=np.random.default_rng(1),
            )
            assert played.regret < 0.02
            assert played.effective_chords == pytest.approx(best.walk.effective_tokens, rel=0.1)


def test_a_policy_may_begin_with_the_weights_of_another(styles):
    settings = DialSettings(
        tables="up,down", mixtures=0, length=4, batch=8, hidden=4, embedding=4, seed=1
    )
    worlds = side_by_side(styles, np.eye(2))
    trained, other = (DialTraining(replace(settings, seed=seed), worlds) for seed in (1, 2))
    trained.step()
    kept = {name: value.clone() for name, value in trained.model.state_dict().items()}
    other.begin_with(trained.model.state_dict())
    trained.step()
    for name, value in other.model.state_dict().items():
        torch.testing.assert_close(value, kept[name], rtol=0.0, atol=0.0)
        assert not torch.equal(value, trained.model.state_dict()[name])


def test_the_regret_that_is_told_is_the_one_that_is_measured(styles):
    """At a fixed policy: what episodes give away on average is J* − J."""
    settings = DialSettings(
        tables="up,down",
        mixtures=0,
        length=4,
        batch=4096,
        hidden=4,
        embedding=4,
        learning_rate=1e-9,
        floor=0.01,
    )
    training = DialTraining(settings, side_by_side(styles, np.eye(2)))
    told = np.mean([training.step().regret for _ in range(3)])
    # The untrained policy is uniform, over either style and each temperature of the grid.
    exact = []
    for automaton in styles:
        process = rewarded(automaton, reward="log-probability", floor=0.01)
        for temperature in settings.temperatures():
            held = Yardstick.of(solve(process, temperature=temperature, length=4), automaton.listed)
            exact.append(held.regret(held.uniform))
    # Five standard errors; what is given away differs by some 0.5 from episode to episode.
    assert told == pytest.approx(np.mean(exact), abs=5 * 0.5 / math.sqrt(3 * 4096))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tables": " , "}, "`tables` ' , ': expected names of tables"),
        ({"coldest": 2.0}, "`warmest` 1.6: expected more than `coldest`, 2.0"),
        ({"batch": 1}, "`batch` 1: expected 2 to 65,536"),
    ],
)
def test_settings_that_cannot_be_are_told(values, message):
    with pytest.raises(FieldError) as told:
        DialSettings(**values)
    assert str(told.value) == message
