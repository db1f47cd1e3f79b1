"""What a table alone tells before any training: what is called diverse.

What real songs do is the measure: a blues of three chords can't be as varied as pop.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shinko.planning.plan import solve
from shinko.planning.walk import steady, walk
from shinko.rl.diversity import commonest_pair
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.selection import USUAL_LIMITS, Limits
from shinko.rl.settings import LearnSettings
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

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

    def logs() -> Floats:
        with np.errstate(divide="ignore"):
            rewarded = automaton.process.rewarded(np.log(automaton.chain))
        # The chain is its own optimum at temperature 1.
        chain = solve(rewarded, temperature=1.0, length=length)
        return chain.log_probability(chain.sample(_DRAWN, np.random.default_rng(0)))

    return _limits(automaton.codec, own.commonest_pair, own.effective_tokens, logs, batch)


def memory_limits(
    reward: MemoryReward, codec: str, length: int, batch: int = LearnSettings.batch
) -> Limits:
    """The same of a chain with memory, from progressions that it plays, always the same ones."""
    worlds, rng = np.zeros(_DRAWN, np.int64), np.random.default_rng(0)
    chords = np.asarray(reward.play(worlds, length, np.ones(1), rng).tokens, np.int64)
    rows = reward.log_chances(chords, worlds)
    effective = float(np.exp(-(np.exp(rows) * rows).sum(axis=2).mean()))
    logs = np.take_along_axis(rows, chords[:, :, None], axis=2).sum(axis=(0, 2))
    pair = commonest_pair(chords, rows.shape[2])
    return _limits(codec, pair, effective, lambda: logs, batch)


def _limits(
    codec: str, pair: float, effective: float, logs: Callable[[], Floats], batch: int
) -> Limits:
    """A share of what a chain itself is.

    Args:
      codec: of its chords.
      pair: its commonest pair's share.
      effective: its effective chords.
      logs: log-probabilities of progressions that it plays.
      batch: progressions among which distinct ones are counted.
    """
    pair, effective, usual = pair / _SHARE, _SHARE * effective, USUAL_LIMITS.get(codec)
    if usual is None:
        distinct = _SHARE * _distinct(logs(), batch)
        return Limits(round(pair, 4), round(effective, 4), round(distinct, 4))
    return Limits(
        max_commonest_pair=round(max(usual.max_commonest_pair, pair), 4),
        min_effective_chords=round(min(usual.min_effective_chords, effective), 4),
        min_distinct=usual.min_distinct,
    )


def _distinct(logs: Floats, batch: int) -> float:
    """Share of distinct progressions to expect in a batch of those that a chain plays.

    Among B, one of probability p counts 1 / (how often it is there), (1 − (1 − p)^B) / (B p) on
    average.
    """
    p = np.maximum(np.exp(logs), np.finfo(np.float64).tiny)
    with np.errstate(divide="ignore"):
        return float((-np.expm1(batch * np.log1p(-p)) / (batch * p)).mean())
