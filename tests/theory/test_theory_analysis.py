"""From what a person types to a chord of a key."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.tables import load_table
from shinko.theory import (
    QUALITIES,
    ChordError,
    ChordName,
    ChordSymbolError,
    Key,
    Note,
    parse_chord_name,
    parse_hooktheory,
    parse_roman,
    parse_token,
    roman_from_name,
)
from shinko.theory.keys import MODES

C, A_MINOR = Key.parse("C"), Key.parse("A minor")
KEYS = [
    Key(Note(letter, accidental), mode)
    for letter, accidental, mode in product("ABCDEFG", (-1, 0, 1), MODES)
]
NOTES = st.builds(Note, st.sampled_from("ABCDEFG"), st.integers(-1, 1))


@pytest.mark.parametrize("text", ["Am", "i", "6", "Amin", " Am "])
def test_symbol_numeral_and_id_of_one_chord_are_equal(text):
    chord = roman_from_name(text, A_MINOR)
    assert chord == parse_hooktheory("6")
    assert chord.token == chord.token_in(A_MINOR) == "6"
    assert chord.roman(A_MINOR) == "i"


@pytest.mark.parametrize(
    ("name", "key", "shown", "token"),
    [
        ("C", "C", "I", "1"),
        ("Dm7", "C", "ii7", "27"),
        ("G/B", "C", "V6", "56"),
        ("E7", "C", "V7/vi", "57/6"),
        ("D7", "C", "V7/V", "57/5"),
        ("D7/F#", "C", "V65/V", "565/5"),
        ("F#m7b5", "C", "viiø7/V", "77/5"),
        ("G#dim7", "C", "vii°7/vi", "vii°7/vi"),
        ("E7b9", "C", "V7♭9/vi", "V7♭9/vi"),
        ("B7b9", "C", "V7♭9/iii", "V7♭9/iii"),
        ("D#m", "C", "♭iii", "C3"),
        ("G#m", "C", "♭vi", "♭vi"),
        ("Bb", "C", "♭VII", "b7"),
        ("A#", "C", "♭VII", "b7"),
        ("Fm", "C", "iv", "b4"),
        ("F7", "C", "IV7", "D47"),
        ("F/G", "C", "IV/5", "IV/5"),
        ("G7sus4", "C", "V7sus4", "V7sus4"),
        ("C#dim7", "C", "vii°7/ii", "vii°7/ii"),
        ("Dbmaj7", "C", "♭IImaj7", "C27"),
        ("E7", "Am", "V7", "57/6"),
        ("G#dim7", "Am", "vii°7", "vii°7/vi"),
        ("G", "Am", "♭VII", "5"),
        ("Bm7b5", "Am", "iiø7", "77"),
        ("B7", "Am", "V7/V", "57/3"),
        ("D", "Am", "IV", "5/5"),
        ("Bb/D", "Am", "♭II6", "b76"),
        ("F/G", "Am", "♭VI/♭7", "IV/5"),
        ("E7sus4", "Am", "V7sus4", "III7sus4"),
        ("Dm", "D dorian", "i", "2"),
        ("G", "D dorian", "IV", "5"),
        ("A7", "D dorian", "V7", "57/2"),
        ("C#dim7", "D dorian", "vii°7", "vii°7/ii"),
        ("G", "G mixolydian", "I", "5"),
        ("F", "G mixolydian", "♭VII", "4"),
        ("D7b9", "G mixolydian", "V7♭9", "V7♭9/V"),
        ("Em", "E phrygian", "i", "3"),
        ("F", "E phrygian", "♭II", "4"),
        ("F#m7b5", "E phrygian", "viiø7/♭III", "77/5"),
        ("F", "F lydian", "I", "4"),
        ("G7", "F lydian", "II7", "57"),
        ("Edim7", "F lydian", "vii°7", "iii°7"),
        ("Bm7b5", "F lydian", "♯ivø7", "77"),
    ],
)
def test_a_chord_symbol_becomes_the_numeral_that_the_key_shows(name, key, shown, token):
    chord = roman_from_name(name, Key.parse(key))
    assert chord.roman(Key.parse(key)) == shown
    assert chord.token == token


@pytest.mark.parametrize(
    ("text", "key", "shown"),
    [
        ("II7", "C", "II7"),
        ("V7/V", "C", "V7/V"),
        ("I7", "C", "I7"),
        ("V7/iv", "C", "V7/iv"),
        ("V7/V", "Am", "V7/V"),
        ("IV7", "Am", "IV7"),
        ("I", "Am", "I"),
        ("bVI", "Am", "♭VI"),
        ("vii°7", "Am", "vii°7"),
        ("iv/5", "Am", "iv/5"),
        ("IV/7", "Am", "IV/7"),
        ("V7/v", "D dorian", "V7/v"),
        ("i/2", "D dorian", "i/2"),
        ("bVII7", "G mixolydian", "♭VII7"),
        ("bII", "E phrygian", "♭II"),
        ("#ivo", "F lydian", "♯iv°"),
    ],
)
def test_a_numeral_is_shown_again_as_it_was_typed(text, key, shown):
    assert roman_from_name(text, Key.parse(key)).roman(Key.parse(key)) == shown


# What a chord of `pop` is called in a key, and back: the tokens that come with the package.
POP = [parse_token(token) for token in load_table("pop").vocabulary]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_numerals_of_the_pop_table_are_read_back_as_their_tokens_in_every_mode(key):
    for chord in POP:
        shown = chord.roman(key)
        back = roman_from_name(shown, key)
        assert back.token == chord.token
        assert back.roman(key) == shown


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_names_of_the_pop_table_are_read_back_in_every_mode(key):
    for chord in POP:
        back = roman_from_name(chord.name(key), key)
        assert back.pitch_classes(key) == chord.pitch_classes(key)
        assert back.bass(key) == chord.bass(key)


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_chords_of_the_scale_are_spelled_in_the_signature(key):
    for chord in map(parse_hooktheory, ("1", "2", "3", "4", "5", "6", "7", "57", "77")):
        assert set(chord.note_names(key)) <= set(key.note_names)


def test_what_can_be_a_symbol_and_an_id_is_a_symbol():
    assert roman_from_name("C7", C).name(C) == "C7"
    assert roman_from_name("D6", C).name(C) == "D6"
    assert roman_from_name("D47", C) == parse_hooktheory("D47")
    assert roman_from_name("b7", C) == parse_hooktheory("b7")


@given(NOTES, st.sampled_from(sorted(QUALITIES)), st.none() | NOTES, st.sampled_from(KEYS))
def test_a_chord_symbol_sounds_the_same_after_a_round_through_a_key(root, quality, bass, key):
    name = ChordName(root, quality, bass)
    chord = roman_from_name(name, key)
    back = parse_chord_name(chord.name(key))
    assert back.quality == quality
    assert back.root.pitch_class == root.pitch_class
    assert back.bass_note.pitch_class == name.bass_note.pitch_class
    if chord.symbol_root(key) == chord.root(key) and chord.symbol_bass(key) == chord.bass_note(key):
        assert roman_from_name(back, key) == chord


@pytest.mark.parametrize(
    ("numeral", "key", "name"),
    [
        ("bVI7", "Db", "A7"),
        ("bVI7", "Eb", "C♭7"),
        ("bVI65", "Db", "A7/C♯"),
        ("bII", "Abm", "A"),
        ("#iio7", "C#", "E°7"),
        ("iii", "C#", "E♯m"),
        ("V/iii", "C#", "B♯"),
        ("I6", "Gb", "G♭/B♭"),
    ],
)
def test_chord_symbols_have_one_flat_or_sharp_at_most(numeral, key, name):
    assert parse_roman(numeral).name(Key.parse(key)) == name


@given(NOTES, st.sampled_from(sorted(QUALITIES)), st.sampled_from(KEYS))
def test_a_chord_symbol_is_read_back_from_its_token(root, quality, key):
    chord = roman_from_name(ChordName(root, quality), key)
    assert parse_token(chord.token).pitch_classes(key) == chord.pitch_classes(key)


@pytest.mark.parametrize("text", ["H7", "foo", "", "am", "?", "8"])
def test_what_is_none_of_the_three_is_refused_with_one_example_each(text):
    with pytest.raises(ChordError, match=r"letter A to G \('Am7'\).*'bVII'.*'57/5'"):
        roman_from_name(text, C)


def test_an_unknown_quality_is_told_as_such():
    with pytest.raises(ChordSymbolError, match="no quality 'foo'"):
        roman_from_name("Cfoo", C)


def test_a_chord_symbol_stays_as_it_is_spelled_in_its_key():
    key = Key.parse("C")
    names = ["C", "C♯7", "F♯m", "B7", "E♯m/B♯", "D♭maj7/G♯"]
    assert [roman_from_name(name, key).name(key) for name in names] == names
    assert roman_from_name("C#7", key).symbol_root(key) == Note("C", 1)
    flat = Key.parse("Eb")
    names = ["E+", "F♯m11", "B13"]
    assert [roman_from_name(name, flat).name(flat) for name in names] == names


def test_a_chord_symbol_is_spelled_by_the_key_where_it_is_transposed_or_nobody_wrote_it():
    key = Key.parse("C")
    chord = roman_from_name("C#7", key)
    assert chord.name(Key.parse("E")) == "F7"
    assert chord.name(Key.parse("B")) == "C7"
    assert roman_from_name("C#7", key, keep_spelling=False).name(key) == "D♭7"
    # Another chord than the one that was written.
    assert replace(chord, degree=3, alteration=-1).name(key) == "E♭7"


def test_a_chord_symbol_keeps_its_spelling_in_both_frames():
    key = Key.parse("A minor")
    chord = roman_from_name("A♭7", key)
    assert chord.name(key) == "A♭7"
    assert chord.in_tonic_frame(key).name(key) == "A♭7"
    assert chord.in_relative_frame(key).name(key) == "A♭7"
    assert chord == roman_from_name("G♯7", key)
