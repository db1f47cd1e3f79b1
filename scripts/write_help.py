"""Rewrite what the docs quote from the commands: their help, and the output of their examples.

Run: python scripts/write_help.py
Run: python scripts/write_help.py --check PAGE …    write nothing; exit 1 where commands print else

`docs/cli.md` is written anew from every command's own --help, and `docs/requests.md` from the
fields of the requests. In README and docs, a block marked
`console` keeps its lines that begin with `$ shinko`, and what they print is put below each; the
lead sheet `docs/lead-sheet.svg` is engraved. All of it at a fixed width, without colour, in an
empty folder and with an empty data folder, so that the same commands give the same bytes.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import MISSING
from pathlib import Path

import click
import typer

from shinko.request.field import KINDS, RequestField
from shinko.request.fields import fields_of

ROOT = Path(__file__).resolve().parents[1]
HELP_PAGE, REQUESTS_PAGE = ROOT / "docs" / "cli.md", ROOT / "docs" / "requests.md"
WIDTH = 100  # columns
PICTURE = ROOT / "docs" / "lead-sheet.svg"
PICTURED = [
    "[Verse] |: Cmaj7 A7/C# | Dm7 G7sus4 :| [Chorus] | F G/F | Em7 Am | Dm7/G G13 | C6/9 |",
    *("--key", "C", "--title", "Lead sheet", "--diagrams", "guitar", "--page", "fit"),
]

# Names of environment variables that would colour the output, or make it wider or longer.
_LOUD = re.compile(r"FORCE_COLOR|CLICOLOR|PY_COLORS|GITHUB_ACTIONS|_?TYPER_|HOOKTHEORY_")
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)

INTRODUCTION = """\
# Commands

<!-- Written by scripts/write_help.py from the commands' own --help; change it there. -->

Each command tells about itself with `--help`; this page holds what they say. What they share:

- Results go to standard output, progress and errors to standard error.
- A wrong input ends in one line and exit code 1, a wrong usage in one line and 2, Ctrl-C in one
  line and 130.
- Downloaded tables and texts lie in the user's data folder: `~/.local/share/shinko` (or below
  `$XDG_DATA_HOME`), on macOS `~/Library/Application Support/shinko`, on Windows
  `%LOCALAPPDATA%\\shinko`. `SHINKO_DATA` names another folder.
"""


REQUESTS = """\
# Requests as JSON

<!-- Written by scripts/write_help.py from the requests' own fields; change it there. -->

What can be asked of a command can also be written down as JSON: fields lie flat and are called as
the options are, with `_` for `-`. What isn't given has its default, and options given beside the
file come first:

```text song.json
{"key": "A minor", "length": 8, "fix": "1=i 4=V7", "style": "ballad"}
```

```sh
shinko compose --request song.json --print line
echo '{"chords": "I V vi IV", "key": "Am"}' | shinko explain --request - --table 1960s
```

`shinko schema compose` prints the request's JSON Schema (draft 2020-12), for an editor that
completes and checks, or for a program. A field `schema` may tell the version of the names, which is
1. What can't be read is told in one line that names the field; then nothing is done.
"""


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--check"]:
        return check([Path(name) for name in arguments[1:]])
    HELP_PAGE.write_text(help_page(), encoding="utf-8")
    REQUESTS_PAGE.write_text(requests_page(), encoding="utf-8")
    for path in pages():
        text = path.read_text(encoding="utf-8")
        played = with_output(text)
        if played != text:
            path.write_text(played, encoding="utf-8")
    PICTURE.write_bytes(picture())
    return 0


def check(pages: list[Path]) -> int:
    """Print how pages differ from what their commands print now; 1 if any does."""
    differing = False
    for page in pages:
        text = page.read_text(encoding="utf-8")
        old, new = text.splitlines(), with_output(text).splitlines()
        lines = [*difflib.unified_diff(old, new, n=0, lineterm="")]
        if lines:
            differing = True
            print(f"{page}: not what is printed now", *lines[2:], sep="\n")
    return int(differing)


def picture() -> bytes:
    """The lead sheet that the docs show."""
    with tempfile.TemporaryDirectory() as folder:
        output_of(["render", *PICTURED, "--out", "sheet.svg"], Path(folder))
        return Path(folder, "sheet.svg").read_bytes()


def pages() -> list[Path]:
    """The pages that a person writes."""
    written = {HELP_PAGE, REQUESTS_PAGE}
    return [*sorted(ROOT.glob("*.md")), *sorted(set(ROOT.glob("docs/**/*.md")) - written)]


def help_page() -> str:
    """The text of `docs/cli.md`."""
    parts = [INTRODUCTION]
    for words in commands():
        called = " ".join(("shinko", *words))
        parts.append(f"## {called}\n\n```text\n{output_of([*words, '--help'])}```\n")
    return "\n".join(parts)


def requests_page() -> str:
    """The text of `docs/requests.md`."""
    from shinko.cli.schema import requests

    parts = [REQUESTS]
    for words, kind in requests():
        rows = "".join(f"| {' | '.join(row_of(one))} |\n" for one in fields_of(kind))
        if presets := kind.presets():
            names, usual = ", ".join(presets), kind.PRESET or "none"
            rows += f"| `preset` | What fields not given are taken from. | {names} | {usual} |\n"
        summary = (kind.__doc__ or "").splitlines()[0]
        head = "| Field | What | Values | Default |\n|---|---|---|---|\n"
        parts.append(f"## {words}\n\n{summary}\n\n{head}{rows}")
    return "\n".join(parts)


def row_of(one: RequestField) -> Iterator[str]:
    """A field's cells; a bar would end one."""
    yield f"`{one.name}`"
    yield one.sentence.replace("|", "\\|")
    values = ", ".join(filter(None, one.choices)) or KINDS[one.kind]
    yield ("a list of: " if one.is_list else "") + ", ".join(filter(None, (values, one.limits)))
    default = one.default if one.default is MISSING else one.plain(one.default)
    match default:
        case None | "" | []:
            yield ""
        case bool() | int() | float():
            yield json.dumps(default)
        case list():
            yield ", ".join(default)
        case _:
            yield "has to be given" if default is MISSING else str(default)


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every command, () for the whole, in the order of the help."""
    from shinko.cli.app import make_app

    yield from _walk(typer.main.get_command(make_app()), ())


def _walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*words, name))


def with_output(text: str) -> str:
    """A page whose console blocks show what their commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        return _CONSOLE.sub(lambda block: _played(block[1], Path(folder)), text)


def _played(block: str, folder: Path) -> str:
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    shown = [f"{line}\n{output_of(shlex.split(line)[2:], folder)}" for line in lines]
    return "```console\n" + "\n".join(shown) + "```"


def output_of(arguments: list[str], folder: Path | None = None) -> str:
    """What `shinko` prints, run in a folder: no blanks at line ends, no blank lines around.

    Raises:
      subprocess.CalledProcessError: the command fails; what it said is on standard error.
    """
    command = Path(sys.executable).with_name("shinko")
    with tempfile.TemporaryDirectory() as empty:
        printed = subprocess.run(
            [command, *arguments],
            cwd=folder or empty,
            env=quiet_environment(Path(empty)),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        ).stdout
    lines = [line.rstrip() for line in printed.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def quiet_environment(data: Path) -> dict[str, str]:
    """The environment of a command whose output is to be the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not _LOUD.match(name)}
    fixed = {"COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    return {**kept, **fixed, "PYTHONUTF8": "1", "SHINKO_DATA": str(data)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
