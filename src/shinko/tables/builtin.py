"""The tables that come with the package, and any table by name or path."""

import difflib
from collections.abc import Hashable, Mapping
from pathlib import Path

from shinko.paths import expanded
from shinko.tables.files import is_there
from shinko.tables.reading import HOOKTHEORY_FILES, read_table
from shinko.tables.table import TableError, TransitionTable

DEFAULT_TABLE = "pop"

BUILTIN: Mapping[str, str] = {
    "pop": "Western and Chinese pop songs, one half each",
    "billboard": "songs of the US charts, 1958 to 1991",
    "pop909": "Chinese pop songs, 1950s to 2010s",
    "1960s": "songs of the US charts, 1960 to 1969",
    "1970s": "songs of the US charts, 1970 to 1979",
    "1980s": "songs of the US charts, 1980 to 1989",
    "jazz": "jazz standards and originals",
    "blues": "jazz musicians' twelve-bar blues",
    "songbook": "songs of stage and film, 1855 to 1955",
    "folk": "dances and songs of the British Isles",
    "hymns": "extra: four-part hymns, chords found by analysis",
}
# Tables with a memory in a file of their own, as their chords aren't those of pop songs.
STYLES = ("jazz", "blues", "songbook", "folk", "hymns")
# Tables that the user downloads: name -> place in the data folder, command, description.
DOWNLOADED: Mapping[str, tuple[str, str, str]] = {
    "hooktheory": (
        "hooktheory",
        "shinko tables fetch hooktheory",
        "Hooktheory's statistics of 2014",
    ),
    "hooktheory-api": (
        "hooktheory-api/hooktheory-api.csv",
        "shinko tables fetch hooktheory --api",
        "Hooktheory's statistics, live",
    ),
}

_FOLDER = Path(__file__).parent / "data"


def builtin_names() -> tuple[str, ...]:
    """The names of the tables that come with the package, the default one first."""
    return tuple(BUILTIN)


def builtin_path(name: str) -> Path:
    """The file of a built-in table."""
    return _FOLDER / f"{name}.csv.gz"


def downloaded_path(name: str) -> Path:
    """Where a downloaded table is, or would be."""
    # Imported here: built-in tables need nothing of what downloads.
    from shinko.fetching.places import data_folder

    return data_folder() / DOWNLOADED[name][0]


def is_downloaded(name: str) -> bool:
    """Whether a table is there with all its files; an interrupted download leaves some only.

    Raises:
      TableError: its place can't be looked up.
    """
    path = downloaded_path(name)
    files = [path / file for file in HOOKTHEORY_FILES] if name == "hooktheory" else [path]
    return all(map(is_there, files))


def stamp(name: str) -> Hashable:
    """What changes when a table's files do: their places, sizes and times; of a built-in table its
    name.
    """
    if name in BUILTIN:
        return name
    path = downloaded_path(name) if name in DOWNLOADED else expanded(name)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        states = [(file.resolve(), file.stat()) for file in files]
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a link leads to itself
        return object()  # of no other table; reading it will say what is wrong
    return tuple((file, state.st_size, state.st_mtime_ns) for file, state in states)


def load_table(name_or_path: str | Path = DEFAULT_TABLE) -> TransitionTable:
    """A built-in table, a downloaded one, or that of a file or folder (see `read_table`).

    A name goes before a file of that name; `./pop` is the file.

    Raises:
      TableError: there is no such table or file, it isn't downloaded yet, or it can't be read.
    """
    name = str(name_or_path)
    if isinstance(name_or_path, str) and name in BUILTIN:
        return read_table(builtin_path(name), name)
    if isinstance(name_or_path, str) and name in DOWNLOADED:
        if not is_downloaded(name):
            command = DOWNLOADED[name][1]
            raise TableError(f"table {name!r} isn't downloaded yet; run: {command}")
        return read_table(downloaded_path(name), name)
    path = expanded(name) if isinstance(name_or_path, str) else name_or_path
    if name and (path.suffix or len(path.parts) != 1 or is_there(path)):
        return read_table(path)
    known = (*BUILTIN, *DOWNLOADED)
    close = difflib.get_close_matches(name.lower(), known, n=2)
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    raise TableError(f"no table {name!r}: {meant}known are {', '.join(known)}, or give a path")


def playable_table(name: str) -> TransitionTable:
    """A table over those of its chords that one can go on from.

    Raises:
      TableError: it can't be read, or has no two such chords.
    """
    table = load_table(name)
    chords = [chord for i, chord in enumerate(table.vocabulary) if (i,) in table.rows]
    if len(chords) < 2:
        raise TableError(
            f"table '{name}': {len(chords)} of its chords are followed by others; expected 2 or "
            "more; build it of more songs"
        )
    return table if len(chords) == len(table.vocabulary) else table.restricted(chords)
