"""What songs remember, as a file: JSON, gzipped; counts and constants, rounded."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np

from shinko.disk import write_atomically
from shinko.tables.files import read_text
from shinko.tables.memory import (
    CLOSES,
    CLOSING,
    LAGS,
    MODES,
    Recall,
    SongMemory,
    SongStyle,
    too_long,
)
from shinko.tables.rhythm_files import described_rhythm, read_rhythm
from shinko.tables.table import Floats, TableError

WANTED = "what songs remember, as JSON"
# Counts below this are left out: they say as little as they weigh.
_LEAST = 0.05
_DIGITS = 4
# Factors nearer to 1 are left out.
_SLIGHT = 0.02
# As far as chances that are rounded so may sum to something else than 1.
_ROUNDING = 0.01
LARGEST_MEMORY = 20_000_000  # bytes, unpacked
_MOST_TIMES = 1e15  # that a chord was counted
_MOST_COUNTS = 50_000_000  # in memory: two styles of 150 chords, or far more of fewer


def write_memory(memory: SongMemory, path: Path) -> None:
    """Write a memory; the same one gives the same bytes.

    Raises:
      WriteError: the file can't be written.
    """
    write_atomically(path, memory_bytes(memory))


def memory_bytes(memory: SongMemory) -> bytes:
    """What is in the file of a memory."""
    told = {
        "lags": LAGS,
        "modes": MODES,
        "vocabulary": memory.vocabulary,
        "styles": [_described(style) for style in memory.styles],
    }
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode(), mtime=0)


def read_memory(path: Path) -> SongMemory:
    """A memory as it was written.

    Raises:
      TableError: it can't be read, or isn't one.
    """
    try:
        told = json.loads(read_text(path, WANTED, LARGEST_MEMORY))
        if tuple(told["lags"]) != LAGS or tuple(told["modes"]) != MODES:
            raise TableError("other lags or modes than this version has")
        vocabulary = tuple(map(str, told["vocabulary"]))
        if len(told["styles"]) * len(MODES) * (len(vocabulary) + 1) ** 3 > _MOST_COUNTS:
            raise TableError("more styles or chords than fit in memory")
        styles = tuple(_style(style, len(vocabulary)) for style in told["styles"])
        return SongMemory(vocabulary, styles)
    except TableError as error:
        named = str(error).startswith(f"{path}:")
        raise TableError(str(error) if named else f"{path}: {error}; expected {WANTED}") from None
    except (
        *(KeyError, TypeError, ValueError, IndexError, AttributeError),
        OverflowError,
        RecursionError,
    ):
        raise TableError(f"{path}: damaged; expected {WANTED}; build the table again") from None


def _described(style: SongStyle) -> dict[str, Any]:
    recall = style.recall
    return {
        "name": style.name,
        "songs": dict(style.songs),
        "trust": recall.trust,
        "stay": _rounded(recall.stay),
        "slip": _rounded(recall.slip),
        "entry": [_rounded(row[~gone]) for row, gone in zip(recall.entry, too_long(), strict=True)],
        "counts": [
            [
                [int(number) for number in place] + [round(float(own[tuple(place)]), 2)]
                for place in np.argwhere(own >= _LEAST)
            ]
            for own in style.counts
        ],
        "closing": None if style.closing is None else _factors(style.closing),
        **({} if style.rhythm is None else {"rhythm": described_rhythm(style.rhythm)}),
    }


def _factors(closing: Floats) -> list[Any]:
    """Those that aren't 1, each with its place."""
    return [
        [*map(int, place), float(f"{closing[tuple(place)]:.3g}")]
        for place in np.argwhere(abs(closing - 1.0) > _SLIGHT)
    ]


def _style(told: dict[str, Any], V: int) -> SongStyle:
    entry = np.zeros(too_long().shape)
    for row, gone, numbers in zip(entry, too_long(), told["entry"], strict=True):
        row[~gone] = numbers
    if not ((entry >= 0) & (entry <= 1)).all():  # their sum might be no number
        raise ValueError
    sums = entry.sum(axis=1, keepdims=True)
    if not (abs(sums - 1.0) < _ROUNDING).all():
        raise ValueError
    counts = np.zeros((len(MODES), V + 1, V + 1, V))
    for own, rows in zip(counts, told["counts"], strict=True):
        for before, last, chord, times in rows:
            if min(before, last, chord) < 0 or not 0 < times < _MOST_TIMES:
                raise ValueError
            own[before, last, chord] = times
    recall = Recall(
        np.array(told["stay"], float),
        np.array(told["slip"], float),
        entry / sums,
        float(told["trust"]),
    )
    closing = None
    if told["closing"] is not None:
        closing = np.ones((len(CLOSES), 2, CLOSING, V))
        for close, mode, place, chord, factor in told["closing"]:
            if min(close, mode, place, chord) < 0:
                raise ValueError
            closing[close, mode, place, chord] = factor
    songs = {str(mode): int(number) for mode, number in told["songs"].items()}
    rhythm = told.get("rhythm")
    return SongStyle(
        str(told["name"]),
        counts,
        recall,
        closing,
        songs,
        None if rhythm is None else read_rhythm(rhythm),
    )


def _rounded(numbers: Floats) -> list[float]:
    return [round(float(number), _DIGITS) for number in numbers]
