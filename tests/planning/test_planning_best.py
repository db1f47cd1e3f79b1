"""The best progressions that differ, held against looking at all of them."""

import numpy as np
import pytest
from test_planning_steering import CASES, EVERY, T, closing, constraints, keeping, returns
from test_planning_steering import automaton as automaton
from test_planning_steering import process as process
from test_planning_steering import steer as steer

from shinko.planning.best import best_apart
from shinko.planning.errors import ConstraintError


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("least", [1, 3])
def test_the_best_that_differ_are_those_of_an_exhaustive_search(
    case, least, automaton, process, steer
):
    asked = constraints(**CASES[case])
    worth = returns(process) + closing(asked, process)
    left = keeping(asked, automaton)
    expected = []
    while left.any() and len(expected) < 5:
        place = int(np.where(left, worth, -np.inf).argmax())
        expected.append((EVERY[:, place].tolist(), worth[place]))
        left &= (EVERY[:, [place]] != EVERY).sum(axis=0) >= least
    found = best_apart(steer(asked, 0.0), 5, least)
    assert [one.tokens.tolist() for one in found] == [chords for chords, _ in expected]
    np.testing.assert_allclose(
        [one.total_reward for one in found], [earned for _, earned in expected]
    )


@pytest.mark.parametrize("least", [1, 3])
def test_the_best_differ_from_those_that_were_there_before(least, steer):
    steering = steer(constraints(**CASES["no repeats"]), 0.0)
    four = [one.tokens.tolist() for one in best_apart(steering, 4, least)]
    others = [np.array(one) for one in four[:2]]
    assert [one.tokens.tolist() for one in best_apart(steering, 2, least, others)] == four[2:]


def test_a_search_without_end_is_given_up(steer, monkeypatch):
    monkeypatch.setattr("shinko.planning.best._MOST_LOOKED_AT", 2)
    steering = steer(constraints(), 0.0)
    with pytest.raises(ConstraintError, match="no end after 2 beginnings; ask for fewer, or for"):
        best_apart(steering, 1, 1)


def test_what_was_found_before_the_search_was_given_up_is_kept(steer, monkeypatch):
    steering = steer(constraints(), 0.0)
    every = [one.tokens.tolist() for one in best_apart(steering, 12, 3)]
    # The best one is found at its fifth look: T tokens, and the end. Later ones take longer.
    monkeypatch.setattr("shinko.planning.best._MOST_LOOKED_AT", T + 1)
    found = [one.tokens.tolist() for one in best_apart(steering, 12, 3)]
    assert 0 < len(found) < len(every)
    assert found == every[: len(found)]
