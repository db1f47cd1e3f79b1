"""The one training loop: when it saves, how it stops, what a kill leaves, what it refuses."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from shinko.runs import loop
from shinko.runs.arrays import read_arrays
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.loop import DivergedError, check_finite, run_training
from shinko.runs.metrics import MetricsRow
from shinko.runs.state import Trainable
from stopping import stopped_from_outside


@dataclass(frozen=True)
class LossRow(MetricsRow):
    """Of an epoch."""

    loss: float


class Line(Trainable[LossRow]):
    """A line that learns from noise, three steps an epoch; the sum of its losses is its place."""

    row_type, checked, remedy = LossRow, ("loss",), "lower --rate"

    def __init__(self, *, epochs=6, save_every=2, steps=3):
        self.epoch, self.epochs, self.save_every = 0, epochs, save_every
        self._steps, self._done, self._sum = steps, 0, 0.0
        torch.manual_seed(0)
        self.model = torch.nn.Linear(2, 1)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.1)
        self.generator = torch.Generator().manual_seed(0)

    def step(self):
        loss = self.model(torch.rand(4, 2, generator=self.generator)).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self._sum, self._done = self._sum + loss.item(), self._done + 1
        if self._done < self._steps:
            return None
        row = LossRow(self.epoch + 1, self._sum)
        self.epoch, self._done, self._sum = row.epoch, 0, 0.0
        return row

    def checkpoint(self):
        return {"weight": self.model.weight.detach().numpy()}

    def place(self):
        return {"done": np.array(self._done), "sum": np.array(self._sum)}

    def take_up(self, epoch, place, rows):
        super().take_up(epoch, place, rows)
        self._done, self._sum = int(place["done"]), float(place["sum"])


def quiet(row):
    """Tells nothing."""


def never():
    """Is never asked to stop."""
    return False


def after(steps):
    """Asked to stop after so many steps."""
    answers = iter([False] * steps + [True])
    return lambda: next(answers)


@pytest.fixture
def folder_of(tmp_path):
    def begun(name):
        folder = RunFolder(tmp_path / name)
        folder.create({})
        return folder

    return begun


@pytest.fixture
def whole(folder_of):
    """A run that was never stopped."""
    folder = folder_of("whole")
    run_training(Line(), folder, never, quiet)
    return folder


@pytest.mark.parametrize("steps", [1, 2, 3, 6, 7, 17, 18])
def test_a_stop_from_another_thread_costs_nothing(whole, folder_of, steps):
    folder = folder_of("parts")
    begun = stopped_from_outside(
        lambda stop, count: run_training(Line(), folder, stop, quiet, on_step=count), steps
    )
    assert len(begun) == steps // 3
    rows = run_training(Line(), folder, never, quiet)
    assert [row.to_dict() for row in rows] == folder.rows() == whole.rows()
    assert folder.state_path.read_bytes() == whole.state_path.read_bytes()
    assert folder.checkpoint_path(6).read_bytes() == whole.checkpoint_path(6).read_bytes()


def test_a_stop_before_the_first_step_leaves_the_run_as_it_is(folder_of, whole):
    folder = folder_of("run")
    assert run_training(Line(), folder, lambda: True, quiet) == []
    assert not folder.state_path.exists()
    assert folder.checkpoints() == []
    before = whole.state_path.stat().st_mtime_ns
    run_training(Line(epochs=9), whole, lambda: True, quiet)
    assert whole.state_path.stat().st_mtime_ns == before


def test_it_saves_so_often_at_the_end_and_at_a_stop(folder_of):
    folder = folder_of("run")
    run_training(Line(epochs=7), folder, after(15), quiet)
    assert folder.checkpoints() == [2, 4, 5]
    run_training(Line(epochs=7), folder, never, quiet)
    assert folder.checkpoints() == [2, 4, 5, 6, 7]


def test_a_row_is_told_when_it_is_recorded_and_saved(folder_of):
    folder, told = folder_of("run"), []

    def look(row):
        saved = read_arrays(folder.state_path)["epoch"] if folder.state_path.exists() else 0
        told.append((row.epoch, len(folder.rows()), int(saved)))

    run_training(Line(epochs=5), folder, never, look)
    assert told == [(1, 1, 0), (2, 2, 2), (3, 3, 2), (4, 4, 4), (5, 5, 5)]


def test_a_long_epoch_is_saved_within(folder_of, monkeypatch):
    clock = iter(range(0, 10_000, 50))
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(clock))
    folder, places = folder_of("run"), []

    def look():
        exists = folder.state_path.exists()
        places.append(int(read_arrays(folder.state_path)["more.done"]) if exists else None)

    run_training(Line(epochs=1, steps=8), folder, never, quiet, on_step=look)
    # 50 s a step, so the third is the first after 120 s; saving takes 50 s, too.
    assert places == [None, None, None, 3, 3, 3, 6, 6]


def test_a_kill_while_saving_leaves_the_last_state_whole(whole, folder_of, monkeypatch):
    folder, write = folder_of("run"), RunFolder.save_state

    def fail(self, arrays):
        if arrays["epoch"] == 4:
            raise KeyboardInterrupt
        write(self, arrays)

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "save_state", fail)
        with pytest.raises(KeyboardInterrupt):
            run_training(Line(), folder, never, quiet)
    assert folder.checkpoints() == [2, 4]
    run_training(Line(), folder, after(1), quiet)
    assert folder.checkpoints() == [2]
    run_training(Line(), folder, never, quiet)
    assert folder.state_path.read_bytes() == whole.state_path.read_bytes()


def test_only_the_best_checkpoint_is_kept_where_the_training_names_one(folder_of):
    folder, line = folder_of("run"), Line(save_every=1)
    line.best_epoch = 3
    run_training(line, folder, never, quiet)
    assert folder.checkpoints() == [3]


def test_a_lost_checkpoint_of_the_state_is_written_again(whole):
    lost = whole.checkpoint_path(6)
    content = lost.read_bytes()
    lost.unlink()
    run_training(Line(), whole, never, quiet)
    assert lost.read_bytes() == content


def test_a_state_that_is_gone_is_refused_where_more_is_recorded_than_a_kill_leaves(folder_of):
    folder = folder_of("run")
    with pytest.raises(ZeroDivisionError):
        run_training(Line(), folder, never, lambda row: 1 / (row.epoch - 1))
    run_training(Line(), folder, after(6), quiet)  # one row and no state: from the beginning
    assert len(folder.rows()) == 2
    run_training(Line(), folder, after(3), quiet)
    folder.state_path.unlink()
    with pytest.raises(RunError, match=r"state.safetensors: no such file, but 3 epochs are record"):
        run_training(Line(), folder, never, quiet)
    assert len(folder.rows()) == 3


def test_a_place_that_is_none_is_told(whole, monkeypatch):
    def refuse(self, epoch, place, rows):
        raise ValueError("step 7: expected 0 to 2")

    monkeypatch.setattr(Line, "take_up", refuse)
    with pytest.raises(RunError, match=r"state.safetensors: step 7: expected 0 to 2; train again$"):
        run_training(Line(), whole, never, quiet)


@pytest.mark.parametrize(
    ("epoch", "kept"), [(2, "no checkpoint"), (5, "the checkpoint of epoch 4")]
)
def test_a_row_that_is_not_finite_is_not_kept(folder_of, monkeypatch, epoch, kept):
    step = Line.step

    def broken(self):
        row = step(self)
        return LossRow(epoch, math.inf) if row and row.epoch == epoch else row

    monkeypatch.setattr(Line, "step", broken)
    folder = folder_of("run")
    with pytest.raises(
        DivergedError,
        match=rf"^loss turned inf at epoch {epoch}; lower --rate \(.*run keeps {kept}\)$",
    ):
        run_training(Line(), folder, never, quiet)
    assert len(folder.rows()) == epoch - 1


def test_the_first_figure_that_is_not_finite_is_told():
    check_finite({"loss": 1.0, "norm": -1e308}, "here")
    with pytest.raises(DivergedError, match=r"^norm turned nan here$"):
        check_finite({"loss": 1.0, "norm": math.nan, "entropy": math.inf}, "here")
