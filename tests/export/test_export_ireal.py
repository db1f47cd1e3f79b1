"""iReal Pro links: fields, cells, repeats, sections; every key, meter and quality."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.ireal import (
    CELLS_A_BAR,
    KEYS,
    METERS,
    NEAREST,
    QUALITIES,
    IrealError,
    ireal_chord,
    ireal_key,
    ireal_text,
)
from shinko.score.progression import Progression, Section
from shinko.theory import QUALITIES as OURS
from shinko.theory import Key, Note, parse_chord_name, parse_token, roman_from_name
from shinko.theory.keys import MODES

# The app's chord symbol: root, quality, bass. Of its file format.
CHORD = re.compile(r"[A-G][b#]?([-^+oh\d#bsuadlt]*)(/[A-G][b#]?)?")
KNOWN = {
    *("", "-", "o", "+", "5", "2", "sus", "6", "-6", "69", "-69", "add9", "7", "^7", "-7", "-^7"),
    *("h7", "o7", "7#5", "^7#5", "7b5", "7sus", "9", "^9", "-9", "-^9", "h9", "9sus", "9#5"),
    *("9b5", "7b9", "7#9", "7b9sus", "7b9b5", "7#9b5", "7b9#5", "7#9#5", "11", "-11", "7#11"),
    *("9#11", "^7#11", "^9#11", "13", "^13", "13sus", "13b9", "13#11", "7b13", "7b9b13"),
    *("-b6", "-#5", "7#9#11", "7b9#11", "7b9#9", "13#9", "7susadd3", "7b13sus"),
}


def progression(tokens: str, beats: tuple[float, ...], key: str = "C", **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse(key), beats, **fields)


def chart(piece: Progression) -> str:
    return unquote(ireal_text(piece)).rstrip("\n").split("=")[5]


def test_a_link_has_six_fields_percent_encoded():
    text = ireal_text(progression("1 5", (4, 4), key="Bb", title="Two=doors"))
    assert text == (
        "irealbook://Two-doors%3DShinko%3DMedium%20Swing%3DBb%3Dn%3D"
        "%5BT44Bb%20%20%20%7CF%20%20%20Z\n"
    )


def test_sections_repeats_and_how_often():
    piece = progression(
        "1 4 5 6 1",
        (4.0,) * 5,
        sections=(Section("verse", 2, 2), Section("hook", 1, 3), Section("", 2)),
    )
    assert chart(piece) == "{*vT44C   |F   }{*A<3x>G   }[*BA-   |C   Z"


@pytest.mark.parametrize(
    ("tokens", "beats", "cells"),
    [
        ("1", (4,), "C   "),
        ("1 5", (2, 2), "C G "),
        ("1 5", (3, 1), "C,p,p,G,"),
        ("1 5 4 6", (1, 1, 1, 1), "C,G,F,A-,"),
        ("1 5", (6, 2), "C   |C G "),
        ("1 5", (1.6, 2.4), "C,p,G,p,"),
        ("1 5", (3.9, 0.1), "C,p,p,G,"),
        ("1 5", (1, 2), "C,G,p,n,"),
    ],
)
def test_cells_of_a_bar(tokens, beats, cells):
    assert chart(progression(tokens, beats)) == f"[T44{cells}Z"


def test_six_eight_counts_dotted_beats_where_it_can():
    assert chart(progression("1 5", (2, 1), meter=(6, 8))) == "[T68C,p,p,p,G,p,Z"
    assert chart(progression("1 5", (3, 1.5), meter=(9, 8))) == "[T98C,p,G, Z"
    assert chart(progression("1 5", (1.5, 1.5), meter=(6, 8))) == "[T68C G Z"


def test_a_bar_of_more_chords_than_beats_is_refused():
    piece = progression("1 5 1 5 1", (0.5, 0.5, 0.5, 0.5, 2))
    with pytest.raises(IrealError, match="bar 1 has 5 chords; iReal Pro has one a beat, 4 in a"):
        ireal_text(piece)


def test_a_meter_that_the_app_lacks_is_refused():
    with pytest.raises(IrealError, match="meter 11/8: iReal Pro doesn't know it; known: 2/4"):
        ireal_text(progression("1", (4,), meter=(11, 8)))


@pytest.mark.parametrize("meter", METERS)
def test_meters(meter):
    assert chart(progression("1", (1,), meter=meter)).startswith(f"[{METERS[meter]}C")


def test_every_quality_has_one_symbol_that_the_app_knows():
    assert QUALITIES.keys() & NEAREST.keys() == set()
    assert QUALITIES.keys() | NEAREST.keys() == OURS.keys()
    assert {*QUALITIES.values(), *NEAREST.values()} <= KNOWN


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_symbol_of_the_app_means_the_same_notes(quality):
    written = "C" + QUALITIES[quality].replace("^7", "maj7").replace("^", "maj")
    assert parse_chord_name(written).quality == quality


@pytest.mark.parametrize("quality", NEAREST)
def test_the_nearest_symbol_shares_most_notes(quality):
    ours = set(parse_chord_name("C" + quality).pitch_classes)
    written = {"2": "add9"}.get(NEAREST[quality], NEAREST[quality].replace("^", "maj"))
    apps = set(parse_chord_name("C" + written).pitch_classes)
    assert len(ours & apps) >= max(len(ours), len(apps)) - 2


@given(
    st.sampled_from(["C", "Db", "E#", "Fb", "F##", "Gb", "A#", "B#", "Bbb"]),
    st.sampled_from(list(OURS)),
    st.sampled_from(["", "/G", "/E#", "/Ab"]),
    st.sampled_from(["C", "F#", "Cb", "C#", "G#m", "Abm", "A#m", "Ebm", "G#"]),
)
def test_chords_are_written_with_the_apps_roots(root, quality, bass, key):
    home = Key.parse(key)
    chord = roman_from_name(root + quality + bass, home)
    written = ireal_chord(chord, home)
    match = CHORD.fullmatch(written)
    assert match is not None
    assert match[1] in KNOWN
    root_text = re.match("[A-G][b#]?", written)[0]
    assert parse_chord_name(root_text).root.pitch_class == chord.root(home).pitch_class


@given(st.integers(-10, 10), st.sampled_from(list(MODES)))
def test_keys_are_on_the_apps_list_with_the_third_of_their_mode(fifths, mode):
    key = Key(Note.from_fifths(fifths), mode)
    text = ireal_key(key)
    assert text in KEYS
    tonic = parse_chord_name(text.rstrip("-")).root
    assert (tonic.pitch_class, text.endswith("-")) == (key.tonic_pitch_class, key.has_minor_third)


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 7.0]), min_size=1, max_size=12))
def test_a_bar_of_four_four_has_four_cells(beats):
    text = chart(progression("1 " * len(beats), tuple(beats)))
    for bar in re.split(r"[|]", text.removeprefix("[T44").removesuffix("Z")):
        cells = re.findall(r"C|p|n| ", bar.replace(",", ""))
        assert len(cells) == CELLS_A_BAR


def test_the_style_is_the_one_that_is_near_the_accompaniment():
    fields = [
        unquote(ireal_text(progression("1", (4,)), name)).split("=")[2]
        for name in ("bossa", "mine.toml", "")
    ]
    assert fields == ["Bossa Nova", "Medium Swing", "Medium Swing"]
