"""How near to the exact optimum each estimator of the gradient comes, in how many seconds.

With the entropy in the return, cooled to the temperature that is asked for; several seeds, one
thread each. Regret is measured on 4,096 progressions after the last update.

Run: python benchmarks/estimators.py --hooktheory FOLDER
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

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

SEEDS = (0, 1, 2)
SAMPLES = 4096
SAMPLED = [{"estimator": "sampled", "baseline": name} for name in ("none", "mean", "leave-one-out")]
LEARNERS: list[dict[str, Any]] = [
    *SAMPLED,
    {"estimator": "all-action"},
    {"estimator": "table-aware"},
    {"estimator": "table-aware", "epochs": 500},
    {"estimator": "table-aware", "epochs": 1000},
    # What the last chord alone is worth as the input, with a network twice as wide.
    {"estimator": "table-aware", "input": "chord", "hidden": 128, "learning_rate": 0.003},
]


def one_run(settings: LearnSettings) -> dict[str, float]:
    """Train to the end; regret, optimality and what it took."""
    torch.set_num_threads(1)
    automaton = learning_table(settings)
    held = yardstick(automaton, settings, settings.beta_at(settings.epochs))
    began = time.perf_counter()
    training = Training(settings, automaton)
    for _ in range(settings.epochs):
        training.step()
    seconds = time.perf_counter() - began
    following = automaton.next_state if settings.input == "history" else None
    model = LightModel(weight_arrays(training.model), settings.cell, following=following)
    found = measure(model, held, count=SAMPLES, rng=np.random.default_rng(settings.seed))
    figures = {
        "seconds": seconds,
        "regret": found.regret,
        "regret_error": found.regret_error,
        "optimality": found.optimality,
        "effective_chords": found.effective_chords,
        "best_effective_chords": held.best.walk.effective_tokens,
    }
    return {name: round(figure, 5) for name, figure in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hooktheory", type=Path, help="the folder of the four CSVs")
    parser.add_argument("--workers", type=int, default=2)
    told = parser.parse_args()
    near = preset("near-optimal")
    problems = {"pop, log-probability, τ = 1": replace(near, table="pop")}
    if told.hooktheory:
        hooktheory = replace(near, table=str(told.hooktheory.resolve()))
        problems["hooktheory, log-probability, τ = 1"] = hooktheory
        problems["hooktheory, probability, τ = 0.15"] = replace(
            hooktheory, reward="probability", beta=1.0, beta_end=0.15
        )
    learners = [
        (problem, replace(base, **learner))
        for problem, base in problems.items()
        for learner in [*LEARNERS, {"beta": base.beta_end}]  # the last one: not cooled
    ]
    runs = [replace(settings, seed=seed) for _, settings in learners for seed in SEEDS]
    done = []
    with ProcessPoolExecutor(told.workers, mp_context=get_context("spawn")) as pool:
        for settings, run in zip(runs, pool.map(one_run, runs), strict=True):
            done.append(run)
            print(settings.table[-10:], settings.reward, settings.estimator, run, flush=True)
    rows = [
        {
            "problem": problem,
            **{
                name: getattr(settings, name)
                for name in ("estimator", "baseline", "input", "hidden", "epochs", "learning_rate")
            },
            "beta": settings.beta,
            "beta_end": settings.beta_end,
            "runs": done[number * len(SEEDS) : (number + 1) * len(SEEDS)],
        }
        for number, (problem, settings) in enumerate(learners)
    ]
    write_result(
        "estimators",
        f"python benchmarks/estimators.py{' --hooktheory FOLDER' if told.hooktheory else ''}",
        {
            "seeds": list(SEEDS),
            "samples": SAMPLES,
            "length": near.length,
            "batch": near.batch,
            "workers": told.workers,
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
