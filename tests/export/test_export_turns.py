"""Texts of pieces whose sections have keys and tempos of their own, and of a ritardando."""

import re
import warnings
from dataclasses import replace
from urllib.parse import unquote

import music21
import pytest

from shinko.export.abc import abc_text
from shinko.export.chart import chart_text, one_line
from shinko.export.chordpro import chordpro_text
from shinko.export.ireal import ireal_text
from shinko.export.nashville import nashville_text
from shinko.files.formats import Rendering
from shinko.files.render import render
from shinko.score.arrange import Performance
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import Key, parse_roman


def key(text: str) -> Key:
    return Key.parse(text)


def piece(numerals: str, *sections: Section, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    values = {"key": key("A minor"), "beats": (4.0,) * len(chords), "tempo_bpm": 100, **fields}
    return Progression(chords, sections=sections, **values)


SONG = piece(
    "i V I V I V i",
    Section("verse", 2),
    Section("chorus", 2, 2, key=key("C")),
    Section("bridge", 2, key=key("E♭"), tempo_bpm=84, style="bossa"),
    Section("verse", 1),
    ritardando=True,
)


def test_a_chart_tells_what_is_new_below_the_name():
    assert chart_text(SONG).splitlines() == [
        "key: A minor  tempo: 100  meter: 4/4",
        *("", "[verse]", "| Am | E |"),
        *("", "[chorus]", "key: C major", "|: C | G :| x2"),
        *("", "[bridge]", "key: E♭ major  tempo: 84  style: bossa", "| E♭ | B♭ |"),
        *("", "[verse]", "key: A minor  tempo: 100", "| Am |"),
        "rit.",
    ]


def test_a_first_section_without_a_name_is_told_apart_from_the_head():
    one = piece("I", Section("", 1, key=key("G")))
    assert chart_text(one).splitlines()[1:] == ["", "[]", "key: G major", "| G |"]


def test_a_line_has_the_chords_alone():
    assert one_line(SONG) == "Am | E || |: C | G :| x2 || E♭ | B♭ || Am"


def test_nashville_numbers_count_in_the_section_s_key():
    assert nashville_text(SONG).splitlines() == [
        "key: A minor (1 = C)  tempo: 100  meter: 4/4",
        *("", "[verse]", "6-  3"),
        *("", "[chorus]", "key: C major", "|: 1  5 :| x2"),
        *("", "[bridge]", "key: E♭ major  tempo: 84", "1  5"),
        *("", "[verse]", "key: A minor (1 = C)  tempo: 100", "6-"),
        "rit.",
    ]


def test_chordpro_has_directives_before_the_grid_they_are_for():
    lines = chordpro_text(SONG).splitlines()
    told = [line for line in lines if line.startswith(("{key", "{tempo", "{start", "{comment"))]
    assert [re.sub(" shape=.*", "}", line) for line in told] == [
        *("{key: Am}", "{tempo: 100}", '{start_of_grid label="verse"}'),
        *("{key: C}", '{start_of_grid label="chorus"}'),
        *("{key: Eb}", "{tempo: 84}", '{start_of_grid label="bridge"}'),
        *("{key: Am}", "{tempo: 100}", '{start_of_grid label="verse"}'),
        "{comment: rit.}",
    ]


def test_a_mode_in_chordpro_is_taken_back():
    one = piece("i I", Section("A", 1, key=key("D dorian")), Section("B", 1, key=key("G")))
    told = [line for line in chordpro_text(one).splitlines() if line.startswith(("{key", "{meta"))]
    assert told == [
        "{key: Am}",
        "{key: Dm}",
        "{meta: mode dorian}",
        "{key: G}",
        "{meta: mode major}",
    ]


def test_fingerings_are_those_of_the_sections_that_a_guitar_plays():
    asked = Rendering(("chordpro",), Performance("block"))
    text = render(SONG, asked)[".cho"].decode()
    assert re.findall(r"define: (\w+) ", text) == ["Eb", "Bb"]  # the bossa's


def chart(one: Progression) -> str:
    return unquote(ireal_text(one)).rstrip("\n").split("=")[5]


def test_ireal_pro_has_chords_as_they_sound_and_keys_as_text():
    assert chart(SONG) == (
        "[*vT44A-   |E   ]{*A<Key C>C   |G   }[*B<Key Eb, 84 bpm>Eb   |Bb   ]"
        "[*v<Key Am, 100 bpm><rit.>A-   Z"
    )


def test_a_repeated_section_slows_down_the_last_time():
    one = piece("i V", Section("A", 2, 2), ritardando=True)
    assert chart(one) == "{*AT44<rit. (last time)>A-   |E   }"
    assert '"^rit. (last time)""Am"z8' in abc_text(one)
    thrice = abc_text(replace(one, sections=(Section("A", 2, 3),)))
    # Twice between repeat signs, then once more, which slows down.
    assert thrice.count("^rit.") == 1
    assert thrice.splitlines()[-1].startswith('"^rit.""Am"')


def test_abc_has_fields_between_the_sections():
    lines = abc_text(SONG).splitlines()
    body = lines[lines.index("K:Am") :]
    assert [line for line in body if line[1:2] == ":" and line[0] != "|"] == [
        *("K:Am", "P:verse"),
        *("P:chorus", "K:C"),
        *("P:bridge", "K:Eb", "Q:1/4=84"),
        *("P:verse", "K:Am", "Q:1/4=100"),
    ]


@pytest.mark.filterwarnings("ignore")
def test_music21_reads_the_melody_under_each_signature():
    pitches = (68, 69, 64, 66, 68, 63, 68)
    notes = tuple(MelodyNote(4.0 * bar, 4.0, pitch) for bar, pitch in enumerate(pitches))
    one = replace(SONG, melody=notes, sections=tuple(replace(s, times=1) for s in SONG.sections))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = music21.converter.parse(abc_text(one), format="abc")
    found = [n.pitch.midi for n in score.recurse().getElementsByClass(music21.note.Note)]
    assert tuple(found) == pitches
    keys = score.recurse().getElementsByClass(music21.key.KeySignature)
    assert [k.sharps for k in keys] == [0, 0, -3, 0]
