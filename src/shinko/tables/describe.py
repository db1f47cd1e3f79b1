"""Tables as people look at them: what there is, and what follows what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shinko.errors import ShinkoError
from shinko.tables.builtin import BUILTIN, DOWNLOADED, is_downloaded, load_table
from shinko.tables.codec import find_codec
from shinko.tables.table import CHORDS, TableError, TransitionTable
from shinko.tables.tokens import TokenVocabulary
from shinko.theory import Key, parse_token, roman_from_name

_C_MAJOR = Key.parse("C")


@dataclass(frozen=True)
class TableSummary:
    """A table in a line.

    Attributes:
      name: what `load_table` takes.
      description: in a few words.
      chords: size of the vocabulary; None if the table isn't downloaded.
      histories: number of rows; None if the table isn't downloaded.
      order: length of the longest history; None if the table isn't downloaded.
      fetch: the command that downloads it; empty if it is there.
    """

    name: str
    description: str
    chords: int | None = None
    histories: int | None = None
    order: int | None = None
    fetch: str = ""


@dataclass(frozen=True)
class NextChord:
    """A chord that may come next.

    Attributes:
      token: of the table.
      roman: the token as shown in the key, of a chord its Roman numeral.
      name: the chord symbol in the key; None without a key.
      probability: 0..1.
      history_length: how many of the chords before it the number looks at.
    """

    token: str
    roman: str
    name: str | None
    probability: float
    history_length: int


@dataclass(frozen=True)
class Continuations:
    """What may follow a history.

    Attributes:
      history: the tokens that the table takes for what was asked, oldest first.
      chords: the listed ones, most probable first.
      unlisted: how many chords of the vocabulary have no number here.
    """

    history: tuple[str, ...]
    chords: tuple[NextChord, ...]
    unlisted: int


def list_tables() -> tuple[TableSummary, ...]:
    """All tables that have a name: the built-in ones, then those to download."""
    summaries = [summarise(load_table(name), BUILTIN[name]) for name in BUILTIN]
    for name, (_, command, description) in DOWNLOADED.items():
        if is_downloaded(name):
            summaries.append(summarise(load_table(name), description))
        else:
            summaries.append(TableSummary(name, description, fetch=command))
    return tuple(summaries)


def summarise(table: TransitionTable, description: str = "") -> TableSummary:
    """A table in a line; the description is by default its own note."""
    return TableSummary(
        table.name,
        description or table.notes.get("description", ""),
        len(table.vocabulary),
        len(table.rows),
        table.order,
    )


def continuations(
    table: TransitionTable, after: str | Sequence[str] = (), *, key: Key | None = None
) -> Continuations:
    """The chords that may follow others, ranked.

    Args:
      table: what to look at.
      after: the chords before, oldest first: Roman numerals, Hooktheory ids or, with a key, chord
        names; a text is split at blanks, commas, bars and dashes. A chord that the table doesn't
        have is taken for its nearest simpler one, which `history` then shows. Other tokens than
        chords are taken as they are.
      key: for chord names, and for Roman numerals of a minor key; by default any major key.

    Raises:
      TableError: a chord can't be read or isn't in the table, not even simplified; or there is a
        key for tokens that are no chords.
    """
    if key is not None and table.codec != CHORDS:
        raise TableError(
            f"key {key}: tokens of table {table.name!r} are no chords (codec: {table.codec}); "
            "leave the key out"
        )
    if isinstance(after, str):
        written = after.replace(",", " ").replace("|", " ").split()
        after = [word for word in written if word not in ("-", "–")]
    known = TokenVocabulary(table.vocabulary, find_codec(table.codec).simpler)
    history = tuple(_index(table, known, word, key) for word in after)
    numbers = table.distribution(history)
    ranked = [
        _next_chord(table, history, int(chord), float(numbers[chord]), key)
        for chord in np.argsort(-numbers, kind="stable")
        if not np.isnan(numbers[chord])
    ]
    return Continuations(
        tuple(table.vocabulary[chord] for chord in history),
        tuple(ranked),
        int(np.isnan(numbers).sum()),
    )


def _index(table: TransitionTable, known: TokenVocabulary, word: str, key: Key | None) -> int:
    """The table's index of a chord as a person writes it, or of its nearest simpler one."""
    if table.codec != CHORDS:
        return table.index(word)
    if key is None and word[:1] in tuple("ABCDEFG") and word not in table.indices:
        raise TableError(
            f"chord {word!r}: a chord name needs a key; give one, or write 'IV' or '4'"
        )
    try:
        named = key is not None or word not in table.indices
        chord = roman_from_name(word, key or _C_MAJOR) if named else parse_token(word)
    except ShinkoError as error:
        raise TableError(str(error)) from None
    token = chord.token_in(key or _C_MAJOR)
    index = known.nearest(token)
    return table.index(token) if index is None else index


def _next_chord(
    table: TransitionTable, history: Sequence[int], chord: int, number: float, key: Key | None
) -> NextChord:
    """A chord with the longest ending of the history that lists it."""
    ending = table.listed_ending(history)
    while ending and chord not in table.rows[ending].chords:
        ending = table.listed_ending(ending[1:])
    token = table.vocabulary[chord]
    shown = find_codec(table.codec).show(token, key)
    name = parse_token(token).name(key) if key else None
    return NextChord(token, shown, name, number, len(ending))
