"""The palettes that come with the package, and which of them a table sounds by."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from shinko.tables.builtin import DEFAULT_TABLE, STYLES, builtin_path
from shinko.tables.colour import Palette
from shinko.tables.colour_files import read_palettes

# Which palettes a built-in table sounds by; any other one sounds as pop songs do.
_PALETTES = {
    "pop": ("billboard", "pop909"),
    "billboard": ("billboard",),
    "pop909": ("pop909",),
    **dict.fromkeys(("1960s", "1970s", "1980s"), ("billboard",)),
    **{name: (name,) for name in STYLES},
}


def palettes_path() -> Path:
    """The file of the palettes of the package."""
    return builtin_path(DEFAULT_TABLE).with_name("colour.json.gz")


def has_palettes(name: str) -> bool:
    """Whether a style or table of a name has palettes of its own."""
    return name in _PALETTES


def palettes_of(table: str) -> tuple[Palette, ...]:
    """The palettes that a table, by name or path, sounds by."""
    return _read(_PALETTES.get(table, _PALETTES[DEFAULT_TABLE]))


@lru_cache(maxsize=len(_PALETTES))
def _read(names: tuple[str, ...]) -> tuple[Palette, ...]:
    found = read_palettes(palettes_path(), names)
    return tuple(found[name] for name in names)
