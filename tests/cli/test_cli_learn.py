"""shinko learn: a run from a table, resumed, interrupted, refused."""

import importlib.util
import json
import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from shinko.cli import progress
from shinko.experiments import learn as learning
from shinko.experiments import machine
from shinko.experiments.evaluate import live_optimality
from shinko.rl import policy
from shinko.rl.metrics import EpochRow
from shinko.rl.policy_runs import run_settings
from shinko.rl.selection import SelectionError
from shinko.rl.settings import LearnSettings
from shinko.runs import recorder
from shinko.runs.folder import RunFolder

SMALL = (
    *("--epochs", "5", "--batch", "4", "--hidden", "4", "--length", "4"),
    *("--embedding", "4", "--checkpoint-every", "2"),
)


@pytest.fixture
def learn(shinko, table):
    """Runs `shinko learn` on the small table, with small settings before those given."""
    return lambda *arguments: shinko("learn", "--table", table, *SMALL, *arguments)


@dataclass(frozen=True)
class Chosen:
    """What selection gives, as far as the command asks."""

    row: EpochRow
    reason: str = "epoch 4: so it is\nand so it ends"


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def watch_with(monkeypatch, on_epoch):
    """Replace the progress display by a function of each row."""

    @contextmanager
    def watching(epochs, optimality):
        yield on_epoch

    monkeypatch.setattr(progress, "learning_progress", watching)


def test_learning_writes_settings_metrics_checkpoints_and_state(learn, tmp_path):
    learn("--out", "run").succeeded()
    assert tree(tmp_path / "run") == [
        ".lock",
        "checkpoints/epoch-000002.safetensors",
        "checkpoints/epoch-000004.safetensors",
        "checkpoints/epoch-000005.safetensors",
        "metrics.jsonl",
        "settings.toml",
        "state.safetensors",
    ]
    rows = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(row)["epoch"] for row in rows] == [1, 2, 3, 4, 5]
    stored = RunFolder(tmp_path / "run").settings()["learn"]
    assert (stored["table"], stored["epochs"], stored["batch"]) == ("toy.csv", 5, 4)


def test_progress_goes_to_standard_error_a_line_each_tenth(learn):
    ended = learn("--out", "run", "--epochs", "20")
    lines = ended.err.splitlines()
    assert [line.split()[1] for line in lines] == [f"{epoch}/20" for epoch in range(2, 21, 2)]
    assert "PyTorch" not in ended.err
    assert "epoch 2/20" not in ended.out


def test_what_was_selected_and_how_to_compose_with_it_is_told(learn, shinko, monkeypatch):
    monkeypatch.setattr(policy, "select_checkpoint", lambda rows, *_, **__: Chosen(rows[3]))
    out = learn("--out", "run").succeeded()
    assert out == (
        "selected epoch 4: so it is\n"
        "and so it ends\n"
        "compose with it: shinko compose --run run\n"
        "how far it is from the best: shinko evaluate run\n"
    )
    assert "policy run, epoch 4" in shinko("compose", "--run", "run").succeeded()


def test_where_no_checkpoint_is_fit_it_says_how_to_take_one_as_it_is(learn, shinko, monkeypatch):
    def refuse(*_arguments, **_options):
        raise SelectionError("none is diverse; raise `beta`")

    monkeypatch.setattr(policy, "select_checkpoint", refuse)
    assert learn("--out", "run").succeeded() == (
        "no checkpoint selected: none is diverse; raise --beta\n"
        "take one as it is: shinko compose --run run --epoch 5\n"
    )
    assert shinko("compose", "--run", "run").failed() == (
        "run: none is diverse; raise --beta; or take one as it is, such as --epoch 5"
    )
    assert "policy run, epoch 5" in shinko("compose", "--run", "run", "--epoch", "5").succeeded()


def test_without_out_each_run_gets_a_folder_of_its_own(learn, tmp_path):
    learn().succeeded()
    learn().succeeded()
    names = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert len(names) == 2
    assert all(name.startswith("toy-2") for name in names)


def test_every_setting_is_an_option_that_tells_its_default(shinko):
    shown = " ".join(shinko("learn", "--help").succeeded().replace("│", " ").split())
    for setting in fields(LearnSettings):
        assert f"--{setting.name.replace('_', '-')} " in shown
    # And the default of --preset; what is off by default has none to tell.
    off = sum(setting.default is False for setting in fields(LearnSettings))
    assert shown.count("Default: ") == len(fields(LearnSettings)) + 1 - off


@pytest.mark.parametrize(("name", "batch"), [("default", 64), ("poster", 16)])
def test_a_preset_gives_the_settings_that_are_not_told(shinko, table, tmp_path, name, batch):
    shinko(
        *("learn", "--preset", name, "--table", table, "--epochs", "1", "--hidden", "4"),
        *("--length", "2", "--out", "run"),
    ).succeeded()
    stored = RunFolder(tmp_path / "run").settings()["learn"]
    assert (stored["batch"], stored["hidden"]) == (batch, 4)


def test_the_posters_table_has_to_be_fetched_first(shinko, tmp_path):
    told = shinko("learn", "--preset", "poster").failed()
    assert told == "table 'hooktheory' isn't downloaded yet; run: shinko tables fetch hooktheory"
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_what_was_learned_and_resuming_ends_the_run(
    learn, shinko, tmp_path, monkeypatch
):
    def press(row):
        if row.epoch == 3:
            os.kill(os.getpid(), signal.SIGINT)

    watch_with(monkeypatch, press)
    interrupted = learn("--out", "run")
    assert interrupted.code == 130
    assert interrupted.out.splitlines()[:2] == [
        "interrupted after epoch 3 of 5; what was learned is in run",
        "go on with: shinko learn --out run --resume",
    ]
    assert RunFolder(tmp_path / "run").checkpoints() == [2, 3]
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    shinko("learn", "--out", "run", "--resume").succeeded()
    assert [row["epoch"] for row in RunFolder(tmp_path / "run").rows()] == [1, 2, 3, 4, 5]


def test_resuming_goes_the_way_that_an_uninterrupted_run_goes(learn, shinko, tmp_path, monkeypatch):
    learn("--out", "whole").succeeded()

    def fail(row):
        if row.epoch == 3:
            raise KeyboardInterrupt

    watch_with(monkeypatch, fail)
    assert learn("--out", "parts").code == 130
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    shinko("learn", "--out", "parts", "--resume").succeeded()
    whole, parts = (tmp_path / name / "state.safetensors" for name in ("whole", "parts"))
    assert parts.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--resume true: expected --out, too"),
        (("--out", "run", "--epochs", "9"), "--epochs: can't change within a run; leave out all"),
        (("--out", "run", "--preset", "poster"), "--preset: can't change within a run"),
        (
            ("--out", "run", "--beta-end", "1", "--preset", "default"),
            "--preset, --beta-end: can't change within a run",
        ),
        (("--out", "nowhere"), "nowhere: no run there (no settings.toml)"),
        (("--out", "toy.csv"), "toy.csv: no run there (no settings.toml)"),
    ],
)
def test_a_wrong_resumption_is_told(shinko, table, arguments, told):
    assert shinko("learn", "--resume", *arguments).failed().startswith(told)


def test_tensorboard_logs_into_the_run(learn, tmp_path):
    learn("--out", "run", "--tensorboard").succeeded()
    assert list((tmp_path / "run" / "tensorboard").glob("events.out.tfevents.*"))


# Settings, and what the one line says; nothing may be left of them.
WRONG = {
    "epochs": (["--epochs", "0"], "--epochs 0: expected 1 to 1,000,000"),
    "too many": (["--epochs", "9" * 20], f"--epochs {'9' * 20}: expected 1 to 1,000,000"),
    "length": (["--length", "-1"], "--length -1: expected 1 to 256"),
    "batch": (
        ["--batch", "1"],
        "--batch 1: expected at least 2, for baseline leave-one-out; raise --batch, or take --base",
    ),
    "floor": (["--floor", "nan"], "--floor nan: expected above 0, at most 1"),
    "beta": (["--beta", "1e30"], "--beta 1e+30: expected 0 to 1,000"),
    "beta_end": (
        ["--beta-end", "0"],
        "--beta-end 0.0: expected above 0, for equal factors never reach 0; take --beta-schedule",
    ),
    "rate": (["--learning-rate", "inf"], "--learning-rate inf: expected above 0, at"),
    "clip": (["--clip", "0"], "--clip 0.0: expected above 0"),
    "cell": (["--cell", "gru"], "--cell 'gru': expected one of lstm, rnn"),
    "seed": (["--seed", "-1"], "--seed -1: expected 0 to 9,223,372,036,854,775,807"),
    "device": (["--device", "tpu"], "--device 'tpu': expected one of auto, cpu, cuda, mps"),
    "preset": (
        ["--preset", "fast"],
        "--preset 'fast': expected one of default, poster, near-optimal",
    ),
    "table": (["--table", "popp"], "no table 'popp': did you mean pop"),
    "no table": (["--table", ""], "no table '': known are pop"),
    "one chord": (["--table", "one.csv"], "table 'one.csv': 1 of its chords are followed"),
    "one row": (["--table", "row.csv"], "table 'row.csv': 0 of its chords are followed"),
    "out a file": (["--out", "one.csv"], "one.csv: not an empty folder; choose another"),
    "out here": (["--out", "."], ".: not an empty folder; choose another with --out"),
    "through a file": (["--out", "one.csv/run"], "one.csv/run: can't be made (Not a directory)"),
    "long name": (["--out", "x" * 300], "File name too long; choose another folder with --out"),
}


@pytest.mark.parametrize(("arguments", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_told_in_one_line_and_leaves_no_folder(learn, tmp_path, arguments, told):
    (tmp_path / "one.csv").write_text("history,chord,probability\n,1,1\n1,1,1\n")
    (tmp_path / "row.csv").write_text("history,chord,probability\n,1,1\n")
    assert told in learn(*arguments).failed()
    assert tree(tmp_path) == ["one.csv", "row.csv", "toy.csv"]
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_told(learn, tmp_path, monkeypatch, device):
    monkeypatch.setattr(machine, "_is_usable", lambda name: False)

    def refuse(*_arguments):
        raise AssertionError("Torch not compiled with it")

    monkeypatch.setattr(learning, "Training", refuse)
    told = learn("--device", device).failed()
    assert told == (
        f"--device '{device}': expected one that PyTorch can compute on here; take cpu, or auto"
    )
    assert tree(tmp_path) == ["toy.csv"]


def test_too_little_memory_is_told_with_what_takes_it(learn, tmp_path, monkeypatch):
    def refuse(*_arguments):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to …")

    monkeypatch.setattr(learning, "Training", refuse)
    assert learn("--out", "run").failed() == (
        "the memory is too small for --batch 4, --length 4, --hidden 4, --layers 1; lower one of "
        "them"
    )
    assert tree(tmp_path) == ["toy.csv"]


def test_a_fault_of_the_program_itself_is_not_hidden(learn, monkeypatch):
    def break_down(*_arguments):
        raise RuntimeError("a mistake in the code")

    monkeypatch.setattr(learning, "Training", break_down)
    with pytest.raises(RuntimeError, match="a mistake in the code"):
        learn("--out", "run")


def test_a_gradient_that_is_no_number_ends_in_one_line(learn, tmp_path, monkeypatch):
    step = learning.Training.step

    def broken(self):
        from dataclasses import replace

        return replace(step(self), gradient_norm=float("inf") if self.epoch == 3 else 1.0)

    monkeypatch.setattr(learning.Training, "step", broken)
    ended = learn("--out", "run", "--epochs", "9")
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == (
        "shinko: gradient_norm turned inf at epoch 3; lower --learning-rate, --clip or --beta "
        "(run keeps the checkpoint of epoch 2)"
    )
    assert len(RunFolder(tmp_path / "run").rows()) == 2


def test_a_full_disk_at_the_start_leaves_no_folder(learn, tmp_path, monkeypatch):
    def full(_source, target):
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr("os.replace", full)
    assert "settings.toml': No space left on device; free some" in learn("--out", "run").failed()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("package", "arguments", "told"),
    [
        ("torch", (), "training needs PyTorch, which isn't installed; pip install 'shinko[train]'"),
        ("tensorboard", ("--tensorboard",), "--tensorboard: the package tensorboard isn't"),
    ],
)
def test_a_package_that_is_missing_is_told_before_anything_is_written(
    learn, tmp_path, monkeypatch, package, arguments, told
):
    find = importlib.util.find_spec

    def find_others(name, *rest):
        return None if name == package else find(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", find_others)
    monkeypatch.setattr(recorder, "find_spec", find_others)
    assert learn(*arguments).failed().startswith(told)
    assert tree(tmp_path) == ["toy.csv"]


def test_how_far_the_policy_is_from_the_best_is_shown_live(learn):
    lines = learn("--out", "run", "--epochs", "10").err.splitlines()
    shown = [line.split("optimality")[1].strip() for line in lines]
    folder = RunFolder(Path("run"))
    optimality = live_optimality(run_settings(folder))
    rows = [EpochRow.from_dict(row) for row in folder.rows()]
    assert shown == [f"{optimality(row):.0%}" for row in rows]


@pytest.mark.parametrize("option", [("--entropy", "bonus"), ("--discount", "0.9")])
def test_without_an_exact_optimum_none_is_shown(learn, option):
    ended = learn("--out", "run", *option)
    assert ended.code == 0
    assert "optimality" not in ended.err
