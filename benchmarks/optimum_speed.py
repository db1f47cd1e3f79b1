"""How long the exact optimum takes, and how much memory: each table in a process of its own.

Run: python benchmarks/optimum_speed.py [--hooktheory FOLDER]
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from record import write_result
from shinko.planning.plan import solve
from shinko.rl.terms import rewarded
from shinko.tables import builtin_names, compile_table, load_table
from shinko.tables.table import Row, TransitionTable

ROUNDS = 3
# Dense tables, of which every history has a row: chords, order, length.
DENSE = ((31, 3, 32), (100, 2, 32))


def dense_table(chords: int, order: int) -> TransitionTable:
    """Random probabilities after every history of up to `order` chords."""
    rng, every = np.random.default_rng(0), np.arange(chords, dtype=np.int32)
    rows = {
        history: Row(every, rng.dirichlet(np.ones(chords)))
        for length in range(order + 1)
        for history in itertools.product(range(chords), repeat=length)
    }
    return TransitionTable("dense", tuple(map(str, range(chords))), order, rows)


def measure(name: str) -> dict[str, object]:
    """Seconds of solving, from rewards to return and entropy, and the process's peak memory."""
    if name.startswith("dense"):
        chords, order, length = map(int, name.split("-")[1:])
        table = dense_table(chords, order)
    else:
        table, length = load_table(name), 16
    began = time.perf_counter()
    automaton = compile_table(table)
    compiled = time.perf_counter() - began
    process = rewarded(automaton, reward="log-probability", floor=0.001)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        best = solve(process, temperature=1.0, length=length)
        if not np.isfinite(best.walk.objective(1.0)):
            raise SystemExit(f"{name}: no objective")
        times.append(time.perf_counter() - began)
    histories, chords = automaton.next_state.shape
    return {
        "chords": chords,
        "histories": histories,
        "order": table.order,
        "length": length,
        "compile_seconds": round(compiled, 3),
        "seconds": [round(seconds, 3) for seconds in sorted(times)],
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hooktheory", type=Path, help="the folder of the four CSVs")
    parser.add_argument("--one", help="measure one table, in this process")
    told = parser.parse_args()
    if told.one:
        print(json.dumps(measure(told.one)))
        return
    names = [f"dense-{chords}-{order}-{length}" for chords, order, length in DENSE] + list(
        builtin_names()
    )
    rows = []
    for name in [*names, *([str(told.hooktheory.resolve())] if told.hooktheory else [])]:
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], check=True, capture_output=True, text=True
        )
        label = "hooktheory" if Path(name).is_absolute() else name
        rows.append({"name": label, **json.loads(done.stdout)})
        print(rows[-1], flush=True)
    write_result(
        "optimum_speed",
        f"python benchmarks/optimum_speed.py{' --hooktheory FOLDER' if told.hooktheory else ''}",
        {"rounds": ROUNDS, "rows": rows},
    )


if __name__ == "__main__":
    main()
