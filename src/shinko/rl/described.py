"""What a policy's file or run tells of it: its tokens, its cell, its dial. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from shinko.errors import ShinkoError
from shinko.nets.shapes import CELL_SHAPES
from shinko.tables.codec import find_codec
from shinko.tables.table import CHORDS

_LONGEST = 256  # chords of an episode at most, as its setting


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a policy speaks of.

    Attributes:
      chords: their tokens.
      codec: what the tokens are, by name; see `shinko.tables.codec`.

    Raises:
      ShinkoError: the codec isn't known, or doesn't read one of them.
    """

    chords: tuple[str, ...]
    codec: str = CHORDS

    def __post_init__(self) -> None:
        read = find_codec(self.codec).read
        for chord in self.chords:
            read(chord)
        if not self.chords or len(set(self.chords)) < len(self.chords):
            raise ShinkoError("chords: expected one or more, each of them once")


@dataclass(frozen=True, kw_only=True)
class Described(Tokens):
    """What a policy is, too.

    Attributes:
      cell: lstm or rnn.
      copies: how many chords ago lies what it may copy; none where it has no copy head.
      orders: after how many chords it may play what followed them before.
      window: how many chords back it sees; 0 for all.
    """

    cell: str
    copies: tuple[int, ...] = ()
    orders: tuple[int, ...] = ()
    window: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cell not in CELL_SHAPES:
            raise ShinkoError(f"cell {self.cell!r}: expected one of {', '.join(CELL_SHAPES)}")
        known = {lag for lag in self.copies if 2 <= lag <= _LONGEST}
        if len(known) < len(self.copies):
            raise ShinkoError(f"copies: expected chords ago from 2 to {_LONGEST}, each once")
        if len({order for order in self.orders if 0 <= order <= _LONGEST}) < len(self.orders):
            raise ShinkoError(f"orders: expected chords from 0 to {_LONGEST}, each once")
        if self.orders and not self.copies:
            raise ShinkoError("orders: expected none where nothing is copied")
        if not 0 <= self.window <= _LONGEST:
            raise ShinkoError(f"window {self.window}: expected 0 to {_LONGEST}")


@dataclass(frozen=True, kw_only=True)
class Dial:
    """What a policy with a dial was trained on, and what each place of the dial comes to.

    Attributes:
      tables: each table that it plays, by name, and then the styles that it is made of.
      styles: by name.
      modes: by name.
      knots: heats that it is told by; see `rl.dial`.
      pulls: pulls that it is told by, 0 among them.
      places: places that it is told by.
      heats: some, 1 among them, (G,).
      effective: effective chords a step of the chain at each of them, by style and mode, where as
        much comes back as songs let.
      rhos: some pulls, 0 among them, (P,).
      returns: pairs of chords that come again in the first eight chords at each heat and pull, by
        style and mode.
      length: chords of the progressions that `effective` was measured on.
      vocabularies: the chords of each style by number, in its own order; none where each style
        plays all of them.

    Raises:
      ShinkoError: they don't fit together.
    """

    tables: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...]
    modes: tuple[str, ...]
    knots: tuple[float, ...]
    pulls: tuple[float, ...]
    places: tuple[float, ...]
    heats: tuple[float, ...]
    effective: tuple[tuple[tuple[float, ...], ...], ...]
    rhos: tuple[float, ...]
    returns: tuple[tuple[tuple[tuple[float, ...], ...], ...], ...]
    length: int
    vocabularies: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.styles or not self.modes or not self.tables:
            raise ShinkoError("tables, styles, modes: expected at least one of each")
        for table in self.tables:
            if len(table) < 2 or not set(table[1:]) <= set(self.styles):
                raise ShinkoError("tables: expected a name, and then styles of the dial")
        for name in ("knots", "pulls", "places", "heats", "rhos"):
            if not _is_rising(getattr(self, name)):
                raise ShinkoError(f"{name}: expected two or more that rise")
        if min(*self.knots, *self.heats) <= 0 or self.places[0] < 0:
            raise ShinkoError("knots, heats: expected numbers above 0; places: from 0 up")
        for name, usual in (("pulls", 0.0), ("rhos", 0.0), ("heats", 1.0)):
            if usual not in getattr(self, name):
                raise ShinkoError(f"{name}: expected {usual:g} among them")
        for name in ("effective", "returns"):
            told = getattr(self, name)
            if len(told) != len(self.styles) or any(len(one) != len(self.modes) for one in told):
                raise ShinkoError(f"{name}: expected a row for each style and mode")
        if any(len(rows) != len(self.heats) for one in self.returns for rows in one):
            raise ShinkoError("returns: expected a row for each heat")
        for name, grid, told_rows in (
            ("effective", self.heats, [row for one in self.effective for row in one]),
            ("returns", self.rhos, [r for one in self.returns for rows in one for r in rows]),
        ):
            for row in told_rows:
                if len(row) != len(grid) or not _is_rising(row) or row[0] < 0:
                    raise ShinkoError(f"{name}: expected {len(grid)} numbers that rise in each row")
        if self.effective and min(row[0] for one in self.effective for row in one) <= 0:
            raise ShinkoError("effective: expected numbers above 0")
        if self.vocabularies and len(self.vocabularies) != len(self.styles):
            raise ShinkoError("vocabularies: expected those of each style, or none")
        if any(not one or len(set(one)) < len(one) for one in self.vocabularies):
            raise ShinkoError("vocabularies: expected one chord or more, each of them once")
        if not 1 <= self.length <= _LONGEST:
            raise ShinkoError(f"expected a length of 1 to {_LONGEST}")

    def parts(self, table: str) -> tuple[str, ...]:
        """The styles of a table, by its name; none where it isn't known."""
        return next((tuple(styles) for name, *styles in self.tables if name == table), ())

    def effective_at(self, style: str, mode: str) -> tuple[float, ...]:
        """Effective chords over the heats."""
        return self.effective[self.styles.index(style)][self.modes.index(mode)]

    def returns_at(self, style: str, mode: str, heat: float = 1.0) -> tuple[float, ...]:
        """Repeated pairs over the pulls, at a heat."""
        rows = np.array(self.returns[self.styles.index(style)][self.modes.index(mode)])
        logs = np.log(self.heats)
        return tuple(float(np.interp(np.log(heat), logs, column)) for column in rows.T)

    def usual(self, style: str, mode: str) -> float:
        """Repeated pairs as songs have them: at heat 1 and pull 0."""
        return self.returns_at(style, mode)[self.rhos.index(0.0)]


def _is_rising(numbers: Sequence[float]) -> bool:
    return len(numbers) > 1 and all(one < other for one, other in pairwise(numbers))
