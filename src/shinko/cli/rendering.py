"""Write the files of progressions and show what was made, for compose, render and demo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.streams import print_lines, print_text

if TYPE_CHECKING:
    from shinko.files.formats import Rendering
    from shinko.files.sheet import SongSheet
    from shinko.score.progression import Progression, Section


def write_and_show(
    progressions: Iterable[Progression],
    folder: Path,
    rendering: Rendering,
    *,
    total: int,
    names: Sequence[str] | None = None,
    replacing: bool = False,
    most: int = 20,
    sheets: Iterable[SongSheet | None] = (),
    ending: str = "",
) -> None:
    """Write the files of all progressions as they come, with progress, and show the first of them.

    Raises:
      ShinkoError: a file can't be made or written.
    """
    from shinko.files.formats import FORMATS
    from shinko.files.nearest import nearest_told
    from shinko.files.render import write_each

    fast = all(FORMATS[name].suffix in (".mid", ".json") for name in rendering.formats)
    shown: list[Progression] = []
    paths: list[tuple[Path, ...]] = []
    with nullcontext() if fast and total < 1000 else _progress() as tell:
        kept = _kept(progressions, shown, most)
        written = write_each(
            kept, folder, rendering, names=names, replacing=replacing, sheets=sheets, ending=ending
        )
        for number, files in enumerate(written, 1):
            if tell is not None:
                tell(number, total)
            if number <= most:
                paths.append(files)
    for progression, files in zip(shown, paths, strict=True):
        print_lines(shown_files(files))
        show_chords(progression)
        told = nearest_told(progression, rendering.formats, diagrams=bool(rendering.diagrams))
        if told:
            print_lines(told, to_error=True)
    if total > most:
        print_lines(f"… and {total - most} more in {folder}")


def _progress() -> AbstractContextManager[Callable[[int, int], None]]:
    from shinko.cli.progress import counting_progress  # Rich takes a while to load

    return counting_progress("writing", "progressions")


def _kept(
    progressions: Iterable[Progression], first: list[Progression], most: int
) -> Iterator[Progression]:
    """The progressions, of which the first are kept in a list."""
    for progression in progressions:
        if len(first) < most:
            first.append(progression)
        yield progression


def print_texts(
    progressions: Iterable[Progression],
    name: str,
    rendering: Rendering,
    sheets: Iterable[SongSheet | None] = (),
    *,
    headed: bool = False,
) -> None:
    """Print progressions in a format that is text, as they come.

    Raises:
      RenderError: the format is none.
    """
    from shinko.files.nearest import nearest_told
    from shinko.files.render import render_pieces

    told: dict[str, None] = {}

    def looked_at() -> Iterator[Progression]:
        for progression in progressions:
            told[nearest_told(progression, (name,))] = None
            yield progression

    for piece in render_pieces(looked_at(), name, rendering.performance, sheets, headed=headed):
        print_text(piece)
    for line in filter(None, told):
        print_lines(line, to_error=True)


def show_chords(progression: Progression) -> None:
    """Roman numerals above chord names, a column a chord, as many a line as fit; and below them how
    many quarter notes each lasts, where they don't all last alike. Each section by itself, with
    what is its own.
    """
    from shinko.score.progression import Section

    if progression.melody_alone:
        print_lines(f"  a melody of {len(progression.melody)} notes, without chords", "")
        return
    rows = [progression.roman_numerals, progression.names]
    if len(set(progression.beats)) > 1:
        rows.append(tuple(f"{beats:.3g}" for beats in progression.beats))
    cells = list(zip(*rows, strict=True))
    column = max(len(text) for cell in cells for text in cell) + 2
    across = max(1, (terminal_width() - 2) // column)
    begin = 0
    for section in progression.sections or (Section("", len(cells)),):
        if head := _head(section):
            print_lines(f"  {head}")
        end = begin + section.length
        for place in range(begin, end, across):
            for line in zip(*cells[place : min(end, place + across)], strict=True):
                print_lines("  " + "".join(text.ljust(column) for text in line).rstrip())
        begin = end
    print_lines("")


def _head(section: Section) -> str:
    """A section's name, how often it is played, and what is its own of key, tempo and style."""
    own = [str(section.key or ""), f"{section.tempo_bpm or 0:g} bpm" * bool(section.tempo_bpm)]
    told = ", ".join(filter(None, [*own, section.style]))
    times = f" ×{section.times}" if section.times > 1 else ""
    return f"{section.name}{times}" + (f" ({told})" if told else "")


def terminal_width() -> int:
    """Columns of the terminal; 100 where output goes elsewhere."""
    import shutil
    import sys

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def shown_files(files: Sequence[Path]) -> str:
    """The first file, and what the others beside it end in."""
    first = files[0]
    stem = first.name[: -len("".join(first.suffixes))] if first.suffixes else first.name
    return "  ".join([str(first), *(file.name.removeprefix(stem) for file in files[1:])])
