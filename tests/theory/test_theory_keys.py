"""Keys: how people write them, signatures, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.theory import Key, KeyNameError, Note
from shinko.theory.keys import MODES, scale_fifths

KEYS = st.builds(
    Key,
    st.builds(Note, st.sampled_from("ABCDEFG"), st.integers(-1, 1)),
    st.sampled_from(list(MODES)),
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
        ("D dorian", "D dorian"),
        ("Ddor", "D dorian"),
        ("d Dorisch", "D dorian"),
        ("G mixolydian", "G mixolydian"),
        ("G mixo", "G mixolydian"),
        ("Bb mix", "B♭ mixolydian"),
        ("E Phr", "E phrygian"),
        ("F# phrygian", "F♯ phrygian"),
        ("E flat lydian", "E♭ lydian"),
        ("Flyd", "F lydian"),
        ("F:lydian", "F lydian"),
        ("A aeo", "A minor"),
        ("C ion", "C major"),
        # In German H is B and B is B♭; a small letter is minor.
        *(("H", "B major"), ("h-moll", "B minor"), ("fis moll", "F♯ minor"), ("fis", "F♯ minor")),
        *(
            ("Es", "E♭ major"),
            ("As-Dur", "A♭ major"),
            ("B-Dur", "B♭ major"),
            ("b moll", "B♭ minor"),
        ),
        *(("Cis dorisch", "C♯ dorian"), ("B", "B major"), ("b", "B major"), ("a", "A major")),
    ],
)
def test_keys_are_read_as_people_write_them(text, name):
    assert str(Key.parse(text)) == name


@given(KEYS)
def test_a_key_is_read_back_from_its_name(key):
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "X minor", "major", "8", "C/G", "Cmaj7", "#F"])
def test_a_key_without_a_letter_a_to_g_is_refused(text):
    with pytest.raises(KeyNameError, match=r"letter A to G.*try 'C', 'F# minor' or 'D dorian'"):
        Key.parse(text)


@pytest.mark.parametrize(
    ("text", "mode"),
    [("B locrian", "locrian"), ("C foo", "foo"), ("A n", "n"), ("D DORIA", "DORIA")],
)
def test_an_unknown_mode_is_refused_with_those_that_are_known(text, mode):
    known = "known: major, minor, dorian, phrygian, lydian, mixolydian; as in"
    with pytest.raises(KeyNameError, match=f"^key '{text}': no mode '{mode}'; {known} [^\n]*$"):
        Key.parse(text)


def test_no_word_means_two_modes():
    words = [word for mode, row in MODES.items() for word in (mode, *row.words)]
    assert len(words) == len(set(words))
    assert all(word == word.casefold() for word in words if len(word) > 1)


@given(KEYS)
def test_every_word_of_a_mode_makes_its_key(key):
    for word in MODES[key.mode].words:
        german = word in ("dur", "moll") or word.endswith("isch")
        if not (german and key.tonic == Note("B")):  # which is B♭ there
            assert Key.parse(f"{key.tonic} {word}") == key


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_has_the_notes_of_its_major_scale_and_the_third_it_says(mode):
    scale = scale_fifths(mode)
    assert {place + MODES[mode].fifths for place in scale} == set(scale_fifths("major"))
    assert (-3 in scale) == MODES[mode].minor_third
    assert (4 in scale) == (not MODES[mode].minor_third)
    assert {0, 1} <= set(scale)  # a tonic, and a stable chord on it: locrian has no fifth


@given(KEYS)
def test_the_scale_is_the_one_of_the_relative_major_from_the_tonic_up(key):
    major = key.relative_major.note_names
    start = major.index(str(key.tonic))
    assert key.note_names == major[start:] + major[:start]


@given(KEYS)
def test_the_major_or_minor_of_a_key_keeps_signature_and_third(key):
    plain = key.major_or_minor
    assert plain.mode == ("minor" if key.has_minor_third else "major")
    assert plain.fifths == key.fifths


@given(st.integers(-7, 7), st.sampled_from(list(MODES)))
def test_a_key_is_found_by_signature_and_mode(fifths, mode):
    key = Key.of_signature(fifths, mode)
    assert (key.fifths, key.mode) == (fifths, mode)


@pytest.mark.parametrize(
    ("name", "minor_third", "minor"),
    [
        ("Am", True, True),
        ("D dorian", True, False),
        ("E phrygian", True, False),
        ("C", False, False),
        ("F lydian", False, False),
        ("G mixolydian", False, False),
    ],
)
def test_a_minor_third_is_not_yet_minor(name, minor_third, minor):
    assert (Key.parse(name).has_minor_third, Key.parse(name).is_minor) == (minor_third, minor)


def test_a_wrong_key_is_an_error_of_one_line_for_the_terminal():
    with pytest.raises(ShinkoError, match=r"^key 'X': [^\n]*$"):
        Key.parse("X")


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
        ("D dorian", 0),
        ("E phrygian", 0),
        ("F lydian", 0),
        ("G mixolydian", 0),
        ("A dorian", 1),
        ("C mixolydian", -1),
        ("C phrygian", -4),
        ("Eb lydian", -2),
    ],
)
def test_the_signature_counts_sharps_up_and_flats_down(name, fifths):
    assert Key.parse(name).fifths == fifths


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("Am", "C major"),
        ("F#m", "A major"),
        ("Abm", "C♭ major"),
        ("D", "D major"),
        ("E dorian", "D major"),
        ("Eb lydian", "B♭ major"),
    ],
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
        ("D dorian", "D dorian", "Am"),
        ("E phrygian", "E phrygian", "Am"),
        ("F lydian", "F lydian", "C"),
        ("D mixolydian", "D mixolydian", "G"),
        ("G# dorian", "G♯ dorian", "D#m"),
        ("D# mixolydian", "E♭ mixolydian", "Ab"),
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
        ("D dorian", "D E F G A B C"),
        ("E phrygian", "E F G A B C D"),
        ("Bb lydian", "B♭ C D E F G A"),
        ("A mixolydian", "A B C♯ D E F♯ G"),
    ],
)
def test_the_scale_of_a_key_is_spelled(name, notes):
    assert Key.parse(name).note_names == tuple(notes.split())


@pytest.mark.parametrize(
    ("key", "semitones", "moved"),
    [
        ("C", 2, "D major"),
        ("C", 1, "D♭ major"),
        ("B", 1, "C major"),
        ("C", 6, "G♭ major"),
        ("E minor", -3, "C♯ minor"),
        ("D dorian", 12, "D dorian"),
    ],
)
def test_a_key_is_moved_by_semitones(key, semitones, moved):
    assert str(Key.parse(key).moved(semitones)) == moved
