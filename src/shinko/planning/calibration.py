"""The temperature at which the exact optimum is as varied as wanted."""

from __future__ import annotations

import math

from shinko.planning.errors import PlanningError
from shinko.planning.plan import solve
from shinko.planning.process import Process

# Temperatures that are searched first, those that are searched at all, and how near the effective
# tokens have to come.
_LOW, _HIGH, _COLDEST, _WARMEST, _NEAR = 0.4, 2.0, 0.05, 50.0, 0.002
_ROUNDS = 60
# Step of the difference that the entropy is taken from, as a share of the temperature.
_STEP = 1e-4


def effective_tokens(process: Process, *, temperature: float, length: int) -> float:
    """e^entropy per step of the optimum, which is the slope of its objective over τ.

    dJ/dτ is the sum of the entropies, as the policy is the best one at τ (envelope theorem): two
    solutions are quicker than one walk through all states.
    """
    low, high = (
        solve(process, temperature=temperature * factor, length=length).objective
        for factor in (1.0 - _STEP, 1.0 + _STEP)
    )
    return math.exp((high - low) / (2.0 * _STEP * temperature * length))


def temperature_of(process: Process, *, effective: float, length: int) -> float:
    """The temperature at which the optimum has so many effective tokens.

    Args:
      process: with finite rewards.
      effective: tokens, above 1 and below V.
      length: steps.

    Raises:
      PlanningError: there are not so many to be had, or not so few.
    """

    def off(log_tau: float) -> float:
        reached = effective_tokens(process, temperature=math.exp(log_tau), length=length)
        return math.log(reached / effective)

    low, high = math.log(_LOW), math.log(_HIGH)
    below, above = off(low), off(high)
    if below > 0.0:
        high, above, low = low, below, math.log(_COLDEST)
        below = off(low)
    elif above < 0.0:
        low, below, high = high, above, math.log(_WARMEST)
        above = off(high)
    if not below <= 0.0 <= above:
        least, most = (effective * math.exp(off(math.log(tau))) for tau in (_COLDEST, _WARMEST))
        raise PlanningError(
            f"{effective:g} effective tokens: expected {least:.3g} to {most:.3g} with this table"
        )
    # Regula falsi after Illinois: an end that stays counts half.
    for _ in range(_ROUNDS):
        middle = (low * above - high * below) / (above - below) if above > below else low
        reached = off(middle)
        if abs(reached) < _NEAR:
            return math.exp(middle)
        if reached < 0.0:
            low, below, above = middle, reached, above / 2.0
        else:
            high, above, below = middle, reached, below / 2.0
    return math.exp((low + high) / 2.0)
