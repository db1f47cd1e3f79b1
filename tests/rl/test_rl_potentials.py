"""Potentials of the memoryless optimum: they cancel on whole progressions."""

import numpy as np
import pytest
import torch
from memory_chains import EVERY, T, V, small_chain

from shinko.planning.plan import solve
from shinko.planning.process import Process
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.potentials import shaping

COUNT = V**T


@pytest.fixture(scope="module")
def process():
    """The last chord is the state; log P of each after each."""
    rng = np.random.default_rng(0)
    rows = np.log(rng.dirichlet(np.ones(V), V + 1))
    following = np.broadcast_to(np.arange(V) + 1, (1, V + 1, V))
    return Process(tuple("abc"[:V]), 0, following, rows[None], np.arange(V + 1) - 1)


@pytest.mark.parametrize("beta", [1.0, 0.3])
def test_what_they_add_is_the_same_for_all_progressions(process, beta):
    added = shaping(process, EVERY, beta=beta)
    assert added.shape == (T, COUNT, V)
    own = np.take_along_axis(added, EVERY[:, :, None], axis=2)[:, :, 0].sum(axis=0)
    best = solve(process, temperature=beta, length=T).objective
    np.testing.assert_allclose(own, -best, atol=1e-12)


def test_the_memoryless_reward_is_known_wholly_by_them(process):
    # With the process's own reward a step's shaped part is −KL to the optimum: nothing is left over
    # for later steps where the optimum plays.
    added = shaping(process, EVERY, beta=0.5)
    states, _ = process.run(EVERY)
    plan = solve(process, temperature=0.5, length=T)
    for t in range(T):
        q = process.rewards_at(t)[states[t]] + added[t]
        policy = torch.softmax(torch.from_numpy(q / 0.5), dim=1).numpy()
        np.testing.assert_allclose(policy, plan.policy(t)[states[t]], atol=1e-9)
        worth = (policy * (q - 0.5 * np.log(policy))).sum(axis=1)
        np.testing.assert_allclose(worth, 0.0, atol=1e-9)


def test_rewards_with_memory_are_those_of_the_chain():
    reward = MemoryReward.of(small_chain(1))
    logs = reward.log_chances(EVERY, np.zeros(COUNT, np.int64))
    np.testing.assert_array_equal(reward.rewards(logs, EVERY), logs)
