"""How chords sound on their roots: qualities and basses, and what makes a chord rich."""

import pytest

from shinko.theory import QUALITIES, Key, RomanChord, parse_hooktheory, parse_roman
from shinko.theory.colour import (
    Colour,
    colour_of,
    coloured,
    is_rich,
    is_seventh,
    third_of,
    triad_of,
)

C = Key.parse("C")


@pytest.mark.parametrize(
    ("chord", "quality", "bass"),
    [("IV", "", 0), ("V65", "7", 4), ("IV/5", "", 2), ("iiø7", "ø7", 0), ("I64", "", 7)],
)
def test_a_colour_is_what_stands_on_the_root(chord, quality, bass):
    assert colour_of(parse_roman(chord)) == Colour(quality, bass)


def test_a_seventh_in_the_bass_alone_is_one_of_the_chord():
    assert Colour("", 10).whole == Colour("7", 10)
    assert Colour("m", 10).whole == Colour("m7", 10)
    assert Colour("", 2).whole == Colour("", 2)
    assert colour_of(RomanChord(1, slash=7, slash_alteration=-1)) == Colour("7", 10)


@pytest.mark.parametrize(
    ("token", "colour", "name"),
    [
        ("4", Colour("add9"), "Fadd9"),
        ("4", Colour("", 2), "F/G"),
        ("57/5", Colour("9sus4"), "D9sus4"),
        ("16", Colour("6", 4), "C6/E"),
        ("b7", Colour("maj9", 4), "B♭maj9/D"),
        ("b6", Colour("", 10), "A♭/G♭"),
        ("5/3", Colour("", 1), "B/C"),
        ("77/6", Colour("°7", 9), "G♯°7/F"),
    ],
)
def test_a_chord_is_coloured_on_its_root(token, colour, name):
    assert coloured(parse_hooktheory(token), colour).name(C) == name


def test_a_chord_that_sounds_so_stays_the_chord():
    chord = parse_hooktheory("57/5")
    assert coloured(chord, Colour("7")) is chord


@pytest.mark.parametrize("token", ["1", "57/5", "b7", "Y2", "77/2", "L77", "C5"])
def test_every_quality_stands_over_every_bass(token):
    chord = parse_hooktheory(token)
    root = chord.root(C).pitch_class
    for quality in QUALITIES:
        for bass in range(12):
            found = coloured(chord, Colour(quality, bass))
            assert found.root(C).pitch_class == root
            assert (found.bass(C) - root) % 12 == bass
            assert found.quality == quality or bass == colour_of(chord).bass


def test_triads_are_told_by_third_and_fifth():
    assert [triad_of(each) for each in ("7", "m9", "ø7", "°7", "+7", "sus4", "7♭5")] == [
        "",
        "m",
        "°",
        "°",
        "+",
        "",
        "",
    ]
    assert [third_of(each) for each in ("13", "m6", "sus2", "5")] == ["3", "♭3", "", ""]


def test_sevenths_have_four_notes():
    found = {quality for quality in QUALITIES if is_seventh(quality)}
    assert {"7", "maj7", "m7", "mMaj7", "ø7", "°7", "7sus4"} <= found
    assert not found & {"", "6", "add9", "9", "13", "sus4"}


def test_rich_chords_have_more_than_a_seventh():
    found = {quality for quality in QUALITIES if is_rich(quality)}
    assert {"6", "9", "add9", "sus4", "7sus4", "m11", "13", "7♯9", "+7", "7♭5"} <= found
    assert not found & {"", "m", "+", "°", "5", "7", "maj7", "m7", "ø7", "°7"}
