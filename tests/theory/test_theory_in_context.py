"""Numerals in context: I7 is the tonic of a blues, V7/IV what leads to IV as its dominant."""

import pytest

from shinko.score.progression import Progression
from shinko.theory import Key, parse_token, roman_from_name
from shinko.theory.in_context import numerals_in


def shown(text, key="C"):
    return " ".join(
        numerals_in([roman_from_name(one, Key.parse(key)) for one in text.split()], Key.parse(key))
    )


@pytest.mark.parametrize(
    ("names", "numerals"),
    [
        # It leads to IV: in a song that rests on I.
        ("C C7 F G7", "I V7/IV IV V7"),
        ("C C7 C7 F", "I V7/IV V7/IV IV"),
        ("Cmaj7 C7 Fmaj7", "Imaj7 V7/IV IVmaj7"),
        ("C C7/E F", "I V65/IV IV"),
        ("C C7 Fm C", "I V7/IV iv I"),
        # A blues: IV has a seventh of its own, or all that stands on the tonic is I7.
        ("C7 F7 C7 G7", "I7 IV7 I7 V7"),
        ("C C7 F7 C", "I I7 IV7 I"),
        ("C7 F C7 G", "I7 IV I7 V"),
        # It goes elsewhere, or ends.
        ("C C7 A7 D7", "I I7 V7/ii V7/V"),
        ("C F C7", "I IV I7"),
        ("C C7/E A7", "I I65 V7/ii"),
    ],
)
def test_a_seventh_on_the_tonic_is_what_it_does(names, numerals):
    assert shown(names) == numerals


def test_in_minor_it_leads_to_iv():
    assert shown("Am A7 Dm", "A minor") == "i V7/iv iv"
    assert shown("Am E7 A7", "A minor") == "i V7 I7"


def test_what_was_typed_as_i7_stays_so():
    assert shown("I I7 IV") == "I I7 IV"


def test_no_chords_have_no_numerals():
    assert numerals_in([], Key.parse("C")) == ()


def test_a_progression_shows_them_and_comes_back_from_json():
    key = Key.parse("C")
    chords = tuple(map(parse_token, ("57/4", "D47", "57/4", "57")))
    blues = Progression(chords, key, (4.0,) * 4)
    told = blues.to_dict()
    assert [chord["roman"] for chord in told["chords"]] == ["I7", "IV7", "I7", "V7"]
    assert told["chords"][0]["token"] == "57/4"
    assert Progression.from_dict(told) == blues
    assert Progression.from_dict(told).roman_numerals == blues.roman_numerals
    for chord in told["chords"]:
        del chord["token"], chord["name"]
    assert Progression.from_dict(told).roman_numerals == blues.roman_numerals
