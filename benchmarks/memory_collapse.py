"""The poster's collapse on a reward with memory: does a policy fall, onto what, is it caught.

Probability as reward, entropy as a bonus, no baseline, as the poster has them, for chords of `pop`
in major given all that was played. Every so many epochs the policy plays, which says when it
really fell; selection sees the batches alone.

Run: python benchmarks/memory_collapse.py
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch

from collapse import lasting_fall
from record import write_result
from shinko.nets.light import LightModel, sample_light
from shinko.rl.limits import memory_limits
from shinko.rl.memory_measure import MemoryMeasured, measure_memory
from shinko.rl.memory_runs import learning_voices, memory_reward
from shinko.rl.memory_training import MemoryTraining, light_model
from shinko.rl.presets import preset
from shinko.rl.selection import SelectionError, select_checkpoint
from shinko.rl.settings import LearnSettings
from shinko.tables.codec import find_codec

BETAS = (0.0, 0.05, 0.15, 0.3)
SEEDS = (0, 1, 2, 3, 4)
EVERY, SAMPLES, SHOWN = 20, 512, 2000


def one_run(settings: LearnSettings) -> dict[str, Any]:
    """Train, detect, select; and measure some of the policies on the way."""
    torch.set_num_threads(1)
    voices = learning_voices(settings)
    reward = memory_reward(voices, settings.reward)
    limits = memory_limits(reward, "chords", settings.length, settings.batch)
    training, rows, measured, kept = MemoryTraining(settings, reward, voices.vocabulary), [], {}, {}
    for epoch in range(1, settings.epochs + 1):
        rows.append(training.step())
        if epoch % EVERY == 0:
            kept[epoch] = light_model(training.model)
            measured[epoch] = measure_memory(
                kept[epoch],
                reward,
                length=settings.length,
                count=SAMPLES,
                rng=np.random.default_rng((settings.seed, epoch)),
            )
    result: dict[str, Any] = {
        "beta": settings.beta,
        "seed": settings.seed,
        "fall": lasting_fall(measured, limits),
        "last": figures(settings.epochs, measured[settings.epochs]),
        "ends_in": commonest(kept[settings.epochs], settings.length, voices.vocabulary),
    }
    try:
        selection = select_checkpoint(rows, measured, limits=limits)
    except SelectionError as error:
        return {**result, "error": str(error)}
    found = measured[selection.row.epoch]
    return {
        **result,
        "detected": selection.collapse_epoch,
        "selected": figures(selection.row.epoch, found),
        "selected_is_diverse": limits.keep(found.effective_chords, found.commonest_pair),
    }


def figures(epoch: int, found: MemoryMeasured) -> dict[str, float]:
    return {
        "epoch": epoch,
        "return": round(found.mean_return, 3),
        "effective_chords": round(found.effective_chords, 3),
        "commonest_pair": round(found.commonest_pair, 4),
        "distinct": round(found.distinct, 4),
        "halves_alike": round(found.repeats.halves_alike, 4),
        "divergence": round(found.divergence, 4),
    }


def commonest(model: LightModel, length: int, vocabulary: tuple[str, ...]) -> dict[str, Any]:
    """The progression that a policy plays most, as Roman numerals, and its share."""
    tokens, _ = sample_light(
        model, steps=length, count=SHOWN, temperature=1.0, rng=np.random.default_rng(0)
    )
    (chords, count), *_ = Counter(map(tuple, tokens.tolist())).most_common(1)
    show = find_codec("chords").show
    return {"progression": " ".join(show(vocabulary[c]) for c in chords), "share": count / SHOWN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1)
    workers = parser.parse_args().workers
    poster = replace(preset("poster"), table="pop", memory="major")
    runs = [replace(poster, beta=beta, seed=seed) for seed in SEEDS for beta in BETAS]
    rows = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(one_run, runs):
            rows.append(row)
            print(row, flush=True)
    voices = learning_voices(poster)
    limits = memory_limits(
        memory_reward(voices, poster.reward), "chords", poster.length, poster.batch
    )
    write_result(
        "memory_collapse",
        "python benchmarks/memory_collapse.py",
        {
            "table": poster.table,
            "mode": poster.memory,
            "length": poster.length,
            "epochs": poster.epochs,
            "batch": poster.batch,
            "hidden": poster.hidden,
            "every": EVERY,
            "samples": SAMPLES,
            "limits": vars(limits),
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
