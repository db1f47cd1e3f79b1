"""Palettes as a file: JSON Lines, a style each, gzipped; counts and chances, rounded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shinko.disk import write_atomically
from shinko.errors import ShinkoError
from shinko.tables.colour import Palette, kinds_of
from shinko.tables.files import read_text
from shinko.tables.table import Floats, TableError
from shinko.theory.colour import Colour
from shinko.theory.qualities import QUALITIES

WANTED = "how functions sound, as JSON"
LARGEST_FILE = 5_000_000  # bytes, unpacked
# Counts below this are left out: they say as little as they weigh.
_LEAST = 0.05
_DIGITS = 4
# Factors nearer to 1 are left out.
_SLIGHT = 0.05
_MOST_TIMES = 1e9


def write_palettes(palettes: Sequence[Palette], path: Path) -> None:
    """Write palettes; the same ones give the same bytes.

    Raises:
      WriteError: the file can't be written.
    """
    write_atomically(path, palette_bytes(palettes))


def palette_bytes(palettes: Sequence[Palette]) -> bytes:
    """What is in the file of palettes."""
    lines = [
        json.dumps(_described(palette), separators=(",", ":"), ensure_ascii=False)
        for palette in palettes
    ]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def read_palettes(path: Path, names: Sequence[str] | None = None) -> dict[str, Palette]:
    """Palettes as they were written, by name.

    Args:
      path: of the file.
      names: of the styles; by default all. Others aren't looked at.

    Raises:
      TableError: they can't be read, aren't any, or lack one of the names.
    """
    found = dict[str, Palette]()
    for number, line in enumerate(read_text(path, WANTED, LARGEST_FILE).splitlines(), 1):
        if names is not None and not line.startswith(tuple(map(_beginning, names))):
            continue
        try:
            palette = _palette(json.loads(line))
        except TableError as error:
            raise TableError(f"{path} line {number}: {error}; expected {WANTED}") from None
        except (
            *(KeyError, TypeError, ValueError, IndexError, AttributeError),
            OverflowError,
            RecursionError,
            ShinkoError,
        ):
            raise TableError(f"{path} line {number}: damaged; expected {WANTED}") from None
        found[palette.name] = palette
    for name in names or ():
        if name not in found:
            raise TableError(f"{path}: no style {name!r}; expected {WANTED}")
    return found


def _beginning(name: str) -> str:
    """What the line of a style begins with."""
    return '{"name":' + json.dumps(name, ensure_ascii=False) + ","


def _described(palette: Palette) -> dict[str, Any]:
    kept = palette.times >= _LEAST
    order = np.lexsort(palette.places[kept].T[::-1])
    # As steps from one to the next, which gzip makes most of.
    places = palette.places[kept][order]
    times = palette.times[kept][order]
    return {
        "name": palette.name,
        "vocabulary": palette.vocabulary,
        "colours": [[colour.quality, colour.bass] for colour in palette.colours],
        "songs": palette.songs.tolist(),
        "functions": np.diff(places[:, 0], prepend=0).tolist(),
        "after": places[:, 1].tolist(),
        "sounds": places[:, 2].tolist(),
        "times": [round(float(number), 1 if number >= 1 else 2) for number in times],
        "again": _rounded(palette.again),
        "manners": _rounded(palette.manners),
        "leanings": [
            [*map(int, place), float(f"{palette.leanings[tuple(place)]:.3g}")]
            for place in np.argwhere(abs(palette.leanings - 1.0) > _SLIGHT)
        ],
    }


def _palette(told: dict[str, Any]) -> Palette:
    vocabulary = tuple(map(str, told["vocabulary"]))
    colours = tuple(Colour(str(quality), int(bass)) for quality, bass in told["colours"])
    if not all(colour.quality in QUALITIES and 0 <= colour.bass < 12 for colour in colours):
        raise ValueError
    functions = np.cumsum(np.array(told["functions"], np.int64))
    columns = functions, np.array(told["after"], int), np.array(told["sounds"], int)
    times, manners = np.array(told["times"], float), np.array(told["manners"], float)
    if not ((times > 0) & (times < _MOST_TIMES)).all() or not abs(manners.sum() - 1.0) < 0.01:
        raise ValueError
    kinds = kinds_of(vocabulary)
    leanings = np.ones((len(manners), len(kinds), len(colours)))
    for manner, kind, colour, factor in told["leanings"]:
        if min(manner, kind, colour) < 0 or not 0 < factor < _MOST_TIMES:
            raise ValueError
        leanings[manner, kind, colour] = factor
    return Palette(
        str(told["name"]),
        vocabulary,
        colours,
        np.array(told["songs"], np.int64),
        np.column_stack(columns),
        times,
        np.array(told["again"], float),
        manners / manners.sum(),
        leanings,
    )


def _rounded(numbers: Floats) -> list[float]:
    return [round(float(number), _DIGITS) for number in numbers]
