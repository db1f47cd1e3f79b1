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
from shinko.rl.policy import shipped_policy
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.explain import heat, read_slots
from shinko.songwriting.questions import Statistics
from shinko.songwriting.teller import teller_of
from shinko.songwriting.wishes import Wishes
from shinko.theory import Key

COLD_RUNS, WARM_RUNS = 15, 5
STEERED = ["--fix", "1=I 4=V7 8=I"]
WISHES = Wishes(fix="1=I 8=V7", end="authentic", required="vi")


def cold(command: list[str]) -> list[float]:
    """Seconds of each whole process, the first one not counted."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(COLD_RUNS + 1):
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    return times[1:]


def warm(
    count: int,
    length: int,
    wishes: Wishes | None = None,
    exact: bool = False,
    form: str = "",
    rhythm: str = "",
) -> list[float]:
    """Seconds of drawing `count` progressions, chords and keys resolved, none written; with
    wishes, the first one reads the table and looks ahead, which is kept for the others.
    """
    policy, times = shipped_policy(), []
    request = ComposeRequest(
        key=Key.parse("C"),
        count=count,
        length=length,
        seed=0,
        wishes=wishes or Wishes(),
        exact=exact,
        form=form,
        rhythm=rhythm,
    )
    for _ in range(WARM_RUNS):
        began = time.perf_counter()
        made = compose(policy, request)
        times.append(time.perf_counter() - began)
        if len(made) != count:
            raise SystemExit(f"composed {len(made)} progressions instead of {count}")
    return times


def changed_locks(exact: bool) -> list[float]:
    """Processor seconds of one progression of 16 chords after a lock was changed, all else warm."""
    policy, times = shipped_policy(), []
    locks = [f"1=I {slot}={chord}" for slot in range(2, 17) for chord in ("IV", "vi")]
    for seed, fix in enumerate(["8=V", *locks]):
        request = ComposeRequest(
            key=Key.parse("C"), count=1, length=16, wishes=Wishes(fix=fix), exact=exact, seed=seed
        )
        began = time.process_time()
        compose(policy, request)
        times.append(time.process_time() - began)
    return times[1:]


def heat_map(memoryless: bool) -> list[float]:
    """Seconds from statistics to the probabilities."""
    teller = teller_of(Statistics(memoryless=memoryless), "major")
    book = ChordBook(teller.ground.process.tokens, Key.parse("C"))
    slots = read_slots("I _ _ _ V7 _ _ _ vi _ _ _ _ _ _ I", book)
    times = []
    for _ in range(WARM_RUNS):
        began = time.perf_counter()
        if abs(heat(teller, book, slots).sum() - len(slots)) > 1e-6:
            raise SystemExit("probabilities don't sum to 1")
        times.append(time.perf_counter() - began)
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
        "shinko compose --fix '1=I 4=V7 8=I'": cold([shinko, "compose", *STEERED]),
        "10,000 progressions of 16 chords, a bar each, in one process": warm(
            10_000, 16, rhythm="even"
        ),
        "the same, from the chain of songs": warm(10_000, 16, exact=True, rhythm="even"),
        "1,000 progressions of 16 chords that last as in songs": warm(1000, 16),
        "100 of 16 chords with locks, an ending and a required chord": warm(100, 16, WISHES),
        "100 of AABA with 4 chords a section": warm(100, 4, form="AABA"),
        "100 of 16 chords by the plan AABA": warm(100, 16, Wishes(plan="AABA")),
        "100 of 16 chords that loop, from any start": warm(100, 16, Wishes(start="any", loop=True)),
        "the locks again, from the chain of songs": warm(100, 16, WISHES, exact=True),
        "a lock changed on 16 chords, from the chain of songs (processor)": changed_locks(True),
        "a lock changed on 16 chords, from the network (processor)": changed_locks(False),
        "heat map of 16 slots between 4 locks, by the memory of songs": heat_map(False),
        "the same by the table alone": heat_map(True),
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
