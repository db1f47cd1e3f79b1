"""Trainings on the reward with memory: they come near the chain, and go on bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from memory_chains import small_chain

from shinko.rl.memory_measure import measure_memory
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.memory_training import MemoryTraining, light_model
from shinko.rl.settings import LearnSettings

V, CHORDS = 3, ("1", "4", "5")
CHAIN = small_chain(1)
SETTINGS = LearnSettings(
    memory="major",
    chain_share=0.5,
    estimator="all-action",
    beta=1.0,
    beta_end=-1.0,
    length=4,
    batch=32,
    epochs=300,
    hidden=12,
    embedding=4,
    learning_rate=0.03,
    rate_end=0.0,
)


def training(**changes):
    settings = replace(SETTINGS, **changes)
    return MemoryTraining(settings, MemoryReward.of(CHAIN, settings.reward), CHORDS)


def distances(trained, tau=1.0):
    found = measure_memory(
        light_model(trained.model),
        MemoryReward.of(CHAIN),
        length=4,
        count=2000,
        rng=np.random.default_rng(0),
        tau=tau,
    )
    return found.regret, found.divergence


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"copies": True, "cell": "rnn"},
        {"input": "window"},
        {"chain_share": 0.0, "batch": 64},
        {"beta": 0.6},
        {"beta": 0.6, "chain_share": 0.0, "batch": 64},
    ],
)
def test_a_policy_comes_near_the_best(changes):
    trained = training(**changes)
    tau = trained.settings.beta
    before = distances(trained, tau)
    rows = [trained.step() for _ in range(300)]
    after = distances(trained, tau)
    assert min(before) > 0.25
    assert max(after) < 0.05
    assert [row.epoch for row in rows] == list(range(1, 301))


def test_a_row_tells_of_the_policys_own_progressions():
    """Of an even policy, at a rate of next to nothing; the chain's half is another."""
    trained = training(learning_rate=1e-9, batch=4000, epochs=1)
    row = trained.step()
    assert row.entropy == pytest.approx(np.log(V))
    assert row.effective_chords == pytest.approx(V)
    assert row.shares == pytest.approx([1 / V] * V, abs=0.03)
    assert row.objective == pytest.approx(row.mean_return + 4 * np.log(V))
    assert row.commonest_pair == pytest.approx(1 / V**2, abs=0.02)
    assert (row.beta, row.unlisted) == (1.0, 0.0)
    even = training()
    even.model.output.weight.data.zero_()
    assert row.mean_return + 4 * np.log(V) == pytest.approx(-4 * distances(even)[0], abs=0.15)


def test_probability_as_reward_ends_in_one_loop_without_entropy():
    """The poster's collapse, on a reward with memory."""
    trained = training(
        reward="probability",
        estimator="sampled",
        entropy="bonus",
        beta=0.0,
        chain_share=0.0,
        batch=64,
    )
    rows = [trained.step() for _ in range(300)]
    assert rows[0].distinct > 0.3
    assert rows[-1].commonest > 0.9
    assert rows[-1].mean_return > rows[0].mean_return + 0.5


def test_the_output_bias_may_begin_as_the_chain_does():
    logits, _ = training(output_bias="first").model(torch.tensor([[V], [0]]))
    expected = MemoryReward.of(CHAIN).log_chances(np.zeros((1, 1), int), np.zeros(1, int))[0, 0]
    np.testing.assert_allclose(logits.detach().numpy()[:, 0], [expected] * 2, atol=1e-6)


def test_the_step_size_falls_by_equal_steps():
    trained = training(epochs=4)
    rates = []
    for _ in range(4):
        trained.step()
        rates.append(trained.optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.03, 0.0225, 0.015, 0.0075])


def test_the_same_seed_gives_the_same_figures():
    one, other, another = training(), training(), training(seed=1)
    rows = [[replace(each.step(), seconds=0.0) for _ in range(3)] for each in (one, other, another)]
    assert rows[0] == rows[1] != rows[2]
