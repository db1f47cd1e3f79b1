"""The one sampler of rows, at the edges of what rounding does to it."""

import numpy as np
import pytest

from shinko.planning.rows import (
    draw_rows,
    log_softmax,
    resample,
    resample_each,
    soft_maximum,
    softmax,
)


class Fixed:
    """A source of chance that always gives the same number."""

    def __init__(self, value):
        self.value = value

    def random(self, shape=None):
        return self.value if shape is None else np.full(shape, self.value)


# The largest number below 1 that a generator gives, and one that a float32 generator rounds up.
ALMOST = np.nextafter(1.0, 0.0)


@pytest.mark.parametrize("chance", [ALMOST, 1.0])
def test_a_column_without_a_chance_is_never_drawn_at_the_upper_edge(chance):
    rows = np.array([[0.3, 0.7, 0.0, 0.0], [0.1 + 0.2, 0.3, 0.4, 0.0], [1.0, 0.0, 0.0, 0.0]])
    assert draw_rows(rows, Fixed(chance)).tolist() == [1, 2, 0]


def test_a_column_without_a_chance_is_never_drawn_at_the_lower_edge():
    assert draw_rows(np.array([[0.0, 0.0, 0.4, 0.6]]), Fixed(0.0)).tolist() == [2]


def test_a_row_of_zeros_draws_some_column():
    assert draw_rows(np.zeros((2, 3)), Fixed(0.5)).max() < 3


def test_rows_need_not_sum_to_one():
    # Halves of 0.2: 0.49 of the sum is in the first, 0.51 in the second.
    rows = np.array([[0.1, 0.1]])
    assert [int(draw_rows(rows, Fixed(chance))[0]) for chance in (0.49, 0.51)] == [0, 1]


@pytest.mark.parametrize("chance", [0.0, 0.5, ALMOST, 1.0])
def test_particles_without_a_weight_do_not_survive(chance):
    assert set(resample(np.array([0.0, 0.25, 0.75, 0.0]), 8, Fixed(chance))) <= {1, 2}


def test_each_particle_survives_as_often_as_its_weight_says_to_one():
    assert np.bincount(resample(np.array([0.25, 0.75]), 8, Fixed(0.5))).tolist() == [2, 6]


def test_rows_of_minus_infinity_have_no_chance_and_no_sum():
    dead = np.full((1, 3), -np.inf)
    assert softmax(dead).tolist() == [[0.0, 0.0, 0.0]]
    assert soft_maximum(dead.copy(), 1.0).tolist() == [-np.inf]


def test_log_softmax_is_the_log_of_softmax():
    rows = np.array([[1.0, 2.0, 4.0]])
    np.testing.assert_allclose(np.exp(log_softmax(rows)), softmax(rows), rtol=1e-12)


@pytest.mark.parametrize("chance", [0.0, 0.5, ALMOST, 1.0])
def test_groups_of_particles_are_drawn_anew_each_by_itself(chance):
    weights = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.1, 0.0], [1.0, 1.0, 1.0, 1.0]])
    found = resample_each(np.tile(weights, (50, 1)), np.full(150, chance))
    for row in found.reshape(50, 3, 4):
        for own, one in zip(weights, row, strict=True):
            assert set(one.tolist()) <= set(np.flatnonzero(own).tolist())
    if chance <= 0.5:
        np.testing.assert_array_equal(found[0], resample(weights[0], 4, Fixed(chance)))
        assert found[2].tolist() == [0, 1, 2, 3]


def test_each_particle_comes_as_often_as_its_weight_says():
    weights = np.array([[1.0, 3.0, 0.0, 4.0]])
    found = resample_each(np.tile(weights, (4000, 1)), np.random.default_rng(0).random(4000))
    shares = np.bincount(found.ravel(), minlength=4) / found.size
    np.testing.assert_allclose(shares, weights[0] / 8, atol=0.01)
