"""Meters: which have beats of three parts, and how long a felt beat is."""

from fractions import Fraction

import pytest

from shinko.score.meters import felt_beat, is_compound


@pytest.mark.parametrize(
    ("meter", "compound", "quarters"),
    [
        ((4, 4), False, 1),
        ((2, 2), False, 2),
        ((6, 8), True, Fraction(3, 2)),
        ((12, 8), True, Fraction(3, 2)),
        ((6, 16), True, Fraction(3, 4)),
        ((3, 8), False, Fraction(1, 2)),  # one bar of three beats
        ((7, 8), False, Fraction(1, 2)),
        ((6, 4), False, 1),
    ],
)
def test_a_felt_beat_is_dotted_in_compound_meters(meter, compound, quarters):
    assert is_compound(meter) == compound
    assert felt_beat(meter) == quarters
