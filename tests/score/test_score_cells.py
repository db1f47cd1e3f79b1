"""How chords share a bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.cells import cell_beats


@pytest.mark.parametrize(
    ("count", "meter", "beats"),
    [
        (1, (4, 4), [4]),
        (2, (4, 4), [2, 2]),
        (3, (4, 4), [2, 1, 1]),
        (4, (4, 4), [1, 1, 1, 1]),
        (5, (4, 4), [1, 1, 1, 0.5, 0.5]),
        (2, (3, 4), [2, 1]),
        (3, (3, 4), [1, 1, 1]),
        (2, (5, 4), [3, 2]),
        (2, (6, 8), [1.5, 1.5]),
        (3, (6, 8), [1, 1, 1]),
        (4, (6, 8), [1, 1, 0.5, 0.5]),
        (2, (7, 8), [2, 1.5]),
        (2, (2, 2), [2, 2]),
        (3, (2, 2), [2, 1, 1]),
        (4, (12, 8), [1.5, 1.5, 1.5, 1.5]),
    ],
)
def test_chords_share_a_bar_in_whole_beats_the_first_ones_longer(count, meter, beats):
    assert cell_beats(count, meter) == beats


@given(st.integers(1, 300), st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32]))
def test_shares_fill_the_bar_and_differ_by_a_unit_at_most(count, numerator, denominator):
    shares = cell_beats(count, (numerator, denominator))
    assert len(shares) == count
    assert sum(shares) * denominator == 4 * numerator
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] > 0
