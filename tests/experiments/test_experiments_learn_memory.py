"""Learning what songs remember, end to end: runs like any other."""

import numpy as np
import pytest

from shinko.errors import FieldError
from shinko.experiments.evaluate import evaluate, live_optimality
from shinko.experiments.learn import begin_run, learn, ship_policy
from shinko.rl.memory_runs import learning_voices, memory_reward
from shinko.rl.memory_training import MemoryTraining, light_model
from shinko.rl.policy import read_policy, run_policy
from shinko.rl.settings import LearnSettings
from shinko.runs.errors import RunError
from shinko.runs.state import load_weights
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.theory import Key

TABLE = "history,chord,probability\n" + "".join(
    f"{before},{after},{share}\n"
    for before, after, share in (
        *(("", chord, 0.25) for chord in "1456"),
        *(("1", "4", 0.5), ("1", "5", 0.4), ("4", "5", 0.6), ("4", "1", 0.3), ("5", "1", 0.8)),
    )
)
SMALL = {
    "memory": "major",
    "estimator": "all-action",
    "beta": 1.0,
    "beta_end": -1.0,
    "epochs": 12,
    "batch": 8,
    "length": 6,
    "hidden": 8,
    "embedding": 4,
    "checkpoint_every": 5,
}


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("memory") / "toy.csv"
    path.write_text(TABLE)
    return str(path)


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    """Half of each batch the chain's, with a copy head that looks at a window."""
    told = {"chain_share": 0.5, "copies": True, "input": "window"}
    settings = LearnSettings(table=table, **{**SMALL, **told})
    return learn(begin_run(tmp_path_factory.mktemp("runs") / "run", settings)).folder


@pytest.mark.parametrize(
    "told",
    [
        {"chain_share": 0.5, "copies": True, "rate_end": 0.0},
        {"chain_share": 0.5, "beta": 0.8, "beta_end": 1.2, "cell": "rnn"},
        {"estimator": "sampled", "reward": "probability", "entropy": "bonus"},
        {"estimator": "table-aware", "chain_share": 0.5},
    ],
)
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(table, tmp_path, told):
    settings = LearnSettings(table=table, **{**SMALL, **told})
    whole = learn(begin_run(tmp_path / "whole", settings)).folder
    parts = begin_run(tmp_path / "parts", settings)

    def stop_at(row):
        if row.epoch == 7:
            raise RuntimeError("the machine goes down")

    with pytest.raises(RuntimeError, match="goes down"):
        learn(parts, on_epoch=stop_at)
    learn(parts)
    rows = [[{**row, "seconds": 0} for row in folder.rows()] for folder in (parts, whole)]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 12
    assert parts.state_path.read_bytes() == whole.state_path.read_bytes()


def test_a_run_composes_as_the_network_that_was_trained(run, table):
    settings = LearnSettings.from_dict(run.settings()["learn"])
    voices = learning_voices(settings)
    training = MemoryTraining(settings, memory_reward(voices, settings.reward), voices.vocabulary)
    load_weights(training.model, run.weights(12), "epoch 12")
    expected, policy = light_model(training.model), run_policy(run.path, 12)
    states = [light.initial_state(1) for light in (expected, policy.model)]
    for chord in (3, 0, 1, 2, 0, 1):
        fed = np.array([chord])
        (due, states[0]), (found, states[1]) = (
            light.step(fed, state)
            for light, state in zip((expected, policy.model), states, strict=True)
        )
        np.testing.assert_allclose(found, due, atol=1e-6)
    request = ComposeRequest(key=Key.parse("C"), count=3, seed=1)
    assert len(compose(policy, request)) == 3


def test_a_shipped_policy_copies_and_sees_as_its_run_does(run, tmp_path):
    ship_policy(run, 12, tmp_path / "mine.safetensors", "mine")
    request = ComposeRequest(key=Key.parse("C"), count=5, seed=1)
    ours, theirs = (
        [one.log_probability for one in compose(policy, request)]
        for policy in (read_policy(tmp_path / "mine.safetensors"), run_policy(run.path, 12))
    )
    # Eleven bits of a weight below 1 are an error below 0.0005.
    assert ours == pytest.approx(theirs, abs=0.05)


def test_an_evaluation_tells_both_distances(run):
    found = evaluate(run.path, epoch=12, samples=600)
    told = found.to_dict()
    assert (told["epoch"], told["tau"]) == (12, 1.0)
    assert told["policy"]["regret"] > 0.01
    assert told["policy"]["divergence"] > 0.01
    assert told["policy"]["effective_chords"] == pytest.approx(np.exp(told["policy"]["entropy"]))
    assert told == evaluate(run.path, epoch=12, samples=600).to_dict()
    assert evaluate(run.path, epoch=12, samples=600, tau=0.5).tau == 0.5


def test_another_reward_is_held_against_the_chain_as_it_is(table, tmp_path):
    told = {"reward": "probability", "estimator": "sampled", "beta": 0.1}
    folder = learn(begin_run(tmp_path / "run", LearnSettings(table=table, **{**SMALL, **told})))
    assert evaluate(folder.folder.path, epoch=12, samples=300).tau == 1.0


def test_at_temperature_0_the_best_is_not_known(run):
    with pytest.raises(FieldError, match=r"`tau` 0.*: expected above 0, for with a memory"):
        evaluate(run.path, epoch=12, tau=0.0)


def test_while_it_learns_there_is_no_optimality(run):
    assert live_optimality(LearnSettings.from_dict(run.settings()["learn"])) is None


def test_a_memory_that_changed_since_is_refused(run, tmp_path):
    kept = run.settings_path.read_text()
    run.settings_path.write_text(kept.replace('memory_sha256 = "', 'memory_sha256 = "0'))
    try:
        with pytest.raises(RunError, match=r"the memory of table '.*' is not what .* begun with"):
            learn(run)
        with pytest.raises(RunError, match="is not what"):
            evaluate(run.path, epoch=12)
    finally:
        run.settings_path.write_text(kept)
