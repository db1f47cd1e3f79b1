"""Chord charts as people type them: chords, bars, beats, repeats, sections, heads, and errors."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.export.chart import chart_text, one_line
from shinko.intake.bounded import IntakeError
from shinko.intake.chart import read_chart
from shinko.intake.chart_head import MOST_CHARACTERS
from shinko.intake.draft import MOST_STRUCK
from shinko.intake.remarks import Remarks
from shinko.score.bars import folded
from shinko.score.progression import MOST_CHORDS, Progression, Section
from shinko.theory import QUALITIES, Key, roman_from_name

ROOTS = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
KEYS = [
    Key.parse(tonic + mode)
    for mode, tonics in (
        ("", "C G D A E B F# C# F Bb Eb Ab Db Gb Cb"),
        ("m", "A E B F# C# G# D# A# D G C F Bb Eb Ab"),
        (" dorian", "D A F# Db"),
        (" phrygian", "E B C# F"),
        (" lydian", "F C B Gb"),
        (" mixolydian", "G D C# Ab"),
    )
    for tonic in tonics.split()
]
SOME_BEATS = [1 / 16, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 2.7, 3.0, 4.0, 5.7, 8.0, 11.0]


@st.composite
def progressions(draw, *, beats=None):
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    key = draw(st.sampled_from(KEYS))
    name = st.tuples(
        st.sampled_from(ROOTS),
        st.sampled_from(list(QUALITIES)),
        st.sampled_from(["", "", *(f"/{root}" for root in ROOTS)]),
    ).map("".join)
    each = st.sampled_from(SOME_BEATS) if beats is None else beats
    size = sum(lengths)
    titles = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=12)
    names = st.sampled_from(["", "verse", "Ａメロ", "key: G", "x3", "C"])
    return Progression(
        chords=tuple(roman_from_name(draw(name), key) for _ in range(size)),
        key=key,
        beats=tuple(draw(st.lists(each, min_size=size, max_size=size))),
        tempo_bpm=draw(st.sampled_from([20.0, 92.5, 120.0, 133.33, 400.0])),
        meter=draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (12, 8), (7, 8), (2, 2), (1, 32)])),
        title=" ".join(draw(titles).split()),
        sections=tuple(Section(draw(names), length, draw(st.integers(1, 3))) for length in lengths),
    )


def told(progression: Progression) -> dict:
    """What a chart says, in a form that can be compared."""
    key, sections = progression.key, progression.sections
    plain = len(sections) == 1 and not sections[0].name and sections[0].times == 1
    return {
        "chords": [(c.pitch_classes(key), c.bass(key)) for c in progression.chords],
        "names": progression.names,
        "beats": progression.beats,
        "key": key,
        "head": (progression.tempo_bpm, progression.meter, progression.title),
        "sections": () if plain else sections,
    }


def chords_and_beats(text: str, **given) -> list[tuple[str, float]]:
    progression = read_chart(text, **given)
    return list(zip(progression.names, progression.beats, strict=True))


FOUR = [("C", 4.0), ("G", 4.0), ("Am", 4.0), ("F", 4.0)]


@pytest.mark.parametrize(
    "text",
    [
        "C G Am F",
        "C - G - Am - F",
        "C – G – Am – F",
        "C-G-Am-F",
        "C, G, Am, F",
        "C、G、Am、F",
        "C→G→Am→F",
        "C -> G => Am > F",
        "C / G / Am / F",
        "C\nG\nAm\n\nF",
        "C | G | Am | F",
        "| C | G |\n| Am | F |",
        "｜C｜G｜Am｜F｜",
        "|| C | G | Am | F |]",
        "C / / / G / / / Am / / / F / / /",
        "C . . . G . . . Am . . . F . . .",
        "C/// G/// Am/// F///",
        "| C - - - | G - - - | Am | F |",
        "C*4 G*4 Am F",
        "C:maj G A:min F",
    ],
)
def test_four_chords_however_they_are_typed(text):
    assert chords_and_beats(text, key=Key.parse("C")) == FOUR


@pytest.mark.parametrize(
    ("text", "chords"),
    [
        ("| C G | Am F C |", [2, 2, 2, 1, 1]),
        ("meter: 5/4\n| C G |", [3, 2]),
        ("| C . F . G . |", [4 / 3, 4 / 3, 4 / 3]),
        ("| C / / G |", [3, 1]),
        ("| C . . G . . . . |", [1.5, 2.5]),
        ("| C*1.5 G*2.5 |", [1.5, 2.5]),
        ("| C*1/3 G |", [1 / 3, 4 - 1 / 3]),
        ("| C | % | G |", [8, 4]),
        ("| C | / / G / |", [6, 2]),
        ("| C G | % |", [2, 2, 2, 2]),
        ("| C / G | % |", [8 / 3, 4 / 3, 8 / 3, 4 / 3]),
        ("C % G", [8, 4]),
        ("| C | - | G |", [8, 4]),
        ("| C - - G |", [3, 1]),
        ("| C - G |", [2, 2]),
        ("| C/E G/B |", [2, 2]),
        ("| C/// G/// |", [2, 2]),
    ],
)
def test_beats_of_a_bar(text, chords):
    assert read_chart(text).beats == tuple(chords)


def test_a_bar_that_goes_on_begins_with_the_chord_that_sounded_when_it_is_repeated():
    assert chords_and_beats("| C | / G | % |", key=Key.parse("C")) == [
        ("C", 6),
        ("G", 2),
        ("C", 2),
        ("G", 2),
    ]


def test_a_head_tells_key_tempo_meter_and_title():
    progression = read_chart("Key: G minor\nTempo = 92.5 bpm, meter: 3/4\ntitle: Keys: a song\nD7")
    assert progression.key == Key.parse("Gm")
    assert (progression.tempo_bpm, progression.meter) == (92.5, (3, 4))
    assert (progression.title, progression.beats) == ("Keys: a song", (3.0,))


def test_what_is_given_counts_more_than_the_head():
    text = "key: G  tempo: 90  meter: 3/4  title: Before\nC"
    given = {"key": Key.parse("F"), "meter": (2, 4), "tempo_bpm": 60.0, "title": ""}
    assert read_chart(text, **given) == replace(
        Progression((roman_from_name("C", Key.parse("F")),), Key.parse("F"), (2.0,), 60.0, (2, 4))
    )


@pytest.mark.parametrize("text", ["I V vi IV", "1 5 6 4", "1-5-6-4", "Ⅰ Ⅴ ⅵ Ⅳ", "I-V-vi-IV"])
def test_numerals_and_ids_are_in_c_or_the_given_key(text):
    assert read_chart(text).names == ("C", "G", "Am", "F")
    assert read_chart(text, key=Key.parse("D")).names == ("D", "A", "Bm", "G")


def test_slots_may_be_free_where_that_is_asked_for():
    free = []
    chart = read_chart("Am F | _ G | _", free=free)
    assert (free, len(chart.chords), str(chart.key)) == ([2, 4], 5, "A minor")
    read_chart("C _ _ G\nC _ _ _\nC G", free=(lines := []))
    assert lines == [1, 2, 5, 6, 7]
    with pytest.raises(IntakeError, match="chord 2, '_': a free slot; shinko compose fills it"):
        read_chart("C _ G")


def test_a_line_tells_its_meter_where_its_bars_tell_their_beats():
    waltz = read_chart("C*1.5 G*1.5 | F", meter=(3, 4))
    assert one_line(waltz) == "3/4 C*1.5 G*1.5 | F"
    assert read_chart(one_line(waltz)) == waltz
    assert one_line(read_chart("C | F", meter=(3, 4))) == "C | F"
    assert one_line(read_chart("C*1.5 G*2.5 | F")) == "C*1.5 G*2.5 | F"


def test_whether_a_key_was_found_is_known():
    assert read_chart("D A Bm G").told_key == "D major (found)"
    assert read_chart("key: D\nD A Bm G").told_key == "D major"
    assert read_chart("D A Bm G", key=Key.parse("A")).told_key == "A major"
    assert read_chart("i bVI bIII bVII").told_key == "A minor"


def test_the_key_is_found_from_the_chords():
    assert read_chart("Am7 D7 Gmaj7").key == Key.parse("G")


@pytest.mark.parametrize("text", ["[Verse] C G\n[サビ]\nAm F", "Verse: C G\nサビ：Am F"])
def test_sections(text):
    assert read_chart(text).sections == (Section("Verse", 2), Section("サビ", 2))


@pytest.mark.parametrize(
    "text",
    [
        "A: |: C | G :| x3\nB: F",
        "[A] ||: C | G :|| (x3)\n[B] F",
        "【A】｜：C｜G：｜×3\n【B】 F",
        "A:\nC G x3\nB:\nF",
        "A x3:\nC G\nB:\nF",
        "[A] x3\nC G\n[B]\nF",
        "[A]\n𝄆 C | G 𝄇 3x\n[B]\nF",
    ],
)
def test_repeats(text):
    progression = read_chart(text)
    assert progression.sections == (Section("A", 2, 3), Section("B", 1))
    assert len(progression.chords) == 3


def test_a_repeat_without_a_number_is_played_twice():
    assert read_chart("|: C | G :| F").sections == (Section("", 2, 2), Section("", 1))
    assert read_chart("C | G :| F |").sections == (Section("", 2, 2), Section("", 1))


def test_a_part_of_a_section_can_be_repeated():
    progression = read_chart("[A]\n| C |\n|: F | G :| x2\n| C |")
    assert progression.sections == (Section("A", 1), Section("A", 2, 2), Section("A", 1))


def test_a_section_strikes_anew_what_goes_on():
    progression = read_chart("[A] | C |\n[B] | % | G |", key=Key.parse("C"))
    assert progression.names == ("C", "C", "G")


@pytest.mark.parametrize(
    ("text", "beats"),
    [
        ("| C | G N.C. |", (4, 2)),
        ("| C | G / / NC |", (4, 3)),
        ("| C | G | n.c. |", (4, 8)),
        ("| C N.C. | G |", (4, 4)),
        ("| N.C. | C | G |", (8, 4)),
        ("[intro] | N.C. |\n[A] | C | G |", (4, 4)),
    ],
)
def test_silence_stays_only_where_a_progression_has_it(text, beats):
    assert read_chart(text).beats == beats


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("| C | N.C. | F |", "N.C. within a section: the chord before it sounds on"),
        ("N.C. C G", "N.C. at the start of a section: the chord after it begins there"),
        ("| C | G N.C. |", ""),
    ],
)
def test_silence_that_a_progression_has_not_is_told(text, remark):
    remarks = Remarks()
    read_chart(text, remarks=remarks)
    assert str(remarks) == remark


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("C7-5 F", ("C7♭5", "F")),
        ("D7-5", ("D7♭5",)),
        ("C-G7-F", ("C", "G7", "F")),
        ("C^7 C7/4 C(no3) A5(add9)", ("Cmaj7", "C7sus4", "C5", "Asus2")),
    ],
)
def test_a_word_that_is_a_chord_is_not_taken_apart(text, names):
    assert read_chart(text, key=Key.parse("C")).names == names


@pytest.mark.parametrize(
    ("text", "meter"),
    [
        ("4/4 | C | G |", (4, 4)),
        ("3/4 C G", (3, 4)),
        ("6/8\nC G", (6, 8)),
        ("| 3/4 C | G |", (3, 4)),
        ("6/8 1 5", (6, 8)),
    ],
)
def test_two_numbers_before_the_first_chord_are_the_meter(text, meter):
    progression = read_chart(text)
    assert progression.meter == meter
    assert progression.names == ("C", "G")


def test_among_ids_two_numbers_are_an_id():
    assert read_chart("5/4 1 4", key=Key.parse("C")).names == ("C", "C", "F")


@pytest.mark.parametrize(
    ("text", "names", "sections"),
    [
        ("|1 C :|2 G |", "C G", [("", 1), ("", 1)]),
        ("|: A | B |1 C :|2 D | E |", "A B C A B D E", [("", 3), ("", 4)]),
        ("|: A | 1. C :| 2. D :| 3. E |", "A C A D A E", [("", 2), ("", 2), ("", 2)]),
        ("|1|5|6|4|", "C G Am F", []),
    ],
)
def test_endings_are_written_out_and_ids_stay_ids(text, names, sections):
    progression = read_chart(text, key=Key.parse("C"))
    assert " ".join(progression.names) == names
    assert [(one.name, one.length) for one in progression.sections] == sections


def test_brackets_around_several_chords_are_repeated():
    once, twice = Section("", 1), Section("", 2, 2)
    assert read_chart("(C G) x2").sections == (twice,)
    assert read_chart("C G x 2").sections == (twice,)
    assert read_chart("Am (C G) x2 F").sections == (once, twice, once)
    assert read_chart("Am (C G) F").names == ("Am", "C", "G", "F")


SUNG = """\
My song
Capo: 2
Verse 1
G           D/F#
A friend of mine
Em          C  x2
I sing of 2 days

[Chorus]
[ch]C[/ch]   [ch]G[/ch]
La la
e|--3--2--|
"""


def test_chords_over_words_are_a_bar_each():
    remarks = Remarks()
    progression = read_chart(SUNG, remarks=remarks)
    assert progression.names == ("G", "D/F♯", "Em", "C", "C", "G")
    assert progression.beats == (4.0,) * 6
    assert [(one.name, one.times) for one in progression.sections] == [
        ("Verse 1", 1),
        ("Verse 1", 2),
        ("Chorus", 1),
    ]
    assert str(remarks) == (
        "chords over words: each is one bar long, unless bars are drawn; "
        "lines of words: 4 ('My song', 'A friend of mine', 'I sing of 2 days', …); "
        "lines passed over: 2 ('Capo: 2', 'e|--3--2--|')"
    )


def test_a_line_of_marks_alone_is_an_empty_one():
    assert read_chart("[ch]\n| C | G |\n[/ch]").names == ("C", "G")


def test_some_bars_of_a_chart_are_taken_repeats_once():
    text = "| C | G | Am F |\n|: Dm | Em :|"
    taken = read_chart(text, bars=(2, 4))
    assert taken.names == ("G", "Am", "F", "Dm")
    assert taken.beats == (4, 2, 2, 4)
    assert [one.times for one in taken.sections] == [1, 1]
    assert read_chart(text, bars=(4, 9)).sections == (Section("", 2, 2),)
    assert read_chart("| C | % | G |", bars=(2, 2)).beats == (4,)
    with pytest.raises(IntakeError, match="bars 6 to 7: there are 5, repeats counted once"):
        read_chart(text, bars=(6, 7))
    long = "C " * 600
    assert len(read_chart(long, bars=(300, 399)).chords) == 100


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("C G Am F Hm", "chord 5, 'Hm': a chord symbol with a root of a capital letter A to G"),
        ("| C | Gfoo |", "chord 2, 'Gfoo': no quality 'foo'; known: m, 7"),
        ("C " * (MOST_CHORDS + 1), "chart has 513 chords; give 512 at most, or take some of its"),
        ("| C G | " + "% | " * 256, "chart has 514 chords; give 512 at most"),
        (
            "C " * (MOST_STRUCK + 1),
            "line 1: chart has more than 20000 chords and beats; a progression has 512",
        ),
        ("C " * 60_000, "line 1: more than 50000 chords and bar lines; give one song, in lines"),
        ("", "no chords in the chart; type some"),
        ("| | |", "no chords in the chart"),
        ("N.C.", "no chords in the chart"),
        ("[verse C G", r"line 1: '\[verse' has a bracket without its other half"),
        ("C G\nverse] C", r"line 2: 'verse\]' has a bracket without its other half"),
        ("|: C | G", r"a repeat '\|:' has no end; write ':\|' after its last bar"),
        ("|: C |: G :|", r"a repeat '\|:' begins inside another one"),
        (":| C", r"a repeat ends \(':\|'\) before any chord"),
        ("|: C :| x99", "section '' is played 99 times; give 1 to 16"),
        ("|: C :| x0", "section '' is played 0 times; give 1 to 16"),
        ("x3", "'x3' stands before any chord"),
        ("| C : G |", "line 1: a ':' stands alone"),
        ("% C", "line 1: the chart begins with '/' or '%'; begin with a chord"),
        ("| C*3 G*3 |", "line 1: bar 1 has 6 beats; a bar of 4/4 has 4 quarter notes"),
        (
            "| C |" + " / |" * 20_000 + "\n| / |" * 70_000,
            "line 60001: chart has more than 80000 chords and beats",
        ),
        ("| C*4 G |", "bar 1 has 4 beats and more; a bar of 4/4 has 4 quarter notes"),
        ("C*x", r"'C\*x' has no number of beats after '\*'"),
        ("C*1/0", r"'C\*1/0' has no number of beats"),
        ("| C*1/00 |", r"'C\*1/00' has no number of beats after '\*'"),
        (
            "C G 3/4",
            "chord 3, '3/4': a number among chord symbols; a meter stands before the first",
        ),
        ("| C | 2 | G |", "chord 2, '2': a number among chord symbols"),
        ("|: C |1 G :| F", "ending 1 has no ending 2; write"),
        ("|: C |2 G :|", "line 1: ending 2 comes at the wrong place; write"),
        ("H7 E", "chord 1, 'H7': .* is expected; write B7"),
        ("am G", "chord 1, 'am': .* is expected; write Am"),
        ("C7b9b4", "no quality '7b9b4'; .*; the nearest is C7b9"),
        ("C7(b9,b4)", r"the nearest is C7\(b9\)"),
        ("C G\nHm", "chord 3, 'Hm': .*; write Bm"),
        ("C*0", r"'C\*0' lasts 0 beats"),
        ("C*999", "chord 1 lasts 999 beats"),
        ("| C" + " /" * 300 + " |", "bar 1 has 301 chords and beats; give 256 at most"),
        ("key: X\nC", "key 'X'"),
        ("key: G\nkey: A\nC D", "key is told twice, 'G' and 'A'"),
        ("meter: 4\nC", "meter '4'; give two numbers, such as 3/4"),
        ("meter: 4/0\nC", "meter '4/0'; give numbers above 0"),
        ("tempo: fast\nC", "tempo 'fast'; give beats per minute, such as 90"),
        ("tempo: 999\nC", "tempo 999 beats per minute; give 20 to 400"),
        ("C\0G", r"chart has the character '\\x00' at place 2"),
        ("C" * (MOST_CHARACTERS + 1), "chart has 1000001 characters; give 1000000 at most"),
        ("C" + "x" * 100, "chord 1, 'Cx+…': 101 characters"),
    ],
)
def test_what_can_not_be_read_is_told_in_one_line(text, message):
    with pytest.raises(ShinkoError, match=message) as raised:
        read_chart(text)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "hostile",
    [
        *("(", "[", ":", "|", "/", "-", "C-", "-b", "|: ", "[a", "key ", "key: ", "x3 ", "C(", "b"),
        *("|\n", "/\n", " ", "C*1/", "%", "| % ", "\N{FULLWIDTH LEFT PARENTHESIS}", "♭", "1-"),
    ],
)
def test_long_runs_of_one_thing_end_in_a_chart_or_an_error(hostile):
    with pytest.raises(ShinkoError):
        read_chart(hostile * 100_000)


@given(st.text(max_size=60) | st.text("CGAm7b#|:[]()x3*/%.-N \n,", max_size=60))
def test_any_text_is_a_progression_or_an_error_of_one_line(text):
    try:
        lines = chart_text(read_chart(text)).splitlines()
    except ShinkoError as error:
        lines = str(error).splitlines()
        assert len(lines) == 1
    assert lines


@given(progressions())
def test_a_written_chart_reads_back(progression):
    # A chart keeps names, so of a chord what its name tells: G/F♭ in A♯ minor is read as G/E.
    key = progression.key
    assume(all(roman_from_name(name, key).name(key) == name for name in progression.names))
    assert told(read_chart(chart_text(progression))) == told(folded(progression))


@given(progressions())
def test_numerals_read_back(progression):
    numerals = read_chart(" - ".join(progression.roman_numerals), key=progression.key)
    # F♯ in a numeral is F♯; as a symbol a key may spell it G♭.
    assert told(numerals)["chords"] == told(progression)["chords"]


@given(progressions(beats=st.floats(1 / 16, 20)))
def test_any_beats_read_back_to_the_last_digit(progression):
    assert read_chart(chart_text(progression)).beats == folded(progression).beats


@given(progressions())
def test_a_line_for_the_clipboard_reads_back_but_for_the_names_of_sections(progression):
    back = read_chart(one_line(progression), key=progression.key, meter=progression.meter)
    expected = folded(progression)

    def written(piece):
        # A bass that is far from the key is spelled by its sound, as E in A sharp minor for F flat.
        names = [name.split("/")[0] for name in piece.names]
        return names, [chord.bass(piece.key) for chord in piece.chords], piece.beats

    assert written(back) == written(expected)

    def lengths(piece):
        return [(s.length, s.times) for s in piece.sections] or [(len(piece.chords), 1)]

    assert lengths(back) == lengths(expected)


def test_a_double_bar_line_parts_sections_only_between_chords():
    assert read_chart("|| C | F || G | Am ||").sections == (Section("", 2), Section("", 2))
    assert read_chart("[A] C | F ||\n|| G | Am ||").sections == (Section("A", 4),)


def test_thirds_are_exact():
    assert read_chart("| C . F . G . |").beats == (float(Fraction(4, 3)),) * 3


def test_chart_errors_are_intake_errors():
    with pytest.raises(IntakeError, match="chord 1, 'H'"):
        read_chart("H")
