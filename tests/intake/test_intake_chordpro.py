"""ChordPro songs: lyrics, grids, environments, transposition, errors; our own read back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_intake_chart import progressions, told

from shinko.errors import ShinkoError
from shinko.export.chart import chart_text
from shinko.export.chordpro import chordpro_text, value_text
from shinko.intake.chordpro import read_chordpro, songs_in
from shinko.intake.draft import MOST_STRUCK
from shinko.intake.remarks import Remarks
from shinko.score.bars import folded
from shinko.score.progression import MOST_CHORDS, Section
from shinko.theory import Key


def chords(text: str) -> list[tuple[str, float]]:
    song = read_chordpro("{key: C}\n" + text)
    return list(zip(song.names, song.beats, strict=True))


SONG = """\
{t: Two doors}
{subtitle: nobody reads this}
{key: G} {tempo: 90}
{time: 3/4}
# a comment with [C]
{start_of_verse: Verse 1}
[G]Words [*softly] and [D7]more
[(Em)]words
{end_of_verse}

{soc}
[C]la [D]la
{eoc}
{start_of_tab}
e|---[3]---|
{end_of_tab}
{comment: again}
{chorus}
{start_of_grid label="Solo" shape="1+2x3+1"}
A | G . . | C~D7 . . |
  |: G . . | % . . :| repeat 3 times
{end_of_grid}
"""


def test_a_song_with_lyrics_chorus_and_grid():
    song = read_chordpro(SONG)
    assert (song.title, song.key, song.tempo_bpm) == ("Two doors", Key.parse("G"), 90)
    assert song.meter == (3, 4)
    assert song.names == ("G", "D7", "Em", "C", "D", "C", "D", "G", "C", "D7", "G")
    assert song.beats == (3, 3, 3, 3, 3, 3, 3, 3, 0.5, 2.5, 6)
    assert song.sections == (
        Section("Verse 1", 3),
        Section("chorus", 2),
        Section("chorus", 2),
        Section("Solo", 3),
        Section("Solo", 1, 3),
    )


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        ("| C . . . | G . F . |", [("C", 4), ("G", 2), ("F", 2)]),
        ("|| C . | % . |", [("C", 8)]),
        ("| C G | % . |.", [("C", 2), ("G", 2), ("C", 2), ("G", 2)]),
        ("| C | G | %% | . |", [("C", 4), ("G", 4), ("C", 4), ("G", 4)]),
        ("| C . . . | . . G . |", [("C", 6), ("G", 2)]),
        ("| C | G N.C. |", [("C", 4), ("G", 2)]),
        ("Intro | C | G | Fine", [("C", 4), ("G", 4)]),
    ],
)
def test_grids(grid, expected):
    assert chords(f"{{sog}}\n{grid}\n{{eog}}") == expected


@pytest.mark.parametrize(
    ("bars", "times"),
    [("|: C :|", 2), ("|: C :| x3", 3), ("|: C :| repeat 4 times", 4), ("| C :|", 2), ("| C |", 1)],
)
def test_how_often_a_grid_is_played(bars, times):
    song = read_chordpro(f"{{sog}}\n{bars}\n{{eog}}\n{{sov}}\n[F]\n{{eov}}")
    assert song.sections == (Section("", 1, times), Section("verse", 1))


@pytest.mark.parametrize(
    ("directive", "name"),
    [
        ("start_of_verse", "verse"),
        ("start_of_verse: Verse 2", "Verse 2"),
        ('start_of_bridge: label="The bridge"', "The bridge"),
        ("start_of_intro label='In'", "In"),
        ("soc", "chorus"),
    ],
)
def test_names_of_sections(directive, name):
    environment = (
        "chorus" if directive == "soc" else directive.split("_")[2].split(":")[0].split()[0]
    )
    song = read_chordpro(f"{{{directive}}}\n[C]\n{{end_of_{environment}}}\n{{sog}}\n| F |\n{{eog}}")
    assert song.sections[0].name == name


def test_chords_outside_any_environment_are_one_section():
    song = read_chordpro("[C]one\n\n[F]two [N.C.]three [G]")
    assert song.sections == ()
    assert song.beats == (4, 8, 4)


def test_transpose_moves_chords_and_key():
    song = read_chordpro("{key: C}\n{transpose: 2}\n[C]a [F/A]b [N.C.]")
    assert (song.key, song.names) == (Key.parse("D"), ("D", "G/B"))
    later = read_chordpro("{key: C}\n[C]a\n{transpose: -1}\n[C]b\n{transpose}\n[C]c")
    assert (later.key, later.names) == (Key.parse("C"), ("C", "B", "C"))


def told_of(text: str) -> str:
    remarks = Remarks()
    read_chordpro(text, remarks=remarks)
    return str(remarks)


def test_a_capo_changes_nothing_and_is_told():
    assert chords("{capo: 3}\n[C]a [G]b") == [("C", 4), ("G", 4)]
    assert told_of("{capo: 3}\n[C]") == "capo 3: chords are read as they are written"


def test_what_is_no_chord_is_passed_over_and_counted():
    text = "[G]a [riff]b ] [x2] [D C]c [A(no3)] [G*] [riff] [tacet] [5]"
    assert chords(text) == [(name, 4) for name in ("G", "D", "C", "A5", "G")]
    assert told_of(text) == "passed over what is no chord: 5 ('riff', 'x2', 'tacet', …)"


def test_a_heading_in_brackets_alone_on_a_line_is_a_section():
    song = read_chordpro("[Verse 1]\n[G]a [D]c\n[Chorus]\n[C]x [G]y")
    assert song.sections == (Section("Verse 1", 2), Section("Chorus", 2))


def test_a_tempo_in_words_and_a_second_meter_are_told():
    text = "{time: 3/4}\n[C]a\n{time: 4/4}\n{tempo: slow}\n[G]"
    song = read_chordpro(text)
    assert (song.meter, song.tempo_bpm) == ((3, 4), 120)
    assert told_of(text) == (
        "the meter changes, all bars are read in 3/4; tempo 'slow' is no number, 120 is taken"
    )


def test_chords_over_words_are_read_where_none_stand_in_brackets():
    text = "{title: x}\n[Verse]\nG     D/F#\nHello my friend\nA new day\n"
    song = read_chordpro(text)
    assert (song.names, song.sections) == (("G", "D/F♯"), (Section("Verse", 2),))
    assert told_of(text) == "chords over words: each is one bar long"
    assert read_chordpro("G\n[C]la").names == ("C",)


def test_a_text_of_several_songs_is_parted():
    text = "{title: A}\n[C]\n\n{new_song}\n{title: B}\n[G] {x}\n{ns}\n\n"
    assert songs_in(text) == [(1, "{title: A}\n[C]\n"), (5, "{title: B}\n[G] {x}")]
    with pytest.raises(ShinkoError, match="line 7: "):
        read_chordpro("\n\n{eov}", first_line=5)


def test_some_bars_of_a_song_are_taken():
    assert read_chordpro("[C]a [G]b [F]c", bars=(2, 3)).names == ("G", "F")


def test_a_directive_for_some_is_passed_over():
    song = read_chordpro("{key: C}\n{key-guitar: G}\n{meta: tempo 77}\n{x_other: 1}\n[C]")
    assert (song.key, song.tempo_bpm) == (Key.parse("C"), 77)


def test_the_key_is_found_if_none_is_told():
    assert read_chordpro("[Am7]a [D7]b [Gmaj7]c").key == Key.parse("G")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no chords in the chart"),
        ("words alone", "no chords in the chart"),
        ("[Hm]x", "chord 1, 'Hm': a chord symbol with a root"),
        ("[C]x [G", r"line 1: '\[C\]x \[G' has a bracket without its other half"),
        ("{title: x", "line 1: '{title: x' has a bracket without its other half"),
        ("{eov}", "line 1: {end_of_verse} ends what hasn't begun"),
        ("{chorus}", "line 1: {chorus} comes before any chorus"),
        ("[C]\n{new_song}\n[G]", "line 2: a second song begins"),
        ("{time: x}\n[C]", "meter 'x'; give two numbers"),
        ("{transpose: x}\n[C]", "line 1: transpose 'x'; give semitones"),
        ("{sog}\n|1 C |2 F |\n{eog}", r"line 2: '\|1' is no bar line that is read here"),
        ("{sog}\n|C|G|\n{eog}", r"line 2: '\|C\|G\|' is no bar line that is read here"),
        ("{sog}\n|: C |\n{eog}", "a repeat '|:' has no end".replace("|", r"\|")),
        ("{sog}\n|: C :| x99\n{eog}", "section '' is played 99 times; give 1 to 16"),
        ("{x_shinko_beats: 1 2}\n{sog}\n| C |\n{eog}", "x_shinko_beats tells 2 chords and the"),
        ("{x_shinko_beats: 4/00 4}\n{sog}\n| C | G |\n{eog}", "x_shinko_beats '4/00 4'; give"),
        ("{x_shinko_beats: 1/0}\n{sog}\n| C |\n{eog}", "x_shinko_beats '1/0'; give numbers"),
        ("[C]" * (MOST_CHORDS + 1), "chart has 513 chords; give 512 at most"),
        ("[C]" * (MOST_STRUCK + 1), "chart has more than 20000 chords and beats"),
        ("{soc}\n" + "[C]" * 60 + "\n{eoc}\n" + "{chorus}\n" * 9000, "more than 20000 chords"),
        ("[C]\0", "so it is no text"),
    ],
)
def test_what_can_not_be_read_is_told_in_one_line(text, message):
    with pytest.raises(ShinkoError, match=message) as raised:
        read_chordpro(text)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "hostile", ["{", "}", "[", "]", "(", " {", "{x ", "[C", "{sog}\n", "|\n", "{c}", "~", "{x-"]
)
def test_long_runs_of_one_thing_end_in_an_error(hostile):
    with pytest.raises(ShinkoError):
        read_chordpro(hostile * 100_000)
    with pytest.raises(ShinkoError):
        read_chordpro("{sog}\n" + hostile * 50_000)


PIECES = [
    "{sog}",
    "{eog}",
    "{soc}",
    "{eoc}",
    "{chorus}",
    "{key: G}",
    "{time: 3/4}",
    "{transpose: 5}",
]


@given(
    st.lists(
        st.sampled_from([*PIECES, "[C]", "| C . |", "|: %", ":| x3", "%%", "~", "\n"]), max_size=20
    )
    .map("\n".join)
    .flatmap(lambda text: st.just(text) | st.text(max_size=40).map(text.__add__))
)
def test_any_text_is_a_progression_or_an_error_of_one_line(text):
    try:
        lines = chart_text(read_chordpro(text)).splitlines()
    except ShinkoError as error:
        lines = str(error).splitlines()
        assert len(lines) == 1
    assert lines


@pytest.mark.parametrize(
    ("head", "key", "remark"),
    [
        ("{key: Dm} {meta: mode dorian}", "D dorian", ""),
        ("{meta: mode dorian} {key: D}", "D dorian", ""),
        ("{key: D dorian}", "D dorian", ""),
        ("{key: G} {mode: mixo}", "G mixolydian", ""),
        ("{key: Dm} {meta: mode dorian} {transpose: 2}", "E dorian", ""),
        ("{key: Dm} {meta: mode 5}", "D minor", "mode '5' isn't known, the key is read as D minor"),
    ],
)
def test_the_mode_of_a_key_is_told_beside_it(head, key, remark):
    remarks = Remarks()
    assert read_chordpro(f"{head}\n[Dm]a [G]b", remarks=remarks).key == Key.parse(key)
    assert str(remarks) == remark


@given(progressions())
def test_a_written_song_reads_back(progression):
    # A directive has no braces and no double quotes in its value.
    progression = replace(progression, title=value_text(progression.title))
    assert told(read_chordpro(chordpro_text(progression))) == told(folded(progression))


@given(progressions(beats=st.floats(1 / 16, 20)))
def test_any_beats_read_back_to_the_last_digit(progression):
    assert read_chordpro(chordpro_text(progression)).beats == folded(progression).beats
