"""RomanChord: notes in a key, and the two frames of a minor or modal key."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import (
    QUALITIES,
    ChordError,
    Key,
    RomanChord,
    parse_hooktheory,
    parse_roman,
    parse_token,
    roman_from_name,
)
from shinko.theory.degrees import ChordParts
from shinko.theory.keys import MODES
from shinko.theory.numerals import read_roman, write_roman

C, A_MINOR = Key.parse("C"), Key.parse("A minor")
TONICS = [letter + sign for letter, sign in product("ABCDEFG", ("", "b", "#"))]
OTHER_KEYS = [Key.parse(f"{tonic} {mode}") for tonic, mode in product(TONICS, list(MODES)[1:])]
FIGURES = ("", "6", "64", "7", "65", "43", "42")
IDS = [
    *(f"{d}{f}" for d, f in product("1234567", FIGURES)),
    *(f"{d}{f}/{x}" for d, f, x in product("1234567", FIGURES, "234567")),
    *(f"{m}{d}{f}" for m, d, f in product("bDYLMC", "1234567", FIGURES)),
]


@pytest.mark.parametrize(
    ("numeral", "key", "notes"),
    [
        ("V/vi", "C", "E G♯ B"),
        ("V7/V", "Gb", "A♭ C E♭ G♭"),
        ("V/iii", "C#", "B♯ D𝄪 F𝄪"),
        ("vii°7", "C#m", "B♯ D♯ F♯ A"),
        ("vii°7/V", "G#m", "C𝄪 E♯ G♯ B"),
        ("bVI", "Gb", "E𝄫 G♭ B𝄫"),
        ("i", "Abm", "A♭ C♭ E♭"),
        ("iv", "Abm", "D♭ F♭ A♭"),
        ("bII", "Abm", "B𝄫 D♭ F♭"),
        ("V7", "Abm", "E♭ G B♭ D♭"),
        ("I+", "E", "E G♯ B♯"),
        ("vii°7", "C", "B D F A♭"),
        ("V7#9", "C", "G B D F A♯"),
        ("IVadd6", "F", "B♭ D F G"),
        ("V7/bVI", "C", "E♭ G B♭ D♭"),
    ],
)
def test_notes_are_spelled_as_the_key_demands(numeral, key, notes):
    assert parse_roman(numeral).note_names(Key.parse(key)) == tuple(notes.split())


@pytest.mark.parametrize(
    ("numeral", "key", "name", "bass"),
    [
        ("vi7", "C", "Am7", 9),
        ("viiø7", "G", "F♯ø7", 6),
        ("V6", "C", "G/B", 11),
        ("V65/V", "C", "D7/F♯", 6),
        ("Imaj7", "Bb", "B♭maj7", 10),
        ("IV/5", "C", "F/G", 7),
        ("i", "F#m", "F♯m", 6),
        ("vii°7", "Am", "G♯°7", 8),
        ("V+7", "F", "C+7", 0),
        ("I6/9", "C", "C6/9", 0),
        ("bVII7sus4", "C", "B♭7sus4", 10),
        ("imaj7", "Dm", "DmMaj7", 2),
    ],
)
def test_a_chord_has_a_name_and_a_bass_in_a_key(numeral, key, name, bass):
    chord = parse_roman(numeral)
    assert chord.name(Key.parse(key)) == name
    assert chord.bass(Key.parse(key)) == bass


def test_pitch_classes_go_from_the_root_up_whatever_the_inversion():
    assert parse_roman("V65").pitch_classes(C) == (7, 11, 2, 5)
    assert parse_roman("V").pitch_classes(A_MINOR) == (4, 8, 11)


def test_a_bass_outside_the_chord_is_not_one_of_its_pitch_classes():
    assert parse_roman("IV/5").pitch_classes(C) == (5, 9, 0)
    assert parse_roman("IV/5").bass(C) == 7


def test_intervals_stand_beside_the_pitch_classes():
    chord = parse_roman("V7")
    assert dict(zip(chord.intervals, chord.pitch_classes(C), strict=True)) == {
        "1": 7,
        "3": 11,
        "5": 2,
        "♭7": 5,
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6", "i"),
        ("67", "i7"),
        ("1", "♭III"),
        ("17", "♭IIImaj7"),
        ("4", "♭VI"),
        ("5", "♭VII"),
        ("57", "♭VII7"),
        ("2", "iv"),
        ("3", "v"),
        ("7", "ii°"),
        ("77", "iiø7"),
        ("b7", "♭II"),
        # applied to the tonic
        ("5/6", "V"),
        ("57/6", "V7"),
        ("565/6", "V65"),
        ("7/6", "vii°"),
        ("77/6", "viiø7"),
        ("46/6", "IV6"),
        # diatonic in one of the minor scales
        ("5/5", "IV"),
        ("57/5", "IV7"),
        ("7/5", "vi°"),
        ("77/5", "viø7"),
        ("4/2", "♭VII"),
        # applied to something else
        ("57/2", "V7/iv"),
        ("57/3", "V7/V"),
        ("5/3", "V/V"),
        ("7/3", "vii°/V"),
        ("7/2", "vii°/iv"),
        ("77/2", "viiø7/iv"),
        ("57/4", "V7/♭VI"),
        ("5/7", "V/ii"),
        # the major triad on the tonic
        ("5/2", "I"),
        ("56/2", "I6"),
        # roots flatter than ♭V take their sharper name
        ("Y2", "♯III"),
        ("b6", "♯VII"),
        ("C5", "♯VI"),
    ],
)
def test_an_id_is_shown_from_the_tonic_in_minor(text, shown):
    assert parse_hooktheory(text).roman(A_MINOR) == shown


MODAL = {
    "D dorian": "i ii ♭III IV v vi° ♭VII",
    "E phrygian": "i ♭II ♭III iv v° ♭VI ♭vii",
    "F lydian": "I II iii ♯iv° V vi vii",
    "G mixolydian": "I ii iii° IV v vi ♭VII",
}


@pytest.mark.parametrize(("name", "numerals"), MODAL.items())
def test_the_triads_of_a_mode_are_numbered_from_its_tonic(name, numerals):
    key = Key.parse(name)
    # The triads on the white keys, from C up, begin on the tonic of the mode.
    ids = [str((("C", "D", "E", "F", "G", "A", "B").index(n)) + 1) for n in key.note_names]
    assert [parse_hooktheory(one).roman(key) for one in ids] == numerals.split()
    assert [parse_roman(one).token_in(key) for one in numerals.split()] == ids


@pytest.mark.parametrize(
    ("text", "key", "shown"),
    [
        ("57/2", "D dorian", "V7"),  # applied to the tonic
        ("5/5", "D dorian", "I"),  # the major triad on the tonic
        ("57/5", "D dorian", "V7/IV"),
        ("57/6", "D dorian", "V7/v"),  # v is minor in dorian
        ("57/3", "D dorian", "V7/ii"),
        ("57/5", "G mixolydian", "V7"),
        ("57/2", "G mixolydian", "V7/v"),
        ("7/5", "G mixolydian", "vii°"),
        ("57/6", "E phrygian", "V7/iv"),
        ("57/2", "E phrygian", "V7/♭vii"),
        ("57/4", "F lydian", "V7"),
        ("57/3", "F lydian", "V7/vii"),
        ("57/5", "F lydian", "V7/II"),
        ("4/5", "F lydian", "V"),  # all its notes lie in the scale
        ("b7", "F lydian", "IV"),
        ("b7", "E phrygian", "♭V"),
        ("b6", "E phrygian", "♯III"),  # flatter than ♭V it takes its sharper name
    ],
)
def test_an_id_is_shown_from_the_tonic_of_a_mode(text, key, shown):
    assert parse_hooktheory(text).roman(Key.parse(key)) == shown


def test_an_id_is_shown_as_it_is_in_major():
    assert parse_hooktheory("57/6").roman(C) == "V7/vi"
    assert parse_hooktheory("4/2").roman(C) == "IV/ii"


def test_an_id_counts_from_the_relative_major_and_a_numeral_from_the_tonic():
    assert parse_hooktheory("6").note_names(A_MINOR) == ("A", "C", "E")
    assert parse_roman("i").note_names(A_MINOR) == ("A", "C", "E")
    assert parse_hooktheory("57/6").note_names(A_MINOR) == ("E", "G♯", "B", "D")
    assert parse_roman("V7/V").note_names(A_MINOR) == ("B", "D♯", "F♯", "A")
    assert parse_hooktheory("57/5").note_names(A_MINOR) == ("D", "F♯", "A", "C")


def test_a_numeral_in_a_token_counts_from_the_relative_major_as_ids_do():
    assert parse_token("V7sus4").name(A_MINOR) == "G7sus4"
    assert parse_roman("V7sus4").name(A_MINOR) == "E7sus4"


def test_the_frame_takes_no_part_in_comparisons():
    assert parse_roman("V7/V") == parse_hooktheory("57/5")
    assert parse_hooktheory("57/5").from_relative_major
    assert not parse_roman("V7/V").from_relative_major


@pytest.mark.parametrize(
    ("numeral", "token"),
    [
        ("i", "6"),
        ("i7", "67"),
        ("bIII", "1"),
        ("bVI64", "464"),
        ("V", "5/6"),
        ("V7", "57/6"),
        ("V65", "565/6"),
        ("vii°", "7/6"),
        ("ii°", "7"),
        ("iiø7", "77"),
        ("IV", "5/5"),
        ("IV7", "57/5"),
        ("vi°", "7/5"),
        ("V7/V", "57/3"),
        ("V7/iv", "57/2"),
        ("V7/bIII", "57"),
        ("bVII7", "57"),
        ("bII", "b7"),
        ("I", "5/2"),
        ("bIII7", "M17"),
        ("V7sus4", "III7sus4"),
        ("IV/5", "II/3"),
        ("vii°7", "♯v°7"),
    ],
)
def test_a_numeral_typed_in_minor_finds_the_token_of_the_table(numeral, token):
    assert parse_roman(numeral).token_in(A_MINOR) == token


@pytest.mark.parametrize(
    ("numerals", "key", "names"),
    [
        ("i VI III VII", "Am", "Am F C G"),
        ("i ♭VI ♭III ♭VII", "Am", "Am F C G"),
        ("♯III ♯VI ♯VII", "Am", "C♯ F♯ G♯"),
        ("vi° vii° vii°7 viiø7 ♯vi° ♯vii°", "Am", "F♯° G♯° G♯°7 G♯ø7 F♯° G♯°"),
        ("III6 VI64 VII7 VII65 III+ VImaj7", "Am", "C/E F/C G7 G7/B C+ Fmaj7"),
        ("V7/III V7/VI V/VII vii°/VI V7/V", "Am", "G7 C7 D E° B7"),
        ("V7/♯VI VII9 VII7sus4 VII/5", "Am", "C♯7 G9 G7sus4 G/E"),
        ("VI/iv V7/V/V V7/V/III", "Am", "B♭ F♯7 D7"),
        ("I III VI VII", "C", "C E A B"),
        ("V7/VI III/vi", "C", "E7 C"),
        ("i III IV VII", "D dorian", "Dm F G C"),
        ("i II III VI VII", "E phrygian", "Em F G C D"),
        ("I VII IV", "G mixolydian", "G F C"),
        ("I II III", "F lydian", "F G A"),
        (
            "N6 N It6 Ger65 Fr43 Cad64 vii/o7 vii/o65/V",
            "C",
            "D♭/F D♭/F A♭7no5 A♭7 A♭7♭5 C/G Bø7 F♯ø7/A",
        ),
        ("N6 It+6 Gr+6 Fr6 Ger7 Cad64 Ger65/V", "Am", "B♭/D F7no5 F7 F7♭5 F7/E♭ Am/E C7"),
    ],
)
def test_numerals_of_a_key_are_read_as_textbooks_write_them(numerals, key, names):
    home = Key.parse(key)
    assert " ".join(roman_from_name(one, home).name(home) for one in numerals.split()) == names


PARTS = st.tuples(
    st.integers(1, 7),
    st.integers(-1, 1),
    st.sampled_from(sorted(QUALITIES)),
    st.integers(0, 1),
    st.none() | st.integers(1, 7),
)


@given(PARTS.map(lambda fields: ChordParts(*fields)), st.sampled_from(list(MODES)))
def test_a_numeral_is_read_back_in_the_mode_that_it_was_written_in(parts, mode):
    assert read_roman(write_roman(parts, mode), mode) == parts


@pytest.mark.parametrize("key", [C, A_MINOR, *map(Key.parse, MODAL)], ids=str)
def test_the_token_of_an_id_is_itself_in_every_key(key):
    assert [parse_hooktheory(text).token_in(key) for text in IDS] == IDS


@pytest.mark.parametrize("key", OTHER_KEYS, ids=str)
def test_an_id_sounds_the_same_in_any_mode_and_its_relative_major(key):
    for chord in map(parse_hooktheory, IDS):
        assert chord.pitch_classes(key) == chord.pitch_classes(key.relative_major), str(chord)
        assert chord.bass(key) == chord.bass(key.relative_major), str(chord)


@pytest.mark.parametrize(
    "key", [Key.parse(name) for name in ("C", "Am", "Abm", "D#m", *MODAL)], ids=str
)
def test_the_shown_numeral_read_from_the_tonic_is_the_same_chord(key):
    for chord in map(parse_hooktheory, IDS):
        shown = parse_roman(chord.roman(key), key.mode)
        assert shown.note_names(key) == chord.note_names(key), str(chord)
        assert shown.bass_note(key) == chord.bass_note(key), str(chord)


CHORDS = st.builds(
    RomanChord,
    st.integers(1, 7),
    st.integers(-1, 1),
    st.sampled_from(sorted(QUALITIES)),
    st.integers(0, 1),
    st.none() | st.integers(1, 7),
    from_relative_major=st.booleans(),
)


@given(CHORDS, st.sampled_from([*OTHER_KEYS, C, Key.parse("Gb")]))
def test_a_change_of_frame_keeps_the_sound(chord, key):
    for other in (chord.in_tonic_frame(key), chord.in_relative_frame(key)):
        assert other.pitch_classes(key) == chord.pitch_classes(key)
        assert other.bass(key) == chord.bass(key)


@given(CHORDS, st.sampled_from([*OTHER_KEYS, C, Key.parse("Gb")]))
def test_a_token_in_a_key_sounds_like_its_chord_there(chord, key):
    for token in chord.tokens_in(key):
        assert parse_token(token).pitch_classes(key) == chord.pitch_classes(key)
        assert parse_token(token).bass(key) == chord.bass(key)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"degree": 8}, "a degree is 1 to 7"),
        ({"degree": 0}, "a degree is 1 to 7"),
        ({"degree": 1, "alteration": 2}, "an alteration -1, 0 or 1"),
        ({"degree": 5, "applied": 9}, "a degree is 1 to 7"),
        ({"degree": 5, "applied_alteration": 1}, "a degree is 1 to 7"),
        ({"degree": 5, "applied": 5, "mode": "b"}, "leave one of them out"),
        ({"degree": 1, "quality": "foo"}, "not a quality; known: m, 7"),
        ({"degree": 1, "inversion": 3}, "inversions 0 to 2"),
        ({"degree": 1, "mode": "P"}, "one of b D Y L M C"),
        ({"degree": 1, "slash": 3}, "either inversion or slash"),
        ({"degree": 1, "slash": 2, "inversion": 1}, "either inversion or slash"),
    ],
)
def test_a_chord_with_impossible_fields_is_refused(fields, message):
    with pytest.raises(ChordError, match=message):
        RomanChord(**fields)
