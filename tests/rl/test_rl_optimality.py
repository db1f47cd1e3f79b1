"""A network's distance to the optimum, against sums over all progressions."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from shinko.nets.light import LightModel
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig
from shinko.planning.plan import solve
from shinko.rl.optimality import Yardstick, measure
from shinko.rl.presets import preset
from shinko.rl.terms import rewarded
from shinko.rl.training import Training
from shinko.runs.state import weight_arrays
from shinko.tables import compile_table
from shinko.tables.process import process_of

LENGTH, TAU = 3, 0.7


@pytest.fixture(scope="module")
def yardstick(toy_table):
    automaton = compile_table(toy_table)
    process = rewarded(automaton, reward="log-probability", floor=0.01)
    return Yardstick.of(solve(process, temperature=TAU, length=LENGTH), automaton.listed)


def network(spread):
    """Weights of the given spread: 0 chooses uniformly."""
    config = ModelConfig(tokens=4, outputs=3, cell="lstm", layers=1, hidden=5, embedding=4)
    model = SequenceModel(config, generator=torch.Generator().manual_seed(1))
    return LightModel(
        {name: spread * value.numpy() for name, value in model.state_dict().items()}, "lstm"
    )


def exact(model, yardstick, every):
    """Objective of a network, over all progressions."""
    best = yardstick.best
    fed, state = np.full(every.shape[1], 3), model.initial_state(every.shape[1])
    log_chances = np.zeros(every.shape[1])
    for chords in every:
        logits, state = model.step(fed, state)
        logits = logits.astype(np.float64)
        log_chances += logits[np.arange(len(chords)), chords] - np.logaddexp.reduce(logits, axis=1)
        fed = chords
    earned = best.returns(every)
    return np.exp(log_chances) @ (earned - TAU * log_chances)


def test_a_network_is_measured_as_all_progressions_say(yardstick, all_progressions):
    model = network(6.0)
    objective = exact(model, yardstick, all_progressions(3, LENGTH))
    found = measure(model, yardstick, count=20_000, rng=np.random.default_rng(0))
    regret = (yardstick.best.objective - objective) / LENGTH
    assert regret > 0.1
    assert found.regret == pytest.approx(regret, abs=4 * found.regret_error)
    assert found.objective == pytest.approx(objective, abs=4 * LENGTH * found.regret_error)
    assert found.optimality == pytest.approx(yardstick.optimality(objective), abs=0.02)
    assert found.optimality_error < 0.01
    # By its definition: the return plus τ times the entropies.
    sampled = found.mean_return + TAU * LENGTH * found.entropy
    assert sampled == pytest.approx(objective, abs=4 * found.return_error)


def test_uniform_choice_has_optimality_0(yardstick):
    found = measure(network(0.0), yardstick, count=4000, rng=np.random.default_rng(0))
    assert found.effective_chords == pytest.approx(3.0)
    assert found.optimality == pytest.approx(0.0, abs=4 * found.optimality_error)
    assert 0.0 < found.optimality_error < 0.02
    assert yardstick.optimality(yardstick.uniform) == 0.0


def test_the_best_has_optimality_1_and_no_regret(yardstick):
    assert yardstick.optimality(yardstick.best.objective) == 1.0
    assert yardstick.regret(yardstick.best.objective) == 0.0


def test_where_all_is_equally_good_all_are_the_best(table_of):
    automaton = compile_table(table_of({(): {0: 0.5, 1: 0.5}}, "15"))
    process = process_of(automaton, np.full(automaton.next_state.shape, 0.3))
    for temperature in (0.0, 0.7):
        flat = Yardstick.of(solve(process, temperature=temperature, length=16), automaton.listed)
        assert flat.optimality(flat.uniform - 0.01) == 1.0


def test_the_same_seed_measures_the_same(yardstick):
    first, second = (
        measure(network(6.0), yardstick, count=600, rng=np.random.default_rng(5)) for _ in range(2)
    )
    assert first == second
    assert first.distinct <= 27 / 600


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_learning_comes_near_to_the_optimum(toy_table, seed):
    automaton = compile_table(toy_table)
    settings = replace(preset("near-optimal"), epochs=300, hidden=16, embedding=8, seed=seed)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    held = Yardstick.of(solve(process, temperature=1.0, length=settings.length), automaton.listed)
    training = Training(settings, automaton)
    for _ in range(settings.epochs):
        training.step()
    model = LightModel(weight_arrays(training.model), following=automaton.next_state)
    found = measure(model, held, count=512, rng=np.random.default_rng(0))
    assert found.regret < 0.05  # that of uniform choice is 3.31
    assert found.optimality > 0.99
