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
from shinko.rl import dial_calibration
from shinko.rl.dial import PLACE_KNOTS, PULL_KNOTS, PULLS, Conditions
from shinko.rl.dial_worlds import dial_worlds
from shinko.rl.dialled import DialledModel
from shinko.rl.memory_training import light_model
from shinko.rl.policy import read_policy, run_policy, shipped_policy
from shinko.rl.policy_runs import run_settings
from shinko.rl.presets import DIAL_PRESETS, dial_preset
from shinko.rl.settings import DialSettings
from shinko.runs.errors import RunError
from shinko.runs.lock import HeldError, hold
from shinko.songwriting.compose import ComposeRequest, compose, composed
from shinko.songwriting.wishes import Wishes
from shinko.tables.memories import voices_of
from shinko.tables.memory import MODES
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
        tmp_path_factory.mktemp("table") / "other.csv", {"1": "6", "4": "1", "5": "4", "6": "5"}
    )


@pytest.fixture(scope="module", autouse=True)
def few_pieces():
    """Dials are measured on a few pieces only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dial_calibration, "PLAYED", 8)
        yield


@pytest.fixture(scope="module")
def settings(table, other):
    return DialSettings(
        tables=f"{table}, {other}",
        lengths="4, 6",
        epochs=60,
        batch=8,
        group=2,
        hidden=12,
        embedding=6,
        learning_rate=0.03,
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
    early, late = rows[:10], rows[-10:]
    for name in ("regret", "divergence"):
        begun, ended = (np.mean([getattr(row, name) for row in part]) for part in (early, late))
        assert ended < 0.7 * begun
    policy = run_policy(folder.path)
    assert policy.dial.styles == settings.names()
    assert policy.dial.heats == pytest.approx(settings.heats())
    assert set(policy.chords) == {"1", "4", "5", "6"}


def test_a_dial_is_measured_before_there_is_a_folder(settings, tmp_path):
    path, counted = tmp_path / "run", []

    def measured(done, of):
        assert not path.exists()
        counted.append((done, of))

    begin_dial(path, settings, measured)
    assert counted == [(done, 12) for done in range(1, 13)]
    counted.clear()
    with pytest.raises(RunError, match="holds a run already"):
        begin_dial(path, settings, measured)
    assert not counted  # told before anything is measured


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
    for style, variety, returns in (
        (table, "", ""),
        (other, "familiar", "hypnotic"),
        (f"{table}:1, {other}:3", "adventurous", "through-composed"),
    ):
        (one,) = compose(
            policy,
            ComposeRequest(
                key=Key.parse("C"),
                length=4,
                count=1,
                table=style,
                variety=variety,
                returns=returns,
                wishes=Wishes(fix="3=IV"),
                seed=0,
            ),
        )
        assert one.roman_numerals[2] == "IV"
        assert one.policy.startswith("run, epoch 60")


def test_styles_of_other_chords_are_learned_and_played_together(settings, table, tmp_path):
    """Chords that one of them doesn't know can be locked in pieces of both."""
    odd = write_table(tmp_path / "odd.csv", ROUND)
    told = replace(settings, tables=f"{table}, {odd}", epochs=40, checkpoint_every=40)
    folder = begin_dial(tmp_path / "run", told)
    rows = learn_dial(folder)
    for name in ("regret", "divergence"):
        begun, ended = (np.mean([getattr(one, name) for one in p]) for p in (rows[:8], rows[-8:]))
        assert ended < 0.8 * begun
    policy = run_policy(folder.path)
    for style in (table, odd):
        assert policy.chords_of(style) == voices_of(style, "major").vocabulary
    assert set(policy.chords) == {*policy.chords_of(table), *policy.chords_of(odd)}
    request = ComposeRequest(key=Key.parse("C"), length=4, count=8, table=odd, seed=0)
    alone = composed(policy, request).pieces
    assert {number for piece in alone for number in piece.row} == set(range(4))
    both = replace(request, table=f"{table}:1, {odd}:1", wishes=Wishes(fix="2=♭v6, 4=vi"))
    for one in compose(policy, both):
        assert one.roman_numerals[1::2] == ("♭v6", "vi")


def test_a_shipped_file_keeps_the_dial(run, other, tmp_path):
    folder, _ = run
    path = tmp_path / "policy.safetensors"
    ship_policy(folder, 60, path, "mine")
    read, trained = read_policy(path), run_policy(folder.path)
    assert read.dial == trained.dial
    models = [policy.at(other, "minor", heat=0.9, pull=1.0) for policy in (read, trained)]
    rows = [model.step(np.array([2]), model.initial_state(1))[0] for model in models]
    np.testing.assert_allclose(rows[0], rows[1], atol=0.02)  # half precision


def test_a_style_of_ones_own_begins_where_the_shipped_policy_is(tmp_path):
    """A new style is at first what the mean of the known styles of its chords is."""
    settings = replace(
        dial_preset("own"), tables="1970s", epochs=2, lengths="6", batch=16, checkpoint_every=1
    )
    shipped = shipped_policy()
    training = dials._training(settings, dial_worlds(settings.names(), PULLS))
    conditions = Conditions(1, len(MODES), settings.knots(), PULL_KNOTS, PLACE_KNOTS)
    place = (np.array([MODES.index("minor")]), np.array([1.5]), np.array([2.0]))
    own = DialledModel(
        light_model(training.model), conditions, conditions.all_along(np.zeros(1, int), *place)
    )
    styles, vocabulary = shipped.dial.styles, voices_of("1970s", "major").vocabulary
    near = [shipped.chords_of(style) == vocabulary for style in styles]
    assert dict(zip(styles, near, strict=True))["pop909"]
    assert 1 < sum(near) < len(styles)
    known = Conditions(len(styles), len(MODES), shipped.dial.knots, PULL_KNOTS, PLACE_KNOTS)
    told = known.all_along(np.zeros(1, int), *place)
    told[:, : len(styles)] = np.array(near) / sum(near)
    kept = np.array([shipped.chords.index(chord) for chord in vocabulary])
    mean = DialledModel(shipped.model.among(kept), known, told)
    states = [model.initial_state(1) for model in (own, mean)]
    for heard in (None, "1", "6", "4", "1"):
        rows = []
        for number, model in enumerate((own, mean)):
            fed = model.start if heard is None else vocabulary.index(heard)
            logs, states[number] = model.step(np.array([fed]), states[number])
            chances = np.exp(logs[0]) / np.exp(logs).sum()
            rows.append(chances)
        assert rows[0] == pytest.approx(rows[1], abs=1e-5)


def test_it_is_learned_further_as_a_run(tmp_path):
    settings = replace(
        dial_preset("own"), tables="1970s", epochs=2, lengths="6", batch=16, checkpoint_every=1
    )
    rows = learn_dial(begin_dial(tmp_path / "run", settings))
    fresh = learn_dial(begin_dial(tmp_path / "fresh", replace(settings, begin="fresh")))
    assert rows[0].divergence < fresh[0].divergence / 3
    policy, shipped = run_policy(tmp_path / "run"), shipped_policy()
    assert policy.chords == shipped.chords_of("1970s")
    assert policy.dial.styles == ("1970s",)
    assert policy.dial.knots == pytest.approx(shipped.dial.knots)


def test_chords_that_the_shipped_policy_does_not_know_are_learned(tmp_path):
    table = write_table(tmp_path / "odd.csv", ROUND)
    settings = replace(
        dial_preset("own"), tables=table, epochs=30, lengths="4", batch=4, group=2,
        checkpoint_every=30,
    )  # fmt: skip
    folder = begin_dial(tmp_path / "run", settings)
    rows = learn_dial(folder)
    assert run_policy(folder.path).chords == ("1", "4", "5", "♭v6")
    assert "♭v6" not in shipped_policy().chords
    early, late = ([row.divergence for row in part] for part in (rows[:5], rows[-5:]))
    assert np.mean(late) < np.mean(early)


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
    (copy / "settings.toml").write_text(text.replace("hidden = 12", "hidden = 0"))
    with pytest.raises(RunError, match="`hidden` 0: expected 1 to 4,096; put it back, or train"):
        dial_settings(dials.RunFolder(copy))
    (copy / "settings.toml").write_text(text.replace("[settings]", "[settings2]"))
    with pytest.raises(RunError, match=r"no \[settings\]; expected a run of 'shinko dial'"):
        dial_settings(dials.RunFolder(copy))
    (copy / "settings.toml").write_text(text.replace("knots", "knobs"))
    with pytest.raises(RunError, match=r"\[dial\] knobs: unknown; expected tables, styles"):
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
    assert tuple(name for name, *_ in dial.tables) == preset.names()
    assert dial.knots == pytest.approx(preset.knots())
    assert dial.heats == pytest.approx(preset.heats())
    assert dial.rhos == PULLS
    assert (dial.modes, dial.pulls, dial.places) == (MODES, PULL_KNOTS, PLACE_KNOTS)


def test_a_dial_that_is_learned_is_learned_by_nobody_else(tmp_path, settings):
    folder = begin_dial(tmp_path / "run", settings)
    with hold(folder.path), ThreadPoolExecutor(1) as thread:
        assert isinstance(thread.submit(learn_dial, folder).exception(), HeldError)
    assert folder.rows() == []
