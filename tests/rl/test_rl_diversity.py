"""Diversity of a batch by hand."""

import itertools

import numpy as np

from shinko.rl.diversity import chord_shares, commonest_pair, progression_counts

# Three progressions of two chords, the first one twice.
BATCH = np.array([[0, 0, 1, 0], [1, 1, 0, 0]])


def test_distinct_progressions_are_counted_most_frequent_first():
    assert progression_counts(BATCH) == [2, 1, 1]


def test_the_order_of_chords_matters():
    assert len(progression_counts(np.array([[0, 1], [1, 0]]))) == 2


def test_the_commonest_pair_by_hand():
    # I IV I IV I: two of four pairs are I IV.
    assert commonest_pair(np.array([[0], [3], [0], [3], [0]]), 4) == 0.5
    # In another batch, 0 1 twice, 1 0 and 0 0 once each.
    assert commonest_pair(BATCH, 2) == 0.5


def test_single_chords_have_no_pairs():
    assert commonest_pair(np.array([[0, 1]]), 2) == 0.0


def test_shares_sum_to_one():
    assert chord_shares(BATCH, 3).tolist() == [0.625, 0.375, 0.0]


def test_all_different_progressions_count_once():
    every = np.array(list(itertools.product(range(5), repeat=4))).T
    assert progression_counts(every) == [1] * 5**4
