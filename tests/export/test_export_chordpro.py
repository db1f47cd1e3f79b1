"""ChordPro songs: directives, grids, cells; reading back is tested in intake."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.chordpro import chordpro_name, chordpro_text
from shinko.score.progression import Progression, Section
from shinko.score.words import Lyric
from shinko.theory import Key, parse_token, roman_from_name


def progression(tokens: str, beats: tuple[float, ...], key: str = "C", **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse(key), beats, **fields)


def grids(piece: Progression) -> list[str]:
    return chordpro_text(piece).split("\n\n", 1)[1].splitlines()


def test_a_song_has_directives_and_a_grid_for_each_section():
    song = progression(
        "1 5 57/5 6 4 5",
        (4, 3, 1, 8, 2, 2),
        key="Bb",
        title='Two "{doors}"',
        tempo_bpm=92.5,
        sections=(Section("verse", 3, 2), Section("", 3, 3)),
    )
    assert chordpro_text(song) == (
        "{title: Two '(doors)'}\n"
        "{key: Bb}\n"
        "{tempo: 92.5}\n"
        "{time: 4/4}\n"
        "\n"
        '{start_of_grid label="verse" shape="4x4"}\n'
        "|: Bb . . . | F . . C7 :|\n"
        "{end_of_grid}\n"
        "\n"
        '{start_of_grid shape="4x4+1"}\n'
        "|: Gm . . . | . . . . | Eb . F . :| x3\n"
        "{end_of_grid}\n"
    )


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("D dorian", ["{key: Dm}", "{meta: mode dorian}"]),
        ("Bb mixolydian", ["{key: Bb}", "{meta: mode mixolydian}"]),
        ("D minor", ["{key: Dm}"]),
        ("D", ["{key: D}"]),
    ],
)
def test_a_key_is_a_note_and_its_third_and_another_mode_metadata(key, lines):
    head = chordpro_text(progression("1", (4.0,), key)).splitlines()
    assert [line for line in head if line.startswith(("{key", "{meta"))] == lines


def test_cells_are_as_fine_as_the_chords_need():
    assert grids(progression("1 5", (1.5, 2.5)))[:2] == [
        '{start_of_grid shape="4x8"}',
        "| C . . G . . . . |",
    ]
    assert grids(progression("1 5 4", (4 / 3,) * 3))[1] == "| C . . . G . . . F . . . |"


def test_a_bar_is_filled_by_silence():
    assert grids(progression("1 5", (4, 1)))[1] == "| C . . . | G N.C. . . |"


def test_what_no_cell_says_is_told_beside_the_grid():
    assert grids(progression("1 5", (0.7, 1 / 3))) == [
        "{x_shinko_beats: 0.7 1/3}",
        '{start_of_grid shape="4x16"}',
        "| C . G . N.C. . . . . . . . . . . . |",
        "{end_of_grid}",
    ]
    assert grids(progression("1 5 4", (0.1, 0.1, 3.8)))[2] == "| C~G~F" + " ." * 15 + " |"


@given(
    st.lists(st.floats(1 / 16, 9) | st.sampled_from([1.0, 2.0, 4.0]), min_size=1, max_size=12),
    st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (12, 8), (2, 2), (1, 32), (32, 8)]),
    st.integers(1, 3),
)
def test_grids_are_well_formed(beats, meter, times):
    song = progression(
        "1 " * len(beats), tuple(beats), meter=meter, sections=(Section("A", len(beats), times),)
    )
    text = chordpro_text(song)
    assert text.isascii()
    shape = re.search(r'shape="4x(\d+)(?:\+1)?"', text)
    assert shape is not None
    lines = re.findall(r"^\|.*$", text, re.MULTILINE)
    for line in lines:
        bars = [bar.split() for bar in re.split(r"\|:?|:\|", line) if bar.strip(" x123:")]
        assert 1 <= len(bars) <= 4
        assert {len(bar) for bar in bars} == {int(shape[1])}
    struck = sum(len(re.findall("C", line.replace("N.C.", ""))) for line in lines)
    assert struck == len(beats)


def test_chords_have_the_names_that_chordpro_knows():
    names = ["C6/9", "CmMaj7", "C9sus4", "C7#5b9", "Gb7/Fb", "Cb"]
    key = Key.parse("Gb")
    chords = [chordpro_name(roman_from_name(name, key), key) for name in names]
    assert chords == ["C69", "Cmmaj7", "C9sus", "C7b9#5", "Gb7/E", "B"]


def test_a_guitarist_gets_the_fingering_of_each_chord_once():
    piece = progression("1 3 1", (4, 4, 4), key="G")
    shapes = [(3, 2, 0, 0, 0, 3), (None, 7, 9, 9, 8, 7), (3, 2, 0, 0, 3, 3)]
    text = chordpro_text(piece, shapes)
    assert "{define: G base-fret 1 frets 3 2 0 0 0 3}" in text
    assert "{define: Bm base-fret 7 frets x 1 3 3 2 1}" in text
    assert text.count("{define") == 2


def test_a_section_that_is_sung_has_its_chords_within_the_words():
    song = progression(
        "1 5 6 4",
        (4, 4, 2, 2),
        title="Two doors",
        sections=(Section("Chorus 1", 2, 2), Section("", 2)),
        lyrics=(
            Lyric(0.0, "Words [and] "),
            Lyric(4.0, "mo"),
            Lyric(6.0, "re\n"),
            Lyric(8.0, "#so\n"),
        ),
        details=(("artist", "no {body}"), ("mood", "calm")),
    )
    chorus = ['{start_of_chorus label="Chorus 1"}', "[C]Words (and) [G]more", "{end_of_chorus}"]
    assert chordpro_text(song).splitlines() == [
        "{title: Two doors}",
        "{artist: no (body)}",
        "{meta: mood calm}",
        "{key: C}",
        "{tempo: 120}",
        "{time: 4/4}",
        "",
        *chorus,
        *chorus,
        "",
        "{x_shinko_beats: 2 2}",
        '{start_of_verse label=""}',
        "[Am]#so",
        "[F]",
        "{end_of_verse}",
    ]
