"""How well the collapse is detected and the checkpoint selected: trainings over beta and seeds.

Detection sees batches of 16 progressions. Here every checkpoint is measured on 1,024 more, which
says when the policy really fell, and what the selected checkpoint is worth.

Run: python benchmarks/collapse.py --table hooktheory|PATH|pop
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from record import write_result
from shinko.nets.light import LightModel
from shinko.planning.forecast import forecast_collapse
from shinko.planning.plan import solve
from shinko.rl.limits import table_limits
from shinko.rl.optimality import Measured, Yardstick, measure
from shinko.rl.policy_runs import learning_table
from shinko.rl.presets import preset
from shinko.rl.selection import Limits, SelectionError, select_checkpoint
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import rewarded
from shinko.rl.training import Training
from shinko.runs.state import weight_arrays

BETAS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
SEEDS = (0, 1, 2)
EVERY, SAMPLES = 10, 1024


def one_run(settings: LearnSettings) -> dict[str, Any]:
    """Train, detect, select; and measure every checkpoint."""
    torch.set_num_threads(1)
    automaton = learning_table(settings)
    process = rewarded(automaton, reward=settings.reward, floor=settings.floor)
    best = solve(process, temperature=settings.beta, length=settings.length)
    yardstick, limits = (
        Yardstick.of(best, automaton.listed),
        table_limits(automaton, settings.length),
    )
    training, rows, measured = Training(settings, automaton), [], {}
    for epoch in range(1, settings.epochs + 1):
        rows.append(training.step())
        if epoch % EVERY == 0:
            model = LightModel(weight_arrays(training.model), settings.cell)
            rng = np.random.default_rng((settings.seed, epoch))
            measured[epoch] = measure(model, yardstick, count=SAMPLES, rng=rng)
    fallen = [epoch for epoch, found in measured.items() if not is_diverse(found, limits)]
    result: dict[str, Any] = {
        "beta": settings.beta,
        "seed": settings.seed,
        "fall": lasting_fall(measured, limits),
        "fallen_checkpoints": len(fallen),
        "last": figures(settings.epochs, measured[settings.epochs]),
    }
    try:
        selection = select_checkpoint(rows, measured, limits=limits)
    except SelectionError as error:
        return {**result, "error": str(error)}
    epoch = selection.row.epoch
    before = [e for e in measured if result["fall"] is None or e < result["fall"]]
    fit = [e for e in before if is_diverse(measured[e], limits)]
    top = max(fit, key=lambda e: measured[e].mean_return, default=None)
    return {
        **result,
        "detected": selection.collapse_epoch,
        "selected": figures(epoch, measured[epoch]),
        "selected_is_diverse": is_diverse(measured[epoch], limits),
        "best_diverse": figures(top, measured[top]) if top else None,
    }


def is_diverse(found: Measured, limits: Limits) -> bool:
    return limits.keep(found.effective_chords, found.commonest_pair)


def lasting_fall(measured: dict[int, Measured], limits: Limits) -> int | None:
    """The first checkpoint of a stretch that isn't diverse for a twentieth of the training."""
    epochs = list(measured)
    patience, begin = max(1, len(epochs) // 20), None
    for place, epoch in enumerate(epochs):
        if is_diverse(measured[epoch], limits):
            begin = None
        elif begin is None:
            begin = place
        if begin is not None and place - begin + 1 >= patience:
            return epochs[begin]
    return None if begin is None else epochs[begin]


def figures(epoch: int, found: Measured) -> dict[str, float]:
    return {
        "epoch": epoch,
        "return": round(found.mean_return, 3),
        "effective_chords": round(found.effective_chords, 3),
        "commonest_pair": round(found.commonest_pair, 4),
        "distinct": round(found.distinct, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="pop")
    parser.add_argument("--workers", type=int, default=2)
    told = parser.parse_args()
    poster = replace(preset("poster"), table=told.table)
    automaton = learning_table(poster)
    process = rewarded(automaton, reward=poster.reward, floor=poster.floor)
    limits = table_limits(automaton, poster.length)
    foretold = forecast_collapse(
        process, length=poster.length, entropy="bonus", is_diverse=limits.kept_by
    )
    runs = [replace(poster, beta=beta, seed=seed) for beta in BETAS for seed in SEEDS]
    rows = []
    with ProcessPoolExecutor(told.workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(one_run, runs):
            rows.append(row)
            print(row, flush=True)
    write_result(
        "collapse",
        f"python benchmarks/collapse.py --table {Path(told.table).name}",
        {
            "table": Path(told.table).name,
            "chords": len(automaton.vocabulary),
            "epochs": poster.epochs,
            "length": poster.length,
            "batch": poster.batch,
            "hidden": poster.hidden,
            "samples": SAMPLES,
            "limits": vars(limits),
            "forecast": {
                "loop": [automaton.vocabulary[chord] for chord in foretold.loop.tokens],
                "mean_reward": round(foretold.loop.mean_reward, 4),
                "beta": round(foretold.beta, 4),
            },
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
