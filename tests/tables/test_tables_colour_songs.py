"""Chords of corpora as they sound, and the palettes counted from them."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from shinko.tables.colour_files import palette_bytes
from shinko.tables.colour_songs import Functions, HeardChord, sounding
from shinko.tables.palettes import palettes_of

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def songs():
    return runpy.run_path(str(SCRIPTS / "colour_songs.py"))


@pytest.fixture(scope="module")
def building():
    return runpy.run_path(str(SCRIPTS / "build_colour.py"))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("C:maj", HeardChord("")),
        ("A:min7/b3", HeardChord("m7", 3)),
        ("G:sus4(b7,9)", HeardChord("9sus4")),
        ("Bb:maj(9)/3", HeardChord("add9", 4)),
        ("F#:hdim7", HeardChord("ø7")),
        ("C:maj6(9)", HeardChord("6/9")),
        ("D:7(#9)", HeardChord("7♯9")),
        ("G:maj/9", HeardChord("", 2)),
        ("E:5", HeardChord("5")),
        ("E:1", HeardChord(None)),
        ("E:1/5", HeardChord(None, 7)),
        ("E:5(b7)", HeardChord(None)),
        ("A:1(b3,b7)", HeardChord("m7")),
        ("C:aug(b7)", HeardChord("+7")),
        ("C:min7(11)", HeardChord("m11", exact=False)),  # a ninth more
        ("C:maj6(b7)", HeardChord("13", exact=False)),
        ("C:maj(#9)", HeardChord("", exact=False)),
    ],
)
def test_harte_is_read_as_it_sounds(songs, text, heard):
    assert songs["harte"](text) == heard


def test_other_syntax_is_refused(songs):
    with pytest.raises(ValueError, match="'Cm7': not in Harte's syntax"):
        songs["harte"]("Cm7")


@pytest.mark.parametrize(
    ("src", "ext", "heard"),
    [
        ("Dm7/G", "m7", HeardChord("m7", 5)),
        ("D/f+", "", HeardChord("", 4)),
        ("C7b9#11", "7b9#11", HeardChord("7♭9", exact=False)),
        ("Cm+", "mb13", HeardChord("m", exact=False)),
        ("Bb", None, HeardChord(None)),
    ],
)
def test_symbols_are_read_as_they_sound(songs, src, ext, heard):
    assert songs["told_by_symbol"]({"src": src, "ext": ext}) == heard


def test_the_script_counts_a_palette_as_it_ships(building, chords_folder):
    songs = [*building["heard_songs"](chords_folder, "hymns")]
    found = building["counted_palette"]("hymns", songs)
    (shipped,) = palettes_of("hymns")
    assert found.colours == shipped.colours
    assert len(palette_bytes([found])) == len(palette_bytes([shipped]))
    np.testing.assert_allclose(found.again, shipped.again, atol=1e-4)


@pytest.mark.parametrize("name", ["jazz", "blues", "folk"])
def test_a_copyleft_source_gives_only_colours_that_two_songs_have(building, chords_folder, name):
    (palette,) = palettes_of(name)
    functions, colours, had = Functions(palette.vocabulary), {}, {}
    for number, song in enumerate(building["heard_songs"](chords_folder, name)):
        told = sounding(song, functions, colours)
        after = (*told.functions[1:], -1)
        every = list(colours)
        for function, then, colour in zip(told.functions, after, told.colours, strict=True):
            if function >= 0:
                for place in ((function, then), (function, -1)):
                    had.setdefault((*place, every[colour]), set()).add(number)
    F = len(palette.vocabulary)
    for function, then, colour in palette.places.tolist():
        place = function, -1 if then == F else then, palette.colours[colour]
        assert len(had[place]) >= 2


def test_pop_songs_can_nearly_all_be_said(building, chords_folder):
    for name in ("billboard", "pop909"):
        songs = [*building["heard_songs"](chords_folder, name)]
        (palette,) = palettes_of(name)
        nearest = building["coverage"](name, songs, palette).split("|")[-2]
        assert float(nearest.strip(" %")) >= 99.5
