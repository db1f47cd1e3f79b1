"""Steering: whatever is asked is kept to, and what is drawn has the right distribution."""

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from shinko.nets.light import LightModel
from shinko.nets.shapes import ModelConfig, weight_shapes
from shinko.planning.assignment import fits
from shinko.planning.constraints import Apart, Constraints, Count, memory_of
from shinko.planning.errors import ConstraintError
from shinko.planning.particles import Player
from shinko.planning.plan import solve
from shinko.planning.process import Process
from shinko.planning.steering import Steering
from shinko.tables import compile_table
from shinko.tables.process import process_of
from shinko.tables.table import Row, TransitionTable

V, T, TAU = 4, 4, 0.8
EVERY = np.array(list(itertools.product(range(V), repeat=T))).T  # (T, V^T)


@pytest.fixture(scope="module")
def automaton():
    """All histories of up to two chords have a row; chord 3 isn't listed after 0."""
    rng = np.random.default_rng(5)
    rows = {}
    for length in range(3):
        for history in itertools.product(range(V), repeat=length):
            chords = [chord for chord in range(V) if not (history[-1:] == (0,) and chord == 3)]
            chances = rng.dirichlet(np.full(len(chords), 3.0))
            rows[history] = Row(np.array(chords, np.int32), chances)
    return compile_table(TransitionTable("toy", tuple("1456"), 2, rows))


@pytest.fixture(scope="module")
def process(automaton):
    return process_of(automaton, np.log(np.fmax(automaton.probabilities, 0.05)))


@pytest.fixture(scope="module")
def steer(automaton, process):
    """Steering in this process, whose loops close where the table has it."""
    return lambda asked, temperature=TAU, **more: Steering(
        process, asked, temperature=temperature, closing=automaton.usual, **more
    )


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(6)
    shapes = weight_shapes(ModelConfig(V + 1, V, hidden=5, embedding=3))
    return LightModel({name: rng.normal(0, 0.4, shape) for name, shape in shapes.items()})


def constraints(**asked):
    """Of T slots; `fixed` maps slots to the chords that they may have."""
    allowed = np.ones((T, V), bool)
    for slot, chords in asked.pop("fixed", {}).items():
        allowed[slot] = np.isin(np.arange(V), chords)
    return Constraints(allowed, **asked)


CASES = {
    "nothing": {},
    "counts": {"counts": (Count(frozenset({1, 2}), 2, 3), Count(frozenset({0}), most=1))},
    "exactly": {"counts": (Count(frozenset({3, 1}), 2, 2),)},
    "locks": {"fixed": {0: [0], 3: [1, 2]}},
    "required": {"required": (3, 2)},
    "no repeats": {"repeats": False},
    "at most twice": {"most": 2},
    "each once": {"most": 1},
    "loops": {"loops": True},
    "loops without repeats": {"loops": True, "repeats": False, "fixed": {0: [1, 3]}},
    "rounds": {"rounds": True},
    "back": {"back_to": 2, "repeats": False},
    "apart": {"apart": (Apart(np.array([0, 1, 2, 0]), 3), Apart(np.array([1, 1, 1, 1]), 2))},
    "near": {"apart": (Apart(np.array([0, 1, 2, 0]), 1, 2), Apart(np.array([1, 1, 1, 1]), 2))},
    "in some slots": {"apart": (Apart(np.array([0, -1, -1, 0]), 2),)},
    "nearly the same in some": {"apart": (Apart(np.array([0, 1, -1, 3]), 0, 1),)},
    "all": {
        "fixed": {1: [0, 1, 3]},
        "required": (2,),
        "most": 2,
        "repeats": False,
        "loops": True,
        "apart": (Apart(np.array([0, 1, 2, 0]), 2),),
    },
}


def keeping(asked, automaton):
    """Which of all progressions keep to what is asked, found one by one, (V^T,)."""
    kept = []
    for chords in EVERY.T:
        good = asked.kept_by(chords)
        if good and asked.back_to is not None:
            back = np.nan_to_num(automaton.probabilities)[automaton.run(chords), asked.back_to]
            good = back >= 1 / V and chords[-1] != asked.back_to
        if good and asked.loops:
            closes = (
                np.nan_to_num(automaton.probabilities)[automaton.run(chords), chords[0]] >= 1 / V
            )
            good = closes and (asked.repeats or chords[-1] != chords[0])
        kept.append(good)
    return np.array(kept)


def closing(asked, process):
    """What the step back to the first chord is worth, (V^T,)."""
    if asked.back_to is not None:
        return process.rewards[0, process.run(EVERY)[0][-1], asked.back_to]
    if not asked.loops:
        return np.zeros(EVERY.shape[1])
    return process.rewards[0, process.run(EVERY)[0][-1], EVERY[0]]


def returns(process):
    return process.run(EVERY)[1].sum(axis=0)


def agrees(chords, expected):
    """A chi-square test of drawn progressions, (T, B), against chances of all, (V^T,)."""
    places = np.ravel_multi_index(tuple(chords), (V,) * T)
    counts = np.bincount(places, minlength=len(expected)).astype(float)
    assert not counts[expected == 0].any()
    # Those too rare for the test go into one.
    usual = expected * len(places) >= 5
    observed = np.append(counts[usual], counts[~usual].sum())
    wanted = np.append(expected[usual], expected[~usual].sum()) * len(places)
    if wanted[-1] < 5:
        wanted[-2] += wanted[-1]
        observed[-2] += observed[-1]
        observed, wanted = observed[:-1], wanted[:-1]
    return len(wanted) == 1 or chisquare(observed, wanted).pvalue > 0.001


@pytest.mark.parametrize("case", CASES)
def test_draws_from_the_optimum_agree_with_enumeration(case, automaton, process, steer):
    asked = constraints(**CASES[case])
    kept = keeping(asked, automaton)
    worth = returns(process) + closing(asked, process)
    expected = np.where(kept, np.exp(worth / TAU), 0.0)
    expected /= expected.sum()
    steering = steer(asked)
    drawn = steering.draw(20_000, np.random.default_rng(1))
    assert drawn.method == "exact"
    assert agrees(drawn.tokens, expected)
    if asked.most is None:
        for slot in range(T):
            shares = [expected[EVERY[slot] == chord].sum() for chord in range(V)]
            np.testing.assert_allclose(steering.marginals()[slot], shares, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_draws_from_a_network_agree_with_enumeration(
    case, automaton, process, steer, network, monkeypatch
):
    """With 30 particles for each that is drawn, as these are right as they grow many."""
    monkeypatch.setattr("shinko.planning.steering._PARTICLES", 30)
    asked = constraints(**CASES[case])
    kept = keeping(asked, automaton)
    log_chances = np.zeros(EVERY.shape[1])
    fed, state = np.full(EVERY.shape[1], network.start), network.initial_state(EVERY.shape[1])
    for chords in EVERY:
        logits, state = network.step(fed, state)
        logits = logits / 1.3
        log_chances += logits[np.arange(len(chords)), chords]
        log_chances -= np.log(np.exp(logits).sum(axis=1))
        fed = chords
    weights = np.exp(log_chances + closing(asked, process) / TAU)
    expected = np.where(kept, weights, 0.0)
    expected /= expected.sum()
    steering = steer(asked)
    drawn = steering.draw(
        4_000, np.random.default_rng(2), Player.at_start(network, temperature=1.3)
    )
    assert drawn.method == "particles"
    assert 0 < drawn.effective <= drawn.particles * (1 + 1e-9)
    assert agrees(drawn.tokens, expected)


def test_particles_take_over_where_hardly_any_exact_draw_is_left(
    automaton, process, steer, monkeypatch
):
    monkeypatch.setattr("shinko.planning.steering._ROUNDS", 0)
    monkeypatch.setattr("shinko.planning.constraints.MOST_MEMORY", 1)
    asked = constraints(most=1)
    expected = np.where(keeping(asked, automaton), np.exp(returns(process) / TAU), 0.0)
    steering = steer(asked)
    drawn = steering.draw(100_000, np.random.default_rng(4))
    assert drawn.method == "particles"
    assert agrees(drawn.tokens[:, ::25], expected / expected.sum())


def test_a_network_hears_what_came_before(automaton, steer, network):
    """Going on after two chords is the same as locking them."""
    before = [2, 1]
    locked = constraints(fixed={0: [2], 1: [1]})
    from_start = steer(locked).draw(50_000, np.random.default_rng(5), Player.at_start(network))
    later = steer(Constraints.none(T - 2, V), begin=automaton.run(before)).draw(
        50_000, np.random.default_rng(6), Player.at_start(network).after(before)
    )
    shares = [
        np.bincount(drawn.tokens[-2] * V + drawn.tokens[-1], minlength=V * V) / 50_000
        for drawn in (from_start, later)
    ]
    # Five standard deviations of a difference of shares.
    np.testing.assert_allclose(shares[0], shares[1], atol=5 * (0.5 / 50_000) ** 0.5)


def test_a_player_tells_how_likely_it_plays_a_sequence(network):
    """Of all sequences the chances sum to 1, and they multiply along the way."""
    player = Player.at_start(network, temperature=1.3)
    logs = player.log_probability(EVERY)
    assert np.exp(logs).sum() == pytest.approx(1.0)
    before, after = np.array([2, 1]), np.array([0, 3])
    (whole,) = logs[([*before, *after] == EVERY.T).all(axis=1)]
    first = player.log_probability(before[:, None])
    then = player.after(before.tolist()).log_probability(after[:, None])
    assert whole == pytest.approx((first + then).item())
    # The first token alone: softmax of the logits over 1.3.
    logits, _ = network.step(np.array([network.start]), network.initial_state(1))
    chances = np.exp(logits[0] / 1.3) / np.exp(logits[0] / 1.3).sum()
    np.testing.assert_allclose(np.exp(player.log_probability(np.arange(V)[None])), chances)


def test_steering_goes_on_from_another_state_as_if_it_had_begun_there(automaton, steer):
    later = automaton.run([2, 1])
    asked = Constraints.none(2, V)
    moved = steer(asked).begun_at(later)
    np.testing.assert_allclose(moved.marginals(), steer(asked, begin=later).marginals())
    assert not np.allclose(moved.marginals(), steer(asked).marginals())


def test_where_nothing_keeps_to_it_from_there_steering_goes_on_nowhere(automaton, steer):
    only_two = np.tile(np.arange(V) == 2, (1, 1))
    steering = steer(Constraints(only_two, repeats=False))
    with pytest.raises(ConstraintError, match="no progression keeps to all of this"):
        steering.begun_at(automaton.run([2]))


def test_at_temperature_0_the_plan_is_worth_the_best_that_keeps_to_it(automaton, process):
    asked = constraints(fixed={0: [3]}, required=(0,), repeats=False)
    plan = solve(process, constraints=asked, temperature=0.0)
    best = returns(process)[keeping(asked, automaton)].max()
    assert plan.objective == pytest.approx(best)


def test_what_nothing_keeps_to_is_refused(steer):
    for asked in (
        constraints(fixed={0: [1], 1: [1]}, repeats=False),
        constraints(fixed={0: []}),
        constraints(fixed={0: [1], 2: [1]}, most=1),
        constraints(required=(0, 1, 2, 3), fixed={0: [1], 1: [1]}),
        constraints(loops=True, fixed={0: [3], 3: [0]}),
        constraints(apart=(Apart(np.array([0, 0, 0, 0]), 4),), fixed={2: [0]}),
    ):
        with pytest.raises(ConstraintError, match="no progression keeps to all of this"):
            steer(asked)


@pytest.mark.parametrize("case", ["at most twice", "each once"])
def test_where_counts_do_not_fit_draws_that_break_them_are_thrown_away(
    case, automaton, process, steer, monkeypatch
):
    monkeypatch.setattr("shinko.planning.constraints.MOST_MEMORY", 1)
    asked = constraints(**CASES[case])
    kept = keeping(asked, automaton)
    expected = np.where(kept, np.exp(returns(process) / TAU), 0.0)
    steering = steer(asked)
    assert steering.constraints.most == asked.most
    drawn = steering.draw(20_000, np.random.default_rng(1))
    assert drawn.method == "exact"
    assert agrees(drawn.tokens, expected / expected.sum())


def test_where_every_way_ends_too_early_the_last_number_tried_is_told(monkeypatch):
    """Tokens 0 and 1 can only take turns, so that four slots have each of them twice."""
    monkeypatch.setattr("shinko.planning.constraints.MOST_MEMORY", 1)
    rewards = np.full((1, 3, V), -np.inf)
    rewards[0, [0, 1, 2], [0, 1, 0]] = 0.0
    following = np.tile(np.minimum(np.arange(V) + 1, 2), (1, 3, 1))
    turns = Process(tuple("1456"), 0, following, rewards, np.array([-1, 0, 1]))
    steering = Steering(turns, constraints(most=1), temperature=TAU)
    # 8 particles for each of 64, then 8 times as many, twice.
    with pytest.raises(ConstraintError, match="none of 32,768 progressions keeps to all of this"):
        steering.draw(64, np.random.default_rng(1))
    free = Steering(turns, constraints(most=2), temperature=TAU)
    assert free.draw(2, np.random.default_rng(1)).tokens.T.tolist() == [[0, 1, 0, 1]] * 2


def test_too_many_beginnings_with_too_much_to_remember_are_refused():
    """A loop of five tokens, each with its own count of 0 to 10 and another: 5 · 11 · 11."""
    flat = Process(
        tuple("12345"), 0, np.zeros((1, 1, 5), np.intp), np.zeros((1, 1, 5)), np.array([-1])
    )
    counts = Count(frozenset({0}), 10), Count(frozenset({1}), 10)
    asked = Constraints(np.ones((20, 5), bool), loops=True, counts=counts)
    with pytest.raises(ConstraintError, match=r"5 ways to begin .* make 605 cases, expected"):
        Steering(flat, asked, temperature=TAU)


def test_what_is_counted_beyond_its_most_is_one_dead_state():
    counts = Count(frozenset({0}), most=1), Count(frozenset({1}), most=2)
    memory = memory_of(constraints(counts=counts))
    # (0 or 1) × (0, 1 or 2), and one for all that is too often.
    assert memory.after.shape == (T, 7, V)
    assert memory.accepts.tolist() == [True] * 6 + [False]
    assert memory.dead == 6
    after_two_of_the_first = memory.after[1, memory.after[0, 0, 0], 0]
    assert after_two_of_the_first == 6
    assert (memory.after[:, 6] == 6).all()


def test_no_token_too_often_is_looked_ahead_to_where_the_memory_fits(steer):
    fits_in = steer(constraints(most=2))  # 3^4 = 81 states
    assert fits_in.constraints.most is None
    assert len(fits_in.plans[0].memory.accepts) == 81 + 1
    assert steer(constraints(most=3)).constraints.most == 3  # 4^4 = 256


def test_too_much_to_remember_is_refused():
    apart = tuple(Apart(np.zeros(T, np.int64), 4) for _ in range(4))
    with pytest.raises(ConstraintError, match="need 625 states of memory, expected at most 128"):
        memory_of(constraints(apart=apart))


def test_chords_fit_into_slots_or_do_not():
    # Two slots want chord 0, one of which could take 1.
    two = constraints(fixed={0: [0], 1: [0, 1], 2: [2], 3: [3]})
    assert fits(Constraints(two.allowed, most=1))
    assert not fits(Constraints(constraints(fixed={0: [0], 1: [0]}).allowed, most=1))
    assert fits(Constraints(two.allowed, required=(1, 0)))
    assert not fits(Constraints(constraints(fixed={0: [0], 1: [0], 2: [0]}).allowed, (1, 2)))
    assert not fits(Constraints(np.ones((5, V), bool), most=1))
