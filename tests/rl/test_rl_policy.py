"""Policies: the one that ships, and those of runs, checked before they compose."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from dial_tables import rows_of
from safetensors import safe_open
from safetensors.numpy import load_file, save

from shinko import __version__
from shinko.errors import ShinkoError
from shinko.experiments.learn import begin_run, learn, ship_policy
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import COPY_FLOOR, ModelConfig
from shinko.rl import policy as policies
from shinko.rl.dial import Conditions
from shinko.rl.policy import (
    read_policy,
    run_policy,
    selected_epoch,
    shipped_arrays,
    shipped_policy,
)
from shinko.rl.policy_runs import learning_table, run_settings, run_table
from shinko.rl.selection import SelectionError
from shinko.rl.settings import LearnSettings
from shinko.rl.training import Training
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.state import load_weights, weight_arrays
from shinko.songwriting.compose import ComposeRequest, compose, composed
from shinko.tables.builtin import BUILTIN
from shinko.tables.memories import voices_of
from shinko.theory import Key

TABLE = "history,chord,probability\n" + "".join(
    f"{before},{after},0.25\n" for before in ("", *"1456") for after in "1456"
)
TINY = {"epochs": 4, "batch": 8, "length": 6, "hidden": 3, "embedding": 2, "checkpoint_every": 2}
REQUEST = ComposeRequest(key=Key.parse("C"), count=20, seed=3)


def train(folder: Path, **settings) -> RunFolder:
    folder.mkdir(exist_ok=True)
    (folder / "toy.csv").write_text(TABLE)
    told = LearnSettings(**{"table": str(folder / "toy.csv"), **TINY, **settings})
    return learn(begin_run(folder / "run", told)).folder


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunFolder:
    return train(tmp_path_factory.mktemp("policy"))


def test_the_shipped_policy_plays_each_built_in_table_over_its_own_chords():
    policy, every = shipped_policy(), set[str]()
    for table in BUILTIN:
        styles = policy.dial.parts(table)
        assert set(styles) == set(voices_of(table, "major").voices)
        for style in styles:
            assert policy.chords_of(style) == voices_of(table, "major").vocabulary
            every |= set(policy.chords_of(style))
    assert set(policy.chords) == every


def test_the_shipped_policy_takes_at_most_600_kilobytes():
    files = list((Path(policies.__file__).parent / "policies").glob("*.safetensors"))
    assert [file.name for file in files] == ["styles.safetensors"]
    assert files[0].stat().st_size <= 600_000


def test_the_shipped_weights_come_in_single_precision():
    arrays, policy = shipped_arrays(), shipped_policy()
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    # Each chord has its vector, and so has the start.
    assert len(arrays["embedding.weight"]) == len(policy.chords) + 1
    assert len(arrays["output.bias"]) == len(policy.chords)


def test_the_shipped_policy_does_not_play_a_loop():
    found = compose(shipped_policy(), ComposeRequest(key=Key.parse("C"), count=500, seed=1))
    assert len({p.chords for p in found}) >= 450
    assert len({chord for p in found for chord in p.chords}) >= 30


def test_a_shipped_policy_composes_as_its_run_but_for_half_precision(run, tmp_path):
    ship_policy(run, 4, tmp_path / "new" / "mine.safetensors", "mine")
    shipped = read_policy(tmp_path / "new" / "mine.safetensors")
    assert (shipped.name, shipped.chords) == ("mine", ("1", "4", "5", "6"))
    ours, theirs = (
        [p.log_probability for p in compose(policy, REQUEST)]
        for policy in (shipped, run_policy(run.path, 4))
    )
    # Eleven bits of a weight below 1 are an error below 0.0005.
    assert ours == pytest.approx(theirs, abs=0.05)


def test_the_policy_of_a_run_composes_as_the_network_that_was_trained(run):
    settings = run_settings(run)
    training = Training(settings, learning_table(settings))
    load_weights(training.model, run.weights(4), "epoch 4")
    played = composed(run_policy(run.path, 4), REQUEST)
    rows, progressions = [piece.row for piece in played.pieces], played.progressions()
    actions = torch.tensor(rows).t()
    fed = torch.cat([torch.full((1, len(rows)), 4), actions[:-1]])
    with torch.no_grad():
        logits, _ = training.model(fed)
    expected = logits.log_softmax(-1).gather(-1, actions[..., None]).sum(0).squeeze(-1)
    # Rounded to four digits when composed.
    assert [p.log_probability for p in progressions] == pytest.approx(expected.tolist(), abs=1e-4)


@pytest.mark.parametrize(("cell", "layers"), [("lstm", 2), ("rnn", 1), ("rnn", 3)])
def test_runs_of_any_shape_compose(tmp_path, cell, layers):
    folder = train(tmp_path, cell=cell, layers=layers)
    assert len(compose(run_policy(folder.path, 4), REQUEST)) == 20


def test_the_name_tells_run_and_epoch(run):
    assert run_policy(run.path, 2).name == "run, epoch 2"


def test_without_an_epoch_the_selected_checkpoint_is_taken(run, monkeypatch):
    def select(rows, checkpoints, *, limits):
        assert [row.epoch for row in rows] == [1, 2, 3, 4]
        assert checkpoints == {2, 4}
        return type("Selection", (), {"row": rows[1]})

    monkeypatch.setattr(policies, "select_checkpoint", select)
    assert run_policy(run.path).name == "run, epoch 2"


def test_where_none_is_fit_the_error_names_the_run_and_a_way_out(run, monkeypatch):
    def refuse(rows, checkpoints, *, limits):
        raise SelectionError("none is fit; raise `beta`")

    monkeypatch.setattr(policies, "select_checkpoint", refuse)
    with pytest.raises(SelectionError, match=r"run: none is fit; raise `beta`; or .* `epoch` 4$"):
        run_policy(run.path)


def test_a_missing_epoch_is_told_with_those_there_are(run):
    with pytest.raises(RunError, match="no checkpoint at epoch 3; there are 2, 4"):
        run_policy(run.path, 3)


def damaged(run: RunFolder, path: Path, before: str, after: str) -> RunFolder:
    """A copy of a run with another text in its settings."""
    copy = RunFolder(Path(shutil.copytree(run.path, path)))
    text = copy.settings_path.read_text()
    assert before in text
    copy.settings_path.write_text(text.replace(before, after))
    return copy


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("chords = [", "chards = [", "chords: missing; expected a list of texts; put it"),
        ('chords = [\n    "1"', "chords = [\n    1", "chords 1: expected a text"),
        ('chords = [\n    "1"', 'chords = [\n    "H7"', r"chord id 'H7': .*; put it back"),
        ('cell = "lstm"', 'cell = "gru"', "`cell` 'gru': expected one of lstm, rnn; put it back"),
    ],
)
def test_a_run_that_does_not_tell_chords_and_cell_is_told(run, tmp_path, before, after, told):
    with pytest.raises(RunError, match=rf"settings\.toml: {told}"):
        run_policy(damaged(run, tmp_path / "run", before, after).path, 4)


def test_limits_that_are_no_numbers_are_told(run, tmp_path):
    copy = damaged(run, tmp_path / "run", "min_distinct = 0.5", 'min_distinct = "half"')
    with pytest.raises(RunError, match=r"\[limits\] min_distinct 'half': expected a number; put"):
        selected_epoch(copy)


def test_a_run_without_a_checkpoint_yet_says_how_to_go_on(run, tmp_path):
    copy = RunFolder(Path(shutil.copytree(run.path, tmp_path / "run")))
    shutil.rmtree(copy.checkpoints_path)
    with pytest.raises(RunError, match=r"no checkpoint yet; go on with: shinko learn .* --resume"):
        run_policy(copy.path)


def test_settings_that_cannot_be_are_told_with_the_file_that_has_them(run, tmp_path):
    copy = damaged(run, tmp_path / "run", "hidden = 3", "hidden = 0")
    with pytest.raises(
        RunError, match=r"settings\.toml: .*`hidden` 0: expected 1 to 4,096; put it"
    ):
        run_settings(copy)


def test_another_table_than_the_run_was_begun_with_is_refused(run, tmp_path):
    settings = run_settings(run)
    assert run_table(run, settings).vocabulary == ("1", "4", "5", "6")
    copy = damaged(run, tmp_path / "run", 'table_sha256 = "', 'table_sha256 = "0')
    with pytest.raises(RunError, match=r"toy\.csv' is not what .* was begun with; put it back"):
        run_table(copy, settings)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 99])
def test_a_file_that_is_no_policy_is_told(tmp_path, content):
    (tmp_path / "p.safetensors").write_bytes(content)
    with pytest.raises(ShinkoError, match=r"p\.safetensors: no policy; expected a file that"):
        read_policy(tmp_path / "p.safetensors")


COPYING = '{"chords":["1"],"cell":"lstm","name":"x","copies":%s,"window":%d}'
DIALLED = '{"chords":["1"],"cell":"lstm","name":"x","dial":{"knots":[%s]}}'


@pytest.mark.parametrize(
    ("described", "told"),
    [
        *((text, "no policy") for text in ("{", "[]", "[" * 9999)),
        ("{}", "chords: missing"),
        ('{"chords":["1"],"name":"x"}', "cell: missing"),
        ('{"chords":5,"cell":"lstm"}', "chords: expected a list of texts"),
        ('{"chords":["1","1"],"cell":"lstm","name":"x"}', "chords: expected one or more, each of"),
        ('{"chords":["1"],"cell":"lstm","name":"x","dial":5}', "dial: unknown"),
        (COPYING % ("[1,2]", 0), "copies: expected chords ago from 2 to 256, each once"),
        (COPYING % ("[3,3]", 0), "copies: expected chords ago from 2 to 256, each once"),
        (COPYING % ("[]", 257), "window 257: expected 0 to 256"),
        (COPYING % ('[2],"orders":[-1]', 0), "orders: expected chords from 0 to 256, each once"),
        (COPYING % ('[2],"orders":[1,1]', 0), "orders: expected chords from 0 to 256, each once"),
        (COPYING % ('[],"orders":[1]', 0), "orders: expected none where nothing is copied"),
        (DIALLED % ("9" * 400), "tables: missing"),
    ],
)
def test_a_policy_that_is_not_described_is_told(run, tmp_path, described, told):
    weights = load_file(run.checkpoint_path(4))
    (tmp_path / "p.safetensors").write_bytes(save(weights, {"policy": described}))
    with pytest.raises(ShinkoError, match=rf"p\.safetensors: {told}.*; expected a file that a rel"):
        read_policy(tmp_path / "p.safetensors")


def test_a_policy_whose_codec_is_not_known_is_told(run, tmp_path):
    described = '{"name":"x","chords":["1"],"cell":"lstm","codec":"neumes"}'
    weights = load_file(run.checkpoint_path(4))
    (tmp_path / "p.safetensors").write_bytes(save(weights, {"policy": described}))
    with pytest.raises(ShinkoError, match=r"p\.safetensors: codec 'neumes': unknown here"):
        read_policy(tmp_path / "p.safetensors")


def test_a_shipped_policy_tells_the_version_that_it_is_of(run, tmp_path):
    ship_policy(run, 4, tmp_path / "p.safetensors", "mine")
    with safe_open(tmp_path / "p.safetensors", "np") as file:
        assert json.loads(file.metadata()["policy"])["shinko"] == __version__


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("12.0.0", r"p\.safetensors: written by shinko 12\.0\.0, expected .* --upgrade shinko$"),
        (
            3,
            r"p\.safetensors: shinko 3: expected a version such as .*; put the file back",
        ),
    ],
)
def test_a_policy_of_a_newer_version_or_of_none_is_told(run, tmp_path, version, told):
    """Even if nothing else of it can be understood."""
    weights = load_file(run.checkpoint_path(4))
    described = json.dumps({"shinko": version, "chords": {}})
    (tmp_path / "p.safetensors").write_bytes(save(weights, {"policy": described}))
    with pytest.raises(ShinkoError, match=told):
        read_policy(tmp_path / "p.safetensors")


def test_weights_of_other_chords_are_told(run, tmp_path):
    described = '{"name":"x","chords":["1","4"],"cell":"lstm"}'
    weights = load_file(run.checkpoint_path(4))
    (tmp_path / "p.safetensors").write_bytes(save(weights, {"policy": described}))
    with pytest.raises(RunError, match="not the weights of a policy over 2 chords"):
        read_policy(tmp_path / "p.safetensors")


def test_weights_that_are_no_numbers_are_told(tmp_path):
    folder = train(tmp_path)
    weights = folder.weights(4)
    weights["output.bias"][1] = np.nan
    folder.save_weights(4, weights)
    with pytest.raises(RunError, match=r"weights 'output\.bias' are not finite numbers; choose"):
        run_policy(folder.path, 4)


def file_of(model: SequenceModel, path: Path, **described) -> Path:
    """A policy file over four chords, of a network with weights that all do something."""
    for weight in model.parameters():
        torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(weight.numel()))
    told = {"name": "x", "chords": ["1", "4", "5", "6"], "cell": "lstm", **described}
    path.write_bytes(save(weight_arrays(model), {"policy": json.dumps(told)}))
    return path


@pytest.mark.parametrize(
    "options", [{"copies": (2, 3)}, {"copies": (2, 3), "orders": (0, 1)}, {"window": 3}]
)
def test_a_policy_file_tells_what_its_network_copies_and_sees(tmp_path, options):
    model = SequenceModel(ModelConfig(5, 4, hidden=3, embedding=2, **options))
    light = read_policy(file_of(model, tmp_path / "p.safetensors", **options)).model
    tokens = np.array([[4], [1], [2], [1], [3]])
    expected, _ = model(torch.from_numpy(tokens))
    state = light.initial_state(1)
    for row, due in zip(tokens, expected.detach().numpy(), strict=True):
        found, state = light.step(row, state)
        np.testing.assert_allclose(found, due, rtol=0, atol=1e-5)


def test_weights_of_a_copy_head_that_is_not_told_of_are_told(tmp_path):
    model = SequenceModel(ModelConfig(5, 4, hidden=3, embedding=2, copies=(2, 3)))
    with pytest.raises(RunError, match=r"'copy\.gates\.bias' is \(3,\), expected nothing"):
        read_policy(file_of(model, tmp_path / "p.safetensors"))


def test_a_policy_that_copies_reads_no_histories(history_run, tmp_path):
    described = {"name": "x", "chords": ["1", "4", "5", "6"], "cell": "lstm", "window": 3}
    path = tmp_path / "p.safetensors"
    path.write_bytes(save(history_run.weights(4), {"policy": json.dumps(described)}))
    with pytest.raises(RunError, match="'histories' of a policy that reads chords"):
        read_policy(path)


@pytest.fixture(scope="module")
def history_run(tmp_path_factory) -> RunFolder:
    """A policy that reads the last chords at once, over a table that looks back two."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "deep.csv").write_text(TABLE + '"1,4",5,0.9\n"4,5",1,0.9\n')
    told = LearnSettings(**{**TINY, "table": str(folder / "deep.csv"), "input": "history"})
    return learn(begin_run(folder / "run", told)).folder


def test_a_policy_may_read_the_last_chords_at_once(history_run):
    """In numpy, its logits are those that training saw."""
    settings = run_settings(history_run)
    automaton = learning_table(settings)
    training = Training(settings, automaton)
    own = history_run.weights(4)
    assert own.pop("histories").shape == (7, 3)
    load_weights(training.model, own, "test")
    tape = training.sampler.sample(torch.Generator().manual_seed(1))
    model = run_policy(history_run.path, 4).model
    fed, state = np.full(8, model.start), model.initial_state(8)
    for t in range(6):
        np.testing.assert_array_equal(fed, tape.inputs[t])
        logits, state = model.step(fed, state)
        np.testing.assert_allclose(logits, tape.logits[t], atol=1e-5)
        fed = model.feed(fed, tape.actions[t].numpy())


def test_such_a_policy_composes_and_ships(history_run, tmp_path):
    ship_policy(history_run, 4, tmp_path / "mine.safetensors", "mine")
    shipped = read_policy(tmp_path / "mine.safetensors")
    ours, theirs = (
        [p.log_probability for p in compose(policy, REQUEST)]
        for policy in (shipped, run_policy(history_run.path, 4))
    )
    assert ours == pytest.approx(theirs, abs=0.05)


def test_damaged_histories_are_told(history_run):
    weights = history_run.weights(2)
    weights["histories"] = weights["histories"][::-1].copy()
    history_run.save_weights(2, weights)
    with pytest.raises(RunError, match="'histories' are not those of a table; choose another"):
        run_policy(history_run.path, 2)


# Of two styles over three chords.
DIAL = {
    "tables": [["both", "up", "down"], ["down", "down"]],
    "styles": ["up", "down"],
    "modes": ["major", "minor"],
    "knots": [0.25, 1.0, 4.0],
    "pulls": [-2.0, 0.0, 2.0],
    "places": [0.0, 4.0],
    "heats": [1.0, 4.0],
    "effective": [[[2.0, 3.0], [1.5, 3.0]], [[2.1, 2.9], [1.4, 2.8]]],
    "rhos": [-2.0, 0.0],
    "returns": [[[[0.5, 1.0], [0.2, 0.6]]] * 2] * 2,
    "length": 16,
}
CONDITIONS = Conditions(2, 2, (0.25, 1.0, 4.0), (-2.0, 0.0, 2.0), (0.0, 4.0))
COPIES, ORDERS = (2, 3), (0, 1)
DESCRIBED = {
    "chords": ["1", "4", "5"],
    "cell": "lstm",
    "copies": list(COPIES),
    "orders": list(ORDERS),
}


@pytest.fixture
def dial_model() -> SequenceModel:
    config = ModelConfig(
        tokens=4,
        outputs=3,
        hidden=3,
        embedding=2,
        conditions=CONDITIONS.size,
        copies=COPIES,
        orders=ORDERS,
    )
    model = SequenceModel(config)
    for number, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(number))
    return model


@pytest.fixture
def dial_run(dial_model, tmp_path) -> RunFolder:
    folder = RunFolder(tmp_path / "dial")
    folder.create({**DESCRIBED, "settings": {}, "dial": DIAL})
    for epoch in (5, 10):
        folder.save_weights(epoch, weight_arrays(dial_model))
    return folder


def test_a_run_with_a_dial_gives_its_last_policy(dial_run):
    policy = run_policy(dial_run.path)
    assert (policy.name, run_policy(dial_run.path, 5).name) == ("dial, epoch 10", "dial, epoch 5")
    assert policy.chords == ("1", "4", "5")
    assert policy.dial.styles == ("up", "down")
    assert policy.dial.effective_at("down", "minor") == (1.4, 2.8)
    assert policy.dial.returns_at("up", "major", 4.0) == (0.2, 0.6)


@pytest.mark.parametrize(
    ("style", "mode", "place", "all_along"),
    [
        ("up", "major", {}, [1, 0, 1, 0, 0, 1, 0, 0, 1, 0]),
        # Heat 2 lies half way from 1 to 4, by equal factors; pull −½ a quarter from 0 to −2.
        ("down", "minor", {"heat": 2.0, "pull": -0.5}, [0, 1, 0, 1, 0, 0.5, 0.5, 0.25, 0.75, 0]),
    ],
)
def test_a_policy_is_told_where_on_its_dial_it_plays(
    dial_run, dial_model, style, mode, place, all_along
):
    """Its rows along some chords are those of the network that was trained, told by hand."""
    chords = np.array([[0], [1], [0], [1]])
    model = run_policy(dial_run.path).at(style, mode, **place)
    steps = np.arange(4)
    told = CONDITIONS.here(steps, np.full(4, -1), np.zeros(4, int))
    told[:, :10] += np.array(all_along, np.float32)
    fed = torch.from_numpy(np.concatenate([[[3]], chords[:-1]]))
    with torch.no_grad():
        logits = dial_model(fed, condition=torch.from_numpy(told[:, None]))[0]
    found = rows_of(model, chords, model.initial_state(1))
    np.testing.assert_allclose(found, logits.log_softmax(-1), rtol=0, atol=1e-5)


@pytest.fixture
def narrow(dial_run, tmp_path):
    """Of the dial's styles, one plays the first and the last chord, the other the last two."""
    path = tmp_path / "narrow.safetensors"
    dial = {**DIAL, "vocabularies": [[2, 0], [1, 2]]}
    described = {**DESCRIBED, "name": "narrow", "dial": dial}
    path.write_bytes(save(dial_run.weights(10), {"policy": json.dumps(described)}))
    return read_policy(path)


def test_a_style_plays_its_own_chords_in_its_own_order(narrow, dial_run):
    assert narrow.chords_of("up") == ("5", "1")
    model = narrow.at("up", "major", heat=2.0)
    chords = np.array([[0], [1], [0], [1]])
    rows = rows_of(model, chords, model.initial_state(1))
    # By hand: the whole network's, shared out among these chords.
    whole = run_policy(dial_run.path).at("up", "major", heat=2.0)
    whole._one._output_bias = whole._one._output_bias + np.array([0, -np.inf, 0], np.float32)
    expected = rows_of(whole, 2 - 2 * chords, whole.initial_state(1))[:, :, [2, 0]]
    np.testing.assert_allclose(np.exp(rows), np.exp(expected), atol=1e-5)


def test_a_style_keeps_a_floor_for_chords_of_others_and_copies_them(narrow):
    model = narrow.at("up", "major", chords=("1", "4", "5"))
    alone = narrow.at("up", "major", chords=("1", "5"))
    chords = np.array([[0], [2], [0], [2]])
    rows = rows_of(model, chords, model.initial_state(1))
    own = rows_of(alone, chords // 2, alone.initial_state(1))
    np.testing.assert_allclose(np.exp(rows[:, :, [0, 2]]), np.exp(own), atol=1e-5)
    assert np.exp(rows[:, 0, 1]) == pytest.approx(np.full(4, COPY_FLOOR / 3), rel=1e-3)
    heard = np.array([[1], [0], [2]])  # the foreign one, then two of its own
    again = np.exp(rows_of(model, heard, model.initial_state(1)))
    assert again[2, 0, 1] > 1e-3


def test_styles_of_a_policy_of_before_play_all_its_chords(dial_run):
    policy = run_policy(dial_run.path)
    assert policy.dial.vocabularies == ()
    assert policy.chords_of("down") == policy.chords


def test_chords_of_styles_that_a_policy_has_not_are_told(dial_run, tmp_path):
    path = tmp_path / "p.safetensors"
    dial = {**DIAL, "vocabularies": [[0, 1], [1, 3]]}
    described = {**DESCRIBED, "name": "x", "dial": dial}
    path.write_bytes(save(dial_run.weights(10), {"policy": json.dumps(described)}))
    with pytest.raises(RunError, match="vocabularies: expected numbers of its 3 chords"):
        read_policy(path)


def test_places_that_are_not_on_a_dial_are_told(dial_run, run):
    policy = run_policy(dial_run.path)
    with pytest.raises(ShinkoError, match="style 'both': expected one of up, down"):
        policy.at("both", "major")
    with pytest.raises(ShinkoError, match="mode 'dorian': expected one of major, minor"):
        policy.at("up", "dorian")
    with pytest.raises(ShinkoError, match="policy 'run, epoch 4': it has no dial; expected one"):
        run_policy(run.path, 4).at("up", "major")


def test_a_shipped_file_keeps_dial_and_copies_but_for_half_precision(dial_run, tmp_path):
    ship_policy(dial_run, 10, tmp_path / "mine.safetensors", "mine")
    read, trained = read_policy(tmp_path / "mine.safetensors"), run_policy(dial_run.path)
    assert (read.name, read.chords, read.dial) == ("mine", trained.chords, trained.dial)
    chords = np.array([[0, 2], [1, 2], [0, 1], [1, 0]])
    rows = [
        rows_of(model, chords, model.initial_state(2))
        for model in (policy.at("down", "major", heat=3.0) for policy in (read, trained))
    ]
    np.testing.assert_allclose(rows[0], rows[1], rtol=0, atol=0.02)
    assert abs(rows[0] - rows[1]).max() > 0


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("chords = ", "unchords = ", "chords: missing; expected a list of texts"),
        ("cell = ", "uncell = ", "cell: missing; expected a text"),
        ("copies = [", "copies = [1,", "copies: expected chords ago from 2 to 256, each once"),
        ("effective = ", "uneffective = ", r"\[dial\] uneffective: unknown; expected tables, "),
        ("heats = [", "heats = 2 #", r"can't be read"),
    ],
)
def test_a_run_with_a_damaged_dial_is_told(dial_run, tmp_path, before, after, told):
    copy = damaged(dial_run, tmp_path / "copy", before, after)
    with pytest.raises(RunError, match=rf"settings\.toml: {told}"):
        run_policy(copy.path)


ROWS = "returns: expected 2 numbers that rise in each row"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"floor": 0.01}, "floor: unknown; expected tables, styles"),  # as the dial of 0.1 had it
        ({"styles": []}, "tables, styles, modes: expected at least one of each"),
        ({"tables": [["up"]]}, "tables: expected a name, and then styles of the dial"),
        ({"tables": [["up", "x"]]}, "tables: expected a name, and then styles of the dial"),
        ({"knots": [1.0, 1.0]}, "knots: expected two or more that rise"),
        ({"places": [4.0]}, "places: expected two or more that rise"),
        ({"knots": [0.0, 1.0]}, "knots, heats: expected numbers above 0; places: from 0 up"),
        ({"places": [-1.0, 4.0]}, "knots, heats: expected numbers above 0; places: from 0 up"),
        ({"heats": [0.5, 4.0]}, "heats: expected 1 among them"),
        ({"pulls": [-2.0, 1.0]}, "pulls: expected 0 among them"),
        ({"rhos": [-2.0, 1.0]}, "rhos: expected 0 among them"),
        ({"effective": DIAL["effective"][:1]}, "effective: expected a row for each style and mode"),
        ({"returns": [DIAL["returns"][0][:1]] * 2}, "returns: expected a row for each style and"),
        ({"returns": [[[[0.5, 1.0]]] * 2] * 2}, "returns: expected a row for each heat"),
        ({"returns": [[[[0.5, 1.0], [0.6, 0.6]]] * 2] * 2}, ROWS),
        ({"returns": [[[[0.5, 1.0], [-0.6, 0.6]]] * 2] * 2}, ROWS),
        ({"returns": [[[[0.5, 1.0, 2.0]] * 2] * 2] * 2}, ROWS),
        (
            {"effective": [[[3.0, 2.0]] * 2] * 2},
            "effective: expected 2 numbers that rise in each row",
        ),
        ({"effective": [[[0.0, 2.0]] * 2] * 2}, "effective: expected numbers above 0"),
        ({"length": 257}, "expected a length of 1 to 256"),
        ({"vocabularies": [[0, 1]]}, "vocabularies: expected those of each style, or none"),
        ({"vocabularies": [[0, 1], []]}, "vocabularies: expected one chord or more, each of them"),
        ({"vocabularies": [[0, 1], [2, 2]]}, "vocabularies: expected one chord or more, each of"),
    ],
)
def test_a_policy_file_with_a_damaged_dial_is_told(dial_run, tmp_path, changes, told):
    path = tmp_path / "p.safetensors"
    described = {**DESCRIBED, "name": "x", "dial": {**DIAL, **changes}}
    path.write_bytes(save(dial_run.weights(10), {"policy": json.dumps(described)}))
    with pytest.raises(ShinkoError, match=rf"p\.safetensors: {told}.*; expected a file that a rel"):
        read_policy(path)


@pytest.mark.parametrize("changes", [{"places": [0.0, 4.0, 8.0]}, {"styles": ["up", "down", "x"]}])
def test_weights_of_another_dial_are_told(dial_run, tmp_path, changes):
    path = tmp_path / "p.safetensors"
    dial = {**DIAL, **changes}
    for name in ("effective", "returns"):
        dial[name] = (DIAL[name] * 2)[: len(dial["styles"])]
    described = {**DESCRIBED, "name": "x"}
    path.write_bytes(
        save(dial_run.weights(10), {"policy": json.dumps({**described, "dial": dial})})
    )
    with pytest.raises(RunError, match=r"'condition' is \(16, 2\), expected \(17, 2\)"):
        read_policy(path)


def test_a_run_with_a_dial_but_no_checkpoint_yet_says_how_to_go_on(dial_run):
    shutil.rmtree(dial_run.checkpoints_path)
    with pytest.raises(RunError, match=r"no checkpoint yet; go on with: shinko dial .* --resume"):
        run_policy(dial_run.path)


def test_a_run_with_a_dial_has_no_settings_of_learning(dial_run):
    with pytest.raises(RunError, match=r"no \[learn\]; .* this is one of 'shinko dial"):
        run_settings(dial_run)
