"""ChordPro songs: lyrics, grids, environments, transposition, errors; our own read back."""

from dataclasses import replace
from itertools import accumulate

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
from shinko.score.bars import folded, played
from shinko.score.progression import MOST_CHORDS, Section
from shinko.score.words import Lyric
from shinko.theory import Key, parse_chord_name


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


def heard(song):
    """Names, beats and words in the order in which they are played."""
    chords, words = [], []
    for passage in played(song):
        places = [placed.chord for placed in passage.chords]
        chords += [(song.names[place], song.beats[place]) for place in places]
        begin, end = sum(song.beats[: places[0]]), sum(song.beats[: places[-1] + 1])
        words += [one.text for one in song.lyrics if begin <= one.start_beats < end]
    return chords, "".join(words).split()


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
    assert told_of(text) == (
        "passed over what is no chord: 5 ('riff' in line 1, 'x2' in line 1, 'tacet' in line 1, "
        "'5' in line 1)"
    )


def test_a_heading_in_brackets_alone_on_a_line_is_a_section():
    song = read_chordpro("[Verse 1]\n[G]a [D]c\n[Chorus]\n[C]x [G]y")
    assert song.sections == (Section("Verse 1", 2), Section("Chorus", 2))
    japanese = read_chordpro("【Ａメロ】\n[G]ら\n[サビ]\n[C]ら")
    assert japanese.sections == (Section("Ａメロ", 1), Section("サビ", 1))


def test_a_tempo_in_words_and_a_second_meter_are_told():
    text = "{time: 3/4}\n[C]a\n{time: 4/4}\n{tempo: slow}\n[G]"
    song = read_chordpro(text)
    assert (song.meter, song.tempo_bpm) == ((3, 4), 120)
    assert told_of(text) == (
        "the meter changes, all bars are read in 3/4; tempo 'slow' can't be played, 120 is taken"
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
    assert songs_in("{t: A}\n[C]\n｛ns｝{t: B} [G]") == [(1, "{t: A}\n[C]"), (3, "{t: B} [G]")]
    remarks = Remarks()
    read_chordpro("[C]\n\n{eov}", first_line=5, remarks=remarks)
    assert str(remarks) == "line 7: {end_of_verse} ends what hasn't begun"


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
        ("[Hm]x\n[Cm99]", r"no chord that can be read: 'Hm \(write Bm\)' in line 1, 'Cm99"),
        ("{title: x", "no chords in the chart"),
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
    ("text", "names", "remark"),
    [
        ("[C]a [Hm]b [G]c", "C G", "sounds on: 1 ('Hm (write Bm)' in line 1)"),
        ("[Cm99]a\n[G]c", "G", "sounds on: 1 ('Cm99 (the nearest is Cm9)' in line 1)"),
        ("[Cfoo]a\n[G]c", "G", "passed over what is no chord: 1 ('Cfoo' in line 1)"),
        ("[C]x [G", "C", "line 1: '[C]x [G' has a bracket without its other half"),
        ("{title: x\n[C]", "C", "line 1: '{title: x' has a bracket without its other half"),
        ("[C]\n{eov}", "C", "line 2: {end_of_verse} ends what hasn't begun"),
        ("{soc}\n[C]\n{eov}\n[G]", "C G", "line 3: {end_of_verse} ends the chorus"),
        ("{sov}\n[C]\n{soc}\n[G]", "C G", "line 3: chorus begins before verse has ended"),
        ("{soc}\n[C]\n{chorus}", "C C", "line 3: {chorus} stands before chorus has ended"),
        ("[C]\n{chorus}", "C", "line 2: {chorus} comes before any chorus"),
        ("[C]\n[G]{new_song}", "C G", "line 2: a song that begins within a line"),
        ("[C]\n{mystery: 5}", "C", "directives that mean nothing here: 1 ('{mystery}' in line 2)"),
        ("{time: 4/4 swing}\n[C]", "C", "read as 4/4: 1 ('4/4 swing' in line 1)"),
        ("{time: x}\n[C]", "C", "no meter that is known, and passed over: 1 ('x' in line 1)"),
        ("{key: Bb/Gm}\n[Bb]", "B♭", "key read as B♭ major: 1 ('Bb/Gm' in line 1)"),
        ("{key: secret}\n[C]", "C", "key 'secret' isn't known, and found from the chords"),
        ("{tempo: 900}\n[C]", "C", "tempo '900' can't be played, 120 is taken"),
        ("{transpose: x}\n[C]", "C", "line 1: transpose 'x'; give semitones"),
        ("{transpose}\n[C]", "C", "line 1: {transpose} takes off a transposition"),
        ("{comment: now in %{key}}\n[C]", "C", ""),
        ("{comment: a {b}\n[C]", "C", "line 1: '{comment: a' has a bracket without its"),
        ("[C]one \\\n  two [G]three", "C G", ""),
        ("[Ａｍ７]a ［Ｃ］b", "Am7 C", ""),
        ("｛ｋｅｙ： Ｇ｝\n[G]", "G", ""),
        ("[ch]Am[/ch] la [ch]F[/ch]", "Am F", ""),
        ("Am7 x02010   F: 133211\nC\nla", "C", "fingerings, passed over: 1 ('Am7 x02010"),
        ("{start_of_verse-guitar}\n[C]\n{end_of_verse}", "C", ""),
        (
            "{start_of_verse-piano}\n[F]\n{eov}\n[C]",
            "C",
            "what is for others is left out: 1 ('{start_of_verse-piano}' in line 1)",
        ),
        ("{start_of_verse-piano!}\n[F]\n{eov}\n[C]", "F C", ""),
        ("{sot}\ne|--[3]--\n{sov}\n[C]\n{eov}", "C", "line 3: the tab before it has no end"),
        ("{sog}\n|s dn up dn up |\n| C |\n{eog}", "C", "rows of strums, passed over: 1 ('|s dn up"),
        ("{sog}\n| d u ~d x |\n| C |\n{eog}", "C", "rows of strums, passed over: 1 ('| d u ~d"),
        ("{sog}\n|1 C |2 F |\n{eog}", "C F", "line 2: ending 2 comes at the wrong place"),
        ("{sog}\n|: A |1 C :|2 F |\n{eog}", "A C A F", ""),
        ("{sog}\n|C|[G]|\n{eog}", "C G", ""),
        ("{sog}\n|: C |\n{eog}", "C", "a repeat '|:' has no end"),
        (
            "{sog}\nC G\n| F |\n{eog}",
            "F",
            "lines of a grid without a bar line: 1 ('C G' in line 2)",
        ),
        ("{sog}\n|: C :| x99\n{eog}", "C", "what is played 99 times is played 16 times"),
        ("{x_shinko_beats: 1 2}\n{sog}\n| C |\n{eog}", "C", "x_shinko_beats tells 2 chords and"),
        ("{x_shinko_beats: 4/00 4}\n{sog}\n| C | G |\n{eog}", "C G", "x_shinko_beats '4/00 4'"),
        ("{x_shinko_beats: 1/0}\n{sog}\n| C |\n{eog}", "C", "x_shinko_beats '1/0'; give numbers"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_line_and_the_rest_read(text, names, remark):
    remarks = Remarks()
    assert " ".join(read_chordpro(text, remarks=remarks).names) == names
    assert remark in str(remarks)
    assert bool(remark) or not str(remarks).replace("chords over words: each is one bar long", "")


def test_transpositions_add_up_and_an_empty_one_takes_one_off():
    lines = ["{transpose: 4}", "{transpose: 2}", "{transpose}", "{transpose}"]
    song = read_chordpro("[C]a\n" + "\n".join(f"{one}\n[C]a" for one in lines))
    assert song.names == ("C", "E", "F♯", "E", "C")


@pytest.mark.parametrize(
    ("directive", "names"),
    [
        ("{transpose: 2}", "F♯"),
        ("{transpose: -10}", "G♭"),
        ("{transpose: 2f}", "G♭"),
        ("{transpose: -10s}", "F♯"),
        ("{transpose: 12}", "E"),
    ],
)
def test_accidentals_are_sharps_on_the_way_up_and_flats_on_the_way_down(directive, names):
    song = read_chordpro(f"[C]a [C]b\n{directive}\n[E]c")
    assert parse_chord_name(song.names[-1]).root == parse_chord_name(names).root


def test_a_recalled_chorus_is_transposed_as_it_is_recalled():
    song = read_chordpro(
        "{key: C}\n{soc}\n[C]a [F]b\n{eoc}\n{transpose: 2}\n{chorus}\n{sov}\n[C]\n{eov}"
    )
    assert song.names == ("C", "F", "D", "G", "D")
    assert [one.key for one in song.sections] == [None, Key.parse("D"), Key.parse("D")]
    again = read_chordpro("{transpose: 5}\n{soc}\n[C]a\n{eoc}\n{transpose}\n{chorus}")
    assert again.names == ("F", "C")


def test_words_are_kept_with_the_chords_that_they_are_sung_to():
    song = read_chordpro("Oh [C]one [G]two\nand on\n{sov}\n[F]three\n{eov}\n{sov}\nfour\n{eov}")
    assert song.lyrics == (
        Lyric(0.0, "Oh one "),
        Lyric(4.0, "two\nand on\n"),
        Lyric(8.0, "three\n"),
    )


def test_what_else_a_song_tells_is_kept():
    song = read_chordpro("{artist: nobody}\n{meta: mood calm}\n{st: a study}\n{capo: 2}\n[C]")
    assert song.details == (
        ("artist", "nobody"),
        ("mood", "calm"),
        ("subtitle", "a study"),
        ("capo", "2"),
    )


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


WORDS = st.lists(st.sampled_from(["la ", "Oh", " so\n", "it # goes\n", "\n", "(x) "]), max_size=4)


@given(progressions(), st.data())
def test_words_read_back_with_their_chords(progression, data):
    starts = list(accumulate(progression.beats, initial=0.0))[:-1]
    texts = ["".join(data.draw(WORDS)).lstrip() for _ in starts]
    # The words of a section end in a line break.
    ends = list(accumulate(one.length for one in progression.sections)) or [len(starts)]
    for end in ends:
        texts[end - 1] = "end of it\n"
    lyrics = tuple(Lyric(at, text) for at, text in zip(starts, texts, strict=True) if text)
    song = folded(replace(progression, title="", lyrics=lyrics))
    again = read_chordpro(chordpro_text(song))
    assert heard(again) == heard(song)


@given(progressions(beats=st.floats(1 / 16, 20)))
def test_any_beats_read_back_to_the_last_digit(progression):
    assert read_chordpro(chordpro_text(progression)).beats == folded(progression).beats
