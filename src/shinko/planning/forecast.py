"""What a process alone tells before any training: where a policy collapses, and onto what."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from shinko.planning.loops import Loop, best_loop
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Process
from shinko.planning.walk import Walk

# β is searched between these multiples of the spread of the rewards, to 1 %.
_COLDEST, _WARMEST, _STEP = 1e-4, 1e3, 1.01


@dataclass(frozen=True)
class Forecast:
    """How a policy will collapse.

    Attributes:
      loop: the cycle of greatest mean reward.
      beta: the largest weight of the entropy at which the policy that it moves towards isn't
        diverse; 0 if it always is, ∞ if it never is.
      collapsed: that policy at `beta`, or at the outmost one that was tried.
    """

    loop: Loop
    beta: float
    collapsed: Plan


def forecast_collapse(
    process: Process, *, length: int, entropy: str, is_diverse: Callable[[Walk], bool]
) -> Forecast:
    """The loop that a policy falls into, and the β up to which it does.

    Args:
      process: with finite rewards, the same at all steps.
      length: steps.
      entropy: where it counts, in the `return` or as a `bonus`.
      is_diverse: whether what a policy does is called so.
    """

    def at(beta: float) -> Plan:
        return solve(process, temperature=beta, length=length, entropy=entropy)

    def collapsed(plan: Plan) -> bool:
        return not is_diverse(plan.walk)

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
