"""From values by name to a request, and back: JSON, TOML, the options of a command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, replace
from difflib import get_close_matches
from typing import Any, TypeVar

from shinko.errors import FieldError, UnknownFieldError
from shinko.request.field import KINDS, RequestField
from shinko.request.fields import Request, fields_of, own_fields, parts_of

AnyRequest = TypeVar("AnyRequest", bound=Request)

# Names beside those of the fields.
SCHEMA, PRESET = "schema", "preset"


def read_request(kind: type[AnyRequest], values: Mapping[str, Any]) -> AnyRequest:
    """A request by its fields' names, lying flat; those not given have their defaults.

    Two names mean more: `schema` is the version of the names, and `preset`, where there are any,
    is what those not given are taken from.

    Raises:
      FieldError: a name is unknown or missing, a value can't be, two exclude each other, or the
        names are those of another version.
    """
    values = dict(values)
    version = values.pop(SCHEMA, kind.SCHEMA)
    if version != kind.SCHEMA or isinstance(version, bool):
        raise FieldError(
            SCHEMA,
            version,
            str(kind.SCHEMA),
            "write the request anew, or take a version that reads it",
        )
    base: AnyRequest | None = None
    if presets := kind.presets():
        preset = values.pop(PRESET, None)
        if preset is not None and preset not in list(presets):
            raise FieldError(PRESET, preset, f"one of {', '.join(presets)}")
        base = presets.get(kind.PRESET if preset is None else preset)
    return built(kind, values, base)


def change(request: AnyRequest, values: Mapping[str, Any]) -> AnyRequest:
    """The request with some of its fields replaced, by name.

    Raises:
      FieldError: a name is unknown, or a value can't be.
    """
    return built(type(request), values, request)


def written(request: Request) -> dict[str, Any]:
    """All fields of a request by name, as JSON has them."""
    told: dict[str, Any] = {}
    for one in own_fields(type(request)):
        told[one.name] = one.plain(getattr(request, one.attribute))
    for attribute in parts_of(type(request)):
        told = {**written(getattr(request, attribute)), **told}
    return {one.name: told[one.name] for one in fields_of(type(request))}


def _known(kind: type[Request], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names of now; raises FieldError for a name that there isn't."""
    known = {one.name: one.name for one in fields_of(kind)}
    known |= {one.was: one.name for one in fields_of(kind) if one.was and one.was not in known}
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            names = ", ".join(f"`{one.name}`" for one in fields_of(kind))
            raise UnknownFieldError(
                name, f"did you mean `{near[0]}`?" if near else f"known: {names}"
            )
    # None asks for the default of a request's own, such as a seed.
    drawn = {one.name for one in fields_of(kind) if one.drawn}
    named: dict[str, Any] = {}
    for name, value in values.items():
        if known[name] in named:
            raise FieldError(
                known[name], value, "given once: it has an old and a new name", "leave one out"
            )
        named[known[name]] = value
    return {n: value for n, value in named.items() if value is not None or n not in drawn}


def built(
    kind: type[AnyRequest], values: Mapping[str, Any], base: AnyRequest | None = None
) -> AnyRequest:
    """A request by its fields' names; those not given are the base's, or have their defaults.

    Raises:
      FieldError: a name is unknown or missing, or a value can't be.
    """
    return _composed(kind, _known(kind, values), base)


def _composed(
    kind: type[AnyRequest], values: Mapping[str, Any], base: AnyRequest | None
) -> AnyRequest:
    given: dict[str, Any] = {}
    for one in own_fields(kind):
        if one.name in values:
            given[one.attribute] = _value(one, values[one.name])
        elif one.default is MISSING and base is None:
            raise FieldError(one.name, None, KINDS[one.kind], one.sentence.rstrip("."))
    for attribute, inner in parts_of(kind).items():
        for one in own_fields(kind) if base is None else ():
            # One name, one value, if it is a default, too.
            if one.name not in values and one.name in {each.name for each in fields_of(inner)}:
                given[one.attribute] = one.drawn() if one.drawn else one.default
                values = {**values, one.name: one.plain(given[one.attribute])}
        given[attribute] = _composed(inner, values, getattr(base, attribute) if base else None)
    return kind(**given) if base is None else replace(base, **given)


def _value(one: RequestField, value: Any) -> Any:
    if not one.is_negated:
        return value
    if not isinstance(value, bool):
        raise FieldError(one.name, value, "true or false")
    return not value
