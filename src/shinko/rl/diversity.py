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


def halves_alike(actions: Chords) -> NDArray[np.bool_]:
    """Whether the second half of each progression (T, B) repeats the first, (B,)."""
    half = len(actions) // 2
    alike: NDArray[np.bool_] = (actions[:half] == actions[half : 2 * half]).all(axis=0)
    return alike


def repeated_pairs(actions: Chords) -> NDArray[np.int64]:
    """How many pairs of consecutive chords came before in each progression (T, B), (B,)."""
    pairs = actions[:-1] * (actions.max(initial=0) + 1) + actions[1:]
    ordered = np.sort(pairs, axis=0)
    return np.asarray((ordered[1:] == ordered[:-1]).sum(axis=0))


def distinct_chords(actions: Chords) -> NDArray[np.int64]:
    """How many different chords each progression (T, B) has, (B,)."""
    ordered = np.sort(actions, axis=0)
    return np.asarray(1 + (ordered[1:] != ordered[:-1]).sum(axis=0))
