"""Distances to what a chain with memory plays, against sums over all progressions."""

import numpy as np
import pytest
from memory_chains import EVERY, T, small_chain

from shinko.planning.particles import Player
from shinko.rl.memory_measure import Repeats, measure_memory
from shinko.rl.memory_reward import MemoryReward

CHAIN, POLICY = small_chain(1), small_chain(2)
LOG_CHAIN, LOG_POLICY = (Player.at_start(one).log_probability(EVERY) for one in (CHAIN, POLICY))


def measured(policy=POLICY, reward="log-probability", **told):
    return measure_memory(
        policy,
        MemoryReward.of(CHAIN, reward),
        length=T,
        count=20_000,
        rng=np.random.default_rng(0),
        **told,
    )


@pytest.mark.parametrize("tau", [1.0, 0.4, 2.0])
def test_both_distances_are_what_all_progressions_say(tau):
    found = measured(tau=tau)
    partition = np.log(np.exp(LOG_CHAIN / tau).sum())
    objective = np.exp(LOG_POLICY) @ (LOG_CHAIN - tau * LOG_POLICY)
    log_best = LOG_CHAIN / tau - partition
    divergence = np.exp(log_best) @ (log_best - LOG_POLICY)
    assert found.regret == pytest.approx(
        (tau * partition - objective) / T, abs=4 * found.regret_error
    )
    assert found.divergence == pytest.approx(divergence / T, abs=4 * found.divergence_error)
    # Small enough to tell something.
    assert found.regret_error < 0.05 * found.regret
    assert found.divergence_error < 0.05 * found.divergence


def test_errors_are_those_of_repeated_measurements():
    seeds = [
        measure_memory(
            POLICY,
            MemoryReward.of(CHAIN),
            length=T,
            count=600,
            rng=np.random.default_rng(seed),
            tau=0.5,
        )
        for seed in range(60)
    ]
    for name in ("regret", "divergence", "mean_return"):
        spread = np.std([getattr(one, name) for one in seeds], ddof=1)
        error = name.removeprefix("mean_") + "_error"
        told = np.mean([getattr(one, error) for one in seeds])
        # Of 60 numbers, the spread is known to a tenth; two chunks tell an error of J* roughly.
        assert told == pytest.approx(spread, rel=0.5), name


def test_the_chain_itself_is_at_no_distance():
    found = measured(CHAIN)
    assert found.regret == pytest.approx(0.0, abs=1e-12)
    assert found.divergence == pytest.approx(0.0, abs=1e-12)
    assert found.mean_return == pytest.approx(-T * found.entropy, abs=4 * found.return_error)


def test_the_return_is_of_the_reward_and_distances_of_the_chain():
    plain, other = measured(), measured(reward="probability:2,repetition:-1")
    assert (other.regret, other.divergence) == (plain.regret, plain.divergence)
    rows = MemoryReward.of(CHAIN).log_chances(EVERY, np.zeros(EVERY.shape[1], np.int64))
    earned = 2 * np.exp(np.take_along_axis(rows, EVERY[:, :, None], axis=2)[:, :, 0])
    earned[1:] -= EVERY[1:] == EVERY[:-1]
    expected = np.exp(LOG_POLICY) @ earned.sum(axis=0)
    assert other.mean_return == pytest.approx(expected, abs=4 * other.return_error)


def test_what_was_played_is_described():
    found = measured()
    shares = np.exp(LOG_POLICY)
    entropy = -(shares * LOG_POLICY).sum() / T
    assert found.entropy == pytest.approx(entropy, abs=0.01)
    assert found.effective_chords == pytest.approx(np.exp(entropy), abs=0.03)
    assert found.commonest == pytest.approx(shares.max(), abs=0.02)
    assert found.distinct == pytest.approx(27 / 20_000, abs=3 / 20_000)
    chords = np.array([len(set(one)) for one in EVERY.T.tolist()])
    assert found.repeats.distinct_chords == pytest.approx(shares @ chords, abs=0.02)
    assert found.best_repeats.distinct_chords == pytest.approx(np.exp(LOG_CHAIN) @ chords, abs=0.02)


def test_repeats_are_those_of_the_first_eight_chords():
    # I V vi IV twice, then another chord; and eight different ones.
    chords = np.array([[0, 4, 5, 3, 0, 4, 5, 3, 9], [0, 1, 2, 3, 4, 5, 6, 7, 0]]).T
    assert Repeats.of(chords) == Repeats(0.5, 1.5, 6.0)
