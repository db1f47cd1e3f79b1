"""What an output layer that begins at the log of the table's first row gains, and for how long.

Two presets, and one of them not cooled; with and without, the same seeds, one thread a run. Regret
is what each chord costs against the exact optimum: at the β of the epoch that it is measured at,
which the training is after then, and at the β that it ends with.

Run: python benchmarks/output_bias.py
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import torch

from record import write_result
from shinko.experiments.evaluate import yardstick
from shinko.nets.light import LightModel
from shinko.rl.optimality import measure
from shinko.rl.policy_runs import learning_table
from shinko.rl.presets import preset
from shinko.rl.settings import LearnSettings
from shinko.rl.training import Training
from shinko.runs.state import weight_arrays

NEAR = preset("near-optimal")
PROBLEMS = {
    "default": preset("default"),
    "near-optimal": NEAR,
    "near-optimal, not cooled": replace(NEAR, beta=NEAR.beta_end, epochs=500),
}
BIASES = ("zero", "first")
EARLY = (10, 50, 100)
SEEDS = range(10)
SAMPLES = 2048


def one_run(settings: LearnSettings) -> list[dict[str, float]]:
    """Train to the end; regrets at the early epochs, and at the last."""
    torch.set_num_threads(1)
    automaton = learning_table(settings)
    following = automaton.next_state if settings.input == "history" else None
    training, rows = Training(settings, automaton), []
    for epoch in (*EARLY, settings.epochs):
        while training.epoch < epoch:
            training.step()
        model = LightModel(weight_arrays(training.model), settings.cell, following=following)
        row = {"epoch": epoch}
        for name, tau in (("now", settings.beta_at(epoch)), ("end", settings.beta_end)):
            rng = np.random.default_rng(settings.seed)
            found = measure(
                model, yardstick(automaton, settings, tau), count=SAMPLES, rng=rng
            ).regret
            row[f"regret_{name}"] = round(found, 5)
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    workers = parser.parse_args().workers
    sides = [(name, bias) for name in PROBLEMS for bias in BIASES]
    runs = [
        replace(PROBLEMS[name], output_bias=bias, seed=seed)
        for name, bias in sides
        for seed in SEEDS
    ]
    done = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for settings, run in zip(runs, pool.map(one_run, runs), strict=True):
            done.append(run)
            print(settings.input, settings.beta, settings.output_bias, run, flush=True)
    rows = [
        {
            "problem": name,
            "output_bias": bias,
            "beta": PROBLEMS[name].beta,
            "beta_end": PROBLEMS[name].beta_end,
            "runs": done[number * len(SEEDS) : (number + 1) * len(SEEDS)],
        }
        for number, (name, bias) in enumerate(sides)
    ]
    write_result(
        "output_bias",
        "python benchmarks/output_bias.py",
        {"table": NEAR.table, "seeds": len(SEEDS), "samples": SAMPLES, "rows": rows},
    )


if __name__ == "__main__":
    main()
