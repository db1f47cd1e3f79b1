"""One policy for many tables and temperatures: what it is conditioned on, and the worlds it plays.

A *style* is a table that has a name; styles are mixed by weights that sum to 1. A *world* is a
style or a mixture of some, compiled. The policy is told the weights and the temperature: the
temperature as hat functions of log τ around knots, so that what it learns between two knots is a
mean of what it learned at both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats


def temperature_features(temperatures: Floats, knots: Sequence[float]) -> Floats:
    """Hat functions of log τ: (B,) temperatures give (B, K), each row of sum 1.

    Outside the knots it is as at the outmost one.

    Args:
      temperatures: τ > 0.
      knots: by rising temperature.
    """
    places = np.arange(len(knots), dtype=np.float64)
    at = np.interp(np.log(temperatures), np.log(knots), places)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - places))


def conditions(
    weights: Floats, temperatures: Floats, knots: Sequence[float]
) -> NDArray[np.float32]:
    """What a policy is conditioned on, (B, styles + knots): weights of styles, and temperature.

    Args:
      weights: of the styles, (B, styles), each row of sum 1.
      temperatures: τ, (B,).
      knots: see `temperature_features`.
    """
    features = temperature_features(temperatures, knots)
    return np.concatenate([weights, features], axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Worlds:
    """W compiled tables over the same chords, side by side in one automaton.

    Attributes:
      automaton: all states, those of each table after those of the one before.
      starts: the state that each table starts in, (W,).
      weights: of the styles in each, (W, styles).
    """

    automaton: Automaton
    starts: NDArray[np.int64]
    weights: Floats


def side_by_side(automata: Sequence[Automaton], weights: Floats) -> Worlds:
    """Put compiled tables over the same chords into one automaton.

    Args:
      automata: at least one; all have the same vocabulary.
      weights: of the styles in each, (W, styles).
    """
    sizes = [len(one.histories) for one in automata]
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    automaton = Automaton(
        automata[0].start,
        np.concatenate(
            [one.next_state + np.int32(begin) for one, begin in zip(automata, offsets, strict=True)]
        ),
        np.concatenate([one.probabilities for one in automata]),
        tuple(history for one in automata for history in one.histories),
        automata[0].vocabulary,
    )
    starts = np.array([one.start for one in automata]) + offsets
    return Worlds(automaton, starts.astype(np.int64), weights)
