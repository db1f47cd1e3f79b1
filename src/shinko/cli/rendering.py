"""Write the files of progressions and show what was made, for compose, render and demo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.streams import print_lines

if TYPE_CHECKING:
    from shinko.files.formats import Rendering
    from shinko.score.progression import Progression


def write_and_show(
    progressions: Sequence[Progression],
    folder: Path,
    rendering: Rendering,
    *,
    names: Sequence[str] | None = None,
    replacing: bool = False,
    most: int = 20,
) -> None:
    """Write the files of all progressions, with progress, and show the first of them.

    Raises:
      ShinkoError: a file can't be made or written.
    """
    from shinko.cli.progress import counting_progress
    from shinko.files.formats import FORMATS
    from shinko.files.render import write_progressions

    fast = all(FORMATS[name].suffix in (".mid", ".json") for name in rendering.formats)
    if fast and len(progressions) < 1000:
        paths = write_progressions(
            progressions, folder, rendering, names=names, replacing=replacing
        )
    else:
        with counting_progress("writing", "progressions") as tell:
            tell(0, len(progressions))
            paths = write_progressions(
                progressions,
                folder,
                rendering,
                names=names,
                replacing=replacing,
                on_written=tell,
            )
    for progression, files in zip(progressions[:most], paths[:most], strict=True):
        print_lines(_shown(files))
        show_chords(progression)
    if len(paths) > most:
        print_lines(f"… and {len(paths) - most} more in {folder}")


def print_texts(progressions: Sequence[Progression], name: str, rendering: Rendering) -> None:
    """Print progressions in a format that is text.

    Raises:
      RenderError: the format is none.
    """
    from shinko.files.render import render_texts

    text = render_texts(progressions, name, rendering.performance)
    print_lines(*text.removesuffix("\n").split("\n"))


def show_chords(progression: Progression) -> None:
    """Roman numerals above chord names, a column a chord, as many a line as fit."""
    cells = list(zip(progression.roman_numerals, progression.names, strict=True))
    column = max(len(text) for cell in cells for text in cell) + 2
    across = max(1, (terminal_width() - 2) // column)
    for begin in range(0, len(cells), across):
        for line in zip(*cells[begin : begin + across], strict=True):
            print_lines("  " + "".join(text.ljust(column) for text in line).rstrip())
    print_lines("")


def terminal_width() -> int:
    """Columns of the terminal; 100 where output goes elsewhere."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def _shown(files: Sequence[Path]) -> str:
    """The first file, and what the others beside it end in."""
    first = files[0]
    stem = first.name[: -len("".join(first.suffixes))] if first.suffixes else first.name
    return "  ".join([str(first), *(file.name.removeprefix(stem) for file in files[1:])])
