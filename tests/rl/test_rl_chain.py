"""A table's own diversity, by hand and against drawn progressions."""

import numpy as np
import pytest

from shinko.rl.chain import chain_diversity, table_limits
from shinko.rl.selection import Limits
from shinko.tables import compile_table
from shinko.tables.table import Row, TransitionTable


def table(rows, vocabulary):
    made = {
        history: Row(np.array(list(row), np.int32), np.array(list(row.values()), np.float64))
        for history, row in rows.items()
    }
    return compile_table(TransitionTable("toy", vocabulary, max(map(len, made)), made))


LOOP = table({(): {0: 1.0}, (0,): {1: 1.0}, (1,): {0: 1.0}}, ("1", "4"))


def test_a_loop_of_two_chords_has_no_choice_and_two_pairs():
    own = chain_diversity(LOOP, 5)  # 1 4 1 4 1
    assert own.effective_chords == pytest.approx(1.0)
    assert own.commonest_pair == pytest.approx(0.5)


def test_effective_chords_are_e_to_the_mean_entropy():
    # The first chord is one of two, each one after it is certain: entropies log 2 and 0.
    coin = table({(): {0: 0.3, 1: 0.3}, (0,): {0: 0.9}, (1,): {1: 0.9}}, ("1", "4"))
    own = chain_diversity(coin, 2)
    assert own.effective_chords == pytest.approx(2**0.5)
    assert own.commonest_pair == pytest.approx(0.5)


def test_the_limits_of_a_rich_table_are_the_usual_ones():
    even = table(
        {(): dict.fromkeys(range(9), 0.1)} | {(i,): dict.fromkeys(range(9), 0.1) for i in range(9)},
        (*"123456", "b7", "b3", "b6"),
    )
    assert table_limits(even, 16) == Limits()


def test_the_limits_of_a_poor_table_are_within_its_reach():
    limits = table_limits(LOOP, 5)
    assert limits.max_commonest_pair == pytest.approx(0.6667)
    assert limits.min_effective_chords == pytest.approx(0.75)
