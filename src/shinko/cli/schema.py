"""shinko schema: the JSON Schema of a request, for programs that write one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_json, print_lines
from shinko.errors import FieldError
from shinko.request import Request, asked
from shinko.request.schema import schema_of


@dataclass(frozen=True)
class SchemaRequest(Request):
    """The command whose request is wanted."""

    command: tuple[str, ...] = asked(
        (), "Such as: compose, or lm train; without it, all that have one.", argument=True
    )


@asks(SchemaRequest)
def schema_command(request: SchemaRequest) -> None:
    """What can be asked of a command, as JSON Schema; requests are JSON that it describes.

    \b
    shinko schema                                  the commands that have one
    shinko schema compose > compose.json           for an editor or a program
    echo '{"length": 4, "key": "Am"}' | shinko compose --request -
    """
    known = dict(requests())
    wanted = " ".join(request.command)
    if not wanted:
        print_lines(*known)
    elif wanted not in known:
        raise FieldError("command", wanted, f"one of {', '.join(known)}")
    else:
        schema = schema_of(known[wanted], f"shinko {wanted}")
        print_json(schema)


def requests() -> Iterator[tuple[str, type[Request]]]:
    """All requests by the words of their commands."""
    from shinko.cli.app import make_app

    yield from _requests_of(typer.main.get_command(make_app()), ())


def _requests_of(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, type[Request]]]:
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from _requests_of(inner, (*words, name))
        return
    request = getattr(command.callback, "request", None)
    # What only a terminal asks is no request of a job.
    if request is not None and not request.__module__.startswith("shinko.cli"):
        yield " ".join(words), request
