"""Record the golden files anew, after a change that is meant: python tests/golden/record.py."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from cases import (
    COMMANDS,
    FIGURE_NAMES,
    FIGURES,
    HALFWAY,
    MIDI,
    RENDERS,
    REQUESTS,
    RUNS,
    SMALL,
    TRAININGS,
    answer,
    arguments,
    figures_of,
    run_steadily,
    write_sources,
)

# Stops a training from within its 25th step (of windows, for words), as Ctrl-C would.
STOPPED = """
import signal, sys
from shinko.cli.app import run
from {module} import {training} as training
step, taken = training.step, []
def counted(self):
    taken.append(None)
    if len(taken) == 25:
        signal.raise_signal(signal.SIGINT)
    return step(self)
training.step = counted
sys.exit(0 if run(sys.argv[1:]) in (0, 130) else 1)
"""
HOMES = {
    "learn": ("shinko.rl.training", "Training"),
    "dial": ("shinko.rl.dial_training", "DialTraining"),
    "lm": ("shinko.lm.training", "WordTraining"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sources(folder)
        for one, options in RENDERS.items():
            out = ("-o", str(MIDI.resolve() / f"{one}.mid"))
            run_steadily("-m", "shinko", "render", *options, *out, folder=folder)
        figures = {one: train(folder, one) for one in TRAININGS}
        FIGURES.write_text(json.dumps(figures, indent=0) + "\n")
        for one in HALFWAY:
            leave_halfway(folder, one)
        requests = {
            one: answer(one, run_steadily("-m", "shinko", *arguments(one), folder=folder))
            for one in COMMANDS
        }
        REQUESTS.write_text(json.dumps(requests, ensure_ascii=False, indent=0) + "\n")


def train(folder: Path, name: str) -> list[list[float]]:
    """The figures of 100 updates of a cell by an estimator, a row an update."""
    out = folder / name
    options = [part for n, v in TRAININGS[name].items() for part in (f"--{n}", v)]
    run_steadily("-m", "shinko", *SMALL, *options, "--out", str(out), folder=folder)
    rows = figures_of(out / "metrics.jsonl")
    return [[float(f"{row[figure]:.8g}") for figure in FIGURE_NAMES] for row in rows]


def leave_halfway(folder: Path, name: str) -> None:
    """A run stopped in its middle, and beside it what it comes to without a stop."""
    module, training = HOMES[name]
    stopped, whole = RUNS / name, folder / f"{name}-whole"
    shutil.rmtree(stopped, ignore_errors=True)
    code = STOPPED.format(module=module, training=training)
    run_steadily("-c", code, *HALFWAY[name], "--out", str(stopped.resolve()), folder=folder)
    run_steadily("-m", "shinko", *HALFWAY[name], "--out", str(whole), folder=folder)
    rows = figures_of(whole / "metrics.jsonl")
    (RUNS / f"{name}-end.json").write_text(json.dumps(rows) + "\n")
    last = sorted((whole / "checkpoints").iterdir())[-1]
    shutil.copy(last, RUNS / f"{name}-end.safetensors")
    # No path of this machine.
    settings = stopped / "settings.toml"
    settings.write_text(settings.read_text().replace(f"{folder.resolve()}/", ""))


if __name__ == "__main__":
    sys.exit(main())
