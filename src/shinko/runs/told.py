"""What a file tells, as a dataclass: each value is held to the type of its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from shinko.errors import ShinkoError
from shinko.request import Request

Told = TypeVar("Told")

_KINDS: dict[Any, tuple[str, str]] = {
    str: ("a text", "texts"),
    bool: ("true or false", "of true and false"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
}
# As far as whole numbers of TOML and safetensors go.
_FARTHEST = 2**63


def read_told(kind: type[Told], values: Mapping[str, Any]) -> Told:
    """A dataclass from the values that a file holds, by the names of its fields.

    Args:
      kind: a request, which reads itself; or a dataclass of texts, numbers, true or false, and
        tuples of these. Its own `__post_init__` holds them to the rest.
      values: of the file; names that are no fields are an error.

    Raises:
      ShinkoError: one is missing, or can't be.
    """
    if issubclass(kind, Request):
        return kind.from_dict(values)
    hints, known = _hints(kind), {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(values) - set(known)):
        raise ShinkoError(f"{unknown[0]}: unknown; expected {', '.join(known)}")
    given = {}
    for name, field in known.items():
        if name in values:
            given[name] = _held(name, hints[name], values[name])
        elif field.default is MISSING:
            raise ShinkoError(f"{name}: missing; expected {_expected(hints[name])}")
    return kind(**given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _held(name: str, hint: Any, value: Any) -> Any:
    """A value that is of a type."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ShinkoError(f"{name}: expected {_expected(hint)}")
        inner = get_args(hint)[0]
        return tuple(_held(name, inner, one) for one in value)
    if hint is float and type(value) in (int, float) and abs(value) < _FARTHEST:
        return float(value)
    if type(value) is not hint or hint is float or (hint is int and abs(value) >= _FARTHEST):
        plain = isinstance(value, str | float) or (
            isinstance(value, int) and abs(value) < _FARTHEST
        )
        shown = f" {value!r:.40}" if plain else ""  # neither deep lists nor endless digits
        raise ShinkoError(f"{name}{shown}: expected {_expected(hint)}")
    return value


def _expected(hint: Any, many: bool = False) -> str:
    if get_origin(hint) is tuple:
        return f"{'lists' if many else 'a list'} of {_expected(get_args(hint)[0], True)}"
    return _KINDS[hint][many]
