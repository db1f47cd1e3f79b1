"""The loop that pays best: the cycle of greatest mean reward, which a policy collapses onto.

Found by policy iteration (Howard 1960): follow a choice of one token per state into its cycle,
value all states against that cycle, choose better tokens, until there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shinko.planning.process import Floats, Ints, Process

# Rewards nearer than this are taken for equal: rounding may not change the choice for ever.
_SAME = 1e-10


@dataclass(frozen=True)
class Loop:
    """Tokens that repeat for ever.

    Attributes:
      tokens: their indices, beginning with the smallest of the rotations.
      mean_reward: of a token.
    """

    tokens: tuple[int, ...]
    mean_reward: float


def best_loop(process: Process) -> Loop:
    """The loop of the greatest mean reward; from any state, its tokens lead into it.

    Args:
      process: with finite rewards, the same at all steps.
    """
    rewards, following = process.rewards_at(0), process.next_state_at(0)
    states = np.arange(process.states)
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
    tokens = [int(token) for token in choice[best]]
    rotations = [tuple(tokens[n:] + tokens[:n]) for n in range(len(tokens))]
    return Loop(min(rotations), float(earned[best].mean()))


def _evaluate(successor: Ints, earned: Floats) -> tuple[Floats, Floats, list[list[int]]]:
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
