"""Learning a dial: its loss, and that it learns."""

import numpy as np
import pytest
import torch
from dial_tables import SMALL, settings_for, two_tables, worlds_of

from shinko.errors import FieldError
from shinko.rl.dial_training import DialTraining, dial_loss
from shinko.rl.memory_batches import MemoryBatch
from shinko.rl.settings import DialSettings


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return two_tables(tmp_path_factory.mktemp("tables"))


def test_the_loss_is_that_of_each_kind_of_progression_over_all_chords():
    """Two groups of two of the policy's own; after them as many of the chains'."""
    rng = np.random.default_rng(1)
    T, B, V = 3, 8, 4
    chords = rng.integers(V, size=(T, B))
    logs = rng.normal(size=(T, B, V))
    rewards = logs - np.log(np.exp(logs).sum(axis=2, keepdims=True))
    batch = MemoryBatch(chords, rewards, np.ones(B), 4, 2)
    log_probs = torch.from_numpy(rng.normal(size=(T, B, V))).log_softmax(-1)
    logs, by_hand = log_probs.numpy(), 0.0
    # What each step is worth, whatever is drawn there, (T, B).
    worth = (np.exp(logs) * (rewards - logs)).sum(axis=2)
    later = worth[::-1].cumsum(axis=0)[::-1] - worth
    drawn = np.take_along_axis(logs, chords[:, :, None], axis=2)[:, :, 0]
    for b in range(B):
        if b < 4:  # REINFORCE, in a group of two: the other is the baseline
            advantage = later[:, b] - later[:, b ^ 1]
            by_hand -= (worth[:, b] + advantage * drawn[:, b]).sum() / 10  # they weigh a tenth
        else:  # the chain's whole row
            by_hand -= (np.exp(rewards[:, b]) * logs[:, b]).sum()
    assert float(dial_loss(log_probs, batch)) == pytest.approx(by_hand / (T * B), rel=1e-6)


def test_one_policy_comes_near_to_both_tables_chains(tables):
    settings = settings_for(
        tables, epochs=500, learning_rate=0.03, hidden=24, embedding=12, batch=24, group=4
    )
    training = DialTraining(settings, worlds_of(*tables))
    rows = [training.step() for _ in range(settings.epochs)]

    def mean(part, name):
        return np.mean([getattr(row, name) for row in part])

    early, late = rows[:20], rows[-50:]
    assert mean(early, "regret") > 0.2
    assert mean(late, "regret") < 0.05
    assert mean(late, "divergence") < 0.08
    assert [row.epoch for row in rows] == list(range(1, 501))
    assert {row.length for row in rows} == {3, 4}


def test_the_step_size_rises_and_then_falls_to_nothing(tables):
    settings = settings_for(tables, epochs=200, learning_rate=0.02)
    training = DialTraining(settings, worlds_of(*tables))
    rates = []
    for epoch in (0, 1, 4, 100, 199):
        training.epoch = epoch
        rates.append(training.step().learning_rate)
    # Up in a fiftieth of the epochs, four; of what is left of it, a share.
    assert rates == pytest.approx(
        [0.02 / 4, 0.02 * 2 / 4 * 199 / 200, 0.02 * 196 / 200, 0.01, 0.02 / 200]
    )


def test_a_policy_may_begin_with_the_weights_of_another(tables):
    worlds = worlds_of(*tables)
    trained, other = (DialTraining(settings_for(tables, seed=seed), worlds) for seed in (1, 2))
    trained.step()
    kept = {name: value.clone() for name, value in trained.model.state_dict().items()}
    other.begin_with(trained.model.state_dict())
    trained.step()
    for name, value in other.model.state_dict().items():
        torch.testing.assert_close(value, kept[name], rtol=0.0, atol=0.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tables": " , "}, "`tables` ' , ': expected names of tables"),
        ({"lengths": "4, x"}, "`lengths` '4, x': expected numbers from 1 to 256, such as 8, 16"),
        ({"lengths": "0"}, "`lengths` '0': expected numbers from 1 to 256, such as 8, 16"),
        ({"group": 1}, "`group` 1: expected 2 to 64"),
    ],
)
def test_settings_that_cannot_be_are_told(values, message):
    with pytest.raises(FieldError) as told:
        DialSettings(**(SMALL | values))
    assert str(told.value) == message


def test_heats_rise_from_the_coldest_to_the_warmest_through_1():
    settings = DialSettings(coldest=0.25, warmest=2.0)
    # By equal factors on either side of 1: ¼ to the thirds, 2 to the thirds.
    assert settings.knots() == pytest.approx(
        [0.25, 0.25 ** (2 / 3), 0.25 ** (1 / 3), 1.0, 2 ** (1 / 3), 2 ** (2 / 3), 2.0]
    )
    assert settings.heats() == pytest.approx(
        [0.25, 0.25**0.75, 0.5, 0.25**0.25, 1.0, 2**0.25, 2**0.5, 2**0.75, 2.0]
    )
    # What is played as songs do is found by looking for 1.
    assert 1.0 in settings.knots()
    assert 1.0 in settings.heats()
    assert settings.heat(-0.5) == pytest.approx(0.5)
