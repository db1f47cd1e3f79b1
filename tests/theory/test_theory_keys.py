"""Keys: how people write them, signatures, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.theory import Key, KeyNameError, Note

KEYS = st.builds(
    Key,
    st.builds(Note, st.sampled_from("ABCDEFG"), st.integers(-1, 1)),
    st.sampled_from(("major", "minor")),
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("C", "C major"),
        ("c", "C major"),
        ("Am", "A minor"),
        ("am", "A minor"),
        ("A minor", "A minor"),
        ("a-moll", "A minor"),
        ("Bb major", "B♭ major"),
        ("B♭", "B♭ major"),
        ("bb", "B♭ major"),
        ("bbm", "B♭ minor"),
        ("b minor", "B minor"),
        ("f# min", "F♯ minor"),
        ("F# Minor", "F♯ minor"),
        ("C♯m", "C♯ minor"),
        ("CM", "C major"),
        ("Cm", "C minor"),
        ("C maj", "C major"),
        ("E flat minor", "E♭ minor"),
        ("E-flat major", "E♭ major"),
        ("F Sharp Minor", "F♯ minor"),
        ("A:min", "A minor"),
        ("Db:maj", "D♭ major"),
        ("  g   MINOR ", "G minor"),
        ("D aeolian", "D minor"),
        ("F ionian", "F major"),
        ("G min.", "G minor"),
    ],
)
def test_keys_are_read_as_people_write_them(text, name):
    assert str(Key.parse(text)) == name


@given(KEYS)
def test_a_key_is_read_back_from_its_name(key):
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "H minor", "major", "8", "C/G", "Cmaj7", "#F"])
def test_a_key_without_a_letter_a_to_g_is_refused(text):
    with pytest.raises(KeyNameError, match=r"letter A to G.*try 'C', 'Am' or 'F# minor'"):
        Key.parse(text)


@pytest.mark.parametrize("text", ["D dorian", "C foo", "A n"])
def test_a_mode_other_than_major_and_minor_is_refused(text):
    with pytest.raises(KeyNameError, match=r"no mode '.*'; write major or minor"):
        Key.parse(text)


def test_a_wrong_key_is_an_error_of_one_line_for_the_terminal():
    with pytest.raises(ShinkoError, match=r"^key 'H': [^\n]*$"):
        Key.parse("H")


@pytest.mark.parametrize(
    ("name", "fifths"),
    [
        ("C", 0),
        ("Am", 0),
        ("G", 1),
        ("Em", 1),
        ("F", -1),
        ("Dm", -1),
        ("F#", 6),
        ("Gb", -6),
        ("C#", 7),
        ("Cb", -7),
        ("Abm", -7),
        ("A#m", 7),
        ("C#m", 4),
        ("G#", 8),
    ],
)
def test_the_signature_counts_sharps_up_and_flats_down(name, fifths):
    assert Key.parse(name).fifths == fifths


@pytest.mark.parametrize(
    ("name", "relative"),
    [("Am", "C major"), ("F#m", "A major"), ("Abm", "C♭ major"), ("D", "D major")],
)
def test_the_relative_major_has_the_same_signature(name, relative):
    assert str(Key.parse(name).relative_major) == relative


@pytest.mark.parametrize(
    ("name", "usual", "midi"),
    [
        ("C", "C major", "C"),
        ("Bbm", "B♭ minor", "Bbm"),
        ("F#m", "F♯ minor", "F#m"),
        ("G#", "A♭ major", "Ab"),
        ("D# major", "E♭ major", "Eb"),
        ("Db minor", "C♯ minor", "C#m"),
        ("Fb", "E major", "E"),
        ("B# minor", "C minor", "Cm"),
    ],
)
def test_a_key_beyond_seven_accidentals_has_a_usual_twin(name, usual, midi):
    assert str(Key.parse(name).usual) == usual
    assert Key.parse(name).midi_name == midi


@given(KEYS)
def test_the_usual_key_sounds_the_same_within_seven_accidentals(key):
    assert key.usual.tonic_pitch_class == key.tonic_pitch_class
    assert abs(key.usual.fifths) <= 7


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("C", "C D E F G A B"),
        ("Am", "A B C D E F G"),
        ("Eb", "E♭ F G A♭ B♭ C D"),
        ("Abm", "A♭ B♭ C♭ D♭ E♭ F♭ G♭"),
        ("F#", "F♯ G♯ A♯ B C♯ D♯ E♯"),
    ],
)
def test_the_scale_of_a_key_is_spelled(name, notes):
    assert Key.parse(name).note_names == tuple(notes.split())
