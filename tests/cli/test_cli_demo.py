"""shinko demo: from a table to MIDI files; here with a small training."""

import os
import signal
from contextlib import contextmanager

import pytest

from shinko.cli import demo, progress
from shinko.rl.settings import LearnSettings


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The demo's own training takes half a minute."""
    settings = LearnSettings(epochs=4, batch=64, hidden=4, embedding=4, checkpoint_every=2)
    monkeypatch.setattr(demo, "preset", lambda name: settings)


def test_the_demo_learns_selects_composes_and_says_what_to_try(shinko, tmp_path):
    out = shinko("demo").succeeded()
    assert out.startswith("A policy (LSTM, 4 units) learns by REINFORCE what chord follows which")
    (run,) = (tmp_path / "out" / "runs").iterdir()
    assert f"compose with it: shinko compose --run out/runs/{run.name}" in out
    assert "4 progressions in A minor, Roman numerals above chord names:" in out
    written = sorted(path.name for path in (tmp_path / "out").glob("*.mid"))
    assert written == [f"Am-seed7-{number}.mid" for number in range(1, 5)]
    assert all(f"out/{name}  .json  .pdf  .wav\n  i " in out for name in written)
    endings = sorted(path.suffix for path in (tmp_path / "out").glob("Am-seed7-1.*"))
    assert endings == [".json", ".mid", ".pdf", ".wav"]
    assert out.rstrip().endswith("train your own")


def test_the_demo_can_be_run_twice(shinko, tmp_path):
    shinko("demo").succeeded()
    shinko("demo").succeeded()
    assert len(list((tmp_path / "out" / "runs").iterdir())) == 2


def test_ctrl_c_in_the_demo_says_how_to_go_on(shinko, tmp_path, monkeypatch):
    def press(row):
        os.kill(os.getpid(), signal.SIGINT)

    @contextmanager
    def watching(epochs):
        yield press

    monkeypatch.setattr(progress, "learning_progress", watching)
    ended = shinko("demo")
    assert ended.code == 130
    assert "interrupted after epoch 1 of 4; what was learned is in out/runs/pop-" in ended.out
    assert not list((tmp_path / "out").glob("*.mid"))


def test_a_file_in_the_way_is_told_before_the_training(shinko, tmp_path):
    (tmp_path / "out").write_text("")
    assert "can't be made (Not a directory); choose another with --out" in shinko("demo").failed()
