"""A run that is damaged: one line that names the file, whatever is wrong with it."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from shinko import __version__

CHECKPOINT = "checkpoints/epoch-000004.safetensors"


def rewrite(run: Path, name: str, pattern: str, by: str) -> None:
    """Replace the first match in a text file of the run."""
    text = (run / name).read_text()
    changed = re.sub(pattern, by, text, count=1, flags=re.DOTALL)
    assert changed != text
    (run / name).write_text(changed)


def rearrange(run: Path, name: str, change) -> None:
    """Write other arrays into a safetensors file of the run."""
    (run / name).write_bytes(save(change(load((run / name).read_bytes()))))


def compose(shinko):
    return shinko("compose", "--run", "run", "--epoch", "4").failed()


SETTINGS = {
    "empty": (r".*", "", "chords: missing; expected a list of texts; put it back"),
    "cut": (r'reward = "log.*', 'reward = "lo', "can't be read (Unterminated string"),
    "text as chords": (r"chords = \[.*?\]", 'chords = "1456"', "chords: expected a list of texts"),
    "numbers as chords": (
        r"chords = \[.*?\]",
        "chords = [1, 4]",
        "chords 1: expected a text",
    ),
    "no chord": (r'"b7"', '"zz"', "chord id 'zz': a degree"),
    "codec a list": (r'codec = "chords"', "codec = [1]", "codec: expected a text"),
    "cell": (r'cell = "lstm"', 'cell = "gru"', "--cell 'gru': expected one of lstm, rnn"),
    "cell a list": (r'cell = "lstm"', "cell = [1]", "--cell [1]: expected a text"),
    "no learn": (r"\[learn\].*", 'learn = "x"', "no [learn]; expected a run of 'shinko learn'"),
}


@pytest.mark.parametrize(("pattern", "by", "told"), SETTINGS.values(), ids=SETTINGS)
def test_composing_tells_damaged_settings(shinko, trained, pattern, by, told):
    rewrite(trained, "settings.toml", pattern, by)
    line = compose(shinko)
    assert line.startswith("run/settings.toml: ")
    assert told in line


LEARN = {
    "text": (r"epochs = 6", 'epochs = "6"', "--epochs '6': expected a whole number"),
    "fraction": (r"epochs = 6", "epochs = 6.5", "--epochs 6.5: expected a whole number"),
    "truth": (r"epochs = 6", "epochs = true", "--epochs true: expected a whole number"),
    "list": (r"epochs = 6", "epochs = [6]", "--epochs [6]: expected a whole number"),
    "nan": (r"beta = 3.0", "beta = nan", "--beta nan: expected 0 to 1,000"),
    "table": (r'table = ".*?"', "table = 3", "--table 3: expected a text"),
    "unknown": (r"epochs = 6", "epochs = 6\ngamma = 1", "field 'gamma': unknown; known: --table, "),
    "none": (r"\[learn\].*", "", "no [learn]; expected a run of 'shinko learn'"),
}


@pytest.mark.parametrize(("pattern", "by", "told"), LEARN.values(), ids=LEARN)
def test_resuming_tells_damaged_settings(shinko, trained, pattern, by, told):
    rewrite(trained, "settings.toml", pattern, by)
    line = shinko("learn", "--out", "run", "--resume").failed()
    assert line.startswith("run/settings.toml: ")
    assert told in line


NEWER = (
    *("compose --run run", "compose --run run --epoch 4", "evaluate run", "lm evaluate run"),
    *("lm sample run", "learn --out run --resume", "dial --out run --resume"),
    *("lm train --out run --resume",),
)


@pytest.mark.parametrize("command", NEWER)
def test_a_run_of_a_newer_version_is_refused_and_costs_nothing(shinko, trained, command):
    rewrite(trained, "settings.toml", r'^shinko = ".*?"', 'shinko = "12.0.0"')
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    assert shinko(*command.split()).failed() == (
        f"run/settings.toml: written by shinko 12.0.0, expected {__version__} or older; install "
        "the newer version: pip install --upgrade shinko"
    )
    assert {path: path.stat().st_mtime_ns for path in trained.rglob("*")} == before


@pytest.mark.parametrize("value", ["7", '"x"', "[1]", "1979-05-27"])
def test_a_version_that_is_none_is_told(shinko, trained, value):
    rewrite(trained, "settings.toml", r'^shinko = ".*?"', f"shinko = {value}")
    line = compose(shinko)
    assert line.startswith("run/settings.toml: shinko ")
    assert line.endswith(f": expected a version such as {__version__}; put the file back as it was")


def test_a_run_that_tells_no_version_is_an_old_one(shinko, trained):
    rewrite(trained, "settings.toml", r'^shinko = ".*?"', "")
    assert "policy run, epoch 4" in shinko("compose", "--run", "run", "--epoch", "4").succeeded()


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"hello", b"\xff" * 8 + b"{}", bytes(range(256)) * 9]
)
@pytest.mark.parametrize("name", [CHECKPOINT, "state.safetensors"])
def test_a_file_of_other_bytes_is_told(shinko, trained, name, content):
    (trained / name).write_bytes(content)
    line = (
        compose(shinko)
        if name == CHECKPOINT
        else shinko("learn", "--out", "run", "--resume").failed()
    )
    assert line.startswith(f"run/{name}: damaged (")


WEIGHTS = {
    "nan": (
        lambda w: {**w, "output.weight": w["output.weight"] * np.nan},
        "weights 'output.weight' are not finite numbers",
    ),
    "inf": (
        lambda w: {**w, "embedding.weight": w["embedding.weight"] + np.inf},
        "weights 'embedding.weight' are not finite numbers",
    ),
    "too large": (
        lambda w: {**w, "output.bias": w["output.bias"] + 1e30},
        "weights 'output.bias' go beyond 1e+09",
    ),
    "too large for single precision": (
        lambda w: {**w, "output.bias": w["output.bias"] + np.full(7, 1e300)},
        "weights 'output.bias' go beyond 1e+09",
    ),
    "no bias": (
        lambda w: {k: v for k, v in w.items() if not k.endswith(".b")},
        "not the weights of a policy over 7 chords",
    ),
    "no embedding": (
        lambda w: {k: v for k, v in w.items() if k != "embedding.weight"},
        "not the weights of a policy over 7 chords",
    ),
    "embedding too short": (
        lambda w: {**w, "embedding.weight": w["embedding.weight"][:-1].copy()},
        "not the weights of a policy over 7 chords",
    ),
    "flat": (
        lambda w: {k: v.ravel() for k, v in w.items()},
        "not the weights of a policy over 7 chords",
    ),
    "gates of another size": (
        lambda w: {**w, "stack.cells.0.W_h": np.zeros((4, 17), np.float32)},
        "not the weights of a policy over 7 chords",
    ),
    "one too many": (
        lambda w: {**w, "extra": np.zeros(1, np.float32)},
        "not the weights of a policy over 7 chords",
    ),
    "nothing of it": (
        lambda w: {"a": np.zeros(1, np.float32)},
        "not the weights of a policy over 7 chords",
    ),
}


@pytest.mark.parametrize(("change", "told"), WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_can_not_be_are_told(shinko, trained, change, told):
    rearrange(trained, CHECKPOINT, change)
    line = compose(shinko)
    assert line.startswith(f"run/{CHECKPOINT}: {told}")
    assert line.endswith("; choose another epoch with --epoch, or train again")


STATE = {
    "epoch below 1": (lambda s: {**s, "epoch": np.array(-3)}, "epoch -3: expected a number from 0"),
    "epochs": (lambda s: {**s, "epoch": np.array([1, 2])}, "epoch [1, 2]: expected a number"),
    "epoch nan": (lambda s: {**s, "epoch": np.array(np.nan)}, "epoch nan: expected a number"),
    "no epoch": (lambda s: {k: v for k, v in s.items() if k != "epoch"}, "'epoch' is missing"),
    "short chance": (
        lambda s: {**s, "generator": np.zeros(5, np.uint8)},
        "'generator' is no state of chance",
    ),
    "no optimizer": (
        lambda s: {k: v for k, v in s.items() if not k.startswith("optimizer")},
        "figures of the optimizer: '0.exp_avg' is missing, expected (8, 4)",
    ),
    "optimizer shape": (
        lambda s: {**s, "optimizer.0.exp_avg": np.zeros((2, 2), np.float32)},
        "figures of the optimizer: '0.exp_avg' is (2, 2), expected (8, 4)",
    ),
    "optimizer name": (
        lambda s: {**s, "optimizer.x": np.zeros(1, np.float32)},
        "figures of the optimizer: 'x' is (1,), expected nothing",
    ),
    "no network": (
        lambda s: {k: v for k, v in s.items() if not k.startswith("model")},
        "not the weights of this network: 'embedding.weight' is missing, expected (8, 4)",
    ),
}


@pytest.mark.parametrize(("change", "told"), STATE.values(), ids=STATE)
def test_a_state_that_can_not_be_is_told_and_costs_nothing(shinko, trained, change, told):
    rearrange(trained, "state.safetensors", change)
    before = sorted(trained.rglob("*"))
    line = shinko("learn", "--out", "run", "--resume").failed()
    assert line.startswith(f"run/state.safetensors: {told}")
    assert sorted(trained.rglob("*")) == before


LINES = {
    "garbage": "garbage",
    "a list": "[1,2]",
    "a number": "5",
    "null": "null",
    "nothing": "",
    "deep": "[" * 100_000,
    "text": '{"epoch":1,"mean_return":"x"}',
    "nan": '{"epoch":1,"mean_return":NaN}',
    "infinite": '{"epoch":1,"mean_return":1e999}',
    "huge": '{"epoch":1,"mean_return":' + "9" * 400 + "}",
    "null figure": '{"epoch":1,"mean_return":null}',
    "another epoch": '{"epoch":77,"mean_return":1.0}',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("command", ["compose --run run", "learn --out run --resume"])
def test_a_damaged_line_of_the_metrics_is_told(shinko, trained, line, command):
    rewrite(trained, "metrics.jsonl", r"^.*?\n", line.replace("\\", r"\\") + "\n")
    told = shinko(*command.split()).failed()
    assert told.startswith("run/metrics.jsonl: line 1 is damaged: ")
    assert "expected the figures of epoch 1; choose another epoch with --epoch" in told


KNOWN = "max_commonest_pair, min_effective_chords, min_distinct"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("max_commonest_pair = 'x'", "max_commonest_pair 'x': expected a number"),
        ("min_distinct = [1]", "min_distinct: expected a number"),
        ("min_distinct = nan", "min_distinct nan: expected a number"),
        (f"min_distinct = {'9' * 400}", "min_distinct: expected a number"),
        ("least = 1", f"least: unknown; expected {KNOWN}"),
    ],
)
def test_damaged_limits_are_told(shinko, trained, limits, told):
    rewrite(trained, "settings.toml", r"$|\[limits\].*", f"\n[limits]\n{limits}\n")
    line = shinko("compose", "--run", "run").failed()
    assert line == f"run/settings.toml: [limits] {told}; put it back, or train again"


def test_metrics_are_not_needed_where_an_epoch_is_chosen(shinko, trained):
    (trained / "metrics.jsonl").write_bytes(b"\xff\x00")
    assert "policy run, epoch 4" in shinko("compose", "--run", "run", "--epoch", "4").succeeded()


def test_metrics_that_are_gone_are_told_with_a_way_out(shinko, trained):
    (trained / "metrics.jsonl").unlink()
    assert shinko("compose", "--run", "run").failed() == (
        "run: no epochs recorded: nothing to select from; train first; or take one as it is, such "
        "as --epoch 6"
    )
    told = shinko("learn", "--out", "run", "--resume").failed()
    assert told.startswith("run/metrics.jsonl: 0 rows, but the state is at epoch 6; train again")


def test_a_run_without_checkpoints_is_told_with_a_way_out(shinko, trained):
    shutil.rmtree(trained / "checkpoints")
    assert shinko("compose", "--run", "run").failed() == (
        "run: no checkpoint yet; go on with: shinko learn --out run --resume"
    )


@pytest.mark.parametrize("name", ["settings.toml", CHECKPOINT])
def test_a_folder_in_place_of_a_file_is_told(shinko, trained, name):
    (trained / name).unlink()
    (trained / name).mkdir()
    assert compose(shinko).startswith(f"run/{name}: ")
