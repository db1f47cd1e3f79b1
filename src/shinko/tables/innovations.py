"""The table of what is new in songs: P(chord | the two before it) in a mode, from counts.

Source: Witten and Bell (1991), The zero-frequency problem.
"""

from __future__ import annotations

import numpy as np

from shinko.tables.memory import MODES
from shinko.tables.modes import NEAREST, held_to_mode, in_other_mode, in_scale
from shinko.tables.table import Floats

# A compromise, found on songs that were held out for that, as those of `memory_fitting`.
# What wasn't seen after a history weighs as much as so many times the kinds of chord that were.
KINDS = 2.0
# The same where a section begins.
BEGINS = 0.2
# Of a mode's own songs; the rest is of all. Less predicts a little better, and minor drifts to its
# relative major where it plays.
OWN_MODE = 0.9


def innovations_of(
    counts: Floats, vocabulary: tuple[str, ...], mode: str, *, enough: bool = True
) -> Floats:
    """P(chord | the two before it) in a mode, (V + 1, V + 1, V), each row of sum 1.

    A chord doesn't follow itself. What is counted of a mode other than major and minor is little:
    it shrinks to the nearest of these, held to the mode's own chords.

    Args:
      counts: how often a chord (last axis) followed two others by mode, (modes, V + 1, V + 1, V);
        V stands for the beginning. They may be fractions.
      vocabulary: the chords.
      mode: one of `MODES`.
      enough: whether so much of another mode than major and minor was counted that it tells.
    """
    if mode in NEAREST:
        found = _held(innovations_of(counts, vocabulary, NEAREST[mode]), vocabulary, mode)
        if enough:
            own = counts[MODES.index(mode)]
            for level in (own.sum(axis=0), own):
                found = _shrunk(level, found)
    else:
        every = _witten_bell(counts[:2].sum(axis=0))
        found = OWN_MODE * _witten_bell(counts[MODES.index(mode)]) + (1 - OWN_MODE) * every
    itself = np.arange(len(vocabulary))
    found[:, itself, itself] = 0.0
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def _held(nearest: Floats, vocabulary: tuple[str, ...], mode: str) -> Floats:
    """The table of the nearest mode with the tonic of this one, held to its chords."""
    V, held = len(vocabulary), held_to_mode(vocabulary, mode)
    back = np.full(V + 1, V)  # what isn't known there is as the beginning
    same = in_other_mode(vocabulary, mode, NEAREST[mode])
    for chord in np.flatnonzero(held >= 0)[::-1]:
        back[held[chord]] = chord
    back[:V] = np.where((same >= 0) & in_scale(vocabulary), same, back[:V])
    moved = np.zeros((V, V))
    moved[held >= 0, held[held >= 0]] = 1.0
    # The least for all of the scale, so that no row is empty.
    found = nearest[back][:, back] @ moved + 1e-6 * in_scale(vocabulary)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def _witten_bell(counts: Floats) -> Floats:
    """Shares after two chords, mixed with those after one, those of all chords, and even ones."""
    lower = np.full(counts.shape[-1], 1.0 / counts.shape[-1])
    for level in (counts.sum(axis=(0, 1)), counts.sum(axis=0), counts):
        lower = _shrunk(level, lower)
    # Sections begin on few chords, and those are well known.
    lower[-1, -1] = _shrunk(counts[-1, -1], lower[-1, -1], BEGINS)
    return lower


def _shrunk(level: Floats, lower: Floats, each: float = KINDS) -> Floats:
    """Shares of counts, (…, V), mixed with lower ones by the kinds of chord that were counted."""
    kinds = each * np.minimum(level, 1.0).sum(axis=-1, keepdims=True)
    total = level.sum(axis=-1, keepdims=True) + kinds
    seen = total > 0
    return np.where(seen, (level + kinds * lower) / np.where(seen, total, 1.0), lower)
