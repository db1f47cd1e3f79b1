"""The reward with memory: what chords earn by what was played before them."""

import numpy as np
import pytest
from memory_chains import EVERY, T, V, small_chain

from shinko.planning.particles import Player
from shinko.rl.memory_reward import MemoryReward

CHAIN = small_chain(1)
WORLD = np.zeros(V**T, np.int64)


def test_what_chords_earn_adds_up_to_the_log_probability_of_a_progression():
    rows = MemoryReward.of(CHAIN).log_chances(EVERY, WORLD)
    np.testing.assert_allclose(np.exp(rows).sum(axis=2), 1.0)
    earned = np.take_along_axis(rows, EVERY[:, :, None], axis=2).sum(axis=(0, 2))
    np.testing.assert_allclose(earned, Player.at_start(CHAIN).log_probability(EVERY))


def test_a_reward_is_a_sum_of_terms():
    logs = np.log(np.array([[[0.5, 0.25, 0.25]], [[0.1, 0.2, 0.7]]]))
    chords = np.array([[0], [1]])
    reward = MemoryReward.of(CHAIN, "probability:2,repetition:-1,log-probability:0.5")
    expected = 2 * np.exp(logs) + 0.5 * logs
    expected[1, 0, 0] -= 1  # again what was played first
    np.testing.assert_allclose(reward.rewards(logs, chords), expected)
    plain = MemoryReward.of(CHAIN).rewards(logs, chords)
    np.testing.assert_allclose(plain, logs)


def test_each_progression_is_rewarded_in_its_own_world():
    """Two worlds by what a network is conditioned on."""
    from memory_chains import small_policy

    from shinko.nets.light import LightModel

    weights = small_policy(conditions=2).state_dict()
    light = LightModel({name: weight.numpy() for name, weight in weights.items()})
    told = np.eye(2)
    both = MemoryReward(light, lambda worlds: light.initial_state(len(worlds), told[worlds]))
    chords, worlds = EVERY[:, :6], np.array([0, 1, 1, 0, 1, 0])
    found = both.log_chances(chords, worlds)
    for world in (0, 1):
        alone = MemoryReward.of(light.given(told[world])).log_chances(chords, worlds)
        np.testing.assert_allclose(found[:, worlds == world], alone[:, worlds == world])
        assert not np.allclose(found[:, worlds != world], alone[:, worlds != world])


def test_the_chain_plays_itself():
    played = MemoryReward.of(CHAIN).play(
        np.zeros(100_000, np.int64), T, np.array([1.0]), np.random.default_rng(0)
    )
    share = np.bincount(V ** np.arange(T)[::-1] @ played.tokens, minlength=V**T) / 100_000
    expected = np.exp(Player.at_start(CHAIN).log_probability(EVERY))
    # Five standard deviations of a share at p = 1/2.
    np.testing.assert_allclose(share, expected, rtol=0, atol=5 * 0.5 / 100_000**0.5)
    assert played.log_partition == pytest.approx([0.0], abs=1e-9)
