"""What a table tells before training: limits, the best loop, and where a policy collapses."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.planning.forecast import forecast_collapse
from shinko.planning.loops import best_loop
from shinko.planning.plan import solve
from shinko.planning.walk import steady, walk
from shinko.rl.diversity import progression_counts
from shinko.rl.limits import table_limits
from shinko.rl.selection import Limits
from shinko.rl.terms import rewarded
from shinko.tables import compile_table
from shinko.tables.process import process_of


@pytest.fixture(scope="module")
def two_chord_loop(table_of):
    return compile_table(table_of({(): {0: 1.0}, (0,): {1: 1.0}, (1,): {0: 1.0}}, "14"))


@pytest.fixture(scope="module")
def skewed(table_of):
    """Each of four chords goes to the next one mostly."""
    rows = {(i,): {j: 0.7 if j == (i + 1) % 4 else 0.1 for j in range(4)} for i in range(4)}
    return compile_table(table_of({(): dict.fromkeys(range(4), 0.25), **rows}, "1456"))


def chain(automaton, length):
    nothing = np.zeros(automaton.probabilities.shape)
    return walk(process_of(automaton, nothing), steady(automaton.chain), length)


def test_a_loop_of_two_chords_has_no_choice_and_two_pairs(two_chord_loop):
    own = chain(two_chord_loop, 5)  # 1 4 1 4 1
    assert own.effective_tokens == pytest.approx(1.0)
    assert own.commonest_pair == pytest.approx(0.5)


def test_effective_chords_are_e_to_the_mean_entropy(table_of):
    # The first chord is one of two, each one after it is certain: entropies log 2 and 0.
    rows = {(): {0: 0.3, 1: 0.3}, (0,): {0: 0.9}, (1,): {1: 0.9}}
    own = chain(compile_table(table_of(rows, "14")), 2)
    assert own.effective_tokens == pytest.approx(2**0.5)
    assert own.commonest_pair == pytest.approx(0.5)


def test_one_chord_has_no_pairs(two_chord_loop):
    assert chain(two_chord_loop, 1).commonest_pair == 0.0


def test_the_limits_of_a_rich_table_are_the_usual_ones(table_of):
    even = dict.fromkeys(range(9), 0.1)
    table = table_of({(): even} | {(i,): even for i in range(9)}, (*"123456", "b7", "b3", "b6"))
    assert table_limits(compile_table(table), 16) == Limits()


def test_the_limits_of_a_poor_table_are_within_its_reach(two_chord_loop):
    limits = table_limits(two_chord_loop, 5)
    assert limits.max_commonest_pair == pytest.approx(0.6667)
    assert limits.min_effective_chords == pytest.approx(0.75)


def durations(table_of):
    """A table of plain tokens of which mostly the first one comes."""
    row = {0: 0.9, 1: 0.08, 2: 0.02}
    return replace(table_of({(): row, **{(i,): row for i in range(3)}}, "qeh"), codec="plain")


def test_the_limits_of_another_domain_are_a_share_of_the_tables_own_chain(two_chord_loop):
    # One progression is all that it plays: of 64 one is distinct.
    plain = replace(two_chord_loop, codec="plain")
    assert table_limits(plain, 5, batch=64) == Limits(0.6667, 0.75, round(0.75 / 64, 4))


def test_a_chain_far_from_chords_is_diverse_by_its_own_limits_only(table_of):
    table = durations(table_of)
    automaton = compile_table(table)
    own = chain(automaton, 6)
    logs = np.log(automaton.chain)
    drawn = solve(process_of(automaton, logs), temperature=1.0, length=6).sample(
        6400, np.random.default_rng(5)
    )
    batches = np.split(drawn, 100, axis=1)
    distinct = np.mean([len(progression_counts(batch)) / 64 for batch in batches])
    limits = table_limits(automaton, 6, batch=64)
    assert own.commonest_pair == pytest.approx(0.81)
    assert limits.max_commonest_pair == pytest.approx(0.81 / 0.75)
    assert limits.min_effective_chords == pytest.approx(0.75 * own.effective_tokens, abs=1e-4)
    # A hundred batches tell the share to about 0.005.
    assert limits.min_distinct == pytest.approx(0.75 * distinct, abs=0.015)
    assert limits.min_distinct < Limits().min_distinct
    # As chords it would have to be as varied as chords are, where its own chain is.
    assert table_limits(replace(automaton, codec="chords"), 6).min_distinct == 0.5


@pytest.mark.parametrize("batch", [1, 2, 16])
def test_the_distinct_share_is_that_of_all_batches(table_of, all_progressions, batch):
    automaton = compile_table(durations(table_of))
    shares = np.array([0.9, 0.08, 0.02])[all_progressions(3, 4)].prod(axis=0)
    expected = (1 - (1 - shares) ** batch).sum() / batch
    # 4096 draws tell a number within 0..1 to 0.008 at the worst.
    found = table_limits(automaton, 4, batch=batch).min_distinct / 0.75
    assert found == pytest.approx(expected, abs=0.025)


def test_rare_progressions_are_all_distinct(table_of):
    # 9^400 of them: their probability is no float above 0.
    even = dict.fromkeys(range(9), 1 / 9)
    table = replace(table_of({(): even}, "123456789"), codec="plain")
    assert table_limits(compile_table(table), 400).min_distinct == pytest.approx(0.75)


def test_the_best_loop_by_hand(skewed):
    process = rewarded(skewed, reward="probability", floor=0.001)
    loop = best_loop(process)
    assert loop.tokens == (0, 1, 2, 3)
    assert loop.mean_reward == pytest.approx(0.7)


@given(seed=st.integers(0, 10**6), rows=st.integers(0, 5))
def test_no_other_loop_has_a_greater_mean_reward(table_of, seed, rows):
    """Over all loops that are no longer than there are states: the best one is simple."""
    rng = np.random.default_rng(seed)
    histories = [(0,), (1,), (1, 0), (0, 1), (0, 1, 0)]
    table = table_of({(): {0: 0.5}} | {h: {0: 0.5} for h in histories[:rows]}, "14")
    automaton = compile_table(table)
    rewards = rng.normal(size=automaton.next_state.shape)

    def mean_reward(chords):
        state = automaton.run(chords * 4)  # after three chords and more the state repeats
        total = 0.0
        for chord in chords:
            total += rewards[state, chord]
            state = automaton.next_state[state, chord]
        return total / len(chords)

    loops = [
        loop
        for length in range(1, len(rewards) + 1)
        for loop in itertools.product(range(2), repeat=length)
    ]
    found = best_loop(process_of(automaton, rewards))
    assert found.mean_reward == pytest.approx(max(map(mean_reward, loops)))
    assert found.mean_reward == pytest.approx(mean_reward(found.tokens))


@pytest.mark.parametrize("entropy", ["return", "bonus"])
def test_a_policy_is_diverse_above_the_forecast_beta_and_not_at_it(skewed, entropy):
    process = rewarded(skewed, reward="probability", floor=0.001)
    limits = Limits(max_commonest_pair=1.0, min_effective_chords=2.0)
    found = forecast_collapse(process, length=8, entropy=entropy, is_diverse=limits.kept_by)
    assert found.loop.tokens == (0, 1, 2, 3)
    assert found.collapsed.temperature == found.beta
    assert found.collapsed.walk.effective_tokens < 2.0
    above = solve(process, temperature=1.01 * found.beta, length=8, entropy=entropy)
    assert above.walk.effective_tokens >= 2.0
    assert above.walk.effective_tokens == pytest.approx(2.0, abs=0.1)


def test_what_never_collapses_has_beta_zero(table_of):
    # All is worth the same, whatever is played.
    automaton = compile_table(table_of({(): dict.fromkeys(range(5), 0.2)}, "12456"))
    process = rewarded(automaton, reward="probability", floor=0.001)
    found = forecast_collapse(
        process, length=8, entropy="return", is_diverse=table_limits(automaton, 8).kept_by
    )
    assert found.beta == 0.0
    assert found.collapsed.walk.effective_tokens == pytest.approx(5.0)


def test_states_that_pay_all_chords_alike_are_forecast_too(table_of):
    rows = {(): {0: 0.5, 1: 0.5}, (0,): {0: 0.5, 1: 0.5}, (1,): {0: 0.1, 1: 0.1}}
    automaton = compile_table(table_of(rows, "14"))
    process = rewarded(automaton, reward="probability", floor=0.001)
    limits = Limits(max_commonest_pair=0.9, min_effective_chords=1.5)
    found = forecast_collapse(process, length=8, entropy="return", is_diverse=limits.kept_by)
    assert found.loop.tokens == (0,)
    assert 0.0 < found.beta < math.inf


def test_what_is_always_collapsed_has_no_beta_that_helps(two_chord_loop):
    process = rewarded(two_chord_loop, reward="probability", floor=0.001)
    found = forecast_collapse(process, length=8, entropy="return", is_diverse=Limits().kept_by)
    assert found.beta == math.inf
    assert found.collapsed.walk.effective_tokens == pytest.approx(2.0, abs=1e-3)
