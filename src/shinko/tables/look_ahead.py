"""What a memory would play without remembering, as a process: constraints are looked ahead in it.

A chain with memory has no few states that exact planning could go through. Its tables of
innovations have: the last two chords, or the last one where the two before it come too seldom to
matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Bools, Process
from shinko.tables.chain import heated
from shinko.tables.memory import FLOOR
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

# Pairs of chords that have a state of their own, and chords that are played to see how often they
# come.
_PAIRS, _CHORDS = 600, 16


def look_ahead(voices: Sequence[Voice], vocabulary: tuple[str, ...]) -> tuple[Process, Bools]:
    """The process of the voices' tables, all alike likely; and where a chord may close a loop.

    Returns:
      The process: log P of each chord in each state, all finite; and where a chord follows at
      least as often as by chance, (S, V).
    """
    V = len(vocabulary)
    innovations = np.mean(
        [heated(voice.innovations, np.array(voice.heat)) for voice in voices], axis=0
    )
    innovations = (1 - FLOOR) * innovations + FLOOR / V
    often = _occupied(innovations)
    # State 0 is the beginning, then each chord, then the commonest pairs.
    likeliest = np.argsort(-often[:, :V], axis=None, kind="stable")[:_PAIRS]
    before, last = np.divmod(likeliest, V)
    shares = often[:, :V] / np.maximum(often[:, :V].sum(axis=0), 1e-300)
    chords = np.einsum("bl,blv->lv", shares, innovations[:, :V])
    empty = chords.sum(axis=1) == 0
    chords[empty] = innovations[V, :V][empty]
    rows = np.concatenate([innovations[V, V][None], chords, innovations[before, last]])
    rows /= rows.sum(axis=1, keepdims=True)
    last_chords = np.concatenate([[-1], np.arange(V), last])
    number = np.full((V + 1, V), -1)
    number[before, last] = np.arange(len(last)) + 1 + V
    following = number[last_chords]  # of the beginning row −1, which is V: nothing before it
    following = np.where(following < 0, np.arange(V) + 1, following)
    process = Process(vocabulary, 0, following[None], np.log(rows)[None], last_chords)
    return process, np.asarray(rows >= 1.0 / V)


def _occupied(innovations: Floats) -> NDArray[np.float64]:
    """How often the two last chords are which, over some chords, (V + 1, V + 1)."""
    V = innovations.shape[-1]
    at, total = np.zeros((V + 1, V + 1)), np.zeros((V + 1, V + 1))
    at[V, V] = 1.0
    for _ in range(_CHORDS):
        flow = np.einsum("bl,blv->lv", at, innovations)
        at = np.zeros((V + 1, V + 1))
        at[:, :V] = flow
        total += at
    return total
