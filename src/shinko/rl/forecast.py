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
from shinko.planning.walk import Walk, steady, walk
from shinko.rl.selection import USUAL_LIMITS, Limits
from shinko.rl.settings import LearnSettings
from shinko.tables.automaton import Automaton

# A policy less varied than this share of the table's own chain is not called diverse.
_SHARE = 0.75
# β is searched between these multiples of the spread of the rewards, to 1 %.
_COLDEST, _WARMEST, _STEP = 1e-4, 1e3, 1.01
# Progressions that are drawn to tell how many of a batch are distinct.
_DRAWN = 4096


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


def table_limits(automaton: Automaton, length: int, batch: int = LearnSettings.batch) -> Limits:
    """What to call diverse on a table: a share of what its own chain is.

    Where its domain has usual limits, these, or gentler ones if its own progressions would break
    them.

    Args:
      automaton: the table, compiled.
      length: chords in a progression.
      batch: progressions among which distinct ones are counted.
    """
    own = walk(automaton.process, steady(automaton.chain), length)
    pair, effective = own.commonest_pair / _SHARE, _SHARE * own.effective_tokens
    usual = USUAL_LIMITS.get(automaton.codec)
    if usual is None:
        distinct = _SHARE * _distinct(automaton, length, batch)
        return Limits(round(pair, 4), round(effective, 4), round(distinct, 4))
    return Limits(
        max_commonest_pair=round(max(usual.max_commonest_pair, pair), 4),
        min_effective_chords=round(min(usual.min_effective_chords, effective), 4),
        min_distinct=usual.min_distinct,
    )


def _distinct(automaton: Automaton, length: int, batch: int) -> float:
    """Share of distinct progressions to expect in a batch that a table's own chain plays.

    Among B, one of probability p counts 1 / (how often it is there), (1 − (1 − p)^B) / (B p) on
    average. That is averaged over some that are drawn, always the same ones.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(automaton.chain)
    # The chain is its own optimum at temperature 1.
    chain = solve(automaton.process.rewarded(logs), temperature=1.0, length=length)
    drawn = chain.sample(_DRAWN, np.random.default_rng(0))
    p = np.maximum(np.exp(chain.log_probability(drawn)), np.finfo(np.float64).tiny)
    with np.errstate(divide="ignore"):
        return float((-np.expm1(batch * np.log1p(-p)) / (batch * p)).mean())


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
