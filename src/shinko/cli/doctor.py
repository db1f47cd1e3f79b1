"""shinko doctor: what is installed, whether it works, and what to do where it doesn't."""

from __future__ import annotations

import json
import platform
import shutil
import sys
import textwrap
from dataclasses import asdict

import typer

from shinko import __version__
from shinko.cli.checkup.checks import findings
from shinko.cli.checkup.finding import Finding, without_home
from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_lines

SIGNS = {"works": "✓", "lacks": "–", "broken": "✗"}
LABEL = 12  # columns
WIDEST, NARROWEST = 80, 40


@asks(AsJson)
def doctor_command(output: AsJson) -> None:
    """What is installed, whether it works, and what to do where it doesn't.

    \b
    shinko doctor                 check everything; takes a few seconds
    shinko doctor --json          the same for a program, or to send to somebody

    A missing extra is no fault, and stands beside the line that installs it. The
    exit code is 1 where something that is installed doesn't work. Nothing is
    downloaded, nothing is written but into a temporary folder, and paths in your
    home folder are shown from ~ on.
    """
    if not output.json:
        print_lines(*_heading())
    found = []
    for finding in map(Finding.public, findings()):
        found.append(finding)
        if not output.json:
            print_lines(*_shown(finding))
    broken = sum(finding.state == "broken" for finding in found)
    if output.json:
        told = {"works": not broken, "findings": [asdict(one) for one in found]}
        print_lines(json.dumps(_described() | told))
    elif broken:
        print_lines("", f"{broken} of these {'is' if broken == 1 else 'are'} broken")
    else:
        print_lines("", "everything that is installed works")
    if broken:
        raise typer.Exit(1)


def _described() -> dict[str, str]:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {
        "shinko": __version__,
        "python": python,
        "platform": platform.platform(terse=True),
        "environment": without_home(sys.prefix),
    }


def _heading() -> list[str]:
    told = _described()
    head = f"shinko {told['shinko']}, {told['python']}, {told['platform']}"
    return [*textwrap.wrap(f"{head}, in {told['environment']}", _width()), ""]


def _shown(finding: Finding) -> list[str]:
    """The finding in lines that fit, and below it what to type, unbroken."""
    start = f"{SIGNS[finding.state]} {finding.about:<{LABEL}}"
    indent = " " * len(start)
    lines = textwrap.wrap(
        finding.text,
        _width(),
        initial_indent=start,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [*lines, *(indent + line for line in finding.way_out)]


def _width() -> int:
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))
