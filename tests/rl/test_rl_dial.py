"""What a policy with a dial is told, in numbers."""

import numpy as np
import pytest

from shinko.rl.dial import Conditions, hats

CONDITIONS = Conditions(2, 3, knots=(0.5, 1.0, 2.0), pulls=(-2.0, 0.0, 4.0), places=(0.0, 1.0, 4.0))


def test_values_between_knots_are_means_of_both():
    features = hats(np.array([0.0, 1.0, 4.0, 2.5, -9.0, 9.0]), (0.0, 1.0, 4.0))
    np.testing.assert_allclose(
        features, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5], [1, 0, 0], [0, 0, 1]]
    )


def test_style_mode_temperature_and_pull_are_told_all_along():
    told = CONDITIONS.all_along(
        np.array([1, 0]), np.array([2, 0]), np.array([1.0, 0.5**0.5]), np.array([3.0, -2.0])
    )
    assert told.shape == (2, CONDITIONS.size) == (2, 2 + 3 + 3 + 3 + 3 + 4)
    np.testing.assert_allclose(told[0, :11], [0, 1, 0, 0, 1, 0, 1, 0, 0, 0.25, 0.75])
    # √½ lies half way from ½ to 1, by equal factors.
    np.testing.assert_allclose(told[1, :11], [1, 0, 1, 0, 0, 0.5, 0.5, 0, 1, 0, 0], atol=1e-6)
    assert not told[:, 11:].any()


@pytest.mark.parametrize(
    ("left", "close", "flags"),
    [
        (5, 0, [0, 0, 0, 0]),
        (1, 0, [0, 1, 0, 0]),
        (0, 0, [1, 0, 0, 0]),
        (1, 1, [0, 0, 0, 1]),
        (0, 1, [0, 0, 1, 0]),
        (-1, 0, [0, 0, 0, 0]),
        (-1, -1, [0, 0, 0, 0]),
    ],
)
def test_the_last_two_chords_of_a_piece_or_section_are_told(left, close, flags):
    told = CONDITIONS.here(np.array([2]), np.array([left]), np.array([close]))
    np.testing.assert_allclose(told[0, 11:14], [0, 2 / 3, 1 / 3], rtol=1e-6)
    assert told[0, 14:].tolist() == flags
    assert not told[0, :11].any()
