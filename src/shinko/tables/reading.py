"""Tables from files: the four Hooktheory CSVs, the project's own CSV, or songs.

The project's own CSV has the columns `history,chord,probability`: the history's tokens are joined
by commas, oldest first (empty for none), and the chord `*` carries the history's back-off weight.
Lines at its top that start with `#` are notes, `# key: value`; `# codec: chords` says what the
tokens are, chords where it is missing. It may be gzipped.
"""

import csv
import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shinko.tables.codec import CodecError, find_codec
from shinko.tables.entries import Entries, assemble
from shinko.tables.files import is_folder, read_text
from shinko.tables.song import SONG_SUFFIXES, song_files
from shinko.tables.table import CHORDS, TableError, TransitionTable
from shinko.tables.tokens import check_id

HOOKTHEORY_FILES = tuple(f"chord.{level}L.csv" for level in ("1st", "2nd", "3rd", "4th"))
HOOKTHEORY_COLUMNS = ("child_path", "probability")
OWN_COLUMNS = ("history", "chord", "probability")
# The notes that tell what the tokens are, and the order of the vocabulary, which numbers them.
CODEC_NOTE, VOCABULARY_NOTE = "codec", "vocabulary"
# Bytes; a larger table takes more than a gigabyte of memory.
LARGEST_FILE = 50_000_000
WANTED = "a Hooktheory CSV or one with the columns history,chord,probability"


@dataclass(frozen=True)
class _Csv:
    """The cells of a CSV below its header, with their line numbers."""

    path: Path
    header: list[str]
    header_line: int
    rows: Sequence[list[str]]
    lines: Sequence[int]

    def find_columns(self, wanted: Sequence[str]) -> tuple[int, ...]:
        """Where the wanted columns are."""
        for column in wanted:
            if column not in self.header:
                raise TableError(
                    f"{self.path} line {self.header_line}: no column {column!r}; expected {WANTED}"
                )
        return tuple(self.header.index(column) for column in wanted)

    def check_widths(self, width: int) -> None:
        """Raise `TableError` for the first line that hasn't `width` cells."""
        if set(map(len, self.rows)) == {width}:
            return
        for line, cells in zip(self.lines, self.rows, strict=True):
            if len(cells) != width:
                raise TableError(
                    f"{self.path} line {line}: {len(cells)} cells; expected {width}, "
                    'a history of several chords in quotes ("4,1")'
                )


def read_table(path: str | Path, name: str | None = None) -> TransitionTable:
    """The transition table of a file or folder.

    Args:
      path: a folder with the four Hooktheory CSVs or some of them, one such file, the project's
        own CSV, maybe gzipped, or songs (see `read_songs`), of which a table is built.
      name: of the table; by default that of the file or folder.

    Raises:
      TableError: the file can't be used; the message says the line and what was expected there.
    """
    path = Path(path)
    name = name or path.name.removesuffix(".gz").rpartition(".")[0] or path.absolute().name
    if is_folder(path):
        files = [path / file for file in HOOKTHEORY_FILES if (path / file).is_file()]
        if not files and song_files(path):
            return _build(path, name)
        if not files:
            raise TableError(
                f"{path}: no table in this folder; expected {HOOKTHEORY_FILES[0]} and so on, "
                "or songs"
            )
        parts = [_hooktheory_entries(_read_csv(file)[1]) for file in files]
        return assemble(name, _joined(parts), check_id, notes={})
    if path.name.endswith(SONG_SUFFIXES):
        return _build(path, name)
    notes, file = _read_csv(path)
    if HOOKTHEORY_COLUMNS[0] in file.header:
        return assemble(name, _hooktheory_entries(file), check_id, notes=notes)
    first, codec = notes.pop(VOCABULARY_NOTE, ""), notes.pop(CODEC_NOTE, CHORDS)
    try:
        read = find_codec(codec).read
    except CodecError as error:
        raise TableError(f"{path}: {error}") from None
    return assemble(
        name,
        _own_entries(file),
        read,
        notes=notes,
        codec=codec,
        first=first.split(",") if first else (),
    )


def _build(path: Path, name: str) -> TransitionTable:
    # Imported here: most tables are read, and a command should start quickly.
    from shinko.tables.building import build_table
    from shinko.tables.songs import read_songs

    return build_table(read_songs(path).songs, name=name)


def _read_csv(path: Path) -> tuple[dict[str, str], _Csv]:
    """The notes and the lines of a CSV, at least one below its header."""
    text = read_text(path, WANTED, LARGEST_FILE).rstrip("\n").split("\n")
    head = list(itertools.takewhile(lambda line: line.startswith("#"), text))
    notes = dict(_read_note(line) for line in head)
    try:
        reader = csv.reader(text[len(head) :], strict=True)
        rows = list(reader)
        lines: Sequence[int] = range(len(head) + 1, len(head) + 1 + len(rows))
        # Mostly a row is a line; where one is blank or spans several, they are numbered one by one.
        if reader.line_num != len(rows) or [] in rows:
            reader = csv.reader(text[len(head) :], strict=True)
            numbered = [(reader.line_num + len(head), cells) for cells in reader if cells]
            lines, rows = [line for line, _ in numbered], [cells for _, cells in numbered]
    except csv.Error as error:
        raise TableError(f"{path}: not a CSV ({error}); expected {WANTED}") from None
    if len(rows) < 2:
        raise TableError(f"{path}: no entries; expected {WANTED}")
    return notes, _Csv(path, rows[0], lines[0], rows[1:], lines[1:])


def _read_note(line: str) -> tuple[str, str]:
    key, _, value = line.removeprefix("#").partition(":")
    return key.strip(), value.strip()


def _hooktheory_entries(file: _Csv) -> Entries:
    """The columns of a Hooktheory CSV.

    Its lines have a nameless first cell, which the header lacks, and its first one is blank.
    """
    path_column, number_column = file.find_columns(HOOKTHEORY_COLUMNS)
    extra = len(file.rows[0]) - len(file.header)
    file.check_widths(len(file.header) + (extra == 1))
    filled = [
        (line, *cells[path_column + extra].rpartition(","), cells[number_column + extra])
        for line, cells in zip(file.lines, file.rows, strict=True)
        if any(cells[extra:])
    ]
    if not filled:
        raise TableError(f"{file.path}: no entries; expected {WANTED}")
    lines, histories, _, chords, numbers = zip(*filled, strict=True)
    return Entries([(file.path, lines)], histories, chords, numbers)


def _own_entries(file: _Csv) -> Entries:
    wanted = file.find_columns(OWN_COLUMNS)
    file.check_widths(len(file.header))
    columns = list(zip(*file.rows, strict=True))
    return Entries([(file.path, file.lines)], *(columns[place] for place in wanted))


def _joined(files: Sequence[Entries]) -> Entries:
    """The entries of several files behind each other."""
    return Entries(
        *(
            [value for file in files for value in getattr(file, column.name)]
            for column in dataclasses.fields(Entries)
        )
    )
