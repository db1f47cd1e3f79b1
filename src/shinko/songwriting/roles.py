"""Who may play a piece: each style of a mixture is a role, and a piece is of one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shinko.planning.ground import Ground
from shinko.planning.particles import Player, play
from shinko.planning.process import Floats, Ints

# Draws so many sequences, (T, B), with their log-probabilities, (B,), from a first chord, if any.
Free = Callable[[int, int, np.random.Generator, int | None], tuple[Ints, Floats]]


@dataclass(frozen=True, eq=False)
class Role:
    """One of those who may play.

    Attributes:
      name: for people.
      share: how likely a piece is its, 0 to 1.
      ground: gives what is looked ahead in; it may take a moment.
      player: who plays a section of so many chords that closes so (see `tables.memory.CLOSES`);
        None where the exact optimum of the ground plays.
      free: draws sections that nothing is asked of; None where that goes as all else.
      goes_on: whether a section goes on from what was played before it; else it begins anew.
    """

    name: str
    share: float
    ground: Callable[[], Ground]
    player: Callable[[int, str], Player] | None = None
    free: Free | None = None
    goes_on: bool = True

    def log_probability(self, tokens: Ints, sizes: list[int], *, ends: bool = True) -> Floats:
        """Of playing sections in a row (T, B), (B,), nats; whatever they were drawn by.

        Args:
          tokens: all of them.
          sizes: chords of each section.
          ends: whether the last of them ends the piece.
        """
        if self.player is None:
            return self.ground().plan(len(tokens)).log_probability(tokens)
        if self.goes_on:
            return self.player(len(tokens), "piece").log_probability(tokens)
        total, begin = np.zeros(tokens.shape[1]), 0
        for place, size in enumerate(sizes, 1):
            close = "piece" if ends and place == len(sizes) else "section"
            total += self.player(size, close).log_probability(tokens[begin : begin + size])
            begin += size
        return total


def freely(player: Callable[[int, str], Player], at_once: int) -> Free:
    """Draws whole pieces of a player, so many at once."""

    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        own = player(steps, "piece")
        sizes = [min(at_once, count - begin) for begin in range(0, count, at_once)]
        parts = [play(own, steps, size, rng, first) for size in sizes]
        tokens, logs = zip(*parts, strict=True)
        return np.concatenate(tokens, axis=1), np.concatenate(logs)

    return free
