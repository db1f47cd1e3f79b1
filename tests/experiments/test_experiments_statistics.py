"""Rates, means and shares of several trainings, against what is known of them."""

import numpy as np
import pytest
from scipy.stats import binom, trim_mean

from shinko.experiments.statistics import (
    Estimate,
    interquartile_mean,
    interquartile_means,
    rate,
    survival,
)


@pytest.mark.parametrize(("count", "of"), [(0, 3), (1, 1), (4, 4), (5, 5), (14, 20), (19, 20)])
def test_the_interval_of_a_rate_is_exact(count, of):
    told = rate([True] * count + [False] * (of - count))
    assert (told.count, told.of) == (count, of)
    # At its ends, what was seen or more is just what one would see once in forty.
    if count:
        assert binom.sf(count - 1, of, told.low) == pytest.approx(0.025)
    else:
        assert told.low == 0.0
    if count < of:
        assert binom.cdf(count, of, told.high) == pytest.approx(0.025)
    else:
        assert told.high == 1.0


def test_five_trainings_alike_tell_nothing_about_more_than_half():
    assert rate([True] * 5).low < 0.5
    assert rate([True] * 6).low > 0.5


def test_an_interquartile_mean_leaves_out_the_outer_quarters():
    told = interquartile_mean([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1000.0])
    assert told.value == pytest.approx(3.5)
    assert 1.0 < told.low < 3.5 < told.high
    assert interquartile_mean([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1000.0]) == told


def test_its_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(20, 400))
    _, low, high = interquartile_means(values)
    # A percentile interval of twenty is a little too narrow.
    assert 0.88 < np.mean((low < 0) & (high > 0)) < 0.98


def test_its_ends_are_the_outer_fortieths_of_resampled_means():
    values, rng = np.random.default_rng(3).normal(size=20), np.random.default_rng(4)
    count = 20_000
    means = trim_mean(rng.choice(values, (count, 20)), 0.25, axis=1)
    told = interquartile_mean(values.tolist())
    for end, share in ((told.low, 0.025), (told.high, 0.975)):
        # Of the resamples so many lie below; both draws have an error.
        error = 4 * np.sqrt(share * (1 - share) * (1 / count + 1 / 5000))
        assert np.mean(means < end) == pytest.approx(share, abs=error)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_few_values_have_no_interval(count):
    assert interquartile_mean([2.5] * count) == Estimate(2.5, None, None)
    assert interquartile_mean([2.5] * 5) == Estimate(2.5, 2.5, 2.5)


def test_an_estimate_is_written_with_its_interval():
    assert f"{interquartile_mean([2.5]):.2f}" == "2.50"
    assert f"{Estimate(1.0, 0.5, 2.0):.1f}" == "1.0 [0.5, 2.0]"
    value, low, high = interquartile_means(np.array([[1.0, 2.0]]))
    assert (value == low).all()
    assert (low == high).all()


def test_means_along_an_axis_are_those_of_its_columns():
    values = np.random.default_rng(2).normal(size=(7, 3))
    for column, found in zip(values.T, zip(*interquartile_means(values), strict=True), strict=True):
        told = interquartile_mean(column.tolist())
        assert found[0] == pytest.approx(told.value)
        assert found[1] == pytest.approx(told.low, abs=0.15)  # other resamples


def test_the_share_that_is_left_steps_down_at_each_event():
    told = survival([20, None, 10, 20], 30)
    assert told.epochs == (0, 10, 20, 30)
    assert told.share == (1.0, 0.75, 0.25, 0.25)
    assert told.median == 20
    for step, count in enumerate((4, 3, 1, 1)):
        exact = rate([True] * count + [False] * (4 - count))
        assert (told.low[step], told.high[step]) == (exact.low, exact.high)
    assert survival([None, None], 30).median is None
    assert survival([10, None], 30).median == 10
