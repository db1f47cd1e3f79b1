"""Run folders damaged in many ways: whatever reads them tells it in one line, or reads them."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from cases import RUNS, write_sources
from safetensors.numpy import load_file, save_file

DEEP: object = 1
for _ in range(60):
    DEEP = [DEEP]
ODD = [-1, 0, 10**17, float("nan"), float("inf"), True, "", "x" * 300, [], [[]], ["\x00"], {}, DEEP]
READERS = {
    "learn": (["compose", "--run", "run"], ["evaluate", "run"]),
    "dial": (
        ["compose", "--run", "run"],
        ["compose", "--run", "run", "-v", "real"],
        ["dial", "--out", "run", "--resume"],
    ),
    "lm": (["lm", "sample", "run", "--words", "3"], ["lm", "evaluate", "run", "--sentence", "a b"]),
}


def mutated(tree: dict, path: tuple = ()) -> Iterator[tuple[tuple, object]]:
    """Each place of a tree, with each odd value."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from mutated(value, (*path, name))
        for odd in ODD:
            yield (*path, name), odd
        if isinstance(value, list) and value:
            yield (*path, name), value[:-1]
            yield (*path, name), [*value, value[0]]


def with_odd(tree: dict, path: tuple, odd: object) -> dict:
    changed = {name: dict(v) if isinstance(v, dict) else v for name, v in tree.items()}
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = odd
    return changed


@pytest.fixture
def run(request, tmp_path) -> Path:
    kind = request.param
    shutil.copytree(RUNS / kind, tmp_path / "run")
    write_sources(tmp_path)
    return tmp_path / "run"


def check(ended, what) -> None:
    assert ended.code in (0, 1, 2), what
    if ended.code:
        assert ended.err.count("shinko: ") == 1, (what, ended)
        assert "Traceback" not in ended.err, what


@pytest.mark.parametrize(("kind", "run"), [(k, k) for k in READERS], indirect=["run"])
def test_damaged_settings_are_told(shinko, kind, run):
    for command in READERS[kind]:
        assert shinko(*command).code == 0
    whole = tomllib.loads((run / "settings.toml").read_text())
    places = list(mutated(whole))
    rng = np.random.default_rng(0)
    for place in rng.choice(len(places), 40, replace=False):
        path, odd = places[place]
        text = tomli_w.dumps(with_odd(whole, path, odd))
        for command in READERS[kind]:
            (run / "settings.toml").write_text(text)
            check(shinko(*command), (command, path, odd))


@pytest.mark.parametrize(("kind", "run"), [(k, k) for k in READERS], indirect=["run"])
@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 400, "a.b" * 3000, "\x00"])
def test_settings_that_no_reader_stands_are_told(shinko, kind, run, text):
    (run / "settings.toml").write_text(text)
    for command in READERS[kind]:
        assert "run/settings.toml" in shinko(*command).failed()


@pytest.mark.parametrize(("kind", "run"), [(k, k) for k in READERS], indirect=["run"])
def test_weights_of_another_type_are_told(shinko, kind, run):
    for path in (run / "checkpoints").iterdir():
        arrays = {name: array.astype(np.int64) for name, array in load_file(path).items()}
        save_file(arrays, path)
    assert "expected floating-point numbers" in shinko(*READERS[kind][0]).failed()
