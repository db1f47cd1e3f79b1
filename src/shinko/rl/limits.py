"""What a table alone tells before any training: what is called diverse.

What real songs do is the measure: a blues of three chords can't be as varied as pop.
"""

from __future__ import annotations

import numpy as np

from shinko.planning.plan import solve
from shinko.planning.walk import steady, walk
from shinko.rl.selection import USUAL_LIMITS, Limits
from shinko.rl.settings import LearnSettings
from shinko.tables.automaton import Automaton

# A policy less varied than this share of the table's own chain is not called diverse.
_SHARE = 0.75
# Progressions that are drawn to tell how many of a batch are distinct.
_DRAWN = 4096


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
