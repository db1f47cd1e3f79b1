"""The best progressions that differ, held against looking at all of them."""

import numpy as np
import pytest
from test_rl_steering import CASES, EVERY, closing, constraints, keeping, returns
from test_rl_steering import automaton as automaton
from test_rl_steering import rewards as rewards

from shinko.rl.best import best_apart
from shinko.rl.constraints import ConstraintError
from shinko.rl.steering import Steering


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("least", [1, 3])
def test_the_best_that_differ_are_those_of_an_exhaustive_search(case, least, automaton, rewards):
    asked = constraints(**CASES[case])
    worth = returns(automaton, rewards) + closing(asked, automaton, rewards)
    left = keeping(asked, automaton)
    expected = []
    while left.any() and len(expected) < 5:
        place = int(np.where(left, worth, -np.inf).argmax())
        expected.append((EVERY[:, place].tolist(), worth[place]))
        left &= (EVERY[:, [place]] != EVERY).sum(axis=0) >= least
    found = best_apart(Steering(automaton, rewards, asked, temperature=0.0), 5, least)
    assert [one.chords.tolist() for one in found] == [chords for chords, _ in expected]
    np.testing.assert_allclose([one.earned for one in found], [earned for _, earned in expected])


def test_a_search_without_end_is_given_up(automaton, rewards, monkeypatch):
    monkeypatch.setattr("shinko.rl.best._MOST_LOOKED_AT", 2)
    steering = Steering(automaton, rewards, constraints(), temperature=0.0)
    with pytest.raises(ConstraintError, match="no end after 2 beginnings; ask for fewer, or for"):
        best_apart(steering, 1, 1)
