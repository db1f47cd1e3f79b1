"""How long composing takes: the command from a cold start, and 10,000 progressions at once.

Run: python benchmarks/compose_speed.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import write_result
from shinko.recipes.compose import ComposeRequest, compose
from shinko.recipes.policy import shipped_policy
from shinko.theory import Key

COLD_RUNS, WARM_RUNS = 15, 5


def cold(command: list[str]) -> list[float]:
    """Seconds of each whole process, the first one not counted."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(COLD_RUNS + 1):
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    return times[1:]


def warm(count: int, length: int) -> list[float]:
    """Seconds of drawing `count` progressions, chords and keys resolved, none written."""
    policy, times = shipped_policy(), []
    for _ in range(WARM_RUNS):
        began = time.perf_counter()
        made = compose(policy, ComposeRequest(key=Key.parse("C"), count=count, length=length))
        times.append(time.perf_counter() - began)
        if len(made) != count:
            raise SystemExit(f"composed {len(made)} progressions instead of {count}")
    return times


def summary(times: list[float]) -> dict[str, float]:
    return {
        "minimum": round(min(times), 3),
        "median": round(statistics.median(times), 3),
        "maximum": round(max(times), 3),
    }


def main() -> None:
    shinko = str(Path(sys.executable).with_name("shinko"))
    rows = {
        "python, doing nothing": cold([sys.executable, "-c", "pass"]),
        "python, importing numpy": cold([sys.executable, "-c", "import numpy"]),
        "shinko compose (4 progressions of 8 chords, MIDI and JSON)": cold([shinko, "compose"]),
        "10,000 progressions of 16 chords, in one process": warm(10_000, 16),
    }
    seconds = {name: summary(times) for name, times in rows.items()}
    for name, figures in seconds.items():
        print(f"{name}: {figures}")
    write_result(
        "compose_speed",
        "python benchmarks/compose_speed.py",
        {"cold_runs": COLD_RUNS, "warm_runs": WARM_RUNS, "seconds": seconds},
    )


if __name__ == "__main__":
    main()
