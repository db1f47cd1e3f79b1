"""Where chords may begin in the bars of a meter, and lengths told on that grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

import numpy as np

from shinko.errors import FieldError
from shinko.score.progression import bar_beats
from shinko.tables.rhythm import LONGEST, QUARTERS

COUNTED = "counted"


@dataclass(frozen=True)
class MeterGrid:
    """Where chords may begin in a bar.

    Attributes:
      starts: of its four quarters in quarter notes from its beginning, and its end; of those that
        aren't on the grid any.
      grid: which of the quarters a chord may begin at.
    """

    starts: tuple[float, ...]
    grid: tuple[int, ...]

    def beats(self, lengths: Sequence[int], first: Sequence[float] = ()) -> tuple[float, ...]:
        """Quarter notes that chords last, of lengths in quarters of a bar.

        Args:
          lengths: of all chords.
          first: quarter notes of the first of them, whose lengths are the nearest to these; what
            comes after them ends on the grid all the same.
        """
        ends = np.concatenate([[0], np.cumsum(lengths)])
        bars, within = np.divmod(ends, QUARTERS)
        places = bars * self.starts[-1] + np.array(self.starts)[within]
        places[1 : len(first) + 1] = np.cumsum(first)
        return tuple(np.diff(places).tolist())

    def nearest(self, beats: Sequence[float]) -> tuple[int, ...]:
        """The same backwards, each chord from and to the nearest place on the grid.

        Raises:
          FieldError: a chord is so short that none is left, or longer than is told apart.
        """
        whole, ends = self.starts[-1], [0]
        for end in accumulate(beats):
            bar = int(end // whole)
            near = [(bar * whole + self.starts[at], QUARTERS * bar + at) for at in self.grid]
            near.append(((bar + 1) * whole, QUARTERS * (bar + 1)))
            ends.append(min((abs(end - place), number) for place, number in near)[1])
        lengths = tuple(after - before for before, after in pairwise(ends))
        for slot, (length, told) in enumerate(zip(lengths, beats, strict=True), 1):
            if not 1 <= length <= LONGEST:
                raise FieldError(
                    "rhythm",
                    COUNTED,
                    "given chords of a quarter of a bar to eight bars, and chord "
                    f"{slot} lasts {told:g} quarter notes",
                    "leave `rhythm` out, or write it otherwise",
                )
        return lengths


def bar_of_meter(meter: tuple[int, int]) -> MeterGrid:
    """Quarters of a bar where a meter has four beats; in the others chords change in its middle,
    at the beat after it, or where bars begin.
    """
    numerator, denominator = meter
    inner = 3 if numerator % 3 == 0 and numerator > 3 else 1  # 6/8 has two beats of three eighths
    beats, whole = numerator // inner, bar_beats(meter)
    if beats % QUARTERS == 0:
        return MeterGrid(
            tuple(whole * place / QUARTERS for place in range(5)), tuple(range(QUARTERS))
        )
    if beats == 1:
        return MeterGrid((0.0, 0.0, 0.0, 0.0, whole), (0,))
    middle = ceil(beats / 2) * inner * 4 / denominator
    return MeterGrid((0.0, 0.0, middle, middle, whole), (0, 2))
