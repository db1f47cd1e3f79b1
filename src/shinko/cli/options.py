"""Command-line options from requests: one for each field, with its sentence, limits and default."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from shinko.cli.paths import read_path
from shinko.cli.request_file import REQUEST, read_request_file
from shinko.cli.streams import print_lines, terminal_text
from shinko.errors import UnknownFieldError
from shinko.request.field import RequestField
from shinko.request.fields import Request, fields_of
from shinko.request.reading import PRESET, SCHEMA, read_request

Values = dict[str, Any]
Command = Callable[..., None]

# What stands in messages for the fields of the command that was called last.
_SHOWN: dict[str, str] = {}
# Choices as long as this stand in place of a value; longer ones would take a column's room.
_SHORT = 14
_FIELD = re.compile(r"`([a-z][a-z0-9_]*)`")
# Texts of what is asked of chords that hold several things, "1=I 4=V".
WISHES = ("fix", "start", "end", "without", "with", "plan", "keys", "tempos", "styles")


def asks(
    kind: type[Request],
    *others: type[Request],
    mend: Callable[[Values], Values] = dict,
    lists: Iterable[str] = (),
    joined: Iterable[str] = (),
) -> Callable[[Command], Command]:
    """Give a command the options of requests; it takes the requests as its arguments.

    A command with a parameter `given` is told the names of the fields that were set, too.

    Args:
      kind: what is asked; it can also be read from JSON, by --request.
      others: what only a terminal asks, such as where files go.
      mend: from the values that were given, by name, to those that are meant.
      lists: names of options that may be given several times, for `mend`.
      joined: names of texts with several things in them, which may be given one by one, too.
    """
    joined = set(joined)

    def decorate(command: Command) -> Command:
        known = fields_of(kind, *others)
        parameters = [_parameter(one, kind, one.name in {*lists, *joined}) for one in known]
        parameters += [_renamed(one) for one in known if one.was]
        if kind.presets():
            parameters.insert(0, _preset(kind))
        parameters.append(REQUEST)
        tells_given = "given" in inspect.signature(command).parameters

        def wrapped(**values: Any) -> None:
            _SHOWN.clear()
            _SHOWN.update({SCHEMA: SCHEMA, PRESET: "--preset"})
            _SHOWN.update({one.name: _shown(one) for one in known})
            chosen = {n.rstrip("_"): v for n, v in values.items() if v is not None and v != []}
            for one in known:
                if isinstance(texts := chosen.get(one.name), list) and one.kind is str:
                    chosen[one.name] = _together(one, texts, joined)
            source = chosen.pop(REQUEST.name, None)
            read = read_request_file(source) if source else {}
            for one in known:
                if one.was in chosen:
                    tell_old_spelling(f"--{one.was}", _shown(one), chosen[one.was])
            for name in read.keys() & {one.name for one in fields_of(*others)}:
                raise UnknownFieldError(name, f"it is an option of the command: `{name}`")
            chosen = mend(read | chosen)
            _check_given(known, chosen)
            apart = {
                one: {n: chosen.pop(n) for n in [f.name for f in fields_of(one)] if n in chosen}
                for one in others
            }
            requests = [
                read_request(kind, chosen),
                *(read_request(*both) for both in apart.items()),
            ]
            command(*requests, **({"given": list(chosen)} if tells_given else {}))

        wrapped.__doc__ = command.__doc__
        wrapped.__name__ = command.__name__
        wrapped.request, wrapped.fields = kind, known  # type: ignore[attr-defined]
        wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return wrapped

    return decorate


def in_options(message: str) -> str:
    """A message with the options of the command that was called, in place of fields' names."""
    return _FIELD.sub(lambda match: option_names([match[1]]), message)


def option_names(names: Iterable[str]) -> str:
    """Fields' names as options: `--top-p, --seed`."""
    return ", ".join(_SHOWN.get(name, f"--{name.replace('_', '-')}") for name in names)


def tell_old_spelling(old: str, new: str, value: str) -> None:
    """Say how what was asked is spelled now."""
    told = terminal_text(f"{old} {value} is {new} {value} now; the old spelling goes in 0.3")
    print_lines(told, to_error=True)


def _shown(one: RequestField) -> str:
    if one.is_argument:
        return one.metavar or one.name.upper()
    return f"--{one.name.replace('_', '-')}"


def _parameter(one: RequestField, kind: type[Request], several: bool) -> inspect.Parameter:
    how: Values = {"metavar": _metavar(one), "show_default": False}
    how["help"] = _help(one, kind).replace("[", "\\[")
    if one.kind is Path:
        how["parser"] = read_path
    held: Any = list[one.kind] if one.is_list or several else one.kind  # type: ignore[name-defined]
    if one.is_argument:
        how["metavar"] = _shown(one)
        told = typer.Argument(**how)
    else:
        flags = [_shown(one), *([f"-{one.letter}"] if one.letter else [])]
        if one.kind is bool and (one.is_optional or kind.presets()):
            flags[0] += f"/--no-{one.name}"
        told = typer.Option(*flags, rich_help_panel=one.group or None, **how)
    # None of them has to be given for typer's sake: a request's file may have it.
    return _optional(f"{one.name}_" if iskeyword(one.name) else one.name, held, told)


def _together(one: RequestField, texts: list[str], joined: set[str]) -> Any:
    """What an option says that was given several times; of words each may hold some, by commas."""
    if one.name in joined:
        return " ".join(texts)
    words = one.is_list and not (one.read or one.is_argument)
    return ",".join(texts) if words else texts


def _optional(name: str, kind: Any, told: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, told],
    )


def _help(one: RequestField, kind: type[Request]) -> str:
    """Sentence, limits and default."""
    told = one.sentence.rstrip(".")
    if one.choices and not _metavar(one):
        told += f": {', '.join(filter(None, one.choices))}"
    if one.limits:
        told += f" ({one.limits})"
    default = one.default
    if preset := kind.presets().get(kind.PRESET):
        default = getattr(preset, one.attribute, default)
    match one.plain(default):
        case None | "" | False | []:
            return f"{told}."
        case True:
            return f"{told}. Default: yes."
        case list() as several if tuple(several) == one.choices:
            return f"{told}. Default: all."
        case list() as several:
            return f"{told}. Default: {', '.join(several)}."
        case float() as number:
            return f"{told}. Default: {number:g}."
        case plain:
            return f"{told}. Default: {plain}."


def _metavar(one: RequestField) -> str | None:
    """What stands for the value: its choices, if they are short."""
    choices = "|".join(filter(None, one.choices))
    return one.metavar or (choices if len(choices) <= _SHORT and not one.is_list else None) or None


def _preset(kind: type[Request]) -> inspect.Parameter:
    told = f"Settings to start from: {', '.join(kind.presets())}."
    if kind.PRESET:
        told += f" Default: {kind.PRESET}."
    option = typer.Option("--preset", help=told, metavar="NAME", show_default=False)
    return _optional(PRESET, str, option)


def _renamed(one: RequestField) -> inspect.Parameter:
    return _optional(one.was, str, typer.Option(f"--{one.was}", hidden=True))


def _check_given(known: Iterable[RequestField], given: Values) -> None:
    """Raises: UsageError, where what has to be given isn't."""
    for one in known:
        if one.default is MISSING and one.name not in given:
            what = "argument" if one.is_argument else "option"
            raise click.UsageError(f"Missing {what} '{_shown(one)}'", click.get_current_context())
