"""What recurrence, a copy head and the chain's own progressions are worth on a reward with memory.

Policies learn what songs of `pop` in major remember, ten seeds each: Simple RNN, LSTM, and an LSTM
that sees three chords and no more, each with and without a copy head, half of each batch the
chain's own; and the LSTM with a copy head on more of the chain's and on none, there also with β
cooled to 1.

Run: python benchmarks/memory_study.py
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch

from record import write_result
from shinko.rl.memory_measure import MemoryMeasured, Repeats, measure_memory
from shinko.rl.memory_runs import learning_voices, memory_reward
from shinko.rl.memory_training import MemoryTraining, light_model
from shinko.rl.presets import preset
from shinko.rl.settings import LearnSettings

SEEDS, SAMPLES = 10, 4096
# Found in single trainings of 30 processor seconds; at 0.02 the Simple RNN fell into loops.
RATES = {"rnn": 0.005, "lstm": 0.02, "window": 0.02}


@dataclass(frozen=True)
class Kind:
    """A kind of policy: Simple RNN, LSTM or window, and how it is trained."""

    name: str
    copies: bool
    share: float = 0.5
    beta: float = 1.0  # at the start; at the end it is 1

    def settings(self, seed: int) -> LearnSettings:
        return replace(
            preset("memory"),
            cell="rnn" if self.name == "rnn" else "lstm",
            input="window" if self.name == "window" else "chord",
            copies=self.copies,
            chain_share=self.share,
            beta=self.beta,
            beta_end=1.0,
            learning_rate=RATES[self.name],
            seed=seed,
        )


KINDS = (
    *(Kind(name, copies) for copies in (False, True) for name in RATES),
    Kind("lstm", True, 0.9),
    Kind("lstm", True, 0.0),
    Kind("lstm", True, 0.0, beta=5.0),
)


def one_run(kind: Kind, seed: int) -> dict[str, Any]:
    """Train, and measure the policy that training ends with."""
    torch.set_num_threads(1)
    settings = kind.settings(seed)
    voices = learning_voices(settings)
    reward = memory_reward(voices, settings.reward)
    began = time.process_time()
    training = MemoryTraining(settings, reward, voices.vocabulary)
    for _ in range(settings.epochs):
        training.step()
    seconds = time.process_time() - began
    found = measure_memory(
        light_model(training.model),
        reward,
        length=settings.length,
        count=SAMPLES,
        rng=np.random.default_rng((1, seed)),
    )
    return {
        "cell": kind.name,
        "copies": kind.copies,
        "share": kind.share,
        "beta": kind.beta,
        "seed": seed,
        "seconds": round(seconds, 1),
        **figures(found),
        "chain": rounded(found.best_repeats),
    }


def figures(found: MemoryMeasured) -> dict[str, Any]:
    told = {
        name: round(getattr(found, name), 5)
        for name in ("regret", "regret_error", "divergence", "divergence_error")
    }
    return {**told, **rounded(found.repeats)}


def rounded(repeats: Repeats) -> dict[str, float]:
    return {name: round(value, 4) for name, value in vars(repeats).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1)
    workers = parser.parse_args().workers
    runs = [(kind, seed) for seed in range(SEEDS) for kind in KINDS]
    rows = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(one_run, *zip(*runs, strict=True)):
            rows.append(row)
            print(row, flush=True)
    one = KINDS[0].settings(0)
    write_result(
        "memory_study",
        "python benchmarks/memory_study.py",
        {
            "table": one.table,
            "mode": one.memory,
            "length": one.length,
            "epochs": one.epochs,
            "batch": one.batch,
            "hidden": one.hidden,
            "rates": RATES,
            "samples": SAMPLES,
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
