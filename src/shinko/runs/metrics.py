"""What all rows of metrics can do: one frozen dataclass, one field a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from shinko.errors import ShinkoError


@dataclass(frozen=True)
class MetricsRow:
    """One epoch's figures: numbers, and tuples of numbers."""

    epoch: int
    """Counted from 1."""

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON values."""
        return dict(vars(self))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A row as it was written.

        Raises:
          ShinkoError: a field is missing, one too many, or of another kind.
        """
        types = {field.name: str(field.type) for field in fields(cls)}
        if set(values) != set(types):
            name = sorted(set(types) ^ set(values))[0]
            raise ShinkoError(
                f"metrics of epoch {values.get('epoch', '?')}: field '{name}' is "
                f"{'unknown' if name in values else 'missing'}; was the run made by another "
                "version of shinko?"
            )
        lists = {name for name, type_ in types.items() if type_.startswith("tuple")}
        for name, value in values.items():
            if not (_is_list(value) if name in lists else isinstance(value, int | float)):
                raise ShinkoError(
                    f"metrics of epoch {values['epoch']}: expected "
                    f"{'a list of numbers' if name in lists else 'a number'} for '{name}'; train "
                    "again"
                )
        row: dict[str, Any] = {n: tuple(v) if n in lists else v for n, v in values.items()}
        return cls(**row)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(v, int | float) for v in value)
