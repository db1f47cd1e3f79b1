"""Rewards in numbers, by hand."""

import numpy as np
import pytest

from shinko.errors import FieldError
from shinko.rl.terms import reward_array, reward_terms
from shinko.tables import compile_table


@pytest.fixture(scope="module")
def automaton(toy_table):
    return compile_table(toy_table)


def test_the_floor_lifts_what_is_listed_below_it_but_not_the_impossible(automaton):
    rewards = reward_array(automaton, reward="probability", floor=0.001)
    assert rewards[automaton.run([2])].tolist() == [0.0, 0.001, 0.001]


def test_log_probability_is_the_log_of_the_probability(automaton):
    numbers = reward_array(automaton, reward="log-probability", floor=0.001)
    assert numbers[automaton.run([0, 1]), 2] == pytest.approx(np.log(0.7))


def test_an_impossible_chord_costs_a_billionth_in_logarithms(automaton):
    numbers = reward_array(automaton, reward="log-probability", floor=0.001)
    assert numbers[automaton.run([2]), 0] == pytest.approx(np.log(1e-9))


def test_repetition_is_the_chord_before(automaton):
    rewards = reward_array(automaton, reward="repetition", floor=0.001)
    assert rewards[automaton.run([0, 1])].tolist() == [0.0, 1.0, 0.0]
    assert rewards[automaton.start].tolist() == [0.0, 0.0, 0.0]


def test_a_weighted_sum_adds_its_terms(automaton):
    rewards = reward_array(automaton, reward="probability:2, repetition:-0.5", floor=0.001)
    assert rewards[automaton.run([0])] == pytest.approx([0.002 - 0.5, 1.2, 0.8])


def test_a_term_without_a_weight_counts_once():
    assert reward_terms("log-probability") == {"log-probability": 1.0}


@pytest.mark.parametrize(
    ("reward", "message"),
    [
        ("score", "`reward` 'score': expected one of probability, log-probability, repetition"),
        ("", "`reward` '': expected one of"),
        ("probability:1,", "`reward` '': expected one of"),
        ("probability:a", "`reward` 'probability:a': expected a number after the colon"),
        ("probability:", "expected a number after the colon, as in probability:0.5"),
        ("probability:inf", "expected a number after the colon"),
        ("probability,probability:2", "expected probability once; add the weights up"),
    ],
)
def test_what_is_no_reward_is_told(reward, message):
    with pytest.raises(FieldError, match=message):
        reward_terms(reward)
