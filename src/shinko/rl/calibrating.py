"""How varied chains with memory are, and how much comes back, over heats and pulls.

Both dials turn both a little: the hotter, the less comes back. So what is measured is a grid: the
effective chords a step, e^(entropy / T), and the pairs of the first eight chords that came before
among them. A place on the dials is found in it: the pull that lets as much come back as is asked
for, at whatever heat.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from shinko.planning.particles import Player, play
from shinko.tables.chain import SongChain
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

# Chords that returns are counted in.
EIGHT = 8


def measure_dials(
    voice: Voice,
    heats: Sequence[float],
    pulls: Sequence[float],
    *,
    length: int,
    count: int,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """Effective chords a step and repeated pairs of a voice, (heats, pulls) each.

    Args:
      voice: at heat 1 and pull 0.
      heats, pulls: see `tables.voices`.
      length: T, at least eight.
      count: sections that are played at each place.
      seed: of the chance that they are played by.
    """
    effective, pairs = np.empty((2, len(heats), len(pulls)))
    for row, heat in enumerate(heats):
        for column, pull in enumerate(pulls):
            player = Player.at_start(SongChain([voice.heated(heat).pulled(pull)]))
            tokens, logs = play(player, length, count, np.random.default_rng(seed))
            effective[row, column] = np.exp(-logs.mean() / length)
            pairs[row, column] = repeated_pairs(tokens).mean()
    return effective, pairs


def repeated_pairs(tokens: np.ndarray) -> Floats:
    """Pairs of neighbours among the first eight that came before there, (T, B) to (B,)."""
    first = tokens[:EIGHT].T.tolist()
    return np.array([len(row) - 1 - len(set(pairwise(row))) for row in first], float)


def rising(values: Floats, axis: int = -1) -> Floats:
    """The same, each at least a trifle above the one before: chance leaves small steps back."""
    risen = np.maximum.accumulate(values, axis=axis)
    shape = [1] * values.ndim
    shape[axis] = -1
    return np.asarray(risen + 1e-6 * np.arange(values.shape[axis]).reshape(shape))
