"""Six-fours: what they are, and where they sound right."""

import pytest

from shinko.theory import Key, parse_roman
from shinko.theory.colour import Colour
from shinko.theory.six_four import is_six_four, six_four_kind

C, A_MINOR = Key.parse("C"), Key.parse("A minor")


@pytest.mark.parametrize(
    "colour", [Colour("", 7), Colour("m", 7), Colour("add9", 7), Colour("madd11", 7)]
)
def test_a_triad_over_its_fifth_is_a_six_four(colour):
    assert is_six_four(colour)


@pytest.mark.parametrize(
    "colour",
    [Colour(""), Colour("", 4), Colour("7", 7), Colour("6", 7), Colour("sus4", 7), Colour("°", 6)],
)
def test_other_chords_are_none(colour):
    assert not is_six_four(colour)


@pytest.mark.parametrize(
    ("before", "chord", "after", "kind"),
    [
        ("IV", "I64", "V", "cadential"),
        ("IV", "I64", "V7", "cadential"),
        (None, "I64", "V", "cadential"),
        ("IV", "I64", "v", None),  # a minor chord is no dominant
        ("IV", "I64", "V6", None),
        ("IV6", "V64", "I6", None),  # D after A, to E
        ("I", "V64", "I6", "passing"),
        ("I6", "V64", "I", "passing"),
        ("IV", "I64", "ii6", "passing"),  # G lies between F and F
        ("I", "IV64", "I", "pedal"),
        ("I", "IV64", None, "pedal"),
        ("I", "IV64", "V", "pedal"),
        ("V", "IV64", "I6", None),
        (None, "IV64", "I6", None),
        ("IV", "I64", None, None),
        ("I", "I64", "I6", None),  # an arpeggio
    ],
)
def test_what_surrounds_a_six_four_tells_what_it_does(before, chord, after, kind):
    read = [each and parse_roman(each) for each in (before, chord, after)]
    assert six_four_kind(*read, C) == kind


def test_minor_keys_have_them_too():
    chords = map(parse_roman, ("iv", "i64", "V"))
    assert six_four_kind(*chords, A_MINOR) == "cadential"
