"""Requests at the terminal: options, help, JSON and schema come from the fields alone."""

import importlib.util
import json
from dataclasses import MISSING, dataclass, replace
from pathlib import Path

import pytest
import typer
from click.testing import CliRunner as ClickRunner

from shinko.cli.app import make_app, with_arguments_help
from shinko.cli.options import asks, in_options
from shinko.request import Request, asked, part
from shinko.request.schema import schema_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mood(Request):
    """How it feels."""

    bright_ness: float = asked(
        0.5, "How bright it is.", least=0, most=1, unit="suns", group="Mood", letter="b"
    )
    calm: bool = asked(True, "Never calm.", name="no_calm", negated=True)


@dataclass(frozen=True)
class Dance(Request):
    """A dance."""

    name: str = asked(MISSING, "Which one.", argument=True)
    steps: tuple[str, ...] = asked(("left",), "Steps.", choices=("left", "right"))
    shoes: str = asked("", "On the feet.", choices=("", "red", "blue"))
    mood: Mood = part(Mood)


STEPS = ("--steps", "left", "--steps", "right,left")


def dance(*arguments: str) -> object:
    """What a command is called with."""
    called = []
    app = typer.Typer()
    app.command()(asks(Dance)(lambda request: called.append(request)))
    command = with_arguments_help(typer.main.get_command(app))
    done = ClickRunner().invoke(command, arguments, catch_exceptions=False)
    return called[0] if called else done.output


def test_a_field_is_an_option_with_its_sentence_limits_and_default():
    told = " ".join(str(dance("--help")).replace("│", " ").split())
    assert "--bright-ness -b FLOAT How bright it is (0 to 1 suns). Default: 0.5." in told
    assert "--shoes red|blue On the feet." in told
    assert "Steps: left, right. Default: left." in told
    assert "NAME Which one." in told.replace("[NAME]", "NAME")
    assert "─ Mood ─" in told


def test_a_list_is_given_in_one_or_in_several_options():
    once, parts = dance("waltz", "--steps", "left,right"), dance("waltz", *STEPS)
    assert once.steps == parts.steps == ("left", "right")


def test_options_become_the_request():
    asked_for = dance("waltz", "--steps", "right,left", "-b", "1", "--no-calm", "--shoes", "red")
    mood = Mood(bright_ness=1.0, calm=False)
    assert asked_for == Dance("waltz", ("right", "left"), "red", mood)
    assert dance("waltz") == Dance("waltz")


def test_a_file_has_the_same_fields_and_options_come_first(tmp_path):
    file = tmp_path / "dance.json"
    file.write_text(json.dumps({"name": "waltz", "bright_ness": 0.25, "no_calm": True}))
    from_file = Dance("waltz", mood=Mood(0.25, calm=False))
    assert dance("--request", str(file)) == from_file
    assert dance("polka", "--request", str(file)) == replace(from_file, name="polka")


def test_the_same_fields_are_in_the_schema_and_in_the_docs():
    told = schema_of(Dance, "dance")["properties"]["bright_ness"]
    assert told == {
        "description": "How bright it is.",
        "x-unit": "suns",
        "default": 0.5,
        "type": "number",
        "minimum": 0,
        "maximum": 1,
    }
    spec = importlib.util.spec_from_file_location("write_help", ROOT / "scripts/write_help.py")
    assert spec is not None
    assert spec.loader is not None
    write_help = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_help)
    rows = [" | ".join(write_help.row_of(one)) for one in write_help.fields_of(Dance)]
    assert "`bright_ness` | How bright it is. | a number, 0 to 1 suns | 0.5" in rows


def test_messages_name_the_options_of_the_command():
    dance("--help")
    assert in_options("`bright_ness` 2: expected 1") == "--bright-ness 2: expected 1"
    assert in_options("`no_calm`, `name`, `unheard_of`") == "--no-calm, NAME, --unheard-of"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"lenght": 3}', "field 'lenght': unknown; did you mean --length?"),
        ('{"beats_per_chord": "x"}', "--beats-per-chord 'x': expected a number"),
        ('{"length": 4.5}', "--length 4.5: expected a whole number"),
        ('{"epoch": 3}', "--epoch 3: expected --run, too"),
        ('{"schema": 9}', "schema 9: expected 1; write the request anew, or take a version that"),
        ('{"key": "X"}', "key 'X': a letter A to G is expected"),
        ('{"formats": ["doc"]}', "--formats 'doc': expected one of midi, musicxml"),
        ('{"out": "x.pdf"}', "field 'out': unknown; it is an option of the command: --out"),
        ('{"length": 3, "length": 9}', "field 'length': given twice; leave one of them out"),
        ("[1]", "request.json: no request; expected a JSON object"),
        ('{"length"', "request.json: no JSON (Expecting ':' delimiter"),
        ("\x00", "request.json: no JSON"),
        ("[" * 100_000, "request.json: no JSON"),
    ],
)
def test_a_wrong_request_is_told_in_one_line_and_nothing_is_written(shinko, tmp_path, text, told):
    (tmp_path / "request.json").write_text(text)
    assert shinko("compose", "--request", "request.json").failed().startswith(told)
    assert [path.name for path in tmp_path.iterdir()] == ["request.json"]


def test_a_request_that_can_not_be_opened_or_is_too_large_is_told(shinko, tmp_path):
    assert shinko("compose", "--request", "none.json").failed().startswith("none.json: No such")
    (tmp_path / "large.json").write_bytes(b" " * 1_000_001)
    told = shinko("compose", "--request", "large.json").failed()
    assert told.startswith("large.json: more than 1,000,000 bytes")


def test_fields_that_exclude_each_other_are_told(shinko, tmp_path):
    (tmp_path / "r.json").write_text('{"run": "runs/a", "sentence": "so", "corpus": "x.txt"}')
    told = "--sentence 'so': expected no --corpus beside it; leave one of them out"
    assert shinko("lm", "evaluate", "--request", "r.json").failed() == told


def test_a_composition_is_the_same_from_options_and_from_json(shinko, tmp_path):
    wanted = {
        "key": "A minor",
        "length": 6,
        "count": 2,
        "seed": 4,
        "fix": "2=iv",
        "no_repeat": True,
    }
    (tmp_path / "r.json").write_text(json.dumps(wanted))
    options = ["-k", "A minor", "-l", "6", "-n", "2", "-s", "4", "--fix", "2=iv", "--no-repeat"]
    by_options = shinko("compose", *options, "--json").succeeded()
    assert shinko("compose", "--request", "r.json", "--json").succeeded() == by_options


def test_schemas_are_listed_and_printed(shinko):
    names = shinko("schema").succeeded().splitlines()
    assert {"compose", "render", "tables build", "lm train"} <= {*names}
    assert json.loads(shinko("schema", "lm", "train").succeeded())["title"] == "shinko lm train"
    told = shinko("schema", "sing").failed()
    assert told.startswith("COMMAND 'sing': expected one of compose, render")


def commands(command=None, words=()):
    command = typer.main.get_command(make_app()) if command is None else command
    if not hasattr(command, "commands"):
        yield pytest.param(words, command, id=" ".join(words))
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


@pytest.mark.parametrize(("words", "command"), list(commands()))
def test_help_teaches_by_example_and_fits_a_terminal(words, command):
    lines = [line.strip() for line in (command.callback.__doc__ or "").splitlines()]
    called = " ".join(("shinko", *words))
    assert [line for line in lines[1:] if line.startswith(called)], f"{called} has no example"
    # One blank stands on each side.
    assert [line for line in lines if len(line) > 78 and line.startswith("shinko ")] == []
