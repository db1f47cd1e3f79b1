"""The process that a memory is looked ahead in, and the chain steered through it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import chisquare
from test_tables_chain import V, a_voice

from shinko.planning.constraints import Constraints, Count, Tie, Unlike
from shinko.planning.particles import Player, Walking
from shinko.planning.steering import Steering
from shinko.tables.chain import SongChain
from shinko.tables.look_ahead import look_ahead

NAMES = tuple("abcde")
T = 5


@pytest.fixture(scope="module")
def voices():
    return [a_voice(1), a_voice(2, pull=1.0)]


@pytest.fixture(scope="module")
def process(voices):
    return look_ahead(voices, NAMES)[0]


def test_rows_are_the_tables_of_innovations(voices, process):
    mean = np.mean([voice.innovations for voice in voices], axis=0)
    rows = np.exp(Player.at_start(Walking(process)).rows(np.array([3, 0, 2])))
    for row, (before, last) in zip(rows, ((V, V), (V, 3), (3, 0), (0, 2)), strict=True):
        np.testing.assert_allclose(row, mean[before, last], atol=1e-4)


def test_chords_close_a_loop_where_they_follow_at_least_by_chance(voices):
    process, closing = look_ahead(voices, NAMES)
    np.testing.assert_array_equal(closing, np.exp(process.rewards_at(0)) >= 1 / V)


EVERY = np.array(list(product(range(V), repeat=T))).T
ONLY = np.ones((T, V), bool)
ONLY[1] = [True, True, False, False, False]
ONLY[4] = [False, False, True, False, False]
ASKED = {
    "locks": Constraints(ONLY),
    "a chord that has to come": Constraints.none(T, V),
    "at most once": replace(Constraints.none(T, V), most=1),
    "other ones": replace(
        Constraints.none(T, V),
        unlike=(Unlike((3, 4), (0, 1), 2),),
        counts=(Count(frozenset({2}), 1),),
    ),
}
ASKED["a chord that has to come"] = replace(Constraints.none(T, V), required=(3,))


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("heat", [1.0, 0.6])
def test_the_chain_is_steered_to_its_own_distribution_under_constraints(voices, name, heat):
    hot = [voice.heated(heat) for voice in voices]
    asked, chain, process = ASKED[name], SongChain(hot), look_ahead(hot, NAMES)[0]
    player = Player.at_start(chain)
    logs = player.log_probability(EVERY)
    kept = np.array([asked.kept_by(tokens) for tokens in EVERY.T])
    expected = np.where(kept, np.exp(logs), 0.0)
    expected /= expected.sum()
    steering = Steering(process, asked, temperature=1.0)
    # Each draw of few returned from many particles is next to independent.
    drawn = np.concatenate(
        [steering.draw(8, np.random.default_rng(seed), player, 256).tokens for seed in range(250)],
        1,
    )
    number = np.ravel_multi_index(tuple(drawn), (V,) * T)
    counts = np.bincount(number, minlength=V**T)
    assert not counts[~kept].any()
    # The rare ones together, so that each is expected at least ten times.
    often = expected * drawn.shape[1] >= 10
    found = np.append(counts[often], counts[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum()) * drawn.shape[1]
    assert chisquare(found, wanted).pvalue > 0.001


def test_a_plan_is_given_not_earned(voices, process):
    asked = replace(
        Constraints.none(4, V), ties=(Tie(2, 0), Tie(3, 1)), unlike=(Unlike((1,), (0,), 1),)
    )
    chain = SongChain(voices)
    steering = Steering(process, asked, temperature=1.0)
    drawn = steering.draw(20_000, np.random.default_rng(0), Player.at_start(chain)).tokens
    np.testing.assert_array_equal(drawn[:2], drawn[2:])
    # The first two are as the chain plays them where nothing comes after.
    pairs = np.array(list(product(range(V), repeat=2))).T
    expected = np.exp(Player.at_start(chain).log_probability(pairs))
    expected = np.where(pairs[0] != pairs[1], expected, 0.0)
    found = np.bincount(drawn[0] * V + drawn[1], minlength=V * V) / drawn.shape[1]
    np.testing.assert_allclose(found, expected / expected.sum(), atol=0.02)
