"""What formats can't hold: each is listed, and what JSON or ChordPro hold comes back."""

import io
import re
from dataclasses import replace

import mido
import pytest

from shinko.errors import ShinkoError
from shinko.files.formats import FORMATS, Rendering
from shinko.files.keeping import KEPT, left_out
from shinko.files.read import Reading, read_text
from shinko.files.render import render
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.words import Lyric
from shinko.theory import Key, parse_token

FULL = Progression(
    tuple(map(parse_token, ["1", "5", "1"])),
    Key.parse("C"),
    (4.0, 4.0, 4.0),
    sections=(Section("A", 2), Section("B", 1, key=Key.parse("D"), style="bossa")),
    melody=(MelodyNote(0.0, 1.0, 60),),
    lyrics=(Lyric(0.0, "one "), Lyric(4.0, "two\n")),
    details=(("artist", "nobody"),),
    ritardando=True,
)
WAYS = ["1 line of words", "artist", "a melody of 1 note", "1 style of a section"]


def test_every_format_says_what_it_holds():
    assert KEPT.keys() == FORMATS.keys()


def test_json_holds_everything():
    assert left_out(FULL, "json", None, in_place=False) == []


def test_a_line_holds_chords_alone():
    assert left_out(FULL, "line", None, in_place=False) == [
        *WAYS,
        "the key or tempo of 1 section",
        "the ritardando",
    ]


@pytest.mark.parametrize("name", ["txt", "chordpro", "json"])
def test_what_a_text_is_said_to_hold_comes_back(name):
    (content,) = render(FULL, Rendering((name,))).values()
    (again,) = read_text(content.decode(), Reading()).progressions
    held = replace(again, key_was_found=FULL.key_was_found)
    kinds = {"words": "lyrics", "details": "details", "melody": "melody"}
    for kind, field in kinds.items():
        assert (getattr(held, field) == getattr(FULL, field)) == (kind in KEPT[name])
    assert [one.key for one in held.sections] == [None, Key.parse("D")]
    assert held.ritardando


def test_a_melody_alone_is_written_where_a_melody_is_held(tmp_path):
    tune = replace(FULL, sections=(), ritardando=False, melody_alone=True)
    for name in ("midi", "musicxml", "abc", "json"):
        assert render(tune, Rendering((name,)))
    sounding = mido.MidiFile(file=io.BytesIO(render(tune, Rendering(("midi",)))[".mid"]))
    assert sum(one.type == "note_on" and one.velocity > 0 for one in sounding) == 1
    assert b"harmony" not in render(tune, Rendering(("musicxml",)))[".musicxml"]
    assert '"C"' not in render(tune, Rendering(("abc",)))[".abc"].decode()
    for name in ("txt", "line", "chordpro", "nashville", "ireal"):
        with pytest.raises(ShinkoError, match=f"`formats` '{name}': expected one that holds a mel"):
            render(tune, Rendering((name,)))


def test_a_page_of_a_melody_alone_has_no_chord_symbol():
    pytest.importorskip("verovio")
    tune = replace(FULL, sections=(), lyrics=(), melody_alone=True)
    asked = Rendering(("svg",), layout="grand", diagrams="guitar")
    (page,) = render(tune, asked).values()
    (with_chords,) = render(replace(tune, melody_alone=False), Rendering(("svg",))).values()
    lettered = re.compile(rb'"chord-symbol"[^>]*[^/]>')  # an empty one ends in "/>"
    assert lettered.search(with_chords)
    assert not lettered.search(page)
