"""Mixtures of tables: a bit of this, a bit of that."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shinko.tables.automaton import compile_table
from shinko.tables.smoothing import list_chords
from shinko.tables.table import Floats, History, Row, TableError, TransitionTable


def mix_tables(weighted: Sequence[tuple[TransitionTable, float]], name: str) -> TransitionTable:
    """The weighted mean of tables, chord by chord.

    Every history that a table lists gets a row. It lists the chords that any table lists after
    it, with P(c | h) = Σ w P(c | h) of the tables, and backs off for the others so that the row
    sums to 1 (the static mixture of SRILM). A chord outside a table's vocabulary has probability 0
    there. If a table is cut off, so is the mixture: a row then lists every chord that has a number
    in any table, a missing number counts 0, and nothing backs off.

    Args:
      weighted: tables with their weights from 0 up, which are divided by their sum.
      name: of the mixture.

    Raises:
      TableError: a weight is below 0 or not finite, the weights sum to 0, or the tables' tokens
        are of several codecs.
    """
    for table, weight in weighted:
        if not (math.isfinite(weight) and weight >= 0):
            raise TableError(f"weight {weight} of table {table.name!r}: expected 0 or more")
    total = sum(weight for _, weight in weighted)
    if total == 0:
        raise TableError(f"mixture {name!r}: the weights sum to 0; give a table more than 0")
    used = [(table, weight / total) for table, weight in weighted if weight > 0]
    codec, *others = dict.fromkeys(table.codec for table, _ in used)
    if others:
        raise TableError(
            f"mixture {name!r}: tokens of codec {codec} with those of {others[0]}; mix tables of "
            "one codec"
        )
    vocabulary = tuple(dict.fromkeys(token for table, _ in used for token in table.vocabulary))
    index = {token: number for number, token in enumerate(vocabulary)}
    columns = [np.array([index[token] for token in table.vocabulary]) for table, _ in used]

    listed: dict[History, set[int]] = {(): set(index.values())}
    for (table, _), column in zip(used, columns, strict=True):
        for history, row in table.rows.items():
            shared = tuple(column[list(history)].tolist())
            listed.setdefault(shared, set()).update(column[row.chords].tolist())
    histories = list(listed)
    parts = np.full((len(used), len(histories), len(vocabulary)), np.nan)
    cut_off = False
    for part, (table, _), column in zip(parts, used, columns, strict=True):
        part[:, column] = _distributions(table, histories, column)
        cut_off = cut_off or bool(np.isnan(part[:, column]).any())
    mean = np.tensordot([weight for _, weight in used], np.nan_to_num(parts), axes=1)
    full = dict(zip(histories, mean, strict=True))

    notes = {"mixture": ", ".join(f"{weight:.3g} {table.name}" for table, weight in used)}
    order = max(map(len, histories))
    if cut_off:
        numbered = (~np.isnan(parts)).any(axis=0)
        chords = [np.flatnonzero(row).astype(np.int32) for row in numbered]
        rows = {h: Row(own, full[h][own]) for h, own in zip(histories, chords, strict=True)}
    else:
        rows = list_chords(full, {h: np.array(sorted(own), np.int32) for h, own in listed.items()})
    return TransitionTable(name, vocabulary, order, rows, notes, codec)


def _distributions(
    table: TransitionTable, histories: Sequence[History], column: npt.NDArray[np.int64]
) -> Floats:
    """P(· | h) of one table for histories in the numbers of the mixture, shape (histories, V).

    A chord that the table doesn't know ends what it sees of the history.

    Args:
      column: the mixture's number of each of the table's V chords.
    """
    own = {int(shared): number for number, shared in enumerate(column)}
    automaton = compile_table(table)
    states = []
    for history in histories:
        state = automaton.start
        for chord in history:
            known = own.get(chord)
            state = automaton.start if known is None else int(automaton.next_state[state, known])
        states.append(state)
    return automaton.probabilities[states]
