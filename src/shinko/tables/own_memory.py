"""The memory of somebody's own songs, from a handful of them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from shinko.disk import write_together
from shinko.tables.closing import with_closing
from shinko.tables.loops import with_loops
from shinko.tables.memories import MOST_PAIRS, memory_path, usual_recall, usual_rhythm
from shinko.tables.memory import SongMemory
from shinko.tables.memory_files import memory_bytes
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.rhythm_fitting import fit_rhythm
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.table import TableError, TransitionTable
from shinko.tables.writing import table_bytes

# Chords that are counted, of songs that lie evenly among all, and of a section at most: more tell
# hardly more of how songs copy themselves, and take half a kilobyte each.
MOST_COUNTED, _LONGEST = 200_000, 256
# A section of fewer chords can't come back to anything.
_SHORTEST = 4
# Songs that tell how often sections go round in a circle.
_MANY = 30


def memory_of_songs(songs: Sequence[Song], vocabulary: tuple[str, ...], name: str) -> SongMemory:
    """What songs remember, over the chords of their table.

    How they copy themselves leans on the songs of the package where they are few.

    Args:
      songs: with chords among the vocabulary.
      vocabulary: of the table.
      name: of the table.

    Raises:
      TableError: no section is long enough to come back to anything, or there are too many chords.
    """
    if len(vocabulary) > MOST_PAIRS:
        raise TableError(
            f"table {name!r}: {len(vocabulary)} chords, expected at most {MOST_PAIRS} to count a "
            "memory of; the table goes without, and comes back as the built-in songs do"
        )
    every = -(-sum(map(len, songs)) // MOST_COUNTED)
    sections = [
        replace(
            one,
            chords=one.chords[:_LONGEST],
            closes=one.closes if _whole(one) else "",
            places=one.places[: _LONGEST + 1],
        )
        for one in counted_sections(songs[:: max(every, 1)], vocabulary)
    ]
    if not any(len(one.chords) >= _SHORTEST for one in sections):
        raise TableError(
            f"table {name!r}: no section of {_SHORTEST} chords or more to count a memory of; the "
            "table goes without, and comes back as the built-in songs do"
        )
    style = fit_style(name, sections, vocabulary, like=usual_recall())
    if len({one.song for one in sections}) >= _MANY:
        style = with_loops(style, sections, vocabulary)
    style = with_closing(style, sections, vocabulary)
    if any(one.places for one in sections):
        rhythm = fit_rhythm(sections, style, vocabulary, like=usual_rhythm())
        style = replace(style, rhythm=rhythm)
    return SongMemory(vocabulary, (style,))


def write_with_memory(
    table: TransitionTable, memory: SongMemory | None, path: Path, *, new: bool = False
) -> None:
    """Write a table, and beside it its memory, where it has one.

    A memory that was there before goes first: whatever ends this, none is beside another table.

    Args:
      table: to write.
      memory: of the same songs.
      path: of the table.
      new: whether files that are there stay.

    Raises:
      WriteError: a file can't be written.
    """
    beside = memory_path(path)
    contents = {path: table_bytes(table, path.name)}
    if memory is not None:
        contents[beside] = memory_bytes(memory)
    write_together(contents, new=new, stale=() if new else (beside,))


def _whole(section: CountedSection) -> bool:
    return len(section.chords) <= _LONGEST
