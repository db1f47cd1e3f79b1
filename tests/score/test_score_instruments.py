"""Instruments by the names that people use."""

import pytest

from shinko.score.instruments import _EVERYDAY, INSTRUMENTS, program_of


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("piano", 0),
        ("Guitar", 25),
        ("bass", 33),
        ("double  bass", 32),
        ("strings", 48),
        ("sax", 65),
    ],
)
def test_an_everyday_name_is_the_usual_instrument(name, program):
    assert program_of(name) == program


def test_everyday_names_are_no_instruments_of_their_own_and_lead_to_one():
    assert not _EVERYDAY.keys() & set(INSTRUMENTS)
    assert set(_EVERYDAY.values()) <= set(INSTRUMENTS)
