"""Rendering: which files are made of a progression, how they are named, and what stays."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from shinko.disk import WriteError
from shinko.errors import FieldError, ShinkoError
from shinko.files import render as rendering
from shinko.files.formats import FORMATS, RenderError, Rendering
from shinko.files.render import (
    render,
    render_text,
    render_texts,
    write_each,
    write_progressions,
)
from shinko.score.arrange import Performance
from shinko.score.progression import Progression
from shinko.theory import Key, parse_token


@pytest.fixture
def found() -> list[Progression]:
    tokens = ("1 4 5", "1 5 1")
    return [
        Progression(tuple(map(parse_token, one.split())), Key.parse("F# minor"), (4.0,) * 3, seed=0)
        for one in tokens
    ]


def test_files_are_named_after_key_seed_and_number(found, tmp_path):
    paths = write_progressions(found, tmp_path / "deep" / "down")
    assert [[path.name for path in both] for both in paths] == [
        ["F#m-seed0-1.mid", "F#m-seed0-1.json"],
        ["F#m-seed0-2.mid", "F#m-seed0-2.json"],
    ]
    assert [midi.read_bytes()[:4] for midi, _ in paths] == [b"MThd", b"MThd"]
    stored = json.loads(paths[1][1].read_text("utf-8"))
    assert Progression.from_dict(stored) == found[1]


def test_the_same_progressions_are_written_once(found, tmp_path):
    assert write_progressions(found, tmp_path) == write_progressions(found, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_what_is_there_with_other_content_stays(found, tmp_path):
    (tmp_path / "F#m-seed0-1.mid").write_bytes(b"mine")
    (tmp_path / "F#m-seed0-1-2.mid").mkdir()
    paths = write_progressions(found, tmp_path)
    assert [midi.name for midi, _ in paths] == ["F#m-seed0-1-3.mid", "F#m-seed0-2.mid"]
    assert (tmp_path / "F#m-seed0-1.mid").read_bytes() == b"mine"


def test_a_json_of_other_content_stays_too(found, tmp_path):
    (tmp_path / "F#m-seed0-1.json").write_text("my notes")
    paths = write_progressions(found, tmp_path)
    assert paths[0][0].name == "F#m-seed0-1-2.mid"
    assert (tmp_path / "F#m-seed0-1.json").read_text() == "my notes"


def test_a_folder_that_can_not_be_made_is_told(found, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ShinkoError, match=r"file/out: can't be made \(.*\); choose another with"):
        write_progressions(found, tmp_path / "file" / "out")


def test_a_disk_that_fills_up_leaves_whole_files_only(found, tmp_path, monkeypatch):
    written: list[Path] = []

    def write(contents, **_how):
        if written:
            raise WriteError("can't write: No space left on device; free some space")
        written.extend(contents)

    monkeypatch.setattr(rendering, "write_together", write)
    monkeypatch.setattr(rendering, "_AT_ONCE", 1)
    with pytest.raises(WriteError, match="No space left on device"):
        write_progressions(found, tmp_path)
    assert [path.name for path in written] == ["F#m-seed0-1.mid", "F#m-seed0-1.json"]


def test_what_was_made_before_one_that_can_not_be_is_written(found, tmp_path, monkeypatch):
    def make(progression, rendering, sheet):
        if progression is found[1]:
            raise ShinkoError("no such sound")
        return {".txt": b"chords"}

    monkeypatch.setattr(rendering, "render", make)
    with pytest.raises(ShinkoError, match="no such sound"):
        write_progressions(found, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["F#m-seed0-1.txt"]


def test_who_takes_a_name_meanwhile_keeps_it(found, tmp_path, monkeypatch):
    write, theirs = rendering.write_together, {"song.json": b"theirs", "song-2.mid": b"theirs"}

    def write_second(contents, **how):
        for name in list(theirs)[:1]:  # one at each try
            (tmp_path / name).write_bytes(theirs.pop(name))
        write(contents, **how)

    monkeypatch.setattr(rendering, "write_together", write_second)
    ((midi, data),) = write_progressions(found[:1], tmp_path, names=["song"])
    assert (midi.name, data.name) == ("song-3.mid", "song-3.json")
    for name in ("song.json", "song-2.mid"):
        assert (tmp_path / name).read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 4


def test_two_of_one_name_get_names_of_their_own(found, tmp_path):
    paths = write_progressions(found, tmp_path, names=["song", "song"])
    assert [midi.name for midi, _ in paths] == ["song.mid", "song-2.mid"]


def test_every_format_begins_as_its_kind_does(found):
    begins = {
        ".mid": b"MThd",
        ".musicxml": b"<?xml",
        ".svg": b"<svg",
        ".pdf": b"%PDF-",
        ".wav": b"RIFF",
        ".flac": b"fLaC",
        ".diagrams.svg": b"<svg",
        ".json": b"{",
        ".abc": b"X:1",
        ".ireal.txt": b"irealbook://",
        ".cho": b"{key: F#m}",
    }
    contents = render(found[0], Rendering(tuple(FORMATS)))
    assert set(contents) == {kind.suffix for kind in FORMATS.values()}
    for suffix, begin in begins.items():
        assert contents[suffix].startswith(begin), suffix
    assert all(contents.values())


def test_what_is_to_be_replaced_is_replaced(found, tmp_path):
    (tmp_path / "song.mid").write_bytes(b"older")
    ((midi, _),) = write_progressions(found[:1], tmp_path, names=["song"], replacing=True)
    assert midi == tmp_path / "song.mid"
    assert midi.read_bytes()[:4] == b"MThd"


def test_nothing_is_written_where_one_format_fails(found, tmp_path):
    broken = Rendering(("midi", "json", "wav"), soundfont=tmp_path / "missing.sf2")
    with pytest.raises(ShinkoError, match=r"missing\.sf2"):
        write_progressions(found, tmp_path / "out", broken)
    assert not (tmp_path / "out").exists()


def test_a_read_only_folder_is_told_and_stays_empty(found, monkeypatch, tmp_path):
    def refuse(contents, **_how):
        raise WriteError("can't write: Permission denied; choose another place")

    monkeypatch.setattr(rendering, "write_together", refuse)
    with pytest.raises(WriteError, match="Permission denied; choose another place"):
        write_progressions(found, tmp_path)
    assert not list(tmp_path.iterdir())


def test_progressions_are_written_as_they_come(found, tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "_AT_ONCE", 2)  # files, those of one
    asked_for = []
    coming = (asked_for.append(each.title) or each for each in found)
    written = write_each(coming, tmp_path)
    assert not asked_for
    first = next(written)
    assert (asked_for, [path.exists() for path in first]) == ([found[0].title], [True, True])
    assert len([first, *written]) == len(found)


def test_progressions_without_a_name_are_not_lost_in_silence(found, tmp_path):
    with pytest.raises(ValueError, match=r"longer|shorter"):
        write_progressions(found, tmp_path, names=["only-one"])


def test_texts_of_several_progressions_are_one_that_programs_read(found):
    assert json.loads(render_texts(found, "json")) == [one.to_dict() for one in found]
    assert render_texts(found, "chordpro").count("{new_song}") == len(found) - 1
    assert render_texts(found, "abc").count("X:") == len(found)
    assert render_texts(found, "line") == "".join(render_text(one, "line") for one in found)
    assert render_texts([], "line") == ""


def test_text_is_for_the_terminal_and_sound_is_not(found):
    assert render_text(found[0], "line").count("\n") == 1
    with pytest.raises(RenderError, match="format 'wav' can't be shown as text; known: txt, line"):
        render_text(found[0], "wav")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"formats": ("midi", "doc")}, "`formats` 'doc': expected one of midi, musicxml"),
        ({"formats": ()}, "`formats` '': expected some of midi"),
        ({"layout": "tab"}, "`layout` 'tab': expected one of lead, grand"),
        ({"diagrams": "banjo"}, "`diagrams` 'banjo': expected one of guitar, piano"),
        ({"page": "a5"}, "`page` 'a5': expected one of a4, letter, fit"),
        (
            {"diagrams": "guitar", "formats": ("midi", "wav")},
            "`diagrams` 'guitar': expected a format that it is for .pdf, svg.*, not midi, wav; add "
            "pdf to `formats`",
        ),
        ({"soundfont": Path("my.sf2")}, "`soundfont` 'my.sf2': .*wav.*; add wav to `formats`"),
        ({"seamless": True}, "`seamless` true: .*wav.*, not midi, json; add wav to `formats`"),
    ],
)
def test_what_can_not_be_rendered_is_told(fields, message):
    with pytest.raises(FieldError, match=message):
        Rendering(**fields)


def test_a_performance_is_heard_in_the_midi(found):
    plain = render(found[0], Rendering(("midi",)))[".mid"]
    ballad = render(found[0], Rendering(("midi",), Performance("ballad")))[".mid"]
    assert len(ballad) > 2 * len(plain)


def test_a_named_file_is_replaced_and_its_second_page_is_not(tmp_path, found):
    long = replace(found[0], chords=found[0].chords * 40, beats=found[0].beats * 40, sections=())
    (tmp_path / "song.svg").write_bytes(b"the first")
    (tmp_path / "song-2.svg").write_bytes(b"another song")
    svg = Rendering(("svg",))
    with pytest.raises(RenderError, match=r"song-2.svg' is there, and another page would take its"):
        write_progressions([long], tmp_path, svg, names=["song"], replacing=True)
    assert (tmp_path / "song.svg").read_bytes() == b"the first"
    assert (tmp_path / "song-2.svg").read_bytes() == b"another song"
    (tmp_path / "song-2.svg").unlink()
    write_progressions([long], tmp_path, svg, names=["song"], replacing=True)
    assert (tmp_path / "song.svg").read_bytes().startswith(b"<svg")


def test_several_as_text_are_one_text_of_that_format(found):
    assert [Progression.from_dict(one) for one in json.loads(render_texts(found, "json"))] == found
    tunes = render_texts(found, "abc").split("\n\n")
    assert [tune.splitlines()[0] for tune in tunes] == ["X:1", "X:2"]
    assert render_texts(found, "chordpro").count("{new_song}") == 1
    assert render_texts(found, "line").count("\n") == 2
