"""The rhythm of a style as part of a memory's file; see `memory_files`."""

from __future__ import annotations

from typing import Any

import numpy as np

from shinko.tables.rhythm import KINDS, LONGEST, ROUND, Rhythm, Slips, reaches
from shinko.tables.table import Floats

# Counts below this are left out: they say as little as they weigh.
_LEAST = 0.05
_DIGITS = 4
# As far as chances that are rounded so may sum to something else than 1.
_ROUNDING = 0.01
_MOST_TIMES = 1e15  # that a length was counted


def described_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    """As JSON has it, rounded."""
    slips = rhythm.slips
    return {
        "stay": [_rounded(row) for row in rhythm.stay],
        "entry": [
            [_rounded(row[there]) for row, there in zip(rows, reaches(), strict=True)]
            for rows in rhythm.entry
        ],
        "slips": [_rounded(row) for row in (slips.chord, slips.length, slips.other)],
        "counts": [
            [int(number) for number in place] + [round(float(rhythm.counts[tuple(place)]), 2)]
            for place in np.argwhere(rhythm.counts >= _LEAST)
        ],
        "ends": _rounded(rhythm.ends),
    }


def read_rhythm(told: dict[str, Any]) -> Rhythm:
    """The same, read again.

    Raises:
      TableError, ValueError, KeyError, TypeError, IndexError: it isn't one.
    """
    there = reaches()
    entry = np.zeros((KINDS, *there.shape))
    for rows, numbers in zip(entry, told["entry"], strict=True):
        for row, known, own in zip(rows, there, numbers, strict=True):
            row[known] = own
    if not ((entry >= 0) & (entry <= 1)).all():  # their sum might be no number
        raise ValueError
    sums = entry.sum(axis=-1, keepdims=True)
    if not (abs(sums - 1.0) < _ROUNDING).all():
        raise ValueError
    counts = np.zeros((ROUND, LONGEST + 1, LONGEST))
    for place, before, length, times in told["counts"]:
        if min(place, before, length) < 0 or not 0 < times < _MOST_TIMES:
            raise ValueError
        counts[place, before, length] = times
    chord, length, other = (np.array(row, float) for row in told["slips"])
    return Rhythm(
        np.array(told["stay"], float),
        entry / sums,
        Slips(chord, length, other),
        counts,
        np.array(told["ends"], float),
    )


def _rounded(numbers: Floats) -> list[float]:
    return [round(float(number), _DIGITS) for number in numbers]
