"""Batches for a dial: who plays where, and what each is told and earns."""

import numpy as np
import pytest
from dial_tables import SMALL, two_tables, worlds_of

from shinko.nets.light import LightModel
from shinko.nets.shapes import ModelConfig, weight_shapes
from shinko.rl.dial import Conditions
from shinko.rl.dial_batches import DialBatches
from shinko.tables.memory import MODES

LENGTHS, GROUP = (3, 4), 2


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    return worlds_of(*two_tables(tmp_path_factory.mktemp("tables")))


@pytest.fixture(scope="module")
def conditions():
    return Conditions(2, len(MODES), (0.5, 1.0, 1.5), (-3.0, 0.0, 2.0), (0.0, 4.0))


@pytest.fixture(scope="module")
def policy(conditions):
    rng = np.random.default_rng(3)
    shapes = weight_shapes(
        ModelConfig(5, 4, hidden=6, embedding=4, conditions=conditions.size, copies=(2,))
    )
    weights = {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    return LightModel(weights, copies=(2,))


def batches(worlds, conditions, **more):
    told = {"lengths": LENGTHS, "chords": 16 * SMALL["batch"], "group": GROUP, "seed": 0} | more
    return DialBatches(worlds, conditions, temperature=lambda place: 1.5**place, **told)


def test_a_batch_is_the_same_whatever_was_drawn_before(worlds, conditions, policy):
    one, other = batches(worlds, conditions), batches(worlds, conditions)
    for epoch in (0, 1, 50, 700):  # what particles played is made anew on the way
        last = one.draw(policy, epoch)
    again = other.draw(policy, 700)
    np.testing.assert_array_equal(last.batch.chords, again.batch.chords)
    np.testing.assert_array_equal(last.told, again.told)
    assert not np.array_equal(one.draw(policy, 701).batch.chords, last.batch.chords)


def test_own_progressions_come_first_and_those_of_the_chains_after_them(worlds, conditions, policy):
    drawn = batches(worlds, conditions).draw(policy, 0)
    batch = drawn.batch
    T, B = batch.chords.shape
    assert (batch.own, B) == (batch.groups * GROUP, 2 * batch.groups * GROUP)
    assert batch.own * 2 * T == pytest.approx(16 * SMALL["batch"], abs=4 * GROUP * T)
    assert drawn.told.shape == (T, B, conditions.size)
    np.testing.assert_array_equal(drawn.told[:, : batch.own], drawn.told[:, batch.own :])
    np.testing.assert_array_equal(batch.beta[: batch.own], batch.beta[batch.own :])
    assert drawn.exact.tolist() == [
        place >= batch.own and tau == 1.0 for place, tau in enumerate(batch.beta)
    ]
    half = batch.groups / 2
    assert abs((batch.beta[: batch.own : GROUP] == 1.0).sum() - half) <= 1


def test_each_row_earns_what_its_own_world_tells(worlds, conditions, policy):
    drawn = batches(worlds, conditions).draw(policy, 0)
    batch, fair = drawn.batch, drawn.batch.beta == 1.0
    # Rows of the policy earn, and rows of the chains at τ = 1 have their whole chances.
    sums = np.exp(batch.rewards).sum(axis=2)
    np.testing.assert_allclose(sums[:, : batch.own], 1.0)
    np.testing.assert_allclose(sums[:, drawn.exact], 1.0)
    rows = np.flatnonzero(drawn.exact)
    # The row of a chain is that of its progression, in its style, mode and pull.
    style = drawn.told[0, rows, :2].argmax(axis=1)
    mode = drawn.told[0, rows, 2:8].argmax(axis=1)
    pull = drawn.told[0, rows, 11:14].argmax(axis=1)
    last = drawn.told[-1, rows][:, -4::2]
    close = np.where(last.any(axis=1), last.argmax(axis=1), 2)
    number = worlds.number(style, mode, pull, close)
    expected = worlds.reward(len(batch.chords)).log_chances(batch.chords[:, rows], number)
    np.testing.assert_allclose(batch.rewards[:, rows], expected, atol=1e-9)
    assert fair.any()


def test_the_first_table_plays_most_and_all_modes_pulls_and_ends_come(worlds, conditions, policy):
    made = batches(worlds, conditions, chords=200 * 16)
    told = np.concatenate([made.draw(policy, epoch).told[-1, :, :] for epoch in range(30)])
    first = told[:, 0].mean()
    assert first == pytest.approx(2.5 / 3.5, abs=0.06)
    assert told[:, 2:8].mean(axis=0) == pytest.approx(np.array([3, 3, 1, 1, 1, 1]) / 10, abs=0.05)
    # Of the pulls 0.6, and of the rest a third.
    assert told[:, 12].mean() == pytest.approx(0.6 + 0.4 / 3, abs=0.06)
    assert told[:, -4].mean() == pytest.approx(0.5, abs=0.06)
    assert told[:, -2].mean() == pytest.approx(0.25, abs=0.06)
