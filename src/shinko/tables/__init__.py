"""Transition tables: reading, building from songs, mixing, the built-in ones, the automaton.

Names are imported when they are first used, so that `import shinko.tables` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shinko.tables.automaton import Automaton, compile_table
    from shinko.tables.building import SMOOTHINGS, build_table, held_out_perplexity
    from shinko.tables.builtin import DEFAULT_TABLE, builtin_names, load_table
    from shinko.tables.describe import (
        Continuations,
        NextChord,
        TableSummary,
        continuations,
        list_tables,
        summarise,
    )
    from shinko.tables.fetch import fetch_hooktheory
    from shinko.tables.hooktheory_crawl import fetch_api
    from shinko.tables.mixing import mix_tables
    from shinko.tables.reading import read_table
    from shinko.tables.song import Song, SongList
    from shinko.tables.songs import read_songs
    from shinko.tables.table import Row, TableError, TransitionTable
    from shinko.tables.writing import table_csv, write_table

__all__ = [
    "DEFAULT_TABLE",
    "SMOOTHINGS",
    "Automaton",
    "Continuations",
    "NextChord",
    "Row",
    "Song",
    "SongList",
    "TableError",
    "TableSummary",
    "TransitionTable",
    "build_table",
    "builtin_names",
    "compile_table",
    "continuations",
    "fetch_api",
    "fetch_hooktheory",
    "held_out_perplexity",
    "list_tables",
    "load_table",
    "mix_tables",
    "read_songs",
    "read_table",
    "summarise",
    "table_csv",
    "write_table",
]

_HOMES = {
    "automaton": ("Automaton", "compile_table"),
    "building": ("SMOOTHINGS", "build_table", "held_out_perplexity"),
    "builtin": ("DEFAULT_TABLE", "builtin_names", "load_table"),
    "describe": (
        "Continuations",
        "NextChord",
        "TableSummary",
        "continuations",
        "list_tables",
        "summarise",
    ),
    "fetch": ("fetch_hooktheory",),
    "hooktheory_crawl": ("fetch_api",),
    "mixing": ("mix_tables",),
    "reading": ("read_table",),
    "song": ("Song", "SongList"),
    "songs": ("read_songs",),
    "table": ("Row", "TableError", "TransitionTable"),
    "writing": ("table_csv", "write_table"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
