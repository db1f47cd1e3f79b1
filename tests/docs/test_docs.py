"""The docs say what is so: code runs, commands parse, quoted output is what is printed now.

Fenced blocks go by their first word: `python` runs; `sh` and `console` hold commands; `text` with
a file name is that file; plain `text` right after `python` is what that block prints.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest
from pages import FENCE, JAPANESE, PAGES, ROOT, blocks_of, name_of

from shinko.files.read import ENDINGS
from shinko.rl.metrics import EpochRow
from shinko.score.pattern import find_pattern, pattern_names, read_pattern
from shinko.tables import builtin_names

with warnings.catch_warnings():
    # Typer asks for a name that Click 8.5 is about to drop, and warnings are errors here.
    warnings.filterwarnings("ignore", "'click.*deprecated", DeprecationWarning)
    import click
    import typer

    from shinko.cli.app import make_app

import write_help  # pages.py says where it lies

# What shortens a training, so that documented ones can be run.
SHORT = ["--epochs", "10", "--batch", "4", "--hidden", "8"]


def commands_of(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and the words behind `shinko`, comments left out."""
    for block in blocks_of(page):
        if block.kind in ("sh", "console"):
            for number, line in enumerate(block.content.splitlines(), block.line + 1):
                if line.removeprefix("$ ").startswith("shinko "):
                    yield number, shlex.split(line.removeprefix("$ "), comments=True)[1:]


COMMANDS = [
    pytest.param(words, id=f"{name_of(page)}:{number}")
    for page in PAGES
    for number, words in commands_of(page)
]


def is_quick(words: list[str]) -> bool:
    """Whether a command runs by itself: no network, no training, no file that isn't there."""
    if words[0] == "compose":
        given = Path(words[1]).suffix if len(words) > 1 else ""
        return not {"--run", "--request"} & {*words} and given not in (*ENDINGS, ".toml")
    if words[0] == "render":
        return Path(words[1]).suffix not in ENDINGS
    return words[:2] == ["tables", "list"] or (
        words[:2] == ["tables", "show"] and words[2] in builtin_names()
    )


def run_shinko(words: list[str], folder: Path) -> None:
    subprocess.run(
        [Path(sys.executable).with_name("shinko"), *words],
        cwd=folder,
        env=write_help.quiet_environment(folder / "data"),
        stdout=subprocess.DEVNULL,
        check=True,
    )


def write_files(page: Path, folder: Path) -> None:
    """Put the files that a page shows into a folder."""
    for block in blocks_of(page):
        if block.kind == "text" and block.file:
            (folder / block.file).write_text(block.content, "utf-8")


@pytest.mark.parametrize("page", ["docs/songwriting.md", "docs/ja/songwriting.md"])
def test_the_song_that_a_page_shows_can_be_composed(page, tmp_path):
    (song,) = (block.content for block in blocks_of(ROOT / page) if block.kind == "toml")
    (tmp_path / "song.toml").write_text(song, "utf-8")
    run_shinko(["compose", "song.toml", "-n", "1"], tmp_path)
    assert list((tmp_path / "out").glob("*.mid"))


def test_command_help_is_what_the_commands_say_now():
    written = write_help.HELP_PAGE.read_text("utf-8")
    assert written == write_help.help_page(), "run scripts/write_help.py"


def test_the_page_of_requests_is_what_their_fields_are_now():
    written = write_help.REQUESTS_PAGE.read_text("utf-8")
    assert written == write_help.requests_page(), "run scripts/write_help.py"


def test_the_lead_sheet_is_what_is_engraved_now():
    assert write_help.PICTURE.read_bytes() == write_help.picture(), "run scripts/write_help.py"


@pytest.mark.parametrize(
    "page",
    [p for p in PAGES if any(b.kind == "console" for b in blocks_of(p))],
    ids=name_of,
)
def test_console_blocks_show_what_is_printed_now(page):
    text = page.read_text("utf-8")
    assert text == write_help.with_output(text), "run scripts/write_help.py"


def test_what_a_page_gets_wrong_is_shown(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ shinko --version\n0.0.1\n```\n")
    assert write_help.check([page]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == ["-0.0.1", f"+{version('shinko')}"]
    assert write_help.check([ROOT / "SECURITY.md"]) == 0


@pytest.mark.parametrize(
    "page",
    [p for p in PAGES if any(b.kind == "python" for b in blocks_of(p))],
    ids=name_of,
)
def test_python_blocks_run_and_print_what_stands_below(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "docs"}
    for block in blocks_of(page):
        if block.kind == "python":
            # Blank lines before it, so that a traceback has the page's line numbers.
            code = compile("\n" * block.line + block.content, str(page), "exec")
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(code, names)
            if block.printed is not None:
                assert printed.getvalue() == block.printed, f"{name_of(page)} line {block.line}"


@pytest.mark.parametrize("words", COMMANDS)
def test_documented_commands_have_known_options_of_the_right_type(words):
    command, rest = typer.main.get_command(make_app()), list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    assert not hasattr(command, "commands") or rest[:1] in (["--help"], ["--version"])
    with contextlib.suppress(click.exceptions.Exit):
        command.make_context("shinko", rest)


QUICK = sorted({shlex.join(p.values[0]) for p in COMMANDS if is_quick(p.values[0])})


@pytest.mark.parametrize("line", QUICK)
def test_documented_commands_run(line, tmp_path):
    run_shinko(shlex.split(line), tmp_path)


def test_the_request_of_the_docs_is_read_as_they_show_it(tmp_path):
    write_files(write_help.REQUESTS_PAGE, tmp_path)
    line = next(words for _, words in commands_of(write_help.REQUESTS_PAGE))
    assert line[:3] == ["compose", "--request", "song.json"]
    run_shinko(line, tmp_path)


def test_the_way_from_songs_to_own_progressions_runs_as_the_readme_has_it(tmp_path):
    readme = ROOT / "README.md"
    write_files(readme, tmp_path)
    (way,) = (b for b in blocks_of(readme) if b.content.startswith("shinko tables build"))
    for line in way.content.splitlines():
        words = shlex.split(line)[1:]
        run_shinko(words + SHORT if words[0] == "learn" else words, tmp_path)
    assert len(list((tmp_path / "out").glob("*.mid"))) == 4


@pytest.mark.parametrize("japanese", JAPANESE, ids=name_of)
def test_a_japanese_page_names_the_same_commands(japanese):
    in_english, in_japanese = (
        [words for _, words in commands_of(page)] for page in (JAPANESE[japanese], japanese)
    )
    assert in_english == in_japanese


@pytest.mark.parametrize("japanese", JAPANESE, ids=name_of)
def test_a_japanese_page_shows_the_same_files(japanese):
    in_english, in_japanese = (
        [(b.file, b.content) for b in blocks_of(page) if b.kind == "text"]
        for page in (JAPANESE[japanese], japanese)
    )
    assert in_english == in_japanese


@pytest.mark.parametrize("japanese", JAPANESE, ids=name_of)
def test_a_japanese_page_and_its_english_one_lead_to_each_other(japanese):
    for page, other in ((japanese, JAPANESE[japanese]), (JAPANESE[japanese], japanese)):
        link = os.path.relpath(other, page.parent)
        assert f"]({link})" in page.read_text("utf-8").split("\n## ")[0]


def test_the_documented_pattern_is_one():
    (block,) = (b for b in blocks_of(ROOT / "docs/rendering.md") if b.kind == "toml")
    pattern = read_pattern("mine", block.content.encode(), where="docs/rendering.md")
    assert list(pattern.parts) == ["chords", "bass", "drums"]


def test_every_pattern_is_listed_with_its_meters():
    text = (ROOT / "docs/rendering.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", text, re.MULTILINE))
    for name in pattern_names():
        assert listed[name] == ", ".join(find_pattern(name).meters)


@pytest.mark.parametrize("field", [field.name for field in fields(EpochRow)])
def test_every_recorded_field_is_explained(field):
    rows = re.findall(
        r"^\| (`[^|]*) \| \S", (ROOT / "docs/method.md").read_text("utf-8"), re.MULTILINE
    )
    assert any(f"`{field}`" in row for row in rows)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files(page):
    prose = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("http:", "https:", "mailto:", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), f"{name_of(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_speak_of_the_product_only(page):
    text = page.read_text("utf-8")
    assert str(ROOT) not in text
    # A user's own folders are written from ~ or by a variable.
    assert not re.findall(r"(?<![\w~.])/(?:home|root|Users|tmp|work|var|opt)/\S*", text)
    assert not re.findall(r"\b(?:issues?|agents?|sessions?)\b", text, re.IGNORECASE)
