"""Diversity of a batch by hand."""

import itertools

import numpy as np

from shinko.rl.diversity import (
    chord_shares,
    commonest_pair,
    distinct_chords,
    halves_alike,
    progression_counts,
    repeated_pairs,
)

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


# I V I V; I IV V I; I V vi I.
FORMS = np.array([[0, 0, 0], [4, 3, 4], [0, 4, 5], [4, 0, 0]])


def test_halves_are_alike_where_the_second_repeats_the_first():
    assert halves_alike(FORMS).tolist() == [True, False, False]
    assert halves_alike(FORMS[:3]).tolist() == [False, False, False]  # the middle one is left out


def test_a_pair_is_repeated_where_it_came_before():
    assert repeated_pairs(FORMS).tolist() == [1, 0, 0]
    assert repeated_pairs(np.array([[1]] * 5)).tolist() == [3]


def test_distinct_chords_are_counted_in_each_progression():
    assert distinct_chords(FORMS).tolist() == [2, 3, 3]
