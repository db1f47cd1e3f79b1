"""Chords that somebody has: read, in their key, and heard as what is known."""

import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.files.formats import Rendering
from shinko.files.read import read
from shinko.files.render import write_progressions
from shinko.files.requests import Reading
from shinko.rl.policy import shipped_policy
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import completed, hear, heard_as, read_given, remarks, settled_length
from shinko.theory import Key, parse_roman


@pytest.fixture(scope="module")
def book():
    return ChordBook(shipped_policy().chords_of("pop909"), Key.parse("C"))


def names(given):
    return [None if chord is None else chord.name(given.key) for chord in given.chords]


@pytest.mark.parametrize(
    ("text", "key", "chords"),
    [
        ("D A Bm G", "D major (found)", "D A Bm G"),
        ("Am F _ G", "A minor (found)", "Am F _ G"),
        ("i bVI bIII _", "A minor", "Am F C _"),
        ("I V vi IV", "C major", "C G Am F"),
        ("1 5 6 4", "C major", "C G Am F"),
        ("_ _", "C major", "_ _"),
        ("key: D\nD A", "D major", "D A"),
        ("|: C _ | G :| x2 || F | % | / G |", "C major (found)", "C _ G C _ G F G"),
        ("C F*1.5 G*2.5", "C major (found)", "C F G"),
        ("C / / G/B | N.C. |", "C major (found)", "C G/B"),
        ("[Verse] C _ [Chorus] F G", "C major (found)", "C _ F G"),
        ("C-G-Am, F → C", "C major (found)", "C G Am F C"),
        ("{title: A} \n[D]la [A]la", "D major (found)", "D A"),
    ],
)
def test_chords_are_read_as_they_are_played_in_the_key_that_they_are_in(text, key, chords):
    given = read_given(text)
    assert given.piece.told_key == key
    assert " ".join(name or "_" for name in names(given)) == chords


def test_a_key_that_is_told_counts():
    given = read_given("D A", Key.parse("A"))
    assert (given.piece.told_key, given.piece.roman_numerals) == ("A major", ("IV", "I"))


@pytest.mark.parametrize("kind", ["midi", "musicxml", "chordpro", "txt", "json"])
def test_a_file_is_chords_as_typed_ones_are(kind, tmp_path):
    (piece,) = read("Dm G Am7 Dm", Reading(key=Key.parse("D minor"))).progressions
    ((path,),) = write_progressions([piece], tmp_path, Rendering((kind,)), names=["song"])
    given = read_given(str(path))
    assert names(given) == ["Dm", "G", "Am7", "Dm"]
    assert (given.name, given.key) == ("song", Key.parse("D minor"))
    assert names(read_given(str(path), bars=(2, 3))) == ["G", "Am7"]


def test_the_first_of_several_is_taken_and_that_is_told(tmp_path):
    path = tmp_path / "songs.cho"
    path.write_text("[C]la [G]la\n{new_song}\n[D]la\n")
    given = read_given(str(path))
    assert (names(given), given.told.split("; ")[-1]) == (
        ["C", "G"],
        "the first of 2 progressions is taken",
    )


def test_what_no_piece_of_these_chords_has_is_told_where_one_is_made(book):
    given = read_given("[Verse] C G [Chorus] F")
    slots = hear(given, book)
    assert remarks(given, slots, book, writing=True) == "without its sections"
    assert remarks(given, slots, book) == ""
    assert remarks(read_given("|: C G :|"), hear(read_given("|: C G :|"), book), book) == ""


@pytest.mark.parametrize(
    ("text", "tempo"),
    [("C G", 100), ("tempo: 90\nC G", 90), ("{tempo: 80}\n[C]la", 80), ("{title: A}\n[C]la", 120)],
)
def test_chords_that_tell_no_tempo_are_played_as_compositions_are(text, tempo):
    assert read_given(text).piece.tempo_bpm == tempo
    assert read_given(text, tempo_bpm=132).piece.tempo_bpm == 132


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`chords`: no chords and no file; give some, such as"),
        (" ", "`chords`: no chords and no file; give some, such as"),
        ("N.C.", "`chords`: no chords in the chart; type some, such as"),
        ("C zz", "`chords`: chord 2, 'zz': a chord symbol with a root"),
        ("none.mid", "`chords`: can't read 'none.mid': no such file"),
        ("C " * 65, "`chords` 'C C C .*…': expected 1 to 64 chords, not 65; take some of its bars"),
        ("|: C F G Am Dm :| x13", "expected 1 to 64 chords, not 65"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(text, message):
    with pytest.raises(FieldError, match=message) as told:
        read_given(text)
    assert told.value.field == "chords"


def test_a_length_makes_room_for_more():
    given = read_given("C G Am")
    assert [settled_length(given, *asked) for asked in ((None,), (None, 4), (5,), (8, 2))] == [
        *(3, 7, 5, 8)
    ]
    with pytest.raises(ShinkoError, match="`length` 2: expected 3 or more, as many as are given"):
        settled_length(given, 2)
    with pytest.raises(ShinkoError, match="`length` 4: expected 5 or more, 3 given and 2 to"):
        settled_length(given, 4, 2)
    with pytest.raises(
        ShinkoError, match="`continue` 62: expected 64 chords at most in all, and 3 are given"
    ):
        settled_length(given, None, 62)


def test_what_is_added_lasts_as_most_of_the_chords_do():
    given = read_given("| C G | F | Am Dm |")
    tonic = parse_roman("I")
    piece = completed(given, [*given.piece.chords, tonic], title="More")
    assert (piece.beats, piece.title) == ((2, 2, 4, 2, 2, 2), "More")
    assert read_given("| C G | F | Am |").usual_beats == 4  # of as many the longest


@pytest.mark.parametrize(
    ("chord", "heard"),
    [
        ("C7sus4", "C7"),
        ("G7sus4", "G7"),
        ("Gsus4", "G"),
        ("Fmaj9", "Fmaj7"),
        ("Bb13", "B♭7"),
        ("G7/D", "G7"),
        ("Am11", "Am7"),
        ("C6/9", "C"),
        ("A5", "Am"),
        ("F#dim7", "F♯°"),
        ("C+", "C"),
        ("Dbm", "D♭"),
    ],
)
def test_a_chord_that_is_not_known_is_heard_as_the_nearest(book, chord, heard):
    given = read_given(f"C {chord} G", Key.parse("C"))
    slots = hear(given, book)
    written = given.chords[1].name(given.key)
    assert heard_as(given, slots, book) == {written: heard}
    assert remarks(given, slots, book) == (
        f"not known here, so heard as the nearest: {written} as {heard}"
    )


def test_what_is_known_is_heard_as_it_is(book):
    given = read_given("C G/B _ Am7 V7/ii", Key.parse("C"))
    slots = hear(given, book)
    assert [slot and book.names(slot) for slot in slots] == ["I", "V6", None, "vi7", "V7/ii"]
    assert remarks(given, slots, book) == ""


def test_a_mode_has_its_own_chords_alone():
    dorian = ChordBook(shipped_policy().chords_of("pop909"), Key.parse("D dorian"), held=True)
    assert hear(read_given("Dm9 G", dorian.key), dorian)
    with pytest.raises(ShinkoError, match="`chords` 'B♭': expected a chord of D dorian, such as"):
        hear(read_given("Dm Bb", dorian.key), dorian)
