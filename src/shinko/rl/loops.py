"""The loop that pays best: the cycle of greatest mean reward, which a policy collapses onto.

Found by policy iteration (Howard 1960): follow a choice of one chord per state into its cycle,
value all states against that cycle, choose better chords, until there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

# Rewards nearer than this are taken for equal: rounding may not change the choice for ever.
_SAME = 1e-10


@dataclass(frozen=True)
class Loop:
    """Chords that repeat for ever.

    Attributes:
      chords: their indices, beginning with the smallest of the rotations.
      mean_reward: of a chord.
    """

    chords: tuple[int, ...]
    mean_reward: float


def best_loop(automaton: Automaton, rewards: Floats) -> Loop:
    """The loop of the greatest mean reward; from any state, its chords lead into it.

    Args:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V), finite.
    """
    following, states = automaton.next_state, np.arange(len(rewards))
    choice = rewards.argmax(axis=1)
    while True:
        successor, earned = following[states, choice], rewards[states, choice]
        gain, bias, cycles = _evaluate(successor, earned)
        # First a better cycle to end in; among the ways to equal cycles, the better way.
        ends = gain[following]
        better = ends.max(axis=1) > gain + _SAME
        if better.any():
            choice = np.where(better, ends.argmax(axis=1), choice)
            continue
        ahead = np.where(ends > gain[:, None] - _SAME, rewards + bias[following], -np.inf)
        better = ahead.max(axis=1) > ahead[states, choice] + _SAME
        if not better.any():
            break
        choice = np.where(better, ahead.argmax(axis=1), choice)
    best = max(cycles, key=lambda cycle: earned[cycle].mean())
    chords = [int(chord) for chord in choice[best]]
    rotations = [tuple(chords[n:] + chords[:n]) for n in range(len(chords))]
    return Loop(min(rotations), float(earned[best].mean()))


def _evaluate(
    successor: NDArray[np.int32], earned: Floats
) -> tuple[Floats, Floats, list[list[int]]]:
    """Of states with one successor each: the mean reward of the cycle that each ends in, what each
    earns on its way there beyond that mean, and the cycles.
    """
    gain, bias = np.full(len(earned), np.nan), np.zeros(len(earned))
    cycles, after, pay = [], successor.tolist(), earned.tolist()
    for begin in range(len(after)):
        path: list[int] = []
        seen: dict[int, int] = {}
        state = begin
        while np.isnan(gain[state]) and state not in seen:
            seen[state] = len(path)
            path.append(state)
            state = after[state]
        if state in seen:  # the path ran into itself: a cycle that is new
            cycle = path[seen[state] :]
            cycles.append(cycle)
            gain[state] = sum(pay[each] for each in cycle) / len(cycle)
            path.remove(state)
            # The cycle's first state has bias 0; the others follow from their successors.
        for each in reversed(path):
            gain[each] = gain[after[each]]
            bias[each] = pay[each] - gain[each] + bias[after[each]]
    return gain, bias, cycles
