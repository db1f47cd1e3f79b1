"""What a policy with a dial is told: style, mode, heat and pull all along, and the place.

One policy plays many worlds. A *style* is a way of making sections, a *heat* how bold it is, and a
*pull* how much it returns to what it played (`tables.voices`). Numbers are told as hat functions
around knots, so that what is learned between two knots is a mean of what it learned at both. At
each step it is told how many chords came before, and next to an end of which it is told, how the
piece or section closes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shinko.planning.process import Ints
from shinko.tables.memory import CLOSES, CLOSING
from shinko.tables.table import Floats

# Pulls that the policy has weights of its own for; it is trained at these and between them.
PULL_KNOTS = (-6.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0)
PULLS = (-6.0, -4.5, -3.0, -2.25, -1.5, -0.75, 0.0, 0.75, 1.5, 2.25, 3.0, 4.0, 5.0)
# Places that it has weights of its own for.
PLACE_KNOTS = (*map(float, range(13)), 14.0, 16.0, 20.0, 24.0, 32.0, 48.0, 64.0, 96.0)
# After how many chords it may play what followed them before.
ORDERS = (0, 1, 2, 3)


def hats(values: Floats | Ints, knots: ArrayLike) -> Floats:
    """Hat functions around knots: (B,) values give (B, K), each row of sum 1.

    Outside the knots it is as at the outmost one.

    Args:
      values: of any kind.
      knots: rising.
    """
    places = np.arange(np.size(knots), dtype=np.float64)
    at = np.interp(values, np.asarray(knots), places)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - places))


@dataclass(frozen=True)
class Conditions:
    """What a policy can be told, K numbers.

    Attributes:
      styles: how many.
      modes: how many.
      knots: heats τ > 0, told by their logarithm.
      pulls: ρ.
      places: chords before a step.
    """

    styles: int
    modes: int
    knots: tuple[float, ...]
    pulls: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def size(self) -> int:
        """K."""
        return self._all_along + len(self.places) + len(CLOSES) * CLOSING

    @property
    def _all_along(self) -> int:
        return self.styles + self.modes + len(self.knots) + len(self.pulls)

    def all_along(
        self, styles: Ints, modes: Ints, heats: Floats, pulls: Floats
    ) -> NDArray[np.float32]:
        """What is the same at each step, (B, K), of styles and modes by number, τ and ρ, (B,)."""
        told = np.zeros((len(styles), self.size), np.float32)
        told[:, : self._all_along] = np.concatenate(
            [
                np.eye(self.styles)[styles],
                np.eye(self.modes)[modes],
                hats(np.log(heats), np.log(self.knots)),
                hats(pulls, self.pulls),
            ],
            axis=1,
        )
        return told

    def here(self, places: Ints, left: Ints, closes: Ints) -> NDArray[np.float32]:
        """What is told at a step beside it, (B, K).

        Args:
          places: how many chords came before, (B,).
          left: how many are still to come after this one, (B,); −1 where that isn't known.
          closes: how it ends, (B,), by its number in `CLOSES`.
        """
        told = np.zeros((len(places), self.size), np.float32)
        ends = self._all_along + len(self.places)
        told[:, self._all_along : ends] = hats(places, self.places)
        near = np.flatnonzero((left >= 0) & (left < CLOSING))
        told[near, ends + CLOSING * closes[near] + left[near]] = 1.0
        return told
