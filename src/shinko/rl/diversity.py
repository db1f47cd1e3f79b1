"""How varied a batch of progressions is."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

Chords = NDArray[np.int64]


def progression_counts(actions: Chords) -> list[int]:
    """How often each distinct progression occurs in a batch, most frequent first.

    Args:
      actions: (T, B).

    Returns:
      Counts that sum to B.
    """
    counts = Counter(progression.tobytes() for progression in np.ascontiguousarray(actions.T))
    return sorted(counts.values(), reverse=True)


def commonest_pair(actions: Chords, chords: int) -> float:
    """Share of the commonest pair of consecutive chords among all pairs; 0 if there are none."""
    pairs = actions[:-1] * chords + actions[1:]
    return float(np.bincount(pairs.ravel()).max() / pairs.size) if pairs.size else 0.0


def chord_shares(actions: Chords, chords: int) -> NDArray[np.float64]:
    """Each chord's share of all that was played, (V,)."""
    return np.bincount(actions.ravel(), minlength=chords) / actions.size
