"""Styles: tables by name or path, alone or mixed by weights."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from shinko.errors import FieldError
from shinko.paths import expanded
from shinko.tables.builtin import playable_table
from shinko.tables.codec import expect_chords
from shinko.tables.mixing import mix_tables
from shinko.tables.table import TransitionTable


@dataclass(frozen=True)
class Style:
    """Tables and their weights, which sum to 1.

    Attributes:
      parts: name or path of each table, and its weight, above 0.
    """

    parts: tuple[tuple[str, float], ...]

    @classmethod
    def parse(cls, text: str) -> Style:
        """A style as one writes it: "pop", or "1960s:2, pop909:1".

        Raises:
          ShinkoError: a weight is no number from 0 up, or all are 0.
        """
        if os.path.exists(expanded(text)):  # a comma or a colon in a file's name is none
            return cls(((text, 1.0),))
        parts: dict[str, float] = {}
        for part in text.split(","):
            name, weight = _split(part.strip(), text)
            if name in parts:
                raise FieldError("table", text, f"{name} once", "add the weights up")
            parts[name] = weight
        most = max(parts.values())
        if not most:
            raise FieldError("table", text, "a weight above 0")
        # By the largest first: their sum could be too large for a number.
        total = sum(weight / most for weight in parts.values())
        shares = {name: weight / most / total for name, weight in parts.items()}
        return cls(tuple((name, share) for name, share in shares.items() if share))

    def __str__(self) -> str:
        if len(self.parts) == 1:
            return self.parts[0][0]
        return ", ".join(f"{name}:{weight:.2g}" for name, weight in self.parts)

    def table(self) -> TransitionTable:
        """The table, or the mixture of all.

        Raises:
          ShinkoError: a table can't be read, doesn't exist, or isn't of chords.
        """
        tables = [(playable_table(name), weight) for name, weight in self.parts]
        for table, _ in tables:
            expect_chords(f"table {table.name!r}", table.codec)
        return tables[0][0] if len(tables) == 1 else mix_tables(tables, str(self))


def _split(part: str, text: str) -> tuple[str, float]:
    """Name and weight; a colon within a path is none."""
    name, colon, number = part.rpartition(":")
    if not part:
        raise FieldError("table", text, "names, such as 1960s:2, pop909:1")
    if not colon or "/" in number or "\\" in number or os.path.exists(expanded(part)):
        return part, 1.0
    try:
        weight = float(number)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0) or not name.strip():
        raise FieldError("table", part, "a weight from 0 up after the colon, such as 1960s:2")
    return name.strip(), weight
