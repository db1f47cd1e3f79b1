"""Particles at another temperature, against sums over all sequences of a small network."""

import itertools

import numpy as np
import pytest

from shinko.nets.light import LightModel
from shinko.nets.shapes import ModelConfig, weight_shapes
from shinko.planning.particles import Player, Playing
from shinko.planning.tempered import play_tempered

V, T = 3, 4
EVERY = np.array(list(itertools.product(range(V), repeat=T))).T  # (T, V^T)
NUMBER = V ** np.arange(T)[::-1]  # of a sequence among them


@pytest.fixture(scope="module")
def player():
    rng = np.random.default_rng(6)
    shapes = weight_shapes(ModelConfig(V + 1, V, hidden=5, embedding=3))
    weights = {name: rng.normal(0, 1.0, shape) for name, shape in shapes.items()}
    return Player.at_start(LightModel(weights))


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_sequences_have_their_probability_to_a_power(player, temperature):
    found = play_tempered(
        Playing(player, 100_000), T, np.array([temperature]), np.random.default_rng(0)
    )
    powers = np.exp(player.log_probability(EVERY) / temperature)
    share = np.bincount(NUMBER @ found.tokens, minlength=V**T) / 100_000
    # Draws that share ancestors vary a little more than five standard deviations of a share 1/2.
    np.testing.assert_allclose(share, powers / powers.sum(), rtol=0, atol=0.01)
    assert found.log_partition[0] == pytest.approx(np.log(powers.sum()), abs=0.01)


def test_the_estimate_of_the_partition_is_right_on_average_with_few_particles(player):
    """Its mean over 4,000 groups of 4; it is the mean of Z, not of log Z, that is right."""
    temperatures = np.full(4000, 0.5)
    found = play_tempered(Playing(player, 16_000), T, temperatures, np.random.default_rng(1))
    exact = np.exp(player.log_probability(EVERY) / 0.5).sum()
    estimates = np.exp(found.log_partition)
    error = estimates.std() / 4000**0.5
    assert estimates.mean() == pytest.approx(exact, abs=5 * error)
    assert error < 0.02 * exact


def test_groups_keep_apart(player):
    """Cold and warm side by side: each has its own probabilities."""
    found = play_tempered(
        Playing(player, 40_000), T, np.array([0.3, 3.0]), np.random.default_rng(2)
    )
    logs = player.log_probability(EVERY)[NUMBER @ found.tokens].reshape(2, -1).mean(axis=1)
    for mean, tau in zip(logs, (0.3, 3.0), strict=True):
        powers = np.exp(player.log_probability(EVERY) / tau)
        expected = (powers * player.log_probability(EVERY)).sum() / powers.sum()
        assert mean == pytest.approx(expected, abs=0.03)


def test_at_temperature_1_nothing_is_weighed(player):
    found = play_tempered(Playing(player, 50), T, np.array([1.0]), np.random.default_rng(3))
    playing, rng = Playing(player, 50), np.random.default_rng(3)
    from shinko.planning.rows import draw_rows

    for drawn in found.tokens:
        np.testing.assert_array_equal(draw_rows(np.exp(playing.log_chances()), rng), drawn)
        playing.hear(drawn)
    assert found.log_partition[0] == pytest.approx(0.0, abs=1e-9)
