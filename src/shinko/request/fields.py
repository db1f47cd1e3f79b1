"""A request: one frozen dataclass, one field and one sentence for each thing that can be asked.

    @dataclass(frozen=True)
    class Wishes(Request):
        most: int | None = asked(None, "How often each chord comes at most.", least=1)
        repeats: bool = asked(True, "No chord follows itself.", name="no_repeat", negated=True)

A request may be composed of smaller ones (`part`). To every face its fields lie flat: a name that
stands in several parts is one field, and the outermost tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from shinko.errors import FieldError
from shinko.request.field import KINDS, RequestField

_ASKED = "asked"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _kept(function: _Function) -> _Function:
    """`cache`, with the types of the function: mypy takes a class of dataclasses for unhashable."""
    return cast(_Function, cache(function))


def asked(
    default: Any,
    sentence: str,
    *,
    factory: Callable[[], Any] | None = None,
    hash: bool = True,
    **told: Any,
) -> Any:
    """A field of a request: its default (or MISSING), its sentence, and what else is known of it.

    Args:
      factory: makes the default, where each request has its own.
      hash: whether the value can be hashed.
      told: attributes of `RequestField` by name, with `negated` and `argument` for its flags.
    """
    how: dict[str, Any] = {"metadata": {_ASKED: {"sentence": sentence, **told}}}
    if not hash:
        how["hash"] = False
    if factory is not None:
        how["default_factory"] = factory
    elif default is not MISSING:
        how["default"] = default
    return field(**how)


def part(kind: type[Request]) -> Any:
    """A field of a request that is a smaller request; to faces its fields lie beside the others."""
    return field(default_factory=kind)


@dataclass(frozen=True)
class Request:
    """What all requests can do: each value is held to what its field tells.

    Raises:
      FieldError: a value can't be; text is read where the field holds something else.
    """

    SCHEMA: ClassVar[int] = 1
    """Of the JSON that it is read from."""

    def __post_init__(self) -> None:
        for one in own_fields(type(self)):
            value = getattr(self, one.attribute)
            held = one.held(value)
            if held is not value:
                object.__setattr__(self, one.attribute, held)
        self._check_together()

    def _check_together(self) -> None:
        given = {
            one.name: one
            for one in own_fields(type(self))
            if _is_given(one, getattr(self, one.attribute))
        }
        for name, one in given.items():
            value = one.plain(getattr(self, one.attribute))
            value = ", ".join(value) if isinstance(value, list) else value
            if one.needs and one.needs not in given:
                raise FieldError(name, value, f"`{one.needs}`, too")
            if one.excludes in given:
                raise FieldError(
                    name, value, f"no `{one.excludes}` beside it", "leave one of them out"
                )

    PRESET: ClassVar[str] = ""
    """Name of the preset that a request starts from which names none."""

    @classmethod
    def presets(cls) -> Mapping[str, Any]:
        """Requests that go by a name, to start from."""
        return {}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A request by its fields' names; those not given have the class's defaults.

        Raises:
          FieldError: a name is unknown, or a value can't be.
        """
        from shinko.request.reading import built

        return built(cls, values)

    def to_dict(self) -> dict[str, Any]:
        """All fields by name, as JSON or TOML has them; none are left out."""
        from shinko.request.reading import written

        return written(self)


@_kept
def own_fields(kind: type[Request]) -> tuple[RequestField, ...]:
    """Those of a request without those of its parts."""
    hints = get_type_hints(kind)
    return tuple(_described(one, hints[one.name]) for one in fields(kind) if _ASKED in one.metadata)


@_kept
def parts_of(kind: type[Request]) -> dict[str, type[Request]]:
    """The smaller requests that a request has, by attribute."""
    hints = get_type_hints(kind)
    return {
        one.name: hints[one.name]
        for one in fields(kind)
        if isinstance(hints[one.name], type) and issubclass(hints[one.name], Request)
    }


@_kept
def fields_of(*kinds: type[Request]) -> tuple[RequestField, ...]:
    """All fields of requests and of their parts, flat; of those with one name the outermost."""
    found: dict[str, RequestField] = {}
    for kind in kinds:
        own = {one.attribute: one for one in own_fields(kind)}
        names = {one.name for one in own.values()}
        for one in fields(kind):
            if one.name in own:
                found.setdefault(own[one.name].name, own[one.name])
            elif inner := parts_of(kind).get(one.name):
                for each in fields_of(inner):
                    if each.name not in names:
                        found.setdefault(each.name, each)
    return tuple(found.values())


def _described(one: Field[Any], hint: Any) -> RequestField:
    told = dict(one.metadata[_ASKED])
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    held = next(kind for kind in kinds if kind is not type(None))
    is_list = told.pop("is_list", get_origin(held) is tuple and "read" not in told)
    if is_list:
        held = next(iter(get_args(held)), str)
    default = one.default if one.default_factory is MISSING else None
    return RequestField(
        name=told.pop("name", one.name),
        attribute=one.name,
        kind=held if held in KINDS else str,
        holds=get_origin(held) or held,
        is_list=is_list,
        is_optional=type(None) in kinds,
        default=default,
        drawn=None if one.default_factory is MISSING else one.default_factory,
        is_negated=told.pop("negated", False),
        is_argument=told.pop("argument", False),
        **told,
    )


def _is_given(one: RequestField, value: Any) -> bool:
    return one.default is not MISSING and value != one.default
