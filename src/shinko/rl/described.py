"""What a policy's file or run tells of it: its tokens, its cell, its dial. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
      window: how many chords back it sees; 0 for all.
    """

    cell: str
    copies: tuple[int, ...] = ()
    window: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cell not in CELL_SHAPES:
            raise ShinkoError(f"cell {self.cell!r}: expected one of {', '.join(CELL_SHAPES)}")
        known = {lag for lag in self.copies if 2 <= lag <= _LONGEST}
        if len(known) < len(self.copies):
            raise ShinkoError(f"copies: expected chords ago from 2 to {_LONGEST}, each once")
        if not 0 <= self.window <= _LONGEST:
            raise ShinkoError(f"window {self.window}: expected 0 to {_LONGEST}")


@dataclass(frozen=True, kw_only=True)
class Dial:
    """What a policy with a dial was trained on, and how varied each temperature is.

    Attributes:
      styles: tables by name.
      knots: see `temperature_features`.
      floor: probability that unlisted chords count with.
      length: chords of the progressions that variety was measured on; 16 in files of 0.1.
      temperatures: some, by rising temperature, (G,).
      effective: effective chords of each style's exact optimum at each of them, (styles, G).
      real: effective chords of each style's own chain: as varied as real songs.
      least: effective chords of each style below which it wouldn't be called diverse.

    Raises:
      ShinkoError: they don't fit together.
    """

    styles: tuple[str, ...]
    knots: tuple[float, ...]
    floor: float
    length: int = 16
    temperatures: tuple[float, ...]
    effective: tuple[tuple[float, ...], ...]
    real: tuple[float, ...]
    least: tuple[float, ...]

    def __post_init__(self) -> None:
        for name in ("effective", "real", "least"):
            if not self.styles or len(getattr(self, name)) != len(self.styles):
                raise ShinkoError(f"{name}: expected as many as styles, at least one")
        if any(len(row) != len(self.temperatures) for row in self.effective):
            raise ShinkoError("effective: expected as many of each style as temperatures")
        for name in ("knots", "temperatures"):
            if not _is_rising(getattr(self, name)):
                raise ShinkoError(f"{name}: expected two or more that rise")
        numbers = (self.knots, self.temperatures, self.real, self.least, *self.effective)
        if not all(number > 0 for each in numbers for number in each):
            raise ShinkoError("expected numbers above 0 in all lists")
        if not (0 < self.floor <= 1 and 1 <= self.length <= _LONGEST):
            raise ShinkoError(f"expected a floor up to 1, and a length of 1 to {_LONGEST}")


def _is_rising(numbers: Sequence[float]) -> bool:
    return len(numbers) > 1 and all(one < other for one, other in pairwise(numbers))
