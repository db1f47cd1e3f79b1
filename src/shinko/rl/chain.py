"""A table's own chain: progressions drawn from its probabilities, exactly, without drawing any.

What real songs do is the measure for a policy: a blues of three chords can't be as varied as pop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from shinko.rl.selection import Limits
from shinko.tables.automaton import Automaton

# A policy less varied than this share of the table's own chain is not called diverse.
_SHARE = 0.75


@dataclass(frozen=True)
class ChainDiversity:
    """How varied a table's own progressions are.

    Attributes:
      effective_chords: e^entropy, the entropy averaged over the steps.
      commonest_pair: share of the commonest pair of consecutive chords among all pairs.
    """

    effective_chords: float
    commonest_pair: float


def chain_diversity(automaton: Automaton, length: int) -> ChainDiversity:
    """The diversity of progressions of `length` chords, each chosen by the table's probabilities.

    Rows are normalised first; where a row lists nothing, all chords are equally likely.
    """
    listed = np.nan_to_num(automaton.probabilities)
    totals = listed.sum(axis=1, keepdims=True)
    S, V = listed.shape
    chances = np.where(totals > 0, listed / np.where(totals > 0, totals, 1.0), 1.0 / V)
    entropies = -(chances * np.log(np.where(chances > 0, chances, 1.0))).sum(axis=1)
    last = np.array([history[-1] if history else -1 for history in automaton.histories])
    at = np.zeros(S)
    at[automaton.start] = 1.0
    mean_entropy, pairs = 0.0, np.zeros((V + 1, V))
    following = automaton.next_state.ravel()
    for _ in range(length):
        mean_entropy += float(at @ entropies) / length
        flow = at[:, None] * chances
        np.add.at(pairs, last, flow)  # row -1, the last, takes what follows no chord
        at = np.asarray(np.bincount(following, flow.ravel(), minlength=S), np.float64)
    followed = pairs[:-1]
    share = float(followed.max() / followed.sum()) if followed.any() else 0.0
    return ChainDiversity(math.exp(mean_entropy), share)


def table_limits(automaton: Automaton, length: int) -> Limits:
    """The usual limits, or gentler ones for a table whose own progressions would break them."""
    usual, own = Limits(), chain_diversity(automaton, length)
    return Limits(
        max_commonest_pair=round(max(usual.max_commonest_pair, own.commonest_pair / _SHARE), 4),
        min_effective_chords=round(
            min(usual.min_effective_chords, _SHARE * own.effective_chords), 4
        ),
        min_distinct=usual.min_distinct,
    )
