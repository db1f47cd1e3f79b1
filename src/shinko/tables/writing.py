"""Tables into files: the project's own CSV, the same bytes for the same table."""

import csv
import gzip
import io
from pathlib import Path

import numpy as np

from shinko.disk import write_atomically
from shinko.tables.entries import BACKOFF
from shinko.tables.reading import CODEC_NOTE, OWN_COLUMNS, VOCABULARY_NOTE
from shinko.tables.table import TransitionTable


def write_table(table: TransitionTable, path: str | Path, *, new: bool = False) -> None:
    """Write a table as the project's own CSV, gzipped if the name ends in `.gz`.

    Numbers keep six significant digits, so a row may miss its sum by a millionth.

    Args:
      table: to write.
      path: of the file.
      new: whether a file that is there stays.

    Raises:
      WriteError: the file can't be written.
    """
    path = Path(path)
    write_atomically(path, table_bytes(table, path.name), new=new)


def table_bytes(table: TransitionTable, name: str) -> bytes:
    """What is in the file of a table that has such a name."""
    content = table_csv(table).encode()
    if name.endswith(".gz"):
        # No time and no name inside: the same table gives the same file.
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as file:
            file.write(content)
        content = packed.getvalue()
    return content


def table_csv(table: TransitionTable) -> str:
    """The text of a table's CSV: notes, header, rows by length of history, likely chords first."""
    text = io.StringIO(newline="")
    told = {CODEC_NOTE: table.codec, VOCABULARY_NOTE: ",".join(table.vocabulary)}
    notes = {**table.notes, **told}
    for key, value in notes.items():
        text.write(f"# {key}: {' '.join(value.split())}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OWN_COLUMNS)
    for history in sorted(table.rows, key=lambda history: (len(history), history)):
        row = table.rows[history]
        past = ",".join(table.vocabulary[chord] for chord in history)
        for place in np.lexsort((row.chords, -row.probabilities)):
            chord = table.vocabulary[row.chords[place]]
            writer.writerow((past, chord, f"{row.probabilities[place]:.6g}"))
        if row.backoff > 0:
            writer.writerow((past, BACKOFF, f"{row.backoff:.6g}"))
    return text.getvalue()
