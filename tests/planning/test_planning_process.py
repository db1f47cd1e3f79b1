"""A process by hand: what changes over time has a row for each step."""

import numpy as np
import pytest

from shinko.planning.process import Process

# Two tokens; the state is the token before. Token a earns 1 at first, b earns 2 after it.
FOLLOWING = np.array([[[1, 2]] * 3])
REWARDS = np.array([[[1.0, 0.0]] * 3, [[0.0, 2.0]] * 3])
LAST = np.array([-1, 0, 1])


def test_rewards_and_states_along_a_sequence():
    process = Process(("a", "b"), 0, FOLLOWING, REWARDS, LAST)
    states, rewards = process.run(np.array([[0, 1], [1, 1]]))
    assert states.tolist() == [[0, 0], [1, 2], [2, 2]]
    assert rewards.tolist() == [[1.0, 0.0], [2.0, 2.0]]
    later, _ = process.run(np.array([[0]]), begin=2)
    assert later.tolist() == [[2], [1]]


def test_other_rewards_leave_the_states_as_they_are():
    process = Process(("a", "b"), 0, FOLLOWING, REWARDS, LAST).rewarded(np.full((3, 2), 5.0))
    assert [process.rewards_at(t).tolist() for t in (0, 7)] == [[[5.0, 5.0]] * 3] * 2
    assert process.next_state_at(7).tolist() == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"rewards": REWARDS[0]}, r"rewards \(3, 2\): expected \(T or 1, 3, 2\)"),
        ({"rewards": REWARDS[:, :2]}, r"rewards \(2, 2, 2\): expected \(T or 1, 3, 2\)"),
        ({"next_state": FOLLOWING[..., :1]}, r"next_state \(1, 3, 1\): expected \(T or 1, 3, 2\)"),
    ],
)
def test_shapes_that_do_not_fit_each_other_are_told(parts, message):
    told = {"next_state": FOLLOWING, "rewards": REWARDS, "last_token": LAST, **parts}
    with pytest.raises(ValueError, match=message):
        Process(("a", "b"), 0, **told)
