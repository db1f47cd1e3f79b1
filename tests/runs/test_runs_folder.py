"""A run's folder: what is written is read again, and damage is told in one line."""

import json
import os

import numpy as np
import pytest

from shinko import __version__
from shinko.disk import WriteError
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.recorder import Recorder

WEIGHTS = {"W": np.arange(6, dtype=np.float32).reshape(2, 3)}


@pytest.fixture
def folder(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.create({"learn": {"table": "pop", "beta": 0.15}})
    with Recorder(run) as recorder:
        for epoch in (1, 2, 3):
            recorder.write({"epoch": epoch, "entropy": 0.5})
    return run


def test_settings_and_rows_come_back(folder):
    assert folder.settings() == {
        "shinko": __version__,
        "learn": {"table": "pop", "beta": 0.15},
    }
    assert [row["epoch"] for row in folder.rows()] == [1, 2, 3]


def test_weights_come_back(folder):
    folder.save_weights(2, WEIGHTS)
    assert folder.checkpoints() == [2]
    np.testing.assert_array_equal(folder.weights(2)["W"], WEIGHTS["W"])


def test_a_torn_last_line_is_not_a_row(folder):
    with folder.metrics_path.open("a") as file:
        file.write('{"epoch":4,"entr')
    assert len(folder.rows()) == 3


def test_a_damaged_line_is_named(folder):
    folder.metrics_path.write_text('{"epoch":1}\n{"epo\n{"epoch":3}\n')
    with pytest.raises(RunError, match=r"line 2 is damaged: '\{\"epo'"):
        folder.rows()


@pytest.mark.parametrize(
    "line", ["[1]", "5", "null", "", '{"epoch":2,"entropy":"x"}', '{"epoch":2,"entropy":NaN}']
)
def test_a_line_that_is_no_row_of_numbers_is_named(folder, line):
    folder.metrics_path.write_text(f'{{"epoch":1}}\n{line}\n{{"epoch":3}}\n')
    with pytest.raises(RunError, match=r"line 2 is damaged: .* expected the figures of epoch 2"):
        folder.rows()


def test_a_row_of_another_epoch_is_named(folder):
    folder.metrics_path.write_text('{"epoch":1}\n{"epoch":3}\n')
    with pytest.raises(RunError, match=r"line 2 is damaged: .* expected the figures of epoch 2"):
        folder.rows()


def test_rewinding_drops_what_is_newer_and_what_a_kill_left(folder):
    for epoch in (2, 3):
        folder.save_weights(epoch, WEIGHTS)
    (folder.checkpoints_path / ".0123456789abcdef.tmp").write_bytes(b"half")
    assert [row["epoch"] for row in folder.rewind(2)] == [1, 2]
    assert [row["epoch"] for row in folder.rows()] == [1, 2]
    assert [path.name for path in folder.checkpoints_path.iterdir()] == ["epoch-000002.safetensors"]


def test_rewinding_to_rows_that_are_missing_is_refused(folder):
    with pytest.raises(RunError, match="3 rows, but the state is at epoch 5"):
        folder.rewind(5)


def test_a_second_run_does_not_overwrite_the_first(folder):
    with pytest.raises(RunError, match="holds a run already; continue it with `resume`"):
        folder.create({})
    assert folder.settings()["learn"]["table"] == "pop"


def test_a_folder_with_other_files_is_not_taken(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="not an empty folder; choose another with `out`"):
        RunFolder(tmp_path).create({})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_kill_left_of_a_run_without_settings_is_taken_for_an_empty_folder(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    for name in (".lock", ".lock.json", ".0123456789abcdef.tmp", "checkpoints/.89abcdef-01.tmp"):
        (tmp_path / name.replace("-01.", "-0123456789abcdef.")).write_bytes(b"")
    RunFolder(tmp_path).create({"learn": {}})
    assert RunFolder(tmp_path).settings()["learn"] == {}


@pytest.mark.parametrize("name", ["checkpoints/epoch-000001.safetensors", "checkpoints", ".mine"])
def test_any_other_file_is_not_taken_for_what_a_kill_left(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(RunError, match="not an empty folder; choose another with `out`"):
        RunFolder(tmp_path).create({})
    assert (tmp_path / name).read_text() == "mine"


def test_settings_that_can_not_be_written_leave_an_empty_folder_as_it_was(tmp_path, monkeypatch):
    def full(_source, target):
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(WriteError, match=r"settings\.toml': No space left on device"):
        RunFolder(tmp_path).create({})
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_the_rows_are_on_the_disk_before_the_state(folder, monkeypatch):
    synced = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    folder.save_state(WEIGHTS)
    rows, state = folder.metrics_path.stat().st_ino, folder.state_path.stat().st_ino
    assert synced[:2] == [rows, state]


def test_a_folder_of_a_name_that_is_too_long_is_told(tmp_path):
    with pytest.raises(RunError, match="File name too long; choose another folder with `out`"):
        RunFolder(tmp_path / ("x" * 300)).create({})


def test_settings_that_can_not_be_written_leave_no_folder(tmp_path, monkeypatch):
    def full(_source, target):
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(WriteError, match=r"settings\.toml': No space left on device"):
        RunFolder(tmp_path / "run").create({})
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_not_a_run(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file: no run there \(no settings.toml\); expected a"):
        RunFolder(tmp_path / "file").settings()


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(RunError, match=r"no run there \(no settings.toml\); expected a folder"):
        RunFolder(tmp_path).settings()


def test_damaged_settings_are_told_in_one_line(folder):
    folder.settings_path.write_bytes(b"\xff\x00 = [")
    with pytest.raises(RunError, match=r"settings.toml: can't be read") as caught:
        folder.settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xff" * 7, b"{}"])
def test_a_damaged_checkpoint_is_told_in_one_line(folder, content):
    folder.checkpoint_path(3).write_bytes(content)
    with pytest.raises(RunError, match=r"epoch-000003.safetensors: damaged") as caught:
        folder.weights(3)
    assert "\n" not in str(caught.value)


def test_a_truncated_checkpoint_is_told(folder):
    folder.save_weights(3, WEIGHTS)
    whole = folder.checkpoint_path(3).read_bytes()
    folder.checkpoint_path(3).write_bytes(whole[:-5])
    with pytest.raises(RunError, match=r"damaged .*choose another epoch with `epoch`"):
        folder.weights(3)


def test_a_missing_checkpoint_is_told_with_those_there_are(folder):
    folder.save_weights(2, WEIGHTS)
    with pytest.raises(RunError, match="no checkpoint at epoch 9; there are 2"):
        folder.weights(9)


def test_of_many_checkpoints_the_middle_is_not_listed(folder):
    for epoch in range(10, 210, 10):
        folder.save_weights(epoch, WEIGHTS)
    with pytest.raises(RunError, match=r"there are 10, 20, 30, …, 180, 190, 200$"):
        folder.weights(9)


def test_a_row_that_json_can_not_hold_is_refused(folder):
    with Recorder(folder) as recorder, pytest.raises(ValueError, match="JSON"):
        recorder.write({"epoch": 4, "entropy": float("nan")})
    assert len(folder.rows()) == 3


def test_tensorboard_logs_every_number(folder):
    with Recorder(folder, tensorboard=True, labels={"shares": ("1", "57/5")}) as recorder:
        recorder.write({"epoch": 4, "entropy": 0.25, "shares": [0.75, 0.25]})
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(str(folder.path / "tensorboard"))
    log.Reload()
    assert {
        tag: [(event.step, event.value) for event in log.Scalars(tag)]
        for tag in log.Tags()["scalars"]
    } == {"entropy": [(4, 0.25)], "shares/1": [(4, 0.75)], "shares/57/5": [(4, 0.25)]}
    assert json.loads(folder.metrics_path.read_text().splitlines()[-1])["epoch"] == 4
