"""What a table alone tells before any training: what is diverse, and where a policy collapses.

What real songs do is the measure: a blues of three chords can't be as varied as pop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from shinko.planning.loops import Loop, best_loop
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Process
from shinko.planning.walk import Walk, walk
from shinko.rl.selection import Limits
from shinko.tables.automaton import Automaton
from shinko.tables.process import own_chain, process_of

# A policy less varied than this share of the table's own chain is not called diverse.
_SHARE = 0.75
# β is searched between these multiples of the spread of the rewards, to 1 %.
_COLDEST, _WARMEST, _STEP = 1e-4, 1e3, 1.01


@dataclass(frozen=True)
class Forecast:
    """How a training will collapse.

    Attributes:
      loop: the cycle of greatest mean reward.
      beta: the largest weight of the entropy at which the policy that the training moves towards
        isn't diverse; 0 if it always is, ∞ if it never is.
      collapsed: that policy at `beta`, or at the outmost one that was tried.
    """

    loop: Loop
    beta: float
    collapsed: Plan


def table_limits(automaton: Automaton, length: int) -> Limits:
    """The usual limits, or gentler ones for a table whose own progressions would break them."""
    usual = Limits()
    still = process_of(automaton, np.zeros(automaton.probabilities.shape))
    own = walk(still, own_chain(automaton), length)
    return Limits(
        max_commonest_pair=round(max(usual.max_commonest_pair, own.commonest_pair / _SHARE), 4),
        min_effective_chords=round(
            min(usual.min_effective_chords, _SHARE * own.effective_tokens), 4
        ),
        min_distinct=usual.min_distinct,
    )


def is_diverse(played: Walk, limits: Limits) -> bool:
    """Whether a policy keeps to the limits, as far as an exact walk tells."""
    return (
        played.effective_tokens >= limits.min_effective_chords
        and played.commonest_pair <= limits.max_commonest_pair
    )


def forecast_collapse(process: Process, *, length: int, entropy: str, limits: Limits) -> Forecast:
    """The loop that a policy falls into, and the β up to which it does.

    Args:
      process: with finite rewards, the same at all steps.
      length: steps.
      entropy: where it counts, in the `return` or as a `bonus`.
      limits: what is called diverse.
    """

    def at(beta: float) -> Plan:
        return solve(process, temperature=beta, length=length, entropy=entropy)

    def collapsed(plan: Plan) -> bool:
        return not is_diverse(plan.walk, limits)

    loop, rewards = best_loop(process), process.rewards
    spread = float(rewards.max() - rewards.min()) or 1.0
    found = at(_COLDEST * spread)
    if not collapsed(found):
        return Forecast(loop, 0.0, found)
    while collapsed(warmer := at(4.0 * found.temperature)):
        found = warmer
        if found.temperature > _WARMEST * spread:
            return Forecast(loop, math.inf, found)
    diverse = warmer.temperature
    while diverse > found.temperature * _STEP:
        middle = at((diverse * found.temperature) ** 0.5)
        if collapsed(middle):
            found = middle
        else:
            diverse = middle.temperature
    return Forecast(loop, found.temperature, found)
