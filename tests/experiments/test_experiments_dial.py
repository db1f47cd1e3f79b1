"""Policies with a dial from training to composing, and styles made of one's own songs."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.experiments import dial as dials
from shinko.experiments.dial import begin_dial, dial_settings, learn_dial
from shinko.experiments.learn import ship_policy
from shinko.rl.policy import read_policy, run_policy, shipped_policy
from shinko.rl.policy_runs import run_settings
from shinko.rl.presets import DIAL_PRESETS, dial_preset
from shinko.rl.settings import DialSettings
from shinko.runs.errors import RunError
from shinko.runs.lock import HeldError, hold
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.players import choose_performer
from shinko.songwriting.wishes import Wishes
from shinko.theory import Key
from stopping import stopped_from_outside

ROUND = {"1": "4", "4": "5", "5": "♭Vm6", "♭Vm6": "1"}


def write_table(path, following):
    """Each chord goes to the next at 0.7, to each other one at 0.1."""
    lines = ["history,chord,probability", *(f",{chord},0.25" for chord in following)]
    for chord, after in following.items():
        lines += [f"{chord},{to},{0.7 if to == after else 0.1}" for to in following]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(
        tmp_path_factory.mktemp("table") / "mine.csv", {"1": "4", "4": "5", "5": "6", "6": "1"}
    )


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return write_table(
        tmp_path_factory.mktemp("table") / "other.csv", {"1": "6", "6": "4", "4": "2", "2": "1"}
    )


@pytest.fixture(scope="module")
def settings(table, other):
    return DialSettings(
        tables=f"{table}, {other}",
        mixtures=1,
        length=8,
        epochs=60,
        batch=32,
        hidden=16,
        embedding=8,
        learning_rate=0.02,
        checkpoint_every=25,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory, settings):
    folder = begin_dial(tmp_path_factory.mktemp("run") / "run", settings)
    return folder, learn_dial(folder)


def test_a_run_has_its_rows_checkpoints_and_settings(run, settings):
    folder, rows = run
    assert [row.epoch for row in rows] == list(range(1, 61))
    assert folder.checkpoints() == [25, 50, 60]
    assert dial_settings(folder) == settings
    assert rows[-1].regret < rows[0].regret
    assert run_policy(folder.path).dial.styles == settings.names()
    assert set(run_policy(folder.path).chords) == {"1", "4", "5", "6", "2"}


def test_the_same_settings_give_the_same_rows(run, settings, tmp_path):
    _, rows = run
    again = learn_dial(begin_dial(tmp_path / "run", settings))
    assert [replace(row, seconds=0) for row in again] == [replace(row, seconds=0) for row in rows]


def test_an_interrupted_run_goes_on_bit_for_bit(run, settings, tmp_path, monkeypatch):
    _, rows = run
    folder = begin_dial(tmp_path / "run", settings)

    def stop(row):
        if row.epoch == 33:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn_dial(folder, on_epoch=stop)
    assert folder.checkpoints() == [25]
    again = learn_dial(folder)
    assert [replace(row, seconds=0) for row in again] == [replace(row, seconds=0) for row in rows]


@pytest.mark.parametrize("epochs", [1, 25, 33])
def test_a_stop_from_another_thread_costs_nothing(run, settings, tmp_path, epochs):
    whole, rows = run
    folder = begin_dial(tmp_path / "run", settings)
    begun = stopped_from_outside(
        lambda stop, count: learn_dial(folder, count, should_stop=stop), epochs
    )
    assert len(begun) == folder.checkpoints()[-1] == epochs
    again = learn_dial(folder)
    assert [replace(row, seconds=0) for row in again] == [replace(row, seconds=0) for row in rows]
    assert folder.state_path.read_bytes() == whole.state_path.read_bytes()
    assert folder.checkpoint_path(60).read_bytes() == whole.checkpoint_path(60).read_bytes()


def test_a_run_that_is_killed_before_its_first_checkpoint_begins_anew(run, settings, tmp_path):
    _, rows = run
    folder = begin_dial(tmp_path / "run", settings)

    def stop(row):
        if row.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn_dial(folder, on_epoch=stop)
    assert len(learn_dial(folder)) == len(folder.rows()) == len(rows)


def test_it_composes_at_each_place_of_its_dial(run, table, other):
    folder, _ = run
    policy = run_policy(folder.path)
    for style in (table, other, f"{table}:1, {other}:3"):
        (one,) = compose(
            policy,
            ComposeRequest(
                key=Key.parse("C"),
                length=4,
                count=1,
                table=style,
                variety="3",
                wishes=Wishes(fix="3=IV"),
                seed=0,
            ),
        )
        assert one.roman_numerals[2] == "IV"
        assert one.policy.startswith("run, epoch 60, ")


def test_a_shipped_file_keeps_the_dial(run, tmp_path):
    folder, _ = run
    path = tmp_path / "policy.safetensors"
    ship_policy(folder, 60, path, "mine")
    read, trained = read_policy(path), run_policy(folder.path)
    assert read.dial == trained.dial
    weights = np.array([0.5, 0.5])
    tokens = np.array([5])
    for policy in (read, trained):
        assert policy.conditioned(weights, 0.9).model is not policy.model
    logits = [
        policy.conditioned(weights, 0.9).model.step(tokens, policy.model.initial_state(1))[0]
        for policy in (read, trained)
    ]
    np.testing.assert_allclose(logits[0], logits[1], atol=0.02)  # half precision


def test_a_style_of_ones_own_begins_where_the_shipped_policy_is(tmp_path):
    """A new style is at first what the mean of the known styles is."""
    settings = replace(dial_preset("own"), tables="1970s", epochs=2, batch=32, checkpoint_every=1)
    folder = begin_dial(tmp_path / "run", settings)
    rows = learn_dial(folder)
    fresh = replace(settings, begin="fresh")
    unlearned = learn_dial(begin_dial(tmp_path / "fresh", fresh))
    assert rows[0].regret < unlearned[0].regret / 4
    policy, shipped = run_policy(folder.path), shipped_policy()
    assert set(policy.chords) <= set(shipped.chords)
    assert policy.dial.knots == shipped.dial.knots


def test_chords_that_the_shipped_policy_does_not_know_are_learned(tmp_path):
    table = write_table(tmp_path / "odd.csv", ROUND)
    settings = replace(dial_preset("own"), tables=table, epochs=40, batch=16, checkpoint_every=40)
    folder = begin_dial(tmp_path / "run", settings)
    rows = learn_dial(folder)
    assert run_policy(folder.path).chords == ("1", "4", "5", "♭v6")
    assert "♭v6" not in shipped_policy().chords
    assert rows[-1].regret < rows[0].regret


def test_what_cannot_be_is_told(run, settings, table, tmp_path):
    folder, _ = run
    with pytest.raises(
        ShinkoError, match="`hidden` 16: expected 192, that of the policy to begin with; leave it"
    ):
        begin_dial(tmp_path / "a", replace(dial_preset("own"), tables=table, hidden=16))
    with pytest.raises(ShinkoError, match="no table 'nowhere'"):
        begin_dial(tmp_path / "b", replace(settings, tables="nowhere"))
    assert not list(tmp_path.iterdir())
    with pytest.raises(FieldError, match="`preset` 'x': expected one of own, shipped"):
        dial_preset("x")
    copy = shutil.copytree(folder.path, tmp_path / "copy")
    text = (copy / "settings.toml").read_text()
    (copy / "settings.toml").write_text(text.replace("hidden = 16", "hidden = 0"))
    with pytest.raises(RunError, match="`hidden` 0: expected 1 to 4,096; put it back, or train"):
        dial_settings(dials.RunFolder(copy))
    (copy / "settings.toml").write_text(text.replace("[settings]", "[settings2]"))
    with pytest.raises(RunError, match=r"no \[settings\]; expected a run of 'shinko dial'"):
        dial_settings(dials.RunFolder(copy))
    (copy / "settings.toml").write_text(text.replace("knots", "knobs"))
    with pytest.raises(RunError, match=r"\[dial\] knobs: unknown; expected styles, knots"):
        run_policy(copy)


def test_an_epoch_that_breaks_the_weights_is_not_kept(settings, tmp_path, monkeypatch):
    step = dials.DialTraining.step

    def broken(training):
        row = step(training)
        return replace(row, regret=float("nan")) if row.epoch == 30 else row

    monkeypatch.setattr(dials.DialTraining, "step", broken)
    folder = begin_dial(tmp_path / "run", settings)
    with pytest.raises(ShinkoError, match="at epoch 30; lower `learning_rate` or `clip`"):
        learn_dial(folder)
    assert folder.checkpoints() == [25]
    with pytest.raises(RunError, match="expected a run of 'shinko learn', and this is one of 'sh"):
        run_settings(folder)


def test_the_preset_of_the_shipped_policy_is_that_of_its_dial():
    dial, preset = shipped_policy().dial, DIAL_PRESETS["shipped"]
    assert dial.styles == preset.names()
    assert dial.knots == pytest.approx(preset.knots())
    assert dial.temperatures == pytest.approx(preset.temperatures())


def cut_off(tmp_path):
    """A published table: what it doesn't list counts with the floor."""
    rows = {"1": {"4": 0.8}, "4": {"5": 0.6, "1": 0.3}, "5": {"1": 0.9}}
    lines = [f"{before},{to},{p}" for before, row in rows.items() for to, p in row.items()]
    lines = ["history,chord,probability", ",1,0.5", ",4,0.3", *lines]
    (tmp_path / "cut.csv").write_text("\n".join(lines) + "\n")
    return str(tmp_path / "cut.csv")


@pytest.mark.parametrize(("floor", "length"), [(0.001, 16), (0.05, 16), (0.001, 4), (0.2, 3)])
def test_a_dial_is_calibrated_with_the_floor_and_length_it_is_trained_with(tmp_path, floor, length):
    """Held against the entropies of all progressions' own chances, chord by chord."""
    asked = DialSettings(tables=cut_off(tmp_path), mixtures=0, floor=floor, length=length)
    automata = dials._styles(asked)
    told = dials.calibration(asked, automata)
    assert (told["floor"], told["length"]) == (floor, length)
    rewards = np.log(np.fmax(automata[0].probabilities, floor))
    for tau, effective in zip(told["temperatures"], told["effective"][0], strict=True):
        # dJ/dτ is the sum of the entropies, with J from a recursion written out here.
        low, high = (
            objective(automata[0], rewards, tau * factor, length) for factor in (0.999, 1.001)
        )
        entropy = (high - low) / (0.002 * tau * length)
        assert effective == pytest.approx(np.exp(entropy), rel=1e-4)
    # Variety is that of the table's own chain over as many chords.
    at, entropies = np.eye(len(rewards))[automata[0].start], []
    chain = automata[0].chain
    for _ in range(length):
        logs = np.log(chain, where=chain > 0, out=np.zeros_like(chain))
        entropies.append(-(at[:, None] * chain * logs).sum())
        flow = (at[:, None] * chain).ravel()
        at = np.bincount(automata[0].next_state.ravel(), flow, minlength=len(rewards))
    assert told["real"] == [pytest.approx(np.exp(np.mean(entropies)), abs=1e-4)]


def objective(automaton, rewards, tau, length):
    values = np.zeros(len(rewards))
    for _ in range(length):
        values = tau * np.log(np.exp((rewards + values[automaton.next_state]) / tau).sum(axis=1))
    return values[automaton.start]


def test_a_policy_looks_ahead_with_the_floor_of_its_dial(tmp_path, monkeypatch):
    """What the table doesn't list is the likelier the higher the floor of the run is."""
    asked = DialSettings(
        *(cut_off(tmp_path),),
        mixtures=0,
        epochs=2,
        batch=2,
        hidden=4,
        embedding=4,
        length=4,
        floor=0.3,
    )
    folder = begin_dial(tmp_path / "run", asked)
    learn_dial(folder)
    policy = run_policy(folder.path)
    performer = choose_performer(policy, "", "real", exact=False)
    assert np.exp(performer.ground().process.rewards.min()) == pytest.approx(0.3)
    exact = choose_performer(policy, "", "real", exact=True)
    assert np.exp(exact.ground().process.rewards.min()) == pytest.approx(0.3)


def test_a_dial_that_is_learned_is_learned_by_nobody_else(tmp_path, settings):
    folder = begin_dial(tmp_path / "run", settings)
    with hold(folder.path), ThreadPoolExecutor(1) as thread:
        assert isinstance(thread.submit(learn_dial, folder).exception(), HeldError)
    assert folder.rows() == []
