"""The metrics of a run: a row is a frozen dataclass, a figure a field of it, in JSON a line."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from shinko.errors import ShinkoError
from shinko.runs.arrays import reason
from shinko.runs.errors import RunError
from shinko.runs.told import read_told

Row = dict[str, Any]


@dataclass(frozen=True)
class MetricsRow:
    """One epoch's figures: numbers, and tuples of numbers."""

    epoch: int
    """Counted from 1."""

    def to_dict(self) -> Row:
        """The row as JSON values."""
        return dict(vars(self))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A row as it was written.

        Raises:
          ShinkoError: a field is missing, one too many, or of another kind.
        """
        try:
            return read_told(cls, values)
        except ShinkoError as error:
            raise ShinkoError(
                f"metrics of epoch {values.get('epoch', '?')}: {error}; was the run made by "
                "another version of shinko?"
            ) from None


def row_line(row: Row) -> str:
    """A row as it stands in the file."""
    return json.dumps(row, separators=(",", ":"), allow_nan=False) + "\n"


def read_rows(path: Path, way_out: str) -> list[Row]:
    """The rows of a file, one an epoch; a last line torn by a kill is left out.

    Args:
      path: of the file; without one there are no rows.
      way_out: what to do about a damaged one, for the message.

    Raises:
      RunError: a line before the last one is damaged, or isn't the row of its epoch.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: can't be read ({reason(error)}); {way_out}") from None
    rows = []
    for epoch, line in enumerate(lines[:-1], 1):  # what follows the last line end is torn
        row = _read_row(line)
        if row is None or row.get("epoch") != epoch:
            raise RunError(
                f"{path}: line {epoch} is damaged: {line[:40]!r}; expected the figures of epoch "
                f"{epoch}; {way_out}"
            )
        rows.append(row)
    return rows


def _read_row(line: str) -> Row | None:
    """The row of a line, or None if it isn't an object of finite numbers and lists of them."""
    try:
        row = json.loads(line)
        return row if isinstance(row, dict) and all(map(_is_figure, row.values())) else None
    except (ValueError, RecursionError, OverflowError):
        return None


def _is_figure(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(v, int | float) and math.isfinite(v) for v in value)
    return isinstance(value, int | float) and math.isfinite(value)
