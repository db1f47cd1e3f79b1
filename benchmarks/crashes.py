"""Commands killed at any moment: whether what they leave is whole, and can be gone on with.

Run: python benchmarks/crashes.py --kills 500
Needs a system with fork and flock, such as Linux; a small disk is tried where tmpfs may be mounted.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from crash_tests.checks import Reference
from crash_tests.desk import reference_of
from crash_tests.disks import can_mount
from crash_tests.jobs import JOBS, write_inputs
from crash_tests.situations import TRAINERS, Situation, all_situations
from crash_tests.trial import Kill, Tally, kills_of, try_kills
from record import write_result
from shinko.cli.progress import counting_progress

# One thread each, said before they import numpy: what they fork has no others.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
KILLS, SEED = 500, 0
AT_ONCE = 6  # kills in one go of a worker, of five trials
SHARE = 25  # a situation is tried at one of so many operations as there are kills
MOST_SHOWN = 20

ABOUT = """\
kill Shinko's commands at any moment, and look at what they leave

Each kill starts a command and ends it by SIGKILL: half of them at its
operations on files, one after another (openings, writes, of which half is
done then, fsync, names, locks), half at a random time, one in twenty in a
process started anew. Then every file has to be the old one, the new one, or
not there; the same command, with --resume where a run has begun, has to end
with 0, with the same files as if never killed, no temporary file left and no
lock held. One trial in five kills the run that goes on, too.
"""
MORE = """\
  python benchmarks/crashes.py --kills 500              all, recorded
  python benchmarks/crashes.py --kills 20               a glance at all
  python benchmarks/crashes.py --jobs learn,lm --seed 3 a closer look at two

jobs:
"""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What is asked for."""
    jobs = "".join(f"  {name:<14}{job.what}\n" for name, job in JOBS.items())
    parser = argparse.ArgumentParser(
        description=ABOUT,
        epilog=f"{MORE}{jobs}\nRecorded is what killed all jobs, {KILLS} times or more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=KILLS, help=f"of each job (default {KILLS})")
    parser.add_argument("--jobs", default=",".join(JOBS), help="some of those below, with commas")
    parser.add_argument("--seed", type=int, default=SEED, help="of the times of kills")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="kills at a time")
    parser.add_argument("--no-situations", action="store_true", help="kills only")
    told = parser.parse_args(arguments)
    told.jobs = told.jobs.split(",")
    if unknown := [name for name in told.jobs if name not in JOBS]:
        parser.error(f"no job {unknown[0]!r}; known: {', '.join(JOBS)}")
    if told.kills < 1 or told.workers < 1:
        parser.error("--kills and --workers: expected 1 or more")
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as asked, print what came of it, record it if it was all; 1 if there was a fault."""
    told = parse(arguments)
    os.environ.update(dict.fromkeys(THREADS, "1"))
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        inputs = Path(os.path.realpath(folder))
        inputs.chmod(0o755)  # one that has no right to write is to read them
        os.environ["HOME"] = folder  # nothing of the user's own is read
        write_inputs(inputs)
        tallies, situations = run(told, inputs)
    for name, tally in tallies.items():
        print(
            f"{name}: {tally.kills} kills, {tally.before} before anything was written, "
            f"{tally.midway} in the middle, {tally.after} after all was; "
            f"{tally.resumed} resumed, {tally.again} run again; {len(tally.faults)} faults"
        )
    for one in situations:
        print(
            f"{one.what}, {one.job}: {one.tried} times, {one.told} told in a line, "
            f"{one.went_through} went through; {len(one.faults)} faults"
        )
    faults = [fault for each in (*tallies.values(), *situations) for fault in each.faults]
    for fault in faults[:MOST_SHOWN]:
        print(f"FAULT {fault}")
    if set(told.jobs) == set(JOBS) and not told.no_situations and told.kills >= KILLS:
        result = {
            "kills": told.kills,
            "seed": told.seed,
            "minutes": round((time.perf_counter() - began) / 60, 1),
            "small_disk": "tmpfs" if can_mount() else "played only",
            "jobs": [
                {"name": n, "what": JOBS[n].what, **vars(tally)} for n, tally in tallies.items()
            ],
            "situations": [vars(one) for one in situations],
        }
        command = f"python benchmarks/crashes.py --kills {told.kills}"
        write_result("crashes", command + f" --seed {told.seed}" * bool(told.seed), result)
    return 1 if faults else 0


def run(told: argparse.Namespace, inputs: Path) -> tuple[dict[str, Tally], list[Situation]]:
    """All kills and situations, some at a time, in processes of one thread."""
    tallies, situations = {name: Tally() for name in told.jobs}, []
    pool = ProcessPoolExecutor(told.workers, mp_context=get_context("spawn"))
    with pool, counting_progress("killing", "trials", tenths=True) as show:
        print("running each command to its end …", file=sys.stderr)
        futures = {name: pool.submit(reference_of, name, inputs) for name in told.jobs}
        references = {name: future.result() for name, future in futures.items()}
        kills = {
            pool.submit(try_kills, name, inputs, references[name], some): name
            for name in sorted(told.jobs, key=lambda name: -references[name].seconds)
            for some in chunks(kills_of(name, references[name], told.kills, told.seed))
        }
        others = [] if told.no_situations else submitted(told, pool, inputs, references)
        total = told.kills * len(told.jobs) + len(others)
        done = 0
        for future in as_completed([*kills, *others]):
            if future in kills:
                tallies[kills[future]].add(future.result())
                done += future.result().kills
            else:
                done += 1
            show(done, total)
        situations = [future.result() for future in others]
    return tallies, situations


def submitted(
    told: argparse.Namespace,
    pool: ProcessPoolExecutor,
    inputs: Path,
    references: dict[str, Reference],
) -> list[Future[Situation]]:
    """The situations of the jobs that are asked for."""
    number = max(2, told.kills // SHARE)
    return [
        pool.submit(situation, name, inputs, references[name], number)
        for situation in all_situations()
        for name in told.jobs
        if situation.__name__ != "two_trainers" or name in TRAINERS
        if situation.__name__ != "two_composes" or name == "compose"
    ]


def chunks(kills: Sequence[Kill]) -> Iterator[Sequence[Kill]]:
    """Some at a time."""
    return (kills[place : place + AT_ONCE] for place in range(0, len(kills), AT_ONCE))


if __name__ == "__main__":
    sys.exit(main())
