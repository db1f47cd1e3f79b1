"""Batches for a dial: who plays where, and what each is told and earns."""

import numpy as np
import pytest
from dial_tables import PULLS, rows_of, two_tables, worlds_of, write_table

from shinko.nets.light import LightModel
from shinko.nets.shapes import ModelConfig, weight_shapes
from shinko.rl.dial import Conditions
from shinko.rl.dial_batches import THEIRS, DialBatches
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of
from shinko.tables.memory import CLOSES, MODES

LENGTHS, GROUP, CHORDS = (3, 4), 2, 128
KNOTS = (0.5, 1.0, 1.5)
# Where in what is told each part begins: two styles come first.
MODE, HEAT, PULL, PLACE = 2, 8, 11, 14


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return two_tables(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def worlds(tables):
    return worlds_of(*tables)


@pytest.fixture(scope="module")
def conditions():
    return Conditions(2, len(MODES), KNOTS, PULLS, (0.0, 4.0))


@pytest.fixture(scope="module")
def policy(conditions):
    rng = np.random.default_rng(3)
    shapes = weight_shapes(
        ModelConfig(5, 4, hidden=6, embedding=4, conditions=conditions.size, copies=(2,))
    )
    weights = {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    return LightModel(weights, copies=(2,))


def batches(worlds, conditions, **more):
    told = {"lengths": LENGTHS, "chords": CHORDS, "group": GROUP, "seed": 0} | more
    return DialBatches(worlds, conditions, heat=lambda place: 1.5**place, **told)


def test_a_batch_is_the_same_whatever_was_drawn_before(worlds, conditions, policy):
    one, other = batches(worlds, conditions), batches(worlds, conditions)
    for epoch in (0, 1, 50, 700):
        last = one.draw(policy, epoch)
    again = other.draw(policy, 700)
    np.testing.assert_array_equal(last.batch.chords, again.batch.chords)
    np.testing.assert_array_equal(last.told, again.told)
    assert not np.array_equal(one.draw(policy, 701).batch.chords, last.batch.chords)


def test_own_progressions_come_first_and_those_of_the_chains_after_them(worlds, conditions, policy):
    drawn = batches(worlds, conditions).draw(policy, 0)
    batch = drawn.batch
    T, B = batch.chords.shape
    assert T in LENGTHS
    assert batch.groups == round(CHORDS / ((1 + THEIRS) * GROUP * T))
    assert (batch.own, B) == (batch.groups * GROUP, (1 + THEIRS) * batch.groups * GROUP)
    assert drawn.told.shape == (T, B, conditions.size)
    own, *theirs = np.split(drawn.told, 1 + THEIRS, axis=1)
    for told in theirs:
        np.testing.assert_array_equal(told, own)
    # Those of a group are told the same.
    np.testing.assert_array_equal(drawn.told[:, : batch.own : 2], drawn.told[:, 1 : batch.own : 2])
    assert batch.beta.tolist() == [1.0] * B


def test_each_row_is_that_of_the_chain_at_the_place_that_is_told(
    tables, worlds, conditions, policy
):
    """Each progression beside a chain of its own voice alone."""
    made = batches(worlds, conditions, chords=800)
    seen = set()
    for epoch in range(3):
        drawn = made.draw(policy, epoch)
        chords, told = drawn.batch.chords, drawn.told
        for number in range(chords.shape[1]):
            first, last = told[0, number], told[-1, number, -4::2]
            style, mode = first[:MODE].argmax(), MODES[first[MODE:HEAT].argmax()]
            # Between two knots the shares tell how far, by equal factors.
            heat = float(np.exp(first[HEAT:PULL] @ np.log(KNOTS)))
            pull = PULLS[first[PULL:PLACE].argmax()]
            close = CLOSES[last.argmax()] if last.any() else None
            found = voices_of(tables[style], mode, close or "piece").voices[tables[style]]
            alone = SongChain([found.heated(heat).pulled(pull)])
            state = alone.initial_state(1, length=len(chords) if close else None)
            expected = rows_of(alone, chords[:, number, None], state)
            np.testing.assert_allclose(
                drawn.batch.rewards[:, number, None], expected, rtol=0, atol=1e-6
            )
            seen.add((pull, close, round(heat, 1)))
    assert {pull for pull, _, _ in seen} == set(PULLS)
    assert {close for _, close, _ in seen} == {*CLOSES, None}
    assert {0.7, 1.0, 1.4} <= {heat for _, _, heat in seen}


def test_the_policy_plays_the_first_ones_and_the_chains_the_others(worlds, conditions):
    """The policy plays the third chord alone, which the chains can't."""
    shapes = weight_shapes(
        ModelConfig(5, 4, hidden=6, embedding=4, conditions=conditions.size, copies=(2,))
    )
    weights = {name: np.zeros(shape) for name, shape in shapes.items()}
    weights["output.bias"][2] = 50.0
    weights["copy.gates.bias"][0] = 50.0  # it draws by itself
    batch = batches(worlds, conditions).draw(LightModel(weights, copies=(2,)), 0).batch
    assert (batch.chords[:, : batch.own] == 2).all()
    assert len(np.unique(batch.chords[:, batch.own :])) == 4


def test_the_first_table_plays_most_and_all_modes_pulls_and_ends_come(worlds, conditions, policy):
    made = batches(worlds, conditions, chords=200 * 16)
    told = np.concatenate([made.draw(policy, epoch).told[-1, :, :] for epoch in range(30)])
    assert told[:, 0].mean() == pytest.approx(2.5 / 3.5, abs=0.06)
    modes = told[:, MODE:HEAT].mean(axis=0)
    assert modes == pytest.approx(np.array([3, 3, 1, 1, 1, 1]) / 10, abs=0.05)
    # At heat 1 are 0.6 of them, and none of the others by chance.
    assert (told[:, HEAT + 1] == 1.0).mean() == pytest.approx(0.6, abs=0.06)
    # Of the pulls 0.6, and of the rest a third.
    assert told[:, PULL + 1].mean() == pytest.approx(0.6 + 0.4 / 3, abs=0.06)
    assert told[:, -4].mean() == pytest.approx(0.5, abs=0.06)
    assert told[:, -2].mean() == pytest.approx(0.25, abs=0.06)


@pytest.fixture(scope="module")
def several(tables, tmp_path_factory):
    """Worlds of two families: the two tables, and one of other chords."""
    folder = tmp_path_factory.mktemp("odd")
    return worlds_of(*tables, write_table(folder / "odd.csv", {"1": "4", "4": "2", "2": "1"}))


def test_a_batch_is_of_one_family_and_the_policy_plays_its_chords_alone(several):
    """A policy that plays the fifth chord alone, which only the odd table has, or the fourth."""
    conditions = Conditions(3, len(MODES), KNOTS, PULLS, (0.0, 4.0))
    shapes = weight_shapes(ModelConfig(6, 5, hidden=6, embedding=4, conditions=conditions.size))
    weights = {name: np.zeros(shape) for name, shape in shapes.items()}
    odd = several.families[1]
    (alone,) = set(odd.chords.tolist()) - set(several.families[0].chords.tolist())
    weights["output.bias"][alone] = 50.0
    weights["output.bias"][several.families[0].chords[3]] += 40.0
    made, seen = batches(several, conditions, lengths=(3,)), []
    for epoch in range(40):
        drawn = made.draw(LightModel(weights), epoch)
        family = several.families[0] if len(drawn.kept) == 4 else odd
        np.testing.assert_array_equal(drawn.kept, family.chords)
        assert drawn.batch.rewards.shape[2] == len(family.chords)
        styles = set(drawn.told[0, :, :3].argmax(axis=1).tolist())
        assert styles <= set(family.styles)
        highest = family.chords.tolist().index(alone) if family is odd else 3
        assert (drawn.batch.chords[:, : drawn.batch.own] == highest).all()
        seen.append(family is odd)
    # The first table weighs 2.5, the second 1, the one of other chords 1.5.
    assert np.mean(seen) == pytest.approx(1.5 / 5.0, abs=0.2)
