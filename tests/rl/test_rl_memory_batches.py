"""Batches of the policy's own progressions, and of the best ones."""

import numpy as np
import pytest
import torch
from memory_chains import EVERY, T, V, small_chain, small_policy

from shinko.nets.light import LightModel
from shinko.planning.particles import Player
from shinko.rl.memory_batches import batch_loss, draw_batch, fed_in
from shinko.rl.memory_objective import cross_entropy, memory_objective, own_parts
from shinko.rl.memory_reward import MemoryReward

CHAIN = small_chain(1)
POLICY = small_policy(conditions=2)
LIGHT = LightModel({name: weight.numpy() for name, weight in POLICY.state_dict().items()})


def drawn(temperatures, own=3, guided=2, given=None, seed=0):
    return draw_batch(
        LIGHT,
        MemoryReward.of(CHAIN),
        steps=T,
        worlds=np.zeros(len(temperatures), np.int64),
        temperatures=np.array(temperatures),
        own=own,
        guided=guided,
        rng=np.random.default_rng(seed),
        given=given,
    )


def shares(chords):
    numbers = V ** np.arange(T)[::-1] @ chords
    return np.bincount(numbers, minlength=V**T) / chords.shape[1]


def chances(model, temperature=1.0):
    powers = np.exp(Player.at_start(model).log_probability(EVERY) / temperature)
    return powers / powers.sum()


def test_a_batch_holds_what_the_policy_played_then_what_the_best_would():
    batch = drawn([1.0, 0.4], own=60_000, guided=20_000)
    assert (batch.own, batch.groups) == (120_000, 2)
    assert batch.beta[::20_000].tolist() == [1, 1, 1, 0.4, 0.4, 0.4, 1, 0.4]
    # Five standard deviations of a share at p = 1/2, a little more where draws share ancestors.
    near = {"rtol": 0, "atol": 5 * 0.5 / 20_000**0.5}
    np.testing.assert_allclose(shares(batch.chords[:, :120_000]), chances(LIGHT), **near)
    np.testing.assert_allclose(shares(batch.chords[:, 120_000:140_000]), chances(CHAIN), **near)
    np.testing.assert_allclose(shares(batch.chords[:, 140_000:]), chances(CHAIN, 0.4), **near)


def test_a_policy_plays_as_it_is_told_in_each_group():
    given = np.eye(2)
    batch = drawn([1.0, 1.0], own=40_000, guided=0, given=given)
    for place, told in enumerate(given):
        own = batch.chords[:, 40_000 * place : 40_000 * (place + 1)]
        expected = chances(LIGHT.given(told))
        np.testing.assert_allclose(shares(own), expected, rtol=0, atol=5 * 0.5 / 40_000**0.5)


def test_what_is_played_is_rewarded_along_its_own_chords():
    batch = drawn([1.0], own=4, guided=3)
    expected = MemoryReward.of(CHAIN).log_chances(batch.chords, np.zeros(7, np.int64))
    np.testing.assert_array_equal(batch.rewards, expected)


@pytest.mark.parametrize("temperatures", [[1.0, 0.4], [0.4, 0.4], [1.0, 1.0]])
def test_the_best_progressions_teach_rows_at_1_and_chords_elsewhere(temperatures):
    batch = drawn(temperatures)
    log_probs = POLICY(fed_in(batch.chords, V))[0].log_softmax(-1).detach()
    rewards, chords = torch.from_numpy(batch.rewards), torch.from_numpy(batch.chords)
    beta = torch.from_numpy(batch.beta)
    loss = 6 * memory_objective(log_probs[:, :6], rewards[:, :6], chords[:, :6], beta[:6], groups=2)
    for place in range(6, 10):
        one = slice(place, place + 1)
        loss += (
            own_parts(log_probs[:, one], rewards[:, one], beta[one])
            if batch.beta[place] == 1.0
            else cross_entropy(log_probs[:, one], chords[:, one])
        )[0]
    torch.testing.assert_close(batch_loss(log_probs, batch), loss / 10)


def test_without_the_chain_a_batch_is_the_policys_alone():
    batch = drawn([0.5], own=4, guided=0)
    log_probs = POLICY(fed_in(batch.chords, V))[0].log_softmax(-1).detach()
    told = {"estimator": "sampled", "baseline": "none"}
    expected = memory_objective(
        log_probs,
        torch.from_numpy(batch.rewards),
        torch.from_numpy(batch.chords),
        torch.from_numpy(batch.beta),
        **told,
    )
    torch.testing.assert_close(batch_loss(log_probs, batch, **told), expected)


def test_the_start_token_is_fed_in_first():
    assert fed_in(np.array([[0, 1], [2, 2], [1, 0]]), 3).tolist() == [[3, 3], [0, 1], [2, 2]]
