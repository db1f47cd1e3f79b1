"""Slots that are as earlier ones, or unlike them; and a process's own chain as a network."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from shinko.planning.constraints import Constraints, Tie, Unlike
from shinko.planning.particles import Player, Walking, play
from shinko.planning.process import Process
from shinko.planning.steering import Steering
from shinko.planning.walk import steady, walk

V, T = 3, 4
EVERY = np.array(list(itertools.product(range(V), repeat=T))).T


@pytest.fixture(scope="module")
def process():
    """The last token is the state; state 0 is the beginning."""
    rows = np.log(np.random.default_rng(0).dirichlet(np.ones(V), V + 1))
    following = np.broadcast_to(np.arange(V) + 1, (1, V + 1, V))
    return Process(tuple("abc"), 0, following, rows[None], np.arange(V + 1) - 1)


@pytest.fixture(scope="module")
def player(process):
    return Player.at_start(Walking(process))


def test_a_process_walks_by_its_rewards_as_log_chances(process, player):
    rows = player.rows(np.array([2, 0]))
    np.testing.assert_allclose(rows, process.rewards_at(0)[[0, 3, 1]])
    logs = player.log_probability(EVERY)
    np.testing.assert_allclose(logs, process.run(EVERY)[1].sum(axis=0))
    assert np.exp(logs).sum() == pytest.approx(1.0)


def test_what_is_played_has_the_chances_of_the_walk(process, player):
    tokens, logs = play(player, T, 20_000, np.random.default_rng(1))
    np.testing.assert_allclose(logs, player.log_probability(tokens))
    found = np.array([np.bincount(row, minlength=V) for row in tokens]) / tokens.shape[1]
    chances = np.exp(process.rewards_at(0))
    np.testing.assert_allclose(found, walk(process, steady(chances), T).marginals, atol=0.02)
    first, _ = play(player, T, 5, np.random.default_rng(1), first=2)
    assert set(first[0].tolist()) == {2}


def test_a_temperature_sharpens_each_step(player):
    cold, _ = play(replace(player, temperature=0.01), T, 50, np.random.default_rng(2))
    assert len({tuple(row) for row in cold.T.tolist()}) == 1


ASKED = replace(
    Constraints.none(T, V),
    ties=(Tie(2, 0),),
    unlike=(Unlike((1, 3), (0, 0), 1), Unlike((3,), (1,), 1)),
)


def test_within_leaves_what_ties_and_unlike_slots_leave():
    tokens = np.array([[0, 1], [0, 2]])
    np.testing.assert_array_equal(ASKED.within(tokens), [[1, 0, 0], [0, 1, 0]])  # as slot 0
    # Slot 3 is another one than slot 1; in the first column than slot 0, too, as slot 1 isn't.
    last = np.array([[0, 1], [0, 2], [0, 1]])
    np.testing.assert_array_equal(ASKED.within(last), [[0, 1, 1], [1, 1, 0]])
    assert ASKED.kept_by([0, 0, 0, 1])
    assert not ASKED.kept_by([0, 0, 0, 0])
    assert not ASKED.kept_by([0, 1, 2, 0])


@pytest.mark.parametrize("played", [True, False])
def test_what_is_drawn_keeps_to_the_layout(process, player, played):
    steering = Steering(process, ASKED, temperature=1.0)
    drawn = steering.draw(200, np.random.default_rng(3), player if played else None)
    assert drawn.method == "particles"
    assert all(ASKED.kept_by(tokens) for tokens in drawn.tokens.T)


def test_layouts_that_differ_have_other_keys():
    plain = Constraints.none(T, V)
    assert len({plain.key, ASKED.key, replace(plain, ties=ASKED.ties).key}) == 3
