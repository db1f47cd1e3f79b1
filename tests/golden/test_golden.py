"""What version 0.1.0 gave is given now: chords, MIDI, figures of trainings, runs taken up."""

import json
import shutil
import warnings

import numpy as np
import pytest
from cases import (
    COMMANDS,
    FIGURE_NAMES,
    FIGURES,
    HALFWAY,
    MIDI,
    RENDERS,
    REQUESTS,
    RESUME,
    RUNS,
    SMALL,
    TRAININGS,
    answer,
    arguments,
    figures_of,
    run_steadily,
    write_sources,
)
from safetensors.numpy import load_file

# typer takes names from click that newer versions of click deprecate.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from shinko.cli.app import run

# Figures are recorded to eight digits; the last ones hang on the order of sums.
NEAR = 1e-6


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """The command, run in-process in a folder with the tables of the runs."""
    monkeypatch.chdir(tmp_path)
    write_sources(tmp_path)

    def called(*words: str) -> str:
        assert run(words) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return called


@pytest.mark.parametrize("name", COMMANDS)
def test_a_request_gives_the_chords_that_it_gave(name, call):
    recorded = json.loads(REQUESTS.read_text())
    assert json.loads(json.dumps(answer(name, call(*arguments(name))))) == recorded[name]


@pytest.mark.parametrize("name", RENDERS)
def test_a_rendering_gives_the_midi_that_it_gave(name, call, tmp_path):
    call("render", *RENDERS[name], "-o", "new.mid")
    assert (tmp_path / "new.mid").read_bytes() == (MIDI / f"{name}.mid").read_bytes()


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_comes_to_the_figures_that_it_came_to(name, tmp_path):
    write_sources(tmp_path)
    options = [part for n, value in TRAININGS[name].items() for part in (f"--{n}", value)]
    run_steadily("-m", "shinko", *SMALL, *options, "--out", "run", folder=tmp_path)
    rows = figures_of(tmp_path / "run" / "metrics.jsonl")
    found = np.array([[row[figure] for figure in FIGURE_NAMES] for row in rows])
    recorded = np.array(json.loads(FIGURES.read_text())[name])
    np.testing.assert_allclose(found, recorded, rtol=NEAR, atol=NEAR)


@pytest.mark.parametrize("name", HALFWAY)
def test_an_old_run_goes_on_to_where_it_would_have_come_without_a_stop(name, tmp_path):
    write_sources(tmp_path)
    shutil.copytree(RUNS / name, tmp_path / "run")
    run_steadily("-m", "shinko", *RESUME[name], "--out", "run", "--resume", folder=tmp_path)
    whole = json.loads((RUNS / f"{name}-end.json").read_text())
    found = figures_of(tmp_path / "run" / "metrics.jsonl")
    assert [row["epoch"] for row in found] == [row["epoch"] for row in whole]
    for row, other in zip(found, whole, strict=True):
        for figure, value in other.items():
            np.testing.assert_allclose(row[figure], value, rtol=NEAR, atol=NEAR, err_msg=figure)
    last = load_file(sorted((tmp_path / "run" / "checkpoints").iterdir())[-1])
    for weight, array in load_file(RUNS / f"{name}-end.safetensors").items():
        np.testing.assert_allclose(last[weight], array, rtol=NEAR, atol=NEAR, err_msg=weight)
