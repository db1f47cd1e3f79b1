"""A table as a deterministic machine, so that learning and optimum work on few states.

A state stands for the longest ending of what was played that the machine knows. The known ones
are all listed histories and all their beginnings; with the beginnings, the state after a chord
depends on nothing but state and chord, however irregular the table (the construction of Aho and
Corasick, 1975). Hooktheory's 28 chords need 2,098 states instead of 28³ histories.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shinko.planning.process import Process
from shinko.tables.table import (
    CHORDS,
    Floats,
    History,
    Ints,
    TransitionTable,
    check_histories,
)


@dataclass(frozen=True, eq=False)
class Automaton:
    """A compiled transition table of S states and V chords.

    Attributes:
      start: the state of the empty history.
      next_state: the state after a chord, shape (S, V), int32.
      probabilities: P(chord | state), shape (S, V); nan where unlisted; back-off is resolved.
      histories: the chords that each state stands for, oldest first.
      vocabulary: the tokens of the V chords.
      codec: what they are, by name.
    """

    start: int
    next_state: Ints
    probabilities: Floats
    histories: tuple[History, ...]
    vocabulary: tuple[str, ...]
    codec: str = CHORDS

    @property
    def listed(self) -> npt.NDArray[np.bool_]:
        """Where a state lists a chord, shape (S, V)."""
        return ~np.isnan(self.probabilities)

    @cached_property
    def last_chords(self) -> npt.NDArray[np.int64]:
        """The chord that each state ends with, −1 for the empty history, shape (S,)."""
        return np.array([history[-1] if history else -1 for history in self.histories])

    @cached_property
    def process(self) -> Process:
        """What leads where; nothing earns anything yet."""
        rewards, following = np.zeros((1, *self.next_state.shape)), self.next_state[None]
        return Process(self.vocabulary, self.start, following, rewards, self.last_chords)

    @cached_property
    def chain(self) -> Floats:
        """The table's own chain: each chord by its probability, (S, V).

        Rows are normalised; where one lists nothing, all chords are equally likely.
        """
        listed = np.nan_to_num(self.probabilities)
        totals = listed.sum(axis=1, keepdims=True)
        even = np.full_like(listed, 1.0 / listed.shape[1])
        return np.asarray(np.divide(listed, totals, out=even, where=totals > 0))

    @cached_property
    def usual(self) -> npt.NDArray[np.bool_]:
        """Where a chord follows a state at least as often as by chance, 1 / V, (S, V)."""
        listed = np.nan_to_num(self.probabilities)
        return np.asarray(listed >= 1.0 / listed.shape[1])

    def run(self, chords: Sequence[int]) -> int:
        """The state after playing `chords` from the start."""
        state = self.start
        for chord in chords:
            state = int(self.next_state[state, chord])
        return state


def known_histories(table: TransitionTable) -> set[History]:
    """What the states of a table's automaton stand for; raises `TableError` for too many."""
    known: set[History] = {()}
    for history in table.rows:
        while history not in known:
            known.add(history)
            history = history[:-1]
        check_histories(table.name, len(known), chords=len(table.vocabulary), order=table.order)
    return known


def compile_table(table: TransitionTable) -> Automaton:
    """The automaton of a table: `probabilities[run(chords)]` is `table.distribution(chords)`."""
    histories = tuple(sorted(known_histories(table), key=lambda history: (len(history), history)))
    next_state, ending = transitions(histories, len(table.vocabulary))
    probabilities = np.full(next_state.shape, np.nan)
    for state, history in enumerate(histories):
        row = table.rows.get(history)
        if history and (row is None or row.backoff):
            # A state without a row of its own takes that of its ending whole.
            factor = 1.0 if row is None else row.backoff
            probabilities[state] = probabilities[ending[state]] * factor
        if row is not None:
            probabilities[state, row.chords] = row.probabilities
    return Automaton(0, next_state, probabilities, histories, table.vocabulary, table.codec)


def transitions(histories: Sequence[History], chords: int) -> tuple[Ints, Ints]:
    """Where chords lead among known histories.

    Args:
      histories: by rising length, all their beginnings among them.
      chords: V.

    Returns:
      The state after each state and chord, (S, V), and the state of each one's longest known
      proper ending, (S,).
    """
    number = {history: state for state, history in enumerate(histories)}
    last = np.array([history[-1] if history else 0 for history in histories])
    parent = np.array([number[history[:-1]] for history in histories])
    ending = np.zeros(len(histories), np.int32)
    next_state = np.zeros((len(histories), chords), np.int32)
    # Both are filled by rising length.
    lengths = [len(history) for history in histories]
    bounds = np.searchsorted(lengths, range(lengths[-1] + 3))
    for length in range(lengths[-1] + 1):
        states = slice(bounds[length], bounds[length + 1])
        if length > 1:
            ending[states] = next_state[ending[parent[states]], last[states]]
        if length > 0:
            next_state[states] = next_state[ending[states]]
        children = np.arange(bounds[length + 1], bounds[length + 2])
        next_state[parent[children], last[children]] = children
    return next_state, ending


def pack_histories(histories: Sequence[History]) -> npt.NDArray[np.int16]:
    """Histories as an array to store, (S, longest): the chords, oldest first, then −1.

    It is at least three wide, as all of them were in 0.1.
    """
    packed = np.full((len(histories), max(3, *map(len, histories))), -1, np.int16)
    for state, history in enumerate(histories):
        packed[state, : len(history)] = history
    return packed


def unpack_histories(packed: npt.NDArray[np.generic], chords: int) -> tuple[History, ...]:
    """The histories of such an array, over V chords.

    Raises:
      ValueError: they are not those of an automaton.
    """
    if packed.ndim != 2 or not np.issubdtype(packed.dtype, np.signedinteger):
        raise ValueError("'histories' are no rows of whole numbers")
    histories = tuple(tuple(chord for chord in row if chord >= 0) for row in packed.tolist())
    known, lengths = set(histories), [len(history) for history in histories]
    if (
        packed.max(initial=-1) >= chords
        or not histories
        or lengths != sorted(lengths)
        or len(known) != len(histories)
        or not all(history[:-1] in known for history in histories)
    ):
        raise ValueError("'histories' are not those of a table")
    return histories


def fingerprint(automaton: Automaton) -> str:
    """What tells one table from another: SHA-256 of its chords and numbers."""
    digest = hashlib.sha256(json.dumps(automaton.vocabulary).encode())
    digest.update(automaton.next_state.tobytes())
    digest.update(automaton.probabilities.tobytes())
    return digest.hexdigest()
