"""Chord symbols with German names."""

import pytest

from shinko.theory import ChordError, Key, parse_chord_name, roman_from_name
from shinko.theory.german import english_chord

READ = {
    "H": "B",
    "B": "B♭",
    "Bb": "B♭",
    "B7": "B♭7",
    "H7/Dis": "B7/D♯",
    "Es": "E♭",
    "As7": "A♭7",
    "Asus4": "Asus4",
    "Assus4": "A♭sus4",
    "Fism7": "F♯m7",
    "F#m7": "F♯m7",
    "Cisis": "C𝄪",
    # A small letter is minor, unless the rest tells the third.
    "fis": "F♯m",
    "h7": "Bm7",
    "am": "Am",
    "cisdim": "C♯°",
    "dsus4": "Dsus4",
    "h7b5": "Bø7",
}


@pytest.mark.parametrize(("text", "name"), READ.items())
def test_german_chords_are_read_where_the_key_is_told_in_german(text, name):
    key = Key.parse("h moll")
    assert roman_from_name(text, key).name(key) == name


@pytest.mark.parametrize("text", ["H7", "Es", "fis"])
def test_german_chords_are_refused_in_another_key(text):
    with pytest.raises(ChordError, match="chord"):
        roman_from_name(text, Key.parse("B minor"))


def test_a_b_is_english_in_an_english_key():
    key = Key.parse("B minor")
    assert key == Key.parse("h moll")
    assert roman_from_name("B7", key).name(key) == "B7"


@pytest.mark.parametrize("text", ["i", "V7", "57/5", "♭VI"])
def test_numerals_and_ids_are_the_same_in_a_german_key(text):
    german, english = Key.parse("h moll"), Key.parse("B minor")
    assert roman_from_name(text, german) == roman_from_name(text, english)


@pytest.mark.parametrize("text", ["", "x", "Xes", "7", "Cs"])
def test_what_is_no_german_name_stays(text):
    assert english_chord(text) == text
    with pytest.raises(ChordError, match="chord"):
        parse_chord_name(english_chord(text))
