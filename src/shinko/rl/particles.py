"""What draws particles: chances to choices, weights to survivors, and a network beside them.

Conventions: B particles, V chords.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightModel, State
from shinko.tables.table import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Player:
    """A network that plays on.

    Attributes:
      model: the network.
      fed: the token to feed in first.
      state: the state before it, of one sequence.
      temperature: its logits are divided by it; above 0.
    """

    model: LightModel
    fed: int
    state: State
    temperature: float = 1.0

    @classmethod
    def at_start(cls, model: LightModel, temperature: float = 1.0) -> Player:
        """Before the first chord."""
        return cls(model, model.start, model.initial_state(1), temperature)

    def after(self, chords: list[int]) -> Player:
        """Once it has heard these chords."""
        fed, state = np.array([self.fed]), self.state
        for chord in chords:
            _, state = self.model.step(fed, state)
            fed = self.model.feed(fed, np.array([chord]))
        return Player(self.model, int(fed[0]), state, self.temperature)


class Playing:
    """A network beside particles."""

    def __init__(self, player: Player, count: int) -> None:
        self._model, self._temperature = player.model, player.temperature
        self._fed = np.full(count, player.fed)
        self._before = tuple(
            tuple(np.repeat(part, count, axis=0) for part in layer) for layer in player.state
        )

    def log_chances(self) -> Floats:
        """Of each chord, (B, V)."""
        logits, self._after = self._model.step(self._fed, self._before)
        scaled = logits.astype(np.float64) / self._temperature
        return np.asarray(scaled - softmax(scaled)[1][:, None])

    def hear(self, drawn: Ints) -> None:
        """Go on with what was drawn."""
        self._fed, self._before = self._model.feed(self._fed, drawn), self._after

    def keep(self, chosen: Ints) -> None:
        """Only some of the particles, any of them several times."""
        self._fed = self._fed[chosen]
        self._before = tuple(tuple(part[chosen] for part in layer) for layer in self._before)


def softmax(scores: Floats) -> tuple[Floats, Floats]:
    """Rows of chances, and the logarithm of each row's sum; (B, V), (B,)."""
    highest = scores.max(axis=1, keepdims=True)
    level = np.where(np.isfinite(highest), highest, 0.0)
    chances = np.exp(scores - level)
    sums = chances.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_sums = (level + np.log(sums))[:, 0]
    return chances / np.maximum(sums, np.finfo(np.float64).tiny), log_sums


def pick(chances: Floats, rng: np.random.Generator) -> Ints:
    """A column of each row by its chances, (B,); of a row of zeros, any."""
    sums = chances.cumsum(axis=1)
    # Below the last sum also where the product is rounded up to it.
    drawn = np.minimum(
        rng.random((len(chances), 1)) * sums[:, -1:], np.nextafter(sums[:, -1:], 0.0)
    )
    return np.asarray(np.minimum((sums <= drawn).sum(axis=1), chances.shape[1] - 1))


def by_weight(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Numbers of particles, each as often as its weight says, to one: systematic resampling."""
    sums = weights.cumsum()
    places = np.minimum((np.arange(count) + rng.random()) / count, 1.0) * sums[-1]
    places = np.minimum(places, np.nextafter(sums[-1], 0.0))
    return np.asarray(np.searchsorted(sums, places, side="right"))
