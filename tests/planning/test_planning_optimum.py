"""The exact optimum against all V^T progressions, and against what is known of it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.planning.errors import PlanningError
from shinko.planning.plan import solve
from shinko.planning.walk import steady, uniform, walk
from shinko.rl.terms import rewarded
from shinko.tables import compile_table, load_table, read_table
from shinko.tables.automaton import known_histories
from shinko.tables.process import check_size, process_of

LENGTH = 4


@pytest.fixture(scope="module")
def toy(toy_table):
    automaton = compile_table(toy_table)
    return rewarded(automaton, reward="log-probability", floor=0.01)


def returns(process, progressions):
    """Of each progression, added up chord by chord."""
    total = np.zeros(progressions.shape[1])
    for number, progression in enumerate(progressions.T):
        for t in range(len(progression)):
            states, _ = process.run(np.array(progression[:t]).reshape(t, 1))
            total[number] += process.rewards[0, states[-1, 0], progression[t]]
    return total


@given(seed=st.integers(0, 10**6), temperature=st.floats(0.05, 5.0), length=st.integers(1, 5))
def test_the_optimum_is_the_gibbs_distribution_over_all_progressions(
    table_of, all_progressions, seed, temperature, length
):
    """Of all policies exp(R / τ) / Z has the best return plus τ times entropy: τ log Z."""
    rng = np.random.default_rng(seed)
    histories = [(), (0,), (1,), (2,), (0, 1), (2, 1), (1, 0, 1)]
    rows = {
        history: dict(zip(rng.permutation(3)[: rng.integers(1, 4)], rng.random(3), strict=False))
        for history in histories[: rng.integers(1, 8)]
    }
    automaton = compile_table(table_of(rows, "145"))
    process = process_of(automaton, rng.normal(size=automaton.next_state.shape))
    every = all_progressions(3, length)
    earned = returns(process, every)
    log_partition = np.logaddexp.reduce(earned / temperature)
    chances = np.exp(earned / temperature - log_partition)

    best = solve(process, temperature=temperature, length=length)
    assert best.objective == pytest.approx(temperature * log_partition)
    np.testing.assert_allclose(np.exp(best.log_probability(every)), chances, atol=1e-12)
    assert best.walk.mean_return == pytest.approx(chances @ earned)
    assert best.walk.entropy * length == pytest.approx(-chances @ np.log(chances), abs=1e-9)
    for t, chord in np.ndindex(length, 3):
        share = chances[every[t] == chord].sum()
        assert best.walk.marginals[t, chord] == pytest.approx(share, abs=1e-12)


def test_without_temperature_the_best_return_counts_alone(toy, all_progressions):
    process = toy
    every = all_progressions(3, LENGTH)
    earned = returns(process, every)
    best = solve(process, temperature=0.0, length=LENGTH)
    assert best.objective == pytest.approx(earned.max())
    assert best.walk.mean_return == pytest.approx(earned.max())
    played = np.exp(best.log_probability(every)) > 0
    assert earned[played] == pytest.approx(earned.max())


def test_equally_good_chords_are_equally_likely_without_temperature(table_of):
    automaton = compile_table(table_of({(): {0: 0.4, 1: 0.4, 2: 0.2}}, "145"))
    process = rewarded(automaton, reward="probability", floor=0.001)
    best = solve(process, temperature=0.0, length=2)
    assert best.policy(0).tolist() == [[0.5, 0.5, 0.0]]
    assert best.walk.effective_tokens == pytest.approx(2.0)


def test_where_the_bonus_rests_each_step_is_the_softmax_of_its_own_returns(toy, all_progressions):
    process = toy
    beta = 0.4
    rest = solve(process, temperature=beta, length=3, entropy="bonus")
    every = all_progressions(3, 3)
    earned = returns(process, every)
    chances = np.exp(rest.log_probability(every))
    assert chances.sum() == pytest.approx(1.0)
    # The expected return after each first chord, under the policy itself.
    after = [
        earned[every[0] == chord] @ (chances[every[0] == chord] / chances[every[0] == chord].sum())
        for chord in range(3)
    ]
    expected = np.exp(np.array(after) / beta)
    assert rest.walk.marginals[0] == pytest.approx(expected / expected.sum())
    assert rest.objective == pytest.approx(chances @ earned)


def test_of_a_normalised_table_log_probability_gives_the_chain_itself():
    automaton = compile_table(load_table("pop"))
    process = process_of(automaton, np.log(automaton.probabilities))
    best = solve(process, temperature=1.0, length=6)
    chain = walk(process, steady(automaton.chain), 6)
    # The table's numbers are rounded to six digits.
    assert best.objective == pytest.approx(0.0, abs=6e-6)
    np.testing.assert_allclose(best.policy(0), automaton.probabilities, atol=6e-6)
    np.testing.assert_allclose(best.walk.marginals, chain.marginals, atol=6e-6)
    assert chain.objective(1.0) == pytest.approx(best.objective, abs=1e-9)


@pytest.mark.parametrize(
    ("temperature", "objective", "effective"),
    [
        (0.0, 10.1450, None),
        (0.05, None, 1.2),
        (0.10, None, 1.4),
        (0.15, 11.0541, 3.61),
        (0.20, None, 10.5),
        (0.50, None, 26.7),
    ],
)
def test_the_phase_transition_of_the_hooktheory_table(
    hooktheory_folder, temperature, objective, effective
):
    """Figures that were counted by another program, before this one."""
    automaton = compile_table(read_table(hooktheory_folder).restricted())
    process = rewarded(automaton, reward="probability", floor=0.001)
    best = solve(process, temperature=temperature, length=16)
    if objective is not None:
        assert best.objective == pytest.approx(objective, abs=5e-5)
    if effective is not None:
        digits = 0.005 if effective == 3.61 else 0.05
        assert best.walk.effective_tokens == pytest.approx(effective, abs=digits)


def test_drawn_progressions_come_as_often_as_they_should(toy, all_progressions):
    process = toy
    best = solve(process, temperature=0.8, length=3)
    drawn = best.sample(20_000, np.random.default_rng(0))
    every = all_progressions(3, 3)
    expected = 20_000 * np.exp(best.log_probability(every))
    counts = np.bincount(drawn.T @ [9, 3, 1], minlength=27)
    common = expected > 5
    chi_square = ((counts - expected)[common] ** 2 / expected[common]).sum()
    # Of as many degrees of freedom, 99.9 % of all draws stay below mean + 3.1 deviations or so.
    degrees = common.sum()
    assert degrees > 10
    assert chi_square < degrees + 3.5 * math.sqrt(2 * degrees)


@pytest.mark.parametrize("entropy", ["return", "bonus"])
def test_a_forbidden_chord_is_never_played(toy, entropy):
    process = toy
    forbidden = process.rewards.copy()
    forbidden[..., 1] = -np.inf
    best = solve(process.rewarded(forbidden), temperature=0.5, length=LENGTH, entropy=entropy)
    assert best.walk.marginals[:, 1].tolist() == [0.0] * LENGTH
    assert best.walk.marginals.sum(axis=1) == pytest.approx([1.0] * LENGTH)
    assert math.isfinite(best.walk.mean_return)
    assert best.log_probability(np.array([[0], [1], [0], [0]])).tolist() == [-math.inf]


def test_a_state_without_a_way_on_is_left_out(toy):
    process = toy
    dead = process.rewards.copy()
    dead[0, process.run(np.array([[2]]))[0][-1, 0]] = -np.inf
    best = solve(process.rewarded(dead), temperature=0.5, length=3)
    # Chord 2 is left for the end, whose state needs no way on.
    assert best.walk.marginals[:, 2] == pytest.approx([0.0, 0.0, best.walk.marginals[2, 2]])
    assert best.walk.marginals[2, 2] > 0
    assert best.walk.marginals.sum(axis=1) == pytest.approx([1.0] * 3)


def test_uniform_choice_has_the_entropy_of_all_chords(toy):
    process = toy
    even = walk(process, uniform(process), LENGTH)
    assert even.effective_tokens == pytest.approx(3.0)
    assert even.marginals == pytest.approx(np.full((LENGTH, 3), 1 / 3))


@pytest.mark.parametrize("temperature", [-0.1, math.nan, math.inf])
def test_a_temperature_that_cannot_be_is_told(toy, temperature):
    with pytest.raises(PlanningError, match=f"temperature {temperature}: expected a num"):
        solve(toy, temperature=temperature, length=2)


def test_a_table_too_large_says_what_it_needs_and_what_fits(toy_table):
    # 5 histories, 4 of at most one chord; 48 bytes for each of 3 chords, 32 for each of 2 steps.
    histories = known_histories(toy_table)
    check_size("toy", histories, 3, 2, most=5 * 208)
    with pytest.raises(PlanningError, match=r"5 histories of 3 chords needs .*; `order` 1 fits"):
        check_size("toy", histories, 3, 2, most=5 * 208 - 1)
    with pytest.raises(PlanningError, match="take a table of fewer chords"):
        check_size("toy", histories, 3, 2, most=4 * 208 - 1)


def test_beginnings_without_a_row_count_as_histories(table_of):
    histories = known_histories(table_of({(): {0: 1.0}, (0, 1, 0): {1: 1.0}}, "15"))
    with pytest.raises(PlanningError, match="4 histories"):
        check_size("deep", histories, 2, 1, most=0)


def test_where_all_is_forbidden_nothing_can_be_drawn(toy):
    process = toy
    none = solve(
        process.rewarded(np.full_like(process.rewards, -np.inf)), temperature=0.5, length=2
    )
    with pytest.raises(PlanningError, match="no progression is possible"):
        none.sample(1, np.random.default_rng(0))
