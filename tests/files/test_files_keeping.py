"""What formats can't hold: each is listed, and what JSON or ChordPro hold comes back."""

from dataclasses import replace

import pytest

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
