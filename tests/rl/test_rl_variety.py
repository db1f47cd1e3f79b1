"""Variety: what the names on the dial come to in effective chords, and at what temperature."""

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.rl.described import Dial
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


DIAL = Dial(
    styles=("a", "b"),
    knots=(1.0, 4.0),
    floor=0.001,
    length=16,
    temperatures=(1.0, 4.0, 16.0),
    effective=((2.0, 8.0, 9.0), (4.0, 8.0, 32.0)),
    real=(4.0, 8.0),
    least=(3.0, 3.0),
)


def test_between_two_temperatures_logarithms_are_interpolated():
    # 4 lies half way from 2 to 8, as 2 does from 1 to 4; 16 half way from 8 to 32, 8 from 4 to 16.
    assert dial_temperature(DIAL, 0, "4") == pytest.approx(2.0)
    assert dial_temperature(DIAL, 0, "real") == pytest.approx(2.0)
    assert dial_temperature(DIAL, 1, "adventurous") == pytest.approx(8.0)


def test_a_dial_offers_what_it_was_measured_on_and_calls_diverse():
    assert dial_temperature(DIAL, 0, "familiar") == pytest.approx(4 ** (np.log2(1.5) / 2))
    assert dial_temperature(DIAL, 1, "familiar") == pytest.approx(1.0)
    for place, text, least, most in ((0, "2.5", "3.0", "8.9"), (1, "3.5", "4.0", "31.9")):
        with pytest.raises(ShinkoError, match=f"`variety` '{text}': expected {least} to {most}"):
            dial_temperature(DIAL, place, text)
