"""The best sequences that differ from each other, exactly.

Best-first search (A*): the bound of a beginning is its rewards so far and what a plan at
temperature 0 says can still follow at most; the least of that over all sequences that it has to
differ from. The first one that is complete is the best there is, as no bound is below what can be
reached.

Source: Hart, Nilsson and Raphael (1968), A formal basis for the heuristic determination of minimum
cost paths.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shinko.planning.constraints import Apart
from shinko.planning.errors import ConstraintError
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Ints
from shinko.planning.steering import Steering

# Beginnings that are looked at for one sequence.
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, eq=False)
class Best:
    """A sequence and its return.

    Attributes:
      tokens: (T,).
      total_reward: sum of its rewards, with the step back to its first token where it loops.
    """

    tokens: Ints
    total_reward: float


def best_apart(
    steering: Steering, count: int, least: int, others: Sequence[Ints] = ()
) -> list[Best]:
    """The best sequence, the best that differs from it in enough slots, and so on.

    Args:
      steering: what they keep to, at temperature 0.
      count: how many at most; there are fewer where no more differ so much, or where the next
        would take too long to find.
      least: in how many slots each differs from each of those before, at the least.
      others: sequences that were there before, (T,) each.

    Raises:
      ConstraintError: the search is too long.
    """
    found: list[Best] = []
    bounds = [
        [plan, *(_away_from(plan, Apart(other, least)) for other in others)]
        for plan in steering.plans
    ]
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
            plans.append(_away_from(plans[0], Apart(one.tokens, least)))
    return found


def _away_from(plan: Plan, other: Apart) -> Plan:
    """The same with one more sequence to differ from; what is counted, the first plan counts."""
    apart = (*plan.constraints.apart, other)
    return solve(
        plan.process,
        temperature=0.0,
        constraints=replace(plan.constraints, apart=apart, counts=()),
        begin=plan.begin,
        end=plan.values[-1].max(axis=0),
    )


def _search(bounds: list[list[Plan]], most: int | None) -> Best | None:
    """The best sequence within all bounds of one of the lists."""
    number = itertools.count()
    heap: list[tuple[Any, ...]] = []
    for plans in bounds:
        bound = min(plan.objective for plan in plans)
        if bound > -np.inf:
            start = plans[0].begin
            heap.append((-bound, next(number), plans, 0.0, start, [0] * len(plans), ()))
    heapq.heapify(heap)
    for _ in range(_MOST_LOOKED_AT):
        if not heap:
            return None
        bound, _, plans, reward, state, memories, tokens = heapq.heappop(heap)
        t, process = len(tokens), plans[0].process
        if t == plans[0].length:
            return Best(np.array(tokens), -bound)
        for token, q_value in _followers(plans, state, memories, tokens, most):
            heapq.heappush(
                heap,
                (
                    -(reward + q_value),
                    next(number),
                    plans,
                    reward + float(process.rewards_at(t)[state, token]),
                    int(process.next_state_at(t)[state, token]),
                    [
                        int(plan.memory.after[t, memory, token])
                        for plan, memory in zip(plans, memories, strict=True)
                    ],
                    (*tokens, token),
                ),
            )
    raise ConstraintError(
        f"no end after {_MOST_LOOKED_AT:,} beginnings; ask for fewer, or for less distance"
    )


def _followers(
    plans: list[Plan], state: int, memories: list[int], tokens: tuple[int, ...], most: int | None
) -> Iterator[tuple[int, float]]:
    """Tokens that may follow, and the bound of what comes with them from here on."""
    t, at = len(tokens), np.array([state])
    q_values = np.min(
        [
            plan.q_values(t, np.array([memory]), at)[0]
            for plan, memory in zip(plans, memories, strict=True)
        ],
        axis=0,
    )
    for token in np.flatnonzero(q_values > -np.inf).tolist():
        if most is None or tokens.count(token) < most:
            yield token, float(q_values[token])
