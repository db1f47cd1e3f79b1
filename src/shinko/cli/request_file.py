"""Requests from JSON: a file, or standard input."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from shinko.cli.paths import read_path
from shinko.errors import ShinkoError

MOST_BYTES = 1_000_000

REQUEST = inspect.Parameter(
    "request_file",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Path | None,
        typer.Option(
            "--request",
            help="Read the request from JSON (- is standard input); options given beside it come "
            "first. Its fields: shinko schema.",
            metavar="FILE",
            parser=read_path,
        ),
    ],
)


def read_request_file(path: Path) -> dict[str, Any]:
    """The values of a request's JSON, by name.

    Raises:
      ShinkoError: it can't be read, or is no object.
    """
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ShinkoError(f"{path}: {error.strerror}; expected a request as JSON") from None
    if len(data) > MOST_BYTES:
        raise ShinkoError(f"{path}: more than {MOST_BYTES:,} bytes; expected a request as JSON")
    try:
        values = json.loads(data, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ShinkoError(f"{path}: no JSON ({error}); see shinko schema") from None
    if not isinstance(values, dict):
        raise ShinkoError(f'{path}: no request; expected a JSON object, such as {{"length": 8}}')
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, whose names stand in it once; a later one would hide the first."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ShinkoError(f"field {twice!r}: given twice; leave one of them out")
    return values
