"""JSON Schema (draft 2020-12) of a request, for programs that write one."""

from __future__ import annotations

from dataclasses import MISSING
from pathlib import Path
from typing import Any

from shinko.request.field import RequestField
from shinko.request.fields import Request, fields_of
from shinko.request.reading import PRESET, SCHEMA

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", Path: "string"}


def schema_of(kind: type[Request], title: str) -> dict[str, Any]:
    """The schema of a request's JSON: what it accepts has names, types and numbers that can be.

    What a text has to be beyond that, such as a key, is told by its description and checked when it
    is read.

    Args:
      kind: the request.
      title: of the schema.
    """
    known = fields_of(kind)
    properties: dict[str, Any] = {one.name: _property(one) for one in known}
    if presets := kind.presets():
        properties[PRESET] = {
            "description": "What fields that aren't given are taken from.",
            "enum": [None, *presets],
            "default": kind.PRESET or None,
        }
    properties[SCHEMA] = {"description": "Version of these names.", "const": kind.SCHEMA}
    rules = [rule for one in known for rule in _rules(one, {k.name: k for k in known})]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": (kind.__doc__ or "").split("\n")[0],
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [one.name for one in known if one.default is MISSING],
        **({"allOf": rules} if rules else {}),
    }


def _property(one: RequestField) -> dict[str, Any]:
    told: dict[str, Any] = {"description": one.sentence}
    if one.unit:
        told["x-unit"] = one.unit
    value = _value(one)
    if one.is_list:
        value = {"type": "array", "items": value}
    if one.is_optional or one.drawn:
        value = {"anyOf": [value, {"type": "null"}]}
    if one.default is not MISSING and one.drawn is None:
        told["default"] = one.plain(one.default)
    return told | value


def _value(one: RequestField) -> dict[str, Any]:
    if one.choices:
        return {"enum": list(one.choices)}
    value: dict[str, Any] = {"type": _TYPES[one.kind]}
    if one.kind is Path:
        value["minLength"] = 1
    for bound, number in (
        ("minimum", one.least),
        ("maximum", one.most),
        ("exclusiveMinimum", one.above),
    ):
        if number is not None:
            value[bound] = number
    return value


def _rules(one: RequestField, known: dict[str, RequestField]) -> list[dict[str, Any]]:
    """Of fields that need or exclude others; those with their default count as not given."""
    rules: list[dict[str, Any]] = []
    if one.needs:
        rules.append({"if": _given(one), "then": _given(known[one.needs])})
    if one.excludes:
        rules.append({"not": {"allOf": [_given(one), _given(known[one.excludes])]}})
    return rules


def _given(one: RequestField) -> dict[str, Any]:
    if one.default is MISSING:
        return {"required": [one.name]}
    return {
        "required": [one.name],
        "properties": {one.name: {"not": {"const": one.plain(one.default)}}},
    }
