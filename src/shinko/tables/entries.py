"""From lines of text to a table: the one place where the entries of table files are checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shinko.errors import ShinkoError
from shinko.tables.table import (
    CHORDS,
    LONGEST_HISTORY,
    Floats,
    History,
    PackedRows,
    TableError,
    TransitionTable,
)

BACKOFF = "*"

# Hooktheory rounds to three digits: its largest row sums to 1.004.
LARGEST_SUM = 1.01

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Entries:
    """Lines of table files as columns of text, still unchecked.

    Attributes:
      files: each file with the line numbers of its entries, for errors.
      histories: tokens joined by commas, oldest first; "" for none.
      chords: a token each, or "*" for the history's back-off weight.
      numbers: probability or back-off weight.
    """

    files: Sequence[tuple[Path, Sequence[int]]]
    histories: Sequence[str]
    chords: Sequence[str]
    numbers: Sequence[str]

    def place(self, entry: int) -> tuple[Path, int]:
        """File and line of an entry."""
        file = 0
        while entry >= len(self.files[file][1]):
            entry -= len(self.files[file][1])
            file += 1
        return self.files[file][0], self.files[file][1][entry]

    def error(self, entry: int, message: str) -> TableError:
        """The error to raise for an entry."""
        path, line = self.place(entry)
        return TableError(f"{path} line {line}: {message}")


def assemble(
    name: str,
    entries: Entries,
    read: Callable[[str], str],
    *,
    notes: Mapping[str, str],
    codec: str = CHORDS,
    first: Sequence[str] = (),
) -> TransitionTable:
    """A table of entries, every one checked.

    An entry may come again in another file with the same number, as eight of Hooktheory's do.

    Args:
      name: of the table.
      entries: at least one.
      read: the token of a text; raises `ShinkoError` where it is none.
      notes: kept with the table.
      codec: what the tokens are.
      first: chords that begin the vocabulary; the others follow as they first appear.

    Raises:
      TableError: an entry can't be used; the message names its file and line.
    """
    vocabulary, indices = _read_tokens(entries, read, first)
    histories, row_of = _read_histories(entries, indices)
    numbers = _read_numbers(entries)
    # The back-off weight of a row is filed behind its chords, as if it were chord V.
    V = len(vocabulary)
    chord_of = np.array([V if text == BACKOFF else indices[text] for text in entries.chords])

    order = _without_repeats(entries, row_of * (V + 1) + chord_of, numbers)
    weights = order[chord_of[order] == V]
    listed = order[chord_of[order] < V]
    backoffs = np.zeros(len(histories))
    backoffs[row_of[weights]] = numbers[weights]
    if backoffs[0]:
        raise entries.error(
            int(weights[0]), "a back-off weight without a history; expected one of 1 chord or more"
        )
    sums = np.bincount(row_of[listed], numbers[listed], minlength=len(histories))
    if sums.max() > LARGEST_SUM:
        worst = int(sums.argmax())
        raise entries.error(
            int(listed[row_of[listed] == worst].max()),
            f"the row sums to {sums[worst]:.3f} here; expected at most 1 (1.01 if rounded)",
        )
    lengths = np.bincount(row_of[listed], minlength=len(histories))
    rows = PackedRows(
        histories,
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        chords=chord_of[listed].astype(np.int32),
        probabilities=numbers[listed],
        backoffs=backoffs,
    )
    return TransitionTable(name, vocabulary, max(map(len, histories)), rows, notes, codec)


def _read_tokens(
    entries: Entries, read: Callable[[str], str], first: Sequence[str]
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The vocabulary, and the index of every text that stands for a chord."""
    texts = dict.fromkeys((*first, *entries.chords))
    texts.pop(BACKOFF, None)
    for history in dict.fromkeys(entries.histories):
        texts.update(dict.fromkeys(history.split(",") if history else ()))
    tokens: dict[str, str] = {}
    for text in texts:
        try:
            tokens[text] = read(text)
        except ShinkoError as error:
            users = [
                entry
                for entry, history in enumerate(entries.histories)
                if text == entries.chords[entry] or (history and text in history.split(","))
            ]
            # A chord that only the vocabulary note has is told with the first entry.
            raise entries.error((*users, 0)[0], str(error)) from None
    vocabulary = tuple(dict.fromkeys(tokens.values()))
    index = {token: number for number, token in enumerate(vocabulary)}
    return vocabulary, {text: index[token] for text, token in tokens.items()}


def _read_histories(entries: Entries, indices: Mapping[str, int]) -> tuple[list[History], _Numbers]:
    """The distinct histories, the empty one first, and the number of each entry's."""
    numbered: dict[History, int] = {(): 0}
    number_of_text: dict[str, int] = {"": 0}
    for text in dict.fromkeys(entries.histories):
        if text:
            history = tuple(indices[token] for token in text.split(","))
            if len(history) > LONGEST_HISTORY:
                raise entries.error(
                    entries.histories.index(text),
                    f"a history of {len(history)} chords ({text:.30}…); "
                    f"expected at most {LONGEST_HISTORY}",
                )
            number_of_text[text] = numbered.setdefault(history, len(numbered))
    return list(numbered), np.array([number_of_text[text] for text in entries.histories])


def _read_numbers(entries: Entries) -> Floats:
    """The numbers, probabilities within 0..1 and back-off weights from 0 up."""
    try:
        numbers = np.array(list(map(float, entries.numbers)))
    except ValueError:
        numbers = np.array([_number_or_nan(text) for text in entries.numbers])
    is_weight = np.array([text == BACKOFF for text in entries.chords])
    # Written so that nan is wrong too.
    wrong = ~((numbers >= 0) & (numbers <= np.where(is_weight, 1e9, 1)))
    if wrong.any():
        entry = int(wrong.argmax())
        what = "a back-off weight" if is_weight[entry] else "a probability"
        bound = "from 0 up" if is_weight[entry] else "from 0 to 1"
        raise entries.error(entry, f"{entries.numbers[entry]!r} is not {what}; expected {bound}")
    return numbers


def _number_or_nan(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _without_repeats(entries: Entries, keys: _Numbers, numbers: Floats) -> _Numbers:
    """The entries sorted by key, without those that repeat one of another file."""
    order = np.argsort(keys, kind="stable")
    again = np.concatenate([[False], np.diff(keys[order]) == 0])
    for position in np.flatnonzero(again):
        first, second = int(order[position - 1]), int(order[position])
        path, line = entries.place(first)
        if path == entries.place(second)[0] or numbers[first] != numbers[second]:
            raise entries.error(
                second,
                f"chord {entries.chords[second]} after {entries.histories[second] or 'nothing'} "
                f"has {entries.numbers[first]} already at {path.name} line {line}; keep one",
            )
    kept: _Numbers = order[~again]
    return kept
