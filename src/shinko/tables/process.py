"""From a table to a process: the one seam between what is counted and what is planned."""

from __future__ import annotations

from collections.abc import Collection

from shinko.planning.errors import PlanningError
from shinko.planning.process import Process
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
    return automaton.process.rewarded(rewards)


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
    way_out = f"`order` {fitting[-1]} fits" if fitting else "take a table of fewer chords"
    raise PlanningError(
        f"table '{name}': an exact solution over {len(histories):,} histories of {chords:,} chords "
        f"needs {needed(longest) / 1e9:.1f} GB, expected at most {most / 1e9:.1f}; {way_out}"
    )
