"""How varied chains with memory are, and how much comes back, over temperatures and pulls.

Both dials turn both: the colder, the more comes back. So what is measured is a grid: the effective
chords a step, e^(entropy / T), and the pairs of the first eight chords that came before among
them, at each temperature of whole sequences and each pull. A place on the dials is found in it:
the pull that lets as much come back as is asked for, whatever the temperature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from shinko.planning.particles import Network, Player, Playing
from shinko.planning.tempered import play_tempered
from shinko.tables.table import Floats

# Chords that returns are counted in.
EIGHT = 8


def measure_dials(
    chain_of: Callable[[float], Network],
    temperatures: Sequence[float],
    pulls: Sequence[float],
    *,
    length: int,
    count: int,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """Effective chords a step and repeated pairs, (temperatures, pulls) each.

    Args:
      chain_of: the chain of a pull.
      temperatures: of whole sequences, above 0.
      pulls: see `tables.voices`.
      length: T, at least eight.
      count: particles at each place.
      seed: of the chance that they are played by.
    """
    G, taus = len(temperatures), np.asarray(temperatures)
    effective, pairs = np.empty((2, G, len(pulls)))
    for place, pull in enumerate(pulls):
        player = Player.at_start(chain_of(pull))
        rng = np.random.default_rng(seed)
        played = play_tempered(Playing(player, G * count), length, taus, rng)
        logs = player.log_probability(played.tokens).reshape(G, count).mean(axis=1)
        entropy = played.log_partition - logs / taus
        effective[:, place] = np.exp(entropy / length)
        pairs[:, place] = repeated_pairs(played.tokens).reshape(G, count).mean(axis=1)
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


def pull_of(returns: float, temperature: float, temperatures: Sequence[float], pulls: Sequence[float], pairs: Floats) -> float:
    """The pull at which so many pairs come back at a temperature, or the nearest there is.

    Args:
      returns: repeated pairs in eight chords.
      temperature: τ.
      temperatures, pulls, pairs: as measured, (temperatures, pulls), rising along the pulls.
    """
    logs = np.log(temperatures)
    here = [np.interp(np.log(temperature), logs, column) for column in np.asarray(pairs).T]
    return float(np.interp(returns, rising(np.array(here)), pulls))
