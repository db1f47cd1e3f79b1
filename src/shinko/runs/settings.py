"""How a training is told what to do: one frozen dataclass, one field and one sentence a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, field, fields, replace
from typing import Any, TypeVar

from shinko.errors import ShinkoError

Settings = TypeVar("Settings", bound=Any)

# What a field of each type takes, and how that is called.
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a text"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
}


class SettingsError(ShinkoError):
    """A setting has a value that can't be."""


def setting(default: Any, sentence: str, **limits: Any) -> Any:
    """A field with its sentence and limits: `choices`, or numbers `above`, `least`, `most`."""
    return field(default=default, metadata={"help": sentence, **limits})


def change(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with some of them replaced by name.

    Raises:
      SettingsError: a name is unknown, or a value can't be.
    """
    known = {setting.name for setting in fields(settings)}
    for name in values:
        if name not in known:
            raise SettingsError(f"setting '{name}': unknown; known: {', '.join(sorted(known))}")
    return replace(settings, **values)


def check_settings(settings: Any) -> None:
    """Hold each field of a dataclass of settings to its type and limits.

    Raises:
      SettingsError: for the first value that can't be.
    """
    for one in fields(settings):
        _check(one, getattr(settings, one.name))


def _check(setting: Field[Any], value: Any) -> None:
    option, limits = f"--{setting.name.replace('_', '-')}", setting.metadata
    types, wanted = _TYPES[str(setting.type)]
    # A bool is an int to Python, but not in a settings file.
    if not isinstance(value, types) or (isinstance(value, bool) and types != (bool,)):
        raise SettingsError(f"{option} {value!r}: expected {wanted}")
    if "choices" in limits and value not in limits["choices"]:
        raise SettingsError(f"{option} '{value}': expected one of {', '.join(limits['choices'])}")
    if isinstance(value, str | bool):
        return
    least, most, above = limits.get("least"), limits.get("most"), limits.get("above")
    # Comparisons that also refuse nan.
    if above is not None and not value > above:
        raise SettingsError(f"{option} {value}: expected more than {above}")
    if least is not None and not value >= least:
        raise SettingsError(f"{option} {value}: expected at least {least}")
    if most is not None and not value <= most:
        raise SettingsError(f"{option} {value}: expected at most {most}")
