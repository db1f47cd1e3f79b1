"""Transition tables: what chord follows which.

Conventions: a chord is a *token* (a Hooktheory id such as "57/5", or a Roman numeral where no id
exists) and, inside, its index in the vocabulary. A *history* is a tuple of such indices, oldest
first. Probabilities are in [0, 1]; a row of a published, cut-off table may sum
to less than 1, and to slightly more where its numbers were rounded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shinko.errors import ShinkoError

History = tuple[int, ...]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

# A progression has 256 chords at most: a longer history never comes up.
LONGEST_HISTORY = 255
# Histories of published and built-in tables.
USUAL_ORDER = 3
# What a table may take in memory when it is compiled.
MOST_BYTES = 2 * 1024**3

# The codec of files that name none (see `codec`).
CHORDS = "chords"


class TableError(ShinkoError):
    """A transition table, or the songs it is built from, can't be used."""


def check_histories(name: str, count: int, *, chords: int, order: int) -> None:
    """Refuse a table of so many histories that it can't be compiled.

    A state has V probabilities of 8 bytes, V states after it of 4, and its own chords of 8 each.
    """
    if count * (12 * chords + 8 * order) > MOST_BYTES:
        raise TableError(
            f"table {name!r}: {count:,} histories and more, of up to {order} chords out of "
            f"{chords:,}, take over {MOST_BYTES / 1e9:.1f} GB; shorten them with `order`, or keep "
            "fewer chords"
        )


@dataclass(frozen=True, eq=False)
class Row:
    """The chords that one history lists.

    Attributes:
      chords: vocabulary indices, shape (n,), each at most once.
      probabilities: of those chords, shape (n,); 0 means impossible.
      backoff: 0 where an unlisted chord has no number (published, cut-off tables); above 0, an
        unlisted chord c has P(c | h) = backoff × P(c | h without its oldest chord).
    """

    chords: Ints
    probabilities: Floats
    backoff: float = 0.0


NO_CHORDS = Row(np.empty(0, np.int32), np.empty(0, np.float64))


class PackedRows(Mapping[History, Row]):
    """Rows kept end to end in four arrays; a `Row` is cut out when asked for.

    Twenty thousand rows are read in milliseconds this way.

    Attributes:
      index: number of each history's row.
      offsets: where row i starts, and where the last one ends, shape (rows + 1,).
      chords, probabilities: of all rows, shape (entries,).
      backoffs: of each row, shape (rows,).
    """

    def __init__(
        self,
        histories: Iterable[History],
        *,
        offsets: npt.NDArray[np.int64],
        chords: Ints,
        probabilities: Floats,
        backoffs: Floats,
    ) -> None:
        self.index = {history: number for number, history in enumerate(histories)}
        self.offsets = offsets
        self.chords = chords
        self.probabilities = probabilities
        self.backoffs = backoffs

    def __getitem__(self, history: History) -> Row:
        number = self.index[history]
        span = slice(self.offsets[number], self.offsets[number + 1])
        return Row(self.chords[span], self.probabilities[span], float(self.backoffs[number]))

    def __iter__(self) -> Iterator[History]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, history: object) -> bool:
        return history in self.index


@dataclass(frozen=True, eq=False)
class TransitionTable:
    """P(chord | the chords before it, so many at most).

    Attributes:
      name: how the user calls it.
      vocabulary: the tokens; their order numbers the chords.
      order: length of the longest history.
      rows: the listed histories; the empty one, (), is always among them.
      notes: what its maker recorded: description, source, perplexities.
      codec: what the tokens are, by name; see `codec`.
    """

    name: str
    vocabulary: tuple[str, ...]
    order: int
    rows: Mapping[History, Row]
    notes: Mapping[str, str] = field(default_factory=dict)
    codec: str = CHORDS

    @cached_property
    def indices(self) -> Mapping[str, int]:
        """The index of each token."""
        return {token: index for index, token in enumerate(self.vocabulary)}

    def index(self, token: str) -> int:
        """The index of a token.

        Raises:
          TableError: the token isn't in the vocabulary.
        """
        try:
            return self.indices[token]
        except KeyError:
            raise TableError(
                f"chord {token!r}: not among the {len(self.vocabulary)} chords of table "
                f"{self.name!r}, such as {', '.join(self.vocabulary[:4])}"
            ) from None

    def listed_ending(self, history: Sequence[int]) -> History:
        """The longest ending of `history` that has a row of its own; () at the least."""
        tail = tuple(history[-self.order :]) if self.order else ()
        while tail not in self.rows:
            tail = tail[1:]
        return tail

    def row(self, history: Sequence[int]) -> Row:
        """The row of the longest listed ending of `history`."""
        return self.rows[self.listed_ending(history)]

    def probability(self, history: Sequence[int], chord: int) -> float | None:
        """P(chord | history); None where unlisted, which isn't impossible; 0.0 is impossible."""
        value = float(self.distribution(history)[chord])
        return None if np.isnan(value) else value

    def distribution(self, history: Sequence[int]) -> Floats:
        """P(· | history) over the vocabulary, shape (V,), nan for unlisted chords."""
        ending = self.listed_ending(history)
        row = self.rows[ending]
        if ending and row.backoff > 0:
            numbers = row.backoff * self.distribution(ending[1:])
        else:
            numbers = np.full(len(self.vocabulary), np.nan)
        numbers[row.chords] = row.probabilities
        return numbers

    def row_sums(self) -> Floats:
        """Sum of the listed probabilities of each row, in the order of `rows`, shape (rows,)."""
        return np.array([row.probabilities.sum() for row in self.rows.values()])

    def shortened(self, order: int) -> "TransitionTable":
        """This table without its histories of more than `order` chords."""
        if order >= self.order:
            return self
        rows = {history: row for history, row in self.rows.items() if len(history) <= order}
        return replace(self, order=max(map(len, rows)), rows=rows)

    def over(self, vocabulary: Sequence[str]) -> "TransitionTable":
        """This table over more chords, which it lists nowhere; after one of them anything may come.

        Args:
          vocabulary: the tokens in their new order, all of this table's among them.
        """
        if tuple(vocabulary) == self.vocabulary:
            return self
        number = {token: index for index, token in enumerate(vocabulary)}
        renumber = np.array([number[token] for token in self.vocabulary], np.int32)
        rows = {
            tuple(renumber[list(history)].tolist()): Row(
                renumber[row.chords], row.probabilities, row.backoff
            )
            for history, row in self.rows.items()
        }
        nothing = Row(NO_CHORDS.chords, NO_CHORDS.probabilities, 1.0)
        for chord in range(len(vocabulary)):
            rows.setdefault((chord,), nothing)
        return replace(self, vocabulary=tuple(vocabulary), order=max(self.order, 1), rows=rows)

    def restricted(self, tokens: Iterable[str] | None = None) -> "TransitionTable":
        """This table over fewer chords; nothing is renormalised.

        A row goes if its history holds a dropped chord. One that lists none of those kept stays:
        what follows there is known, and is none of them.

        Args:
          tokens: the chords to keep, in their new order; by default those that have a row of
            their own as a one-chord history (the 28 of Hooktheory).

        Raises:
          TableError: a token isn't in the vocabulary, or none is left.
        """
        if tokens is None:
            kept = [i for i in range(len(self.vocabulary)) if (i,) in self.rows]
        else:
            kept = [self.index(token) for token in dict.fromkeys(tokens)]
        if not kept:
            raise TableError(
                f"table {self.name!r}: no chord left after restricting it; name chords to keep, "
                f"such as {', '.join(self.vocabulary[:4])}"
            )
        renumber = np.full(len(self.vocabulary), -1, np.int32)
        renumber[kept] = np.arange(len(kept), dtype=np.int32)
        rows: dict[History, Row] = {}
        for history, row in self.rows.items():
            renumbered = tuple(int(renumber[chord]) for chord in history)
            if -1 in renumbered:
                continue
            chords = renumber[row.chords]
            inside = chords >= 0
            rows[renumbered] = Row(chords[inside], row.probabilities[inside], row.backoff)
        vocabulary = tuple(self.vocabulary[index] for index in kept)
        return replace(self, vocabulary=vocabulary, order=max(map(len, rows)), rows=rows)
