"""Command-line options from a settings class: one for each field, with its sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any

import typer

from shinko.runs.settings import Settings

_TYPES = {"str": str, "int": int, "float": float, "bool": bool}


def with_settings(
    settings: type[Settings],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option for each field of a settings class, all None unless set.

    The command takes them as its argument `chosen`, a dict of those that were set.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())
        options = [
            inspect.Parameter(
                setting.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[_TYPES[setting.type] | None, _option(setting)],  # type: ignore[index]
            )
            for setting in fields(settings)
        ]

        def wrapped(**given: Any) -> None:
            chosen = {o.name: given.pop(o.name) for o in options}
            command(**given, chosen={n: value for n, value in chosen.items() if value is not None})

        wrapped.__doc__ = command.__doc__
        wrapped.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [p for p in own if p.name != "chosen"] + options
        )
        return wrapped

    return decorate


def option_names(names: Any) -> str:
    """Settings' names as options: `--top-p, --seed`."""
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)


def _option(setting: Any) -> Any:
    choices = setting.metadata.get("choices")
    metavar = "|".join(choices) if choices else None
    sentence = setting.metadata["help"].replace("[", "\\[")
    default = setting.default
    shown = {True: "yes", False: "no"}[default] if isinstance(default, bool) else default
    told = f"{sentence} Default: {shown}." if shown != "" else sentence
    return typer.Option(help=told, metavar=metavar, rich_help_panel="Settings")
