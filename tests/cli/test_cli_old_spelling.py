"""What --style meant until 0.2 is understood, and told to be --table now."""

import json

import pytest

ONE = ("compose", "--count", "1", "--length", "4", "--seed", "1")


def told(old: str, new: str, value: str) -> str:
    """The line that says how what was asked is spelled now."""
    return f"{old} {value} is {new} {value} now; the old spelling goes in 0.3\n"


@pytest.mark.parametrize(
    ("command", "others"),
    [
        (ONE, ()),
        ((*ONE, "--json"), ()),
        ((*ONE, "--formats", "midi"), ("--style", "bossa")),
        (("explain", "I vi IV V"), ()),
        (("suggest", "I vi"), ()),
        (("best", "--length", "4"), ()),
    ],
)
@pytest.mark.parametrize("named", ["1960s", "1960s:2, toy.csv:1"])
def test_a_style_that_names_a_table_gives_what_the_table_gives(
    shinko, table, command, others, named
):
    new = shinko(*command, *others, "--table", named)
    old = shinko(*command, *others, "--style", named)
    assert old.succeeded() == new.succeeded()
    assert old.succeeded() != shinko(*command, *others).succeeded()
    assert (new.err, old.err) == ("", told("--style", "--table", named))


def test_a_style_before_or_after_the_one_that_names_a_table_is_played(shinko, tmp_path):
    for out, styles in (("a", ("bossa", "1960s")), ("b", ("1960s", "bossa"))):
        both = [word for style in styles for word in ("--style", style)]
        ended = shinko(*ONE, *both, "--out", out)
        assert ", bossa, seed 1, policy shipped, 1960s, major, real" in ended.succeeded()
        assert ended.err == told("--style", "--table", "1960s")
    shinko(*ONE, "--style", "bossa", "--table", "1960s", "--out", "c").succeeded()
    a, b, c = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()} for out in "abc"
    )
    assert a == b == c
    assert len(a) == 2


def test_tables_to_dial_are_named_either_way(shinko, table):
    small = ("--epochs", "2", "--batch", "8")
    new = shinko("dial", "--tables", table, *small, "--out", "new")
    old = shinko("dial", "--styles", table, *small, "--out", "old")
    assert old.succeeded() == new.succeeded().replace("new", "old")
    assert old.err.startswith(told("--styles", "--tables", table))
    assert "spelling" not in new.err
    one = ("--count", "1", "--seed", "1", "--json")
    composed = [json.loads(shinko("compose", "--run", r, *one).succeeded()) for r in ("new", "old")]
    assert composed[0][0]["chords"] == composed[1][0]["chords"]


WRONG = {
    "misspelt": (
        ("--style", "balad"),
        "--style 'balad': expected one of block, arpeggio, ballad, bossa, eight-bit, jazz, "
        "pop-rock, strum, waltz; did you mean ballad?",
    ),
    "two styles": (
        ("--style", "strum", "--style", "ballad"),
        "--style 'strum and ballad': expected one way to accompany at a time",
    ),
    "a table that is no style": (
        ("--style", "blues"),
        "--style 'blues': expected a way to accompany, such as jazz; blues is a table; take "
        "--table blues, or --genre blues for chords and accompaniment that fit",
    ),
    "nearly a table that never was a style": (
        ("--style", "hymn"),
        "--style 'hymn': expected one of block, arpeggio, ballad, bossa, eight-bit, jazz, "
        "pop-rock, strum, waltz; give a .toml file of yours, or one of these",
    ),
    "two tables": (
        ("--style", "1960s", "--style", "pop"),
        "--table 'pop': expected one; mix tables in one, such as '1960s:1, pop:1'",
    ),
    "a table of each spelling": (
        ("--table", "1960s", "--style", "pop"),
        "--table 'pop': expected one; mix tables in one, such as '1960s:1, pop:1'",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_styles_that_can_not_be_are_told_in_one_line_and_nothing_is_written(
    shinko, tmp_path, arguments, message
):
    assert shinko(*ONE, *arguments).failed() == message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("style", "meant"),
    [("1960z", "1960s"), ("bilboard", "billboard"), ("1960s:2, pop99:1", "pop909")],
)
def test_a_misspelt_table_is_told_with_its_near_name(shinko, tmp_path, style, meant):
    ended = shinko(*ONE, "--style", style)
    assert ended.code == 1
    said, message = ended.err.splitlines()
    assert said == f"--style {style} is --table {style} now; the old spelling goes in 0.3"
    assert "did you mean" in message
    assert meant in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("explain", "I V"), ("suggest", "I V"), ("best",)])
def test_both_spellings_at_once_are_refused(shinko, command):
    ended = shinko(*command, "--style", "1960s", "--table", "pop")
    assert ended.code == 1, ended
    assert ended.out == ""
