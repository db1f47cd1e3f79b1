"""The table of what is new in songs: P(chord | mode, the two before it), from counts.

Source: Witten and Bell (1991), The zero-frequency problem.
"""

from __future__ import annotations

import numpy as np

from shinko.tables.table import Floats

# A compromise, found on songs that were held out for that, as those of `memory_fitting`.
# What wasn't seen after a history weighs as much as so many times the kinds of chord that were.
KINDS = 2.0
# Of a mode's own songs; the rest is of all. Less predicts a little better, and minor drifts to its
# relative major where it plays.
OWN_MODE = 0.9


def innovations_of(counts: Floats) -> Floats:
    """P(chord | the two before it) by mode, (modes, V + 1, V + 1, V), each row of sum 1.

    A chord doesn't follow itself.

    Args:
      counts: how often a chord (last axis) followed two others by mode, of the same shape; V
        stands for the beginning. They may be fractions.
    """
    V = counts.shape[-1]
    every = _witten_bell(counts.sum(axis=0))
    found = np.array([OWN_MODE * _witten_bell(own) + (1 - OWN_MODE) * every for own in counts])
    itself = np.arange(V)
    found[:, :, itself, itself] = 0.0
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def _witten_bell(counts: Floats) -> Floats:
    """Shares after two chords, mixed with those after one, those of all chords, and even ones."""
    lower = np.full(counts.shape[-1], 1.0 / counts.shape[-1])
    for level in (counts.sum(axis=(0, 1)), counts.sum(axis=0), counts):
        kinds = KINDS * np.minimum(level, 1.0).sum(axis=-1, keepdims=True)
        total = level.sum(axis=-1, keepdims=True) + kinds
        seen = total > 0
        lower = np.where(seen, (level + kinds * lower) / np.where(seen, total, 1.0), lower)
    return lower
