"""Paths that can't be, or that a person means otherwise than the computer, on the command line."""

import json
from pathlib import Path

import pytest

LINKS = ("l.mid", "l.txt", "l.csv", "l.json", "l.toml", "l.sf2", "loop")


@pytest.fixture
def loops(tmp_path):
    for name in LINKS:
        (tmp_path / name).symlink_to(name)


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.mark.parametrize(
    "command",
    [
        "compose -n 1 --out l.mid",
        "compose -n 1 --out loop",
        "compose --run loop",
        "compose --table l.csv",
        "compose --style l.toml",
        "compose --soundfont l.sf2 -f wav",
        "compose --request l.json",
        "render l.mid",
        "render l.txt",
        "render C --out l.mid",
        "tables show l.csv",
        "tables build l.txt -o x.csv",
        "originality I --songs loop",
        "explain I --table l.csv",
        "optimum --table l.csv",
        "forecast --table l.csv",
        "learn --out loop",
        "learn --out loop --resume",
        "dial --tables l.csv",
        "evaluate loop",
        "study --out loop",
        "lm train --corpus l.txt --out new",
        "lm evaluate loop",
        "lm sample loop",
    ],
)
def test_a_link_that_leads_to_itself_is_one_line(shinko, loops, command):
    assert "l." in (told := shinko(*command.split()).failed()) or "loop" in told
    assert all(Path(name).is_symlink() for name in LINKS)


@pytest.mark.parametrize(
    ("command", "request_"),
    [
        ("compose", {"soundfont": "a\0b", "formats": "wav"}),
        ("compose", {"run": "a\0b"}),
        ("compose", {"table": "a\0b"}),
        ("compose", {"table": "a\0b.csv"}),
        ("compose", {"style": "a\0b.toml"}),
        ("render", {"source": "a\0b.mid"}),
        ("render", {"source": "a\0b.txt"}),
        ("tables show", {"table": "a\0b.csv"}),
        ("tables build", {"files": ["a\0b"], "out": "x.csv"}),
        ("tables build", {"files": ["a.txt"], "out": "a\0b"}),
        ("originality", {"chords": "I", "songs": "a\0b"}),
        ("explain", {"chords": "I", "table": "a\0b.csv"}),
        ("optimum", {"table": "a\0b.csv"}),
        ("learn", {"table": "a\0b.csv"}),
        ("dial", {"tables": "a\0b.csv"}),
        ("evaluate", {"run": "a\0b"}),
        ("lm train", {"corpus": ["a\0b"]}),
        ("lm evaluate", {"run": "a\0b"}),
        ("lm sample", {"run": "a\0b"}),
        ("lm compare", {"runs": ["a\0b"]}),
    ],
)
def test_a_zero_character_in_a_request_is_one_line(shinko, command, request_):
    Path("request.json").write_text(json.dumps(request_))
    ended = shinko(*command.split(), "--request", "request.json")
    assert "a\\x00b" in ended.failed()


def test_a_tilde_that_the_shell_left_is_the_home_folder(shinko, home):
    shinko("compose", "-n", "1", "--out", "~/x.mid").succeeded()
    assert (home / "x.mid").is_file()
    assert not Path("~").exists()


def test_so_it_is_in_tables_patterns_files_and_requests(shinko, table, home):
    Path(table).rename(home / "toy.csv")
    (home / "song.txt").write_text("| C | F |\n")
    assert shinko("tables", "show", "~/toy.csv").succeeded().startswith("toy: 7 chords")
    shinko("compose", "-n", "1", "--table", "~/toy.csv:2, pop:1").succeeded()
    assert "C" in shinko("render", "~/song.txt", "--print", "line").succeeded()
    Path("request.json").write_text(json.dumps({"run": "~/none"}))
    assert str(home / "none") in shinko("compose", "--request", "request.json").failed()


@pytest.mark.parametrize("out", ["CON.mid", "nul", "aux/x.mid", "song.", "new /x.mid"])
def test_an_out_that_not_all_systems_keep_is_told(shinko, out):
    assert "--out" in (told := shinko("compose", "-n", "1", "--out", out).failed())
    assert "Windows" in told
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("out", ["x" * 300, "x" * 300 + "/song.mid", "x" * 300 + ".mid"])
def test_an_out_that_is_too_long_is_told(shinko, out):
    told = shinko("compose", "-n", "1", "--out", out).failed()
    assert told.startswith("--out 'xxx")
    assert told.endswith("expected a file or folder that there can be (File name too long)")


@pytest.mark.parametrize(("title", "name"), [("con", "_con"), ("𠮷" * 60, "𠮷" * 45)])
def test_a_title_that_no_file_can_have_still_names_one(shinko, title, name):
    shinko("compose", "-n", "1", "--title", title, "-f", "midi,json").succeeded()
    assert sorted(file.name for file in Path("out").iterdir()) == [
        f"{name}.json",
        f"{name}.mid",
    ]
