"""Names that would drive a terminal or turn its text round are shown by escapes."""

import json
from pathlib import Path

import pytest
from lxml import etree

BAD = "a\x1b[31mb\u202ec\x9b\ufffe"
SHOWN = "a\\x1b[31mb\\u202ec\\x9b\\ufffe"


@pytest.fixture
def evil(tmp_path, table):
    plain = (tmp_path / table).read_text()
    (tmp_path / f"{BAD}.csv").write_text("# source: x\x1b[2Jy\u2066\n" + plain, "utf-8")
    return f"{BAD}.csv"


def all_shown(ended):
    text = ended.out + ended.err
    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\ufffe", "\u2066"}, ended
    return text


@pytest.mark.parametrize(
    "arguments",
    [
        ("tables", "show"),
        ("optimum", "--length", "4", "--table"),
        ("suggest", "I IV", "--table"),
        ("best", "--length", "4", "--table"),
        ("explain", "I IV", "--table"),
        ("compose", "-n", "1", "--length", "4", "--returns", "1", "--table"),
    ],
)
def test_a_table_s_name_does_not_reach_the_terminal_raw(shinko, evil, arguments):
    ended = shinko(*arguments, evil)
    assert ended.code == 0
    assert SHOWN in all_shown(ended)


@pytest.mark.parametrize("arguments", [("compose", "--run"), ("evaluate",), ("render",)])
def test_nor_does_that_of_a_file_which_is_not_there(shinko, arguments):
    told = shinko(*arguments, f"{BAD}.mid")
    assert told.code == 1
    assert SHOWN in all_shown(told)


def test_building_a_table_shows_names_of_songs_and_files_by_escapes(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text(f"title: {BAD}\nC G Am F\nC F G C\n", "utf-8")
    told = shinko("tables", "build", "songs.txt", "-o", f"{BAD}.csv")
    assert told.code == 0
    assert SHOWN in all_shown(told)


def test_json_on_the_terminal_has_them_by_their_numbers(shinko):
    out = shinko("compose", "-n", "1", "--title", BAD, "--json").succeeded()
    assert not set(out) & {"\x1b", "\x9b", "\u202e", "\ufffe"}
    assert json.loads(out)[0]["title"] == BAD


@pytest.mark.parametrize("name", ["txt", "line", "chordpro", "nashville", "abc", "ireal", "json"])
def test_texts_on_the_terminal_have_none_of_them(shinko, name):
    out = shinko("compose", "-n", "1", "--title", BAD, "--print", name).succeeded()
    assert not set(out) & {"\x1b", "\x9b", "\u202e", "\ufffe"}


def test_files_with_a_title_of_harmful_characters_are_written(shinko):
    pytest.importorskip("verovio")
    pytest.importorskip("svglib")
    shinko(*["compose", "-n", "1", "-f", "midi,json,svg,pdf,musicxml"], "--title", BAD).succeeded()
    assert len(list(Path("out").iterdir())) == 5


def test_a_picture_of_a_table_with_a_harmful_name_is_well_formed(shinko, evil, tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / evil).rename(tmp_path / f"$x{BAD}.csv")  # a formula that doesn't end, too
    shinko("explain", "I IV", "--table", f"$x{BAD}.csv", "--picture", "heat.svg").succeeded()
    etree.parse("heat.svg")
