"""How a training is told what to do: one frozen dataclass, one field and one sentence a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any, Self, TypeVar

from shinko.errors import ShinkoError

AnySettings = TypeVar("AnySettings", bound="Settings")

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


@dataclass(frozen=True)
class Settings:
    """What all settings can do; each value is held to its field's type and limits."""

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one, getattr(self, one.name))

    def to_dict(self) -> dict[str, Any]:
        """The settings as TOML values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Settings by name; those not given have their defaults.

        Raises:
          SettingsError: a name is unknown, or a value can't be.
        """
        return change(cls(), values)


def change(settings: AnySettings, values: Mapping[str, Any]) -> AnySettings:
    """The settings with some of them replaced by name.

    Raises:
      SettingsError: a name is unknown, or a value can't be.
    """
    known = {setting.name for setting in fields(settings)}
    for name in values:
        if name not in known:
            raise SettingsError(f"setting '{name}': unknown; known: {', '.join(sorted(known))}")
    return replace(settings, **values)


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
