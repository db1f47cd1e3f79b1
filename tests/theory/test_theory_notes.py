"""Notes and intervals: spelling, pitch classes, what can't be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import Note, NoteNameError, interval_number, interval_semitones, parse_note
from shinko.theory.notes import accidental_text

NOTES = st.builds(Note, st.sampled_from("ABCDEFG"), st.integers(-3, 3))


@pytest.mark.parametrize(
    ("text", "letter", "accidental", "pitch_class"),
    [
        ("C", "C", 0, 0),
        ("F#", "F", 1, 6),
        ("B♭", "B", -1, 10),
        ("Cb", "C", -1, 11),
        ("Ebb", "E", -2, 2),
        ("Fx", "F", 2, 7),
        ("G𝄪", "G", 2, 9),
        ("B𝄫", "B", -2, 9),
        ("E#", "E", 1, 5),
    ],
)
def test_notes_are_read_with_their_accidentals(text, letter, accidental, pitch_class):
    assert parse_note(text) == Note(letter, accidental)
    assert parse_note(text).pitch_class == pitch_class


@pytest.mark.parametrize("text", ["", "H", "c", "C4", "♭B", "C-"])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(NoteNameError, match="letter A to G"):
        parse_note(text)


@given(NOTES)
def test_a_note_is_read_back_from_its_name(note):
    assert parse_note(str(note)) == note


@given(NOTES)
def test_a_note_is_found_again_on_the_line_of_fifths(note):
    assert Note.from_fifths(note.fifths) == note


@pytest.mark.parametrize(
    ("root", "interval", "above"),
    [
        ("C", "♭3", "E♭"),
        ("E", "3", "G♯"),
        ("A♭", "♭3", "C♭"),
        ("G♯", "7", "F𝄪"),
        ("B", "♯5", "F𝄪"),
        ("C", "𝄫7", "B𝄫"),
        ("G♭", "♭2", "A𝄫"),
        ("F", "♯11", "B"),
        ("D", "1", "D"),
    ],
)
def test_an_interval_above_a_root_keeps_its_letter(root, interval, above):
    assert str(parse_note(root).above(interval)) == above


@pytest.mark.parametrize(
    ("interval", "semitones", "number"),
    [
        ("1", 0, 1),
        ("♭3", 3, 3),
        ("4", 5, 4),
        ("♭5", 6, 5),
        ("𝄫7", 9, 7),
        ("8", 12, 8),
        ("♭9", 13, 9),
        ("9", 14, 9),
        ("♯11", 18, 11),
        ("13", 21, 13),
    ],
)
def test_intervals_have_semitones_and_a_number(interval, semitones, number):
    assert interval_semitones(interval) == semitones
    assert interval_number(interval) == number


@pytest.mark.parametrize("interval", ["", "b3", "third", "♭", "0"])
def test_what_is_no_interval_is_refused(interval):
    with pytest.raises(NoteNameError, match="a number with ♭ or ♯"):
        interval_semitones(interval)


@pytest.mark.parametrize(
    ("semitones", "text"),
    [(0, ""), (1, "♯"), (2, "𝄪"), (3, "♯𝄪"), (-1, "♭"), (-2, "𝄫"), (-3, "♭𝄫")],
)
def test_accidentals_are_written_with_double_signs(semitones, text):
    assert accidental_text(semitones) == text
