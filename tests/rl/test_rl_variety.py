"""Variety: what the names on the dial come to in effective chords, and at what temperature."""

import numpy as np
import pytest
from test_rl_returning import DIAL

from shinko.errors import ShinkoError
from shinko.rl.variety import Variety, dial_temperature, most_effective, variety_of
from shinko.tables import compile_table

REAL_SONGS = Variety(least=3.0, real=8.0)


@pytest.mark.parametrize(
    ("text", "effective"), [("familiar", 4.0), ("real", 8.0), ("adventurous", 16.0), ("6.5", 6.5)]
)
def test_names_are_multiples_of_what_real_songs_have(text, effective):
    assert REAL_SONGS.wanted(text, most=40.0) == effective


def test_a_name_stays_within_what_there_is():
    assert REAL_SONGS.wanted("adventurous", most=10.0) == 10.0
    assert Variety(least=5.0, real=8.0).wanted("familiar", most=10.0) == 5.0


@pytest.mark.parametrize("text", ["2.9", "10.1", "nan", "inf"])
def test_a_number_out_of_range_is_told_with_the_range(text):
    with pytest.raises(ShinkoError, match=f"`variety` '{text}': expected 3.0 to 9.9 .* have 8.0"):
        REAL_SONGS.wanted(text, most=10.0)


def test_what_is_neither_a_name_nor_a_number_is_told():
    with pytest.raises(ShinkoError, match="`variety` 'wild': expected familiar, real, adventurous"):
        REAL_SONGS.wanted("wild", most=10.0)


def test_a_table_is_as_varied_as_its_own_chain(table_of):
    even = compile_table(table_of({(): dict.fromkeys(range(8), 0.125)}, "12345678"))
    # The usual limit of chord progressions is 3; a table of two chords gets three quarters of them.
    assert variety_of(even).real == pytest.approx(8.0)
    assert variety_of(even).least == 3.0
    assert most_effective(even) == pytest.approx(6.4)
    two = variety_of(compile_table(table_of({(): {0: 0.5, 1: 0.5}}, "15")))
    assert (two.real, two.least) == pytest.approx((2.0, 1.5))


def test_between_two_temperatures_logarithms_are_interpolated():
    # 2 lies half way from 1 to 4 in logarithms, and 1.0 at temperature ½ is e^(log ½).
    assert dial_temperature(DIAL, "a", "major", "2") == pytest.approx(
        0.5 * 2 ** (np.log(2 / 1.5) / np.log(4 / 1.5))
    )
    assert dial_temperature(DIAL, "a", "major", "real") == 1.0
    # Twice 4 lies between 4 and 9, of which the temperatures are 1 and 2.
    assert dial_temperature(DIAL, "a", "major", "adventurous") == pytest.approx(
        2 ** (np.log(2) / np.log(9 / 4))
    )


def test_a_name_stays_within_what_was_measured_and_a_number_is_told_the_range():
    assert dial_temperature(DIAL, "b", "major", "adventurous") == 2.0
    with pytest.raises(ShinkoError, match=r"`variety` '1\.4': expected 1\.5 to 8\.9"):
        dial_temperature(DIAL, "a", "major", "1.4")
