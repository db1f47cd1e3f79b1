"""ChordPro songs moved in place: chords and keys alone change, all else stays to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.files.again import again
from shinko.files.read import read
from shinko.files.render import render_text
from shinko.files.requests import RenderRequest
from shinko.files.sheet import SongSheet, moved_chord
from shinko.intake.chordpro import read_chordpro, read_song
from shinko.intake.draft import ChartError
from shinko.theory import Key, parse_chord_name

SONG = """\
{title: Two doors}
{artist: nobody}
{key: G} {capo: 2}
{define: G base-fret 1 frets 3 2 0 0 0 3}
# a note on [G]
{start_of_verse: Verse A}
[G]Words [*softly A] and [D7/F#]more [Em* C]
[ch]Am[/ch] la [Verse A] [riff] [N.C.]
{end_of_verse}
{comment: then [G] again}
{start_of_tab}
e|--[G]--|
{end_of_tab}
{start_of_grid}
A | G . . D~C | % | Am7(b5) . . . :| x2
{end_of_grid}
{transpose: 2}
[F#m7b5]x [Bb]y [(B)]
"""
MOVED = """\
{title: Two doors}
{artist: nobody}
{key: A} {capo: 2}
{define: G base-fret 1 frets 3 2 0 0 0 3}
# a note on [G]
{start_of_verse: Verse A}
[A]Words [*softly A] and [E7/G#]more [F#m* D]
[ch]Bm[/ch] la [Verse A] [riff] [N.C.]
{end_of_verse}
{comment: then [A] again}
{start_of_tab}
e|--[G]--|
{end_of_tab}
{start_of_grid}
A | A . . E~D | % | Bm7(b5) . . . :| x2
{end_of_grid}
{transpose: 2}
[G#m7b5]x [C]y [(C#)]
"""


def test_chords_and_keys_move_and_nothing_else():
    assert SongSheet(SONG).moved(2).text == MOVED
    assert SongSheet(MOVED).moved(-2).text == SONG
    assert SongSheet(SONG).moved(0).text == SONG


@pytest.mark.parametrize(
    ("chord", "fifths", "moved"),
    [
        ("C", 2, "D"),
        ("Bb", -2, "Ab"),
        ("B♭", 5, "A"),
        ("A♭", 0, "A♭"),
        ("E", 7, "F"),
        ("F#m7", 6, "B#m7".replace("B#", "C")),
        ("B", 12, "B"),
        ("Dm7/C", -3, "Fm7/Eb"),
        ("D/F#", 2, "E/G#"),
        ("Ａｍ", 1, "Em"),
        ("N.C.", 2, "N.C."),
        ("riff", 2, "riff"),
        ("IV", 2, "IV"),
    ],
)
def test_a_chord_keeps_the_spelling_of_its_quality(chord, fifths, moved):
    assert moved_chord(chord, fifths) == moved


@pytest.mark.parametrize(
    ("key", "moved"),
    [("G", "A"), ("Em", "F#m"), ("E dorian", "F# dorian"), ("Bb/Gm", "C/Am"), ("e-moll", "F#m")],
)
def test_keys_move_however_they_are_written(key, moved):
    assert SongSheet(f"{{key: {key}}}\n[C]").moved(2).text == f"{{key: {moved}}}\n[D]"


def test_chords_over_words_keep_their_columns():
    sheet = SongSheet("G     D/F#  C\nWords and more\n", over_words=True)
    assert sheet.moved(-5).text == "Ab    Eb/G  Db\nWords and more\n"


def test_directives_are_told_anew_or_added_below_the_title():
    sheet = SongSheet("{t: A}\n{tempo: 90}\n[C]\n").told(
        tempo="100", title="B", key=None, time="3/4"
    )
    assert sheet.text == "{title: B}\n{time: 3/4}\n{tempo: 100}\n[C]\n"
    assert (
        sheet.closing("{comment: rit.}")
        .closing("{comment: rit.}")
        .text.endswith("[C]\n{comment: rit.}\n")
    )


PIECES = ["[C]", "[F#m7]la", "[G/B] ", "(Am)", "| C . |", "|: Bb~E % :|", "{sog}", "{eog}", "{soc}"]
MORE = ["{eoc}", "{chorus}", "{key: G}", "{transpose: 3}", "{c: [C]}", "{sot}", "{eot}", "\n", "x"]


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=20).map("\n".join), st.integers(-6, 6))
def test_a_moved_song_has_moved_chords(text, fifths):
    try:
        song = read_song(text)
        names = read_chordpro(text).names
    except ChartError:
        return
    moved = read_chordpro(SongSheet(text, over_words=song.over_words).moved(fifths).text).names
    roots = [parse_chord_name(name).root.pitch_class for name in names]
    assert [parse_chord_name(name).root.pitch_class for name in moved] == [
        (root + 7 * fifths) % 12 for root in roots
    ]


def test_a_song_in_german_chords_is_written_anew_where_it_is_moved(tmp_path):
    path = tmp_path / "song.cho"
    path.write_text("{key: h-moll}\n[Hm]la [F#]la\n")
    asked = RenderRequest(str(path), to=Key.parse("Cm"))
    moved = again(read(str(path), asked.reading), asked)
    assert moved.sheets == [None]
    assert moved.progressions[0].names == ("Cm", "G")
    assert "[Cm]la [G]la" in render_text(moved.progressions[0], "chordpro")
