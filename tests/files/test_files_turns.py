"""Pieces whose sections have keys and tempos of their own: what is written is read back alike."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.export.chart import chart_text, one_line
from shinko.export.chordpro import chordpro_text
from shinko.export.midi import midi_bytes
from shinko.export.notation.musicxml import musicxml_bytes
from shinko.export.text import progression_json
from shinko.files.formats import FORMATS, Rendering
from shinko.files.read import Reading, in_key, read_stream, read_typed, transposed
from shinko.files.render import render, render_text
from shinko.score.arrange import Performance, arrange
from shinko.score.bars import folded
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import Key, parse_roman


def key(text: str) -> Key:
    return Key.parse(text)


def piece(numerals: str, *sections: Section, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    values = {"key": key("A minor"), "beats": (4.0,) * len(chords), "tempo_bpm": 100, **fields}
    return Progression(chords, sections=sections, **values)


SONG = piece(
    "i iv V i I IV V I I vi ii7 V7 I",
    Section("verse", 4),
    Section("chorus", 4, 2, key=key("C")),
    Section("bridge", 4, key=key("E♭"), tempo_bpm=84, style="bossa"),
    Section("end", 1, key=key("E♭"), tempo_bpm=84),
    title="Three rooms",
    ritardando=True,
)


def back(name: str, one: Progression) -> Progression:
    """What a format's own reader finds in a file of it."""
    writers: dict[str, Callable[[], str | bytes]] = {
        "txt": lambda: chart_text(one),
        "chordpro": lambda: chordpro_text(one),
        "json": lambda: progression_json(one),
        "musicxml": lambda: musicxml_bytes(one),
        "midi": lambda: midi_bytes(arrange(one)),
    }
    data = writers[name]()
    found = read_stream(data.encode() if isinstance(data, str) else data, Reading())
    return found.progressions[0]


def music(one: Progression) -> dict[str, object]:
    """What must be the same: chords as they sound, keys and tempos by section, the end."""
    return {
        "names": one.names,
        "beats": one.beats,
        "keys": one.keys,
        "numerals": one.roman_numerals,
        "sections": [(s.name, s.length, s.times) for s in one.sections],
        "tempos": [one.tempo_of(s) for s in one.sections] or [one.tempo_bpm],
        "meter": one.meter,
        "ritardando": one.ritardando,
    }


READABLE = ["txt", "chordpro", "json", "musicxml", "midi"]
HOLDING_STYLES = ["txt", "json"]


@pytest.mark.parametrize("name", READABLE)
def test_keys_tempos_and_the_ritardando_come_back(name):
    assert music(back(name, SONG)) == music(SONG)
    # Nothing is found of what the sections share.
    assert back(name, SONG).key == key("A minor")


@pytest.mark.parametrize("name", HOLDING_STYLES)
def test_styles_come_back_where_a_format_holds_them(name):
    assert [section.style for section in back(name, SONG).sections] == ["", "", "bossa", ""]


@pytest.mark.parametrize("name", ["txt", "json"])
def test_some_formats_lose_nothing(name):
    assert replace(back(name, SONG), chords=SONG.chords) == SONG  # which have other frames


ODD = {
    "key of the first section": piece(
        "I V i V", Section("A", 2, key=key("G"), tempo_bpm=70), Section("B", 2)
    ),
    "same signature": piece("i V I V", Section("A", 2), Section("B", 2, 3, key=key("C"))),
    "tempo alone": piece("i V i V", Section("A", 2), Section("B", 2, tempo_bpm=133.7)),
    "there and back": piece(
        "i I i", Section("A", 1), Section("B", 1, key=key("C♯ major")), Section("A", 1)
    ),
    "modes": piece(
        "i I i",
        Section("A", 1),
        Section("B", 1, key=key("C lydian")),
        Section("C", 1, key=key("D")),
    ),
    "off the bar line": piece(
        "i V I V", Section("A", 2), Section("B", 2, key=key("B♭")), beats=(4.0, 2.0, 4.0, 1.0)
    ),
    "one bar": piece("i", ritardando=True),
    "one-bar sections": piece(
        "i I I",
        Section("A", 1),
        Section("B", 1, key=key("D♭"), tempo_bpm=60),
        Section("C", 1, key=key("F♯"), tempo_bpm=180),
        ritardando=True,
    ),
    "no names": piece("i V I V", Section("", 2), Section("", 2, key=key("F"), tempo_bpm=90)),
    "repeated to the end": piece(
        "i V I V", Section("A", 2), Section("B", 2, 2, key=key("C")), ritardando=True
    ),
    "six eight": piece(
        "i V I V",
        Section("A", 2),
        Section("B", 2, key=key("C"), tempo_bpm=75),
        meter=(6, 8),
        beats=(3.0,) * 4,
        ritardando=True,
    ),
    "five four": piece(
        "i V I V",
        Section("A", 2),
        Section("B", 2, key=key("E")),
        meter=(5, 4),
        beats=(5.0,) * 4,
        ritardando=True,
    ),
}
# MIDI knows two modes, and has of a piece what is heard: of a nameless section it tells nothing.
NOT_IN_MIDI = {"modes", "no names"}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", READABLE)
def test_odd_cases_come_back(name, odd):
    if name == "midi" and odd in NOT_IN_MIDI:
        pytest.skip("MIDI doesn't hold it")
    assert music(back(name, ODD[odd])) == music(ODD[odd])


@pytest.mark.parametrize("name", [n for n in FORMATS if n not in ("wav", "flac", "mp3")])
@pytest.mark.parametrize("odd", ODD)
def test_every_format_is_written_of_odd_cases(name, odd):
    asked = Rendering((name,), Performance("strum"))
    assert all(render(ODD[odd], asked).values())


@st.composite
def pieces(draw, modes=("major", "minor", "dorian"), beats=(1.0, 2.0, 3.0, 4.0)) -> Progression:
    """One to four sections in any keys and tempos."""
    keys = st.builds(Key.of_signature, st.integers(-6, 6), st.sampled_from(modes))
    chords, sections = [], []
    for number in range(draw(st.integers(1, 4))):
        some = draw(st.lists(st.sampled_from(["I", "iv", "V7", "♭VII", "ii7"]), min_size=1))[:5]
        chords += some
        sections.append(
            Section(
                f"S{number}",
                len(some),
                draw(st.integers(1, 3)),
                draw(st.none() | keys),
                draw(st.none() | st.sampled_from((60.0, 92.5, 180.0))),
            )
        )
    return piece(
        " ".join(chords),
        *sections,
        key=draw(keys),
        beats=tuple(draw(st.sampled_from(beats)) for _ in chords),
        ritardando=draw(st.booleans()),
    )


@settings(deadline=None)
@given(pieces(), st.sampled_from(["txt", "chordpro", "json", "musicxml"]))
def test_any_keys_and_tempos_come_back(one, name):
    read, written = music(back(name, one)), music(folded(one))
    if name == "chordpro":  # which has no such notes
        plain = {"C♭": "B", "F♭": "E", "E♯": "F", "B♯": "C"}
        written["names"] = tuple(plain.get(one[:2], one[:2]) + one[2:] for one in written["names"])
    assert read == written


@settings(deadline=None, max_examples=40)
@given(pieces(modes=("major", "minor"), beats=(4.0,)))
def test_any_keys_and_tempos_come_back_from_midi(one):
    assert music(back("midi", one)) == music(folded(one))


def test_a_line_has_the_chords_as_they_sound():
    line = one_line(SONG)
    assert read_typed(line, Reading()).progressions[0].names == SONG.names
    assert render_text(SONG, "line").strip() == line


def test_another_key_moves_all_keys_as_far():
    moved = transposed(replace(SONG, melody=(MelodyNote(0, 1, 69),)), key("B minor"))
    assert [str(k) for k in dict.fromkeys(moved.keys)] == ["B minor", "D major", "F major"]
    assert moved.roman_numerals == SONG.roman_numerals
    assert moved.melody[0].pitch == 71
    # Seven flats up from E♭ would be twelve: the key that sounds the same has none so many.
    far = transposed(
        piece("I I", Section("A", 1), Section("B", 1, key=key("E♭")), key=key("C")), key("D♭")
    )
    assert [str(k) for k in far.keys] == ["D♭ major", "E major"]


def test_another_key_to_read_in_leaves_the_sections_theirs():
    one = in_key(SONG, key("C"))
    assert one.names == SONG.names
    assert one.roman_numerals[:4] == ("vi", "ii", "V/vi", "vi")
    assert one.sections == SONG.sections
    asked = read_stream(chart_text(SONG).encode(), Reading(key=key("C"), tempo_bpm=120))
    assert asked.progressions[0].keys == one.keys
    assert asked.progressions[0].sections[2].tempo_bpm == 84


@pytest.mark.parametrize("name", ["txt", "chordpro", "json", "musicxml"])
def test_some_bars_keep_the_keys_of_their_sections(name):
    one = replace(SONG, sections=tuple(replace(s, times=1) for s in SONG.sections))
    data = {
        "txt": chart_text(one).encode(),
        "chordpro": chordpro_text(one).encode(),
        "json": progression_json(one).encode(),
        "musicxml": musicxml_bytes(one),
    }[name]
    (taken,) = read_stream(data, Reading(bars=(7, 10))).progressions
    assert taken.names == SONG.names[6:10]
    assert taken.keys == SONG.keys[6:10]
    assert not taken.ritardando  # the end isn't among them
    (end,) = read_stream(data, Reading(bars=(12, 13))).progressions
    assert end.ritardando


def test_a_section_s_own_style_that_can_not_be_played_is_one_line():
    one = replace(ODD["six eight"], sections=(Section("A", 2), Section("B", 2, style="bossa")))
    with pytest.raises(ShinkoError, match=r"section 'B': .*6/8") as told:
        render(one, Rendering(("midi",), Performance("strum")))
    assert "\n" not in str(told.value)
    assert render(one, Rendering(("musicxml",)))  # notation needs no player
