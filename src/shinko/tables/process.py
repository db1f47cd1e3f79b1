"""From a table to a process: the one seam between what is counted and what is planned."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from shinko.planning.errors import PlanningError
from shinko.planning.process import Bools, Process
from shinko.planning.walk import StatePolicy
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats, History

MOST_BYTES = 2 * 1024**3
# For each state and token: reward, probability, state after, and three arrays to work with.
_BYTES = 6 * 8
# For each state and step: its value, and how often it is visited by up to three policies.
_STEP_BYTES = 4 * 8


def process_of(automaton: Automaton, rewards: Floats) -> Process:
    """The process of a compiled table and what its tokens earn.

    Args:
      automaton: the table, compiled.
      rewards: of each token in each state, (S, V), or at each step, (T, S, V); −∞ forbids it.
    """
    return Process(
        automaton.vocabulary,
        automaton.start,
        automaton.next_state[None],
        rewards.reshape(-1, *automaton.next_state.shape),
        automaton.last_chords,
    )


def own_chain(automaton: Automaton) -> StatePolicy:
    """The table's own chain: each token by its probability.

    Rows are normalised first; where a row lists nothing, all tokens are equally likely.
    """
    listed = np.nan_to_num(automaton.probabilities)
    totals = listed.sum(axis=1, keepdims=True)
    even = np.full_like(listed, 1.0 / listed.shape[1])
    chances = np.divide(listed, totals, out=even, where=totals > 0)
    return lambda t: chances


def usual(automaton: Automaton) -> Bools:
    """Where a token follows a state at least as often as by chance, 1 / V, (S, V)."""
    chances = np.nan_to_num(automaton.probabilities)
    return np.asarray(chances >= 1.0 / chances.shape[1])


def check_size(
    name: str, histories: Collection[History], chords: int, length: int, most: int = MOST_BYTES
) -> None:
    """Refuse a table whose exact solution takes too much memory.

    Args:
      name: of the table.
      histories: of its automaton.
      chords: how many it has.
      length: steps of the solution.
      most: bytes.

    Raises:
      PlanningError: it says how much would be needed, and what order fits.
    """

    def needed(order: int) -> int:
        states = sum(len(history) <= order for history in histories)
        return states * (chords * _BYTES + length * _STEP_BYTES)

    longest = max(map(len, histories))
    if needed(longest) <= most:
        return
    fitting = [order for order in range(1, longest) if needed(order) <= most]
    way_out = f"--order {fitting[-1]} fits" if fitting else "take a table of fewer chords"
    raise PlanningError(
        f"table '{name}': an exact solution over {len(histories):,} histories of {chords:,} chords "
        f"needs {needed(longest) / 1e9:.1f} GB, expected at most {most / 1e9:.1f}; {way_out}"
    )
