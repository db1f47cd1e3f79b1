"""The best progressions that differ from each other, exactly.

Best-first search (A*): a beginning is worth what it has earned and, at most, what a plan at
temperature 0 says that can still follow; the least of that over all progressions that it has to
differ from. The first one that is complete is the best there is, as no bound is below what can be
reached.

Source: Hart, Nilsson and Raphael (1968), A formal basis for the heuristic determination of minimum
cost paths.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shinko.rl.constraints import Apart, ConstraintError
from shinko.rl.plan import Ints, Plan, make_plan
from shinko.rl.steering import Steering

# Beginnings that are looked at for one progression.
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, eq=False)
class Best:
    """A progression and what it earns.

    Attributes:
      chords: (T,).
      earned: sum of its rewards, with the step back to its first chord where it loops.
    """

    chords: Ints
    earned: float


def best_apart(steering: Steering, count: int, least: int) -> list[Best]:
    """The best progression, the best that differs from it in enough chords, and so on.

    Args:
      steering: what they keep to, at temperature 0.
      count: how many at most; there are fewer where no more differ so much, or where the next
        would take too long to find.
      least: in how many slots each differs from each of those before, at the least.

    Raises:
      ConstraintError: the search is too long.
    """
    found: list[Best] = []
    bounds = [[plan] for plan in steering.plans]
    for _ in range(count):
        try:
            one = _search(bounds, steering.constraints.most)
        except ConstraintError:
            if not found:
                raise
            break
        if one is None:
            break
        found.append(one)
        for plans in bounds:
            plans.append(_away_from(plans[0], Apart(one.chords, least)))
    return found


def _away_from(plan: Plan, other: Apart) -> Plan:
    asked = plan.constraints
    return make_plan(
        plan.automaton,
        plan.rewards,
        replace(asked, apart=(*asked.apart, other)),
        temperature=0.0,
        begin=plan.begin,
        end=plan.values[-1].max(axis=0),
    )


def _search(bounds: list[list[Plan]], most: int | None) -> Best | None:
    """The best progression within all bounds of one of the lists."""
    number = itertools.count()
    heap: list[tuple[Any, ...]] = []
    for plans in bounds:
        bound = min(plan.value for plan in plans)
        if bound > -np.inf:
            start = plans[0].begin
            heap.append((-bound, next(number), plans, 0.0, start, [0] * len(plans), ()))
    heapq.heapify(heap)
    for _ in range(_MOST_LOOKED_AT):
        if not heap:
            return None
        bound, _, plans, earned, state, memories, chords = heapq.heappop(heap)
        if len(chords) == plans[0].constraints.length:
            return Best(np.array(chords), -bound)
        for chord, worth in _followers(plans, state, memories, chords, most):
            t = len(chords)
            heapq.heappush(
                heap,
                (
                    -(earned + worth),
                    next(number),
                    plans,
                    earned + float(plans[0].rewards[state, chord]),
                    int(plans[0].automaton.next_state[state, chord]),
                    [
                        int(plan.memory.after[t, memory, chord])
                        for plan, memory in zip(plans, memories, strict=True)
                    ],
                    (*chords, chord),
                ),
            )
    raise ConstraintError(
        f"no end after {_MOST_LOOKED_AT:,} beginnings; ask for fewer, or for less distance"
    )


def _followers(
    plans: list[Plan], state: int, memories: list[int], chords: tuple[int, ...], most: int | None
) -> Iterator[tuple[int, float]]:
    """Chords that may follow, and what is earned with them from here on at most."""
    t, at = len(chords), np.array([state])
    worth = np.min(
        [
            plan.ahead(t, np.array([memory]), at)[0]
            for plan, memory in zip(plans, memories, strict=True)
        ],
        axis=0,
    )
    for chord in np.flatnonzero(worth > -np.inf).tolist():
        if most is None or chords.count(chord) < most:
            yield chord, float(worth[chord])
