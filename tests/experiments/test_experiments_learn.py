"""Learning end to end: bit for bit the same again, interrupted, killed, or damaged."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shinko.disk import WriteError
from shinko.errors import ShinkoError
from shinko.experiments import learn as learning
from shinko.experiments.learn import begin_run, learn
from shinko.rl.policy import run_policy
from shinko.rl.settings import LearnSettings
from shinko.runs.arrays import read_arrays
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.lock import HeldError
from stopping import stopped_from_outside

# Small and quick; a table of the tests' own, so that nothing hangs on the built-in ones.
TABLE = """history,chord,probability
,1,0.4
,4,0.3
,5,0.3
1,4,0.5
1,5,0.4
4,5,0.6
4,1,0.3
5,1,0.8
"""
SMALL = {"epochs": 24, "batch": 8, "length": 6, "hidden": 8, "embedding": 4, "checkpoint_every": 5}


@pytest.fixture
def table(tmp_path) -> str:
    path = tmp_path / "toy.csv"
    path.write_text(TABLE)
    return str(path)


def timeless(rows):
    return [{**row, "seconds": None} for row in rows]


def files_of(folder: RunFolder):
    return sorted(str(p.relative_to(folder.path)) for p in folder.path.rglob("*") if p.is_file())


def test_the_same_settings_give_the_same_metrics_and_weights(table, tmp_path):
    settings = LearnSettings(table=table, **SMALL)
    first = learn(begin_run(tmp_path / "a", settings))
    second = learn(begin_run(tmp_path / "b", settings))
    assert timeless(first.folder.rows()) == timeless(second.folder.rows())
    assert len(first.rows) == 24
    last = first.folder.checkpoint_path(24)
    assert last.read_bytes() == second.folder.checkpoint_path(24).read_bytes()


def test_another_seed_gives_other_metrics(table, tmp_path):
    first = learn(begin_run(tmp_path / "a", LearnSettings(table=table, **SMALL)))
    second = learn(begin_run(tmp_path / "b", LearnSettings(table=table, seed=1, **SMALL)))
    assert timeless(first.folder.rows()) != timeless(second.folder.rows())


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("stop", [1, 5, 13])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(table, tmp_path, stop, cell):
    settings = LearnSettings(table=table, cell=cell, beta_end=0.05, **SMALL)
    whole = learn(begin_run(tmp_path / "whole", settings))
    parts = begin_run(tmp_path / "parts", settings)

    def stop_at(row):
        if row.epoch == stop:
            raise RuntimeError("the machine goes down")

    with pytest.raises(RuntimeError, match="goes down"):
        learn(parts, on_epoch=stop_at)
    learn(parts)

    assert timeless(parts.rows()) == timeless(whole.folder.rows())
    assert parts.state_path.read_bytes() == whole.folder.state_path.read_bytes()
    assert files_of(parts) == files_of(whole.folder)


def test_ctrl_c_finishes_the_epoch_and_keeps_what_was_learned(table, tmp_path):
    folder = begin_run(tmp_path / "run", LearnSettings(table=table, **SMALL))

    def press(row):
        if row.epoch == 13:
            os.kill(os.getpid(), signal.SIGINT)

    learned = learn(folder, on_epoch=press)
    assert len(learned.rows) == len(folder.rows()) == 13
    assert folder.checkpoints() == [5, 10, 13]
    assert learned.epochs == 24
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("epochs", [1, 5, 13, 24])
def test_a_stop_from_another_thread_costs_nothing(table, tmp_path, epochs):
    settings = LearnSettings(table=table, beta_end=0.05, **SMALL)
    whole = learn(begin_run(tmp_path / "whole", settings)).folder
    parts = begin_run(tmp_path / "parts", settings)
    begun = stopped_from_outside(
        lambda stop, count: learn(parts, should_stop=stop, on_epoch=count), epochs
    )
    assert len(begun.rows) == parts.checkpoints()[-1] == epochs
    assert len(learn(parts).rows) == 24
    assert timeless(parts.rows()) == timeless(whole.rows())
    assert parts.state_path.read_bytes() == whole.state_path.read_bytes()
    assert parts.checkpoint_path(24).read_bytes() == whole.checkpoint_path(24).read_bytes()


# Warms torch up once, then forks a training for each line it reads. One thread: a fork takes no
# others along. What is there is frozen: collecting it in a fork would copy all of it.
TRAINER = """
import gc, os, sys, tempfile
from pathlib import Path
import torch
torch.set_num_threads(1)
from shinko.experiments.learn import begin_run, learn
from shinko.rl.settings import LearnSettings
from shinko.runs.folder import RunFolder
with tempfile.TemporaryDirectory() as folder:
    learn(begin_run(Path(folder) / "run", LearnSettings(epochs=2, batch=2, hidden=2)))
gc.freeze()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        learn(RunFolder(Path(sys.argv[1])))
        os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def test_kill_9_at_any_moment_loses_at_most_what_came_after_the_last_checkpoint(table, tmp_path):
    settings = LearnSettings(table=table, **{**SMALL, "epochs": 2000, "checkpoint_every": 3})
    folder = begin_run(tmp_path / "run", settings)
    trainer = subprocess.Popen(
        [sys.executable, "-c", TRAINER, str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    chance, saved, progressed = random.Random(0), 0, 0
    with trainer:
        for _ in range(30):
            print("go", file=trainer.stdin, flush=True)
            child = int(trainer.stdout.readline())
            time.sleep(chance.uniform(0.0, 0.15))
            os.kill(child, signal.SIGKILL)
            assert int(trainer.stdout.readline()) == -signal.SIGKILL
            rows, checkpoints = folder.rows(), folder.checkpoints()
            before, saved = saved, state_epoch(folder)
            assert saved >= before
            progressed += saved > before
            assert len(rows) >= saved
            assert [row["epoch"] for row in rows] == list(range(1, len(rows) + 1))
            if checkpoints:
                # A kill between the two files leaves the state one checkpoint behind.
                assert checkpoints[-1] - saved in (0, 3)
                run_policy(folder.path, checkpoints[-1])
            assert len(rows) - saved < 2 * 3
    assert progressed > 5
    uninterrupted = begin_run(tmp_path / "whole", settings)

    def stop_there(row):
        if row.epoch == saved:
            raise RuntimeError("as far as the killed ones")

    with pytest.raises(RuntimeError, match="as far"):
        learn(uninterrupted, on_epoch=stop_there)
    assert timeless(folder.rows()[:saved]) == timeless(uninterrupted.rows())


def test_a_second_trainer_is_refused_and_the_first_loses_nothing(table, tmp_path):
    settings = LearnSettings(table=table, **{**SMALL, "epochs": 60})
    folder = begin_run(tmp_path / "run", settings)
    second, refused = [sys.executable, "-m", "shinko", "learn", "--out", str(folder.path)], []

    def begin_second(row):
        if row.epoch == 7:
            before = contents_of(folder)
            refused.append(subprocess.run([*second, "--resume"], capture_output=True, text=True))
            assert contents_of(folder) == before

    learned = learn(folder, on_epoch=begin_second)
    (ended,) = refused
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"shinko: {folder.path}: process {os.getpid()} on ")
    assert ended.stderr.count("\n") == 1
    assert len(learned.rows) == len(folder.rows()) == 60
    # Which is over, so that the second may begin.
    again = subprocess.run([*second, "--resume"], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_another_thread_that_trains_the_same_run_is_refused(table, tmp_path):
    folder = begin_run(tmp_path / "run", LearnSettings(table=table, **SMALL))

    def begin_second(row):
        if row.epoch == 7:
            told = "another thread of this process trains there"
            with ThreadPoolExecutor(1) as thread, pytest.raises(HeldError, match=told):
                thread.submit(learn, folder).result()

    assert len(learn(folder, on_epoch=begin_second).rows) == len(folder.rows()) == 24


def contents_of(folder: RunFolder):
    return {p: p.read_bytes() for p in folder.path.rglob("*") if p.is_file()}


def state_epoch(folder: RunFolder) -> int:
    return int(read_arrays(folder.state_path)["epoch"]) if folder.state_path.exists() else 0


def test_a_full_disk_is_one_line_and_the_run_goes_on_later(table, tmp_path, monkeypatch):
    settings = LearnSettings(table=table, **SMALL)
    whole = learn(begin_run(tmp_path / "whole", settings))
    folder = begin_run(tmp_path / "run", settings)

    def full(*_paths):
        raise OSError(28, "No space left on device")

    def fill(row):
        if row.epoch == 7:
            monkeypatch.setattr(os, "replace", full)

    with pytest.raises(WriteError, match="No space left on device; free some space"):
        learn(folder, on_epoch=fill)
    monkeypatch.undo()
    assert files_of(folder) == [
        ".lock",
        "checkpoints/epoch-000005.safetensors",
        "metrics.jsonl",
        "settings.toml",
        "state.safetensors",
    ]
    learn(folder)
    assert timeless(folder.rows()) == timeless(whole.folder.rows())


def test_a_loss_that_is_no_number_ends_in_one_line(table, tmp_path, monkeypatch):
    folder = begin_run(tmp_path / "run", LearnSettings(table=table, **SMALL))
    step = learning.Training.step

    def broken(self):
        from dataclasses import replace

        return replace(step(self), loss=float("nan") if self.epoch == 7 else 1.0)

    monkeypatch.setattr(learning.Training, "step", broken)
    with pytest.raises(ShinkoError, match="loss turned nan at epoch 7; lower `learning_rate`"):
        learn(folder)
    assert folder.checkpoints() == [5]


def test_a_table_that_changed_since_is_refused(table, tmp_path):
    folder = begin_run(tmp_path / "run", LearnSettings(table=table, **SMALL))
    Path(table).write_text(TABLE.replace("0.8", "0.7"))
    with pytest.raises(RunError, match=r"is not what .* was begun with"):
        learn(folder)


def test_a_table_that_does_not_exist_leaves_no_folder(tmp_path):
    with pytest.raises(ShinkoError, match="nowhere"):
        begin_run(tmp_path / "run", LearnSettings(table=str(tmp_path / "nowhere.csv")))
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_another_network_is_refused(table, tmp_path):
    small = learn(begin_run(tmp_path / "a", LearnSettings(table=table, **SMALL))).folder
    other = learn(
        begin_run(tmp_path / "b", LearnSettings(table=table, **{**SMALL, "hidden": 9}))
    ).folder
    other.state_path.write_bytes(small.state_path.read_bytes())
    with pytest.raises(RunError, match=r"'.*' is \(.*\), expected \(.*\); is it of another"):
        learn(other)


def test_a_state_that_is_gone_is_told_and_nothing_is_dropped(table, tmp_path):
    folder = learn(begin_run(tmp_path / "run", LearnSettings(table=table, **SMALL))).folder
    folder.state_path.unlink()
    before = files_of(folder)
    with pytest.raises(
        RunError, match=r"state.safetensors: no such file, but 24 epochs are record"
    ):
        learn(folder)
    assert files_of(folder) == before
    assert len(folder.rows()) == 24
