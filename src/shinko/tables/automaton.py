"""A table as a deterministic machine, so that learning and optimum work on few states.

A state stands for the longest ending of what was played that the machine knows. The known ones
are all listed histories and all their beginnings; with the beginnings, the state after a chord
depends on nothing but state and chord, however irregular the table (the construction of Aho and
Corasick, 1975). Hooktheory's 28 chords need 2,098 states instead of 28³ histories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shinko.tables.table import Floats, History, Ints, TransitionTable


@dataclass(frozen=True, eq=False)
class Automaton:
    """A compiled transition table of S states and V chords.

    Attributes:
      start: the state of the empty history.
      next_state: the state after a chord, shape (S, V), int32.
      probabilities: P(chord | state), shape (S, V); nan where unlisted; back-off is resolved.
      histories: the chords that each state stands for, oldest first.
      vocabulary: the tokens of the V chords.
    """

    start: int
    next_state: Ints
    probabilities: Floats
    histories: tuple[History, ...]
    vocabulary: tuple[str, ...]

    @property
    def listed(self) -> npt.NDArray[np.bool_]:
        """Where a state lists a chord, shape (S, V)."""
        return ~np.isnan(self.probabilities)

    @cached_property
    def last_chords(self) -> npt.NDArray[np.int64]:
        """The chord that each state ends with, −1 for the empty history, shape (S,)."""
        return np.array([history[-1] if history else -1 for history in self.histories])

    def run(self, chords: Sequence[int]) -> int:
        """The state after playing `chords` from the start."""
        state = self.start
        for chord in chords:
            state = int(self.next_state[state, chord])
        return state


def known_histories(table: TransitionTable) -> set[History]:
    """What the states of a table's automaton stand for."""
    return {history[:length] for history in table.rows for length in range(len(history) + 1)}


def compile_table(table: TransitionTable) -> Automaton:
    """The automaton of a table: `probabilities[run(chords)]` is `table.distribution(chords)`."""
    known = known_histories(table)
    histories = tuple(sorted(known, key=lambda history: (len(history), history)))
    number = {history: state for state, history in enumerate(histories)}
    S, V = len(histories), len(table.vocabulary)

    last = np.array([history[-1] if history else 0 for history in histories])
    parent = np.array([number[history[:-1]] for history in histories])
    # The state of the longest known proper ending; like the next two, filled by rising length.
    ending = np.zeros(S, np.int32)
    next_state = np.zeros((S, V), np.int32)
    probabilities = np.full((S, V), np.nan)
    rows = [table.rows.get(history) for history in histories]
    # What the ending's row is multiplied with: a state without a row of its own takes it whole.
    factor = np.array([1.0 if row is None else (row.backoff or np.nan) for row in rows])
    factor[0] = np.nan

    lengths = [len(history) for history in histories]
    bounds = np.searchsorted(lengths, range(lengths[-1] + 3))
    for length in range(lengths[-1] + 1):
        states = slice(bounds[length], bounds[length + 1])
        if length > 1:
            ending[states] = next_state[ending[parent[states]], last[states]]
        if length > 0:
            next_state[states] = next_state[ending[states]]
            probabilities[states] = probabilities[ending[states]] * factor[states, None]
        children = np.arange(bounds[length + 1], bounds[length + 2])
        next_state[parent[children], last[children]] = children
        for state in range(bounds[length], bounds[length + 1]):
            row = rows[state]
            if row is not None:
                probabilities[state, row.chords] = row.probabilities
    return Automaton(0, next_state, probabilities, histories, table.vocabulary)
