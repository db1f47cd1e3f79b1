"""Inputs damaged at random, for every reader of what a user may hand over.

Run: python benchmarks/fuzz.py --cases 100000

Each reader gets so many inputs: valid ones that Shinko wrote itself, with bits flipped, parts cut,
doubled and spliced, and odd values put in. Each has to be read, or refused in one printable line,
within 5 seconds and 2 GB. Whatever else happens is a fault: an error that is none of Shinko's, a
warning, a hang, the death of the process. For each kind of them the first input, made smaller, and
what is known of it are kept in benchmarks/results/out, and the command ends with 1.

A case is a reader, a seed and a number, and the same case is the same input:

  python benchmarks/fuzz.py --only MIDI --case 4711   writes its input, and tells what comes of it
  python benchmarks/fuzz.py --only MIDI --only table  two readers alone; figures are printed only
  python benchmarks/fuzz.py --list                    the readers

Figures go to benchmarks/results/fuzz.json, once all readers were asked 100000 times or more.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fuzzing.cases import FAULT, LONGEST_SECONDS, case_of, judged
from fuzzing.pool import run_all, stretches
from fuzzing.readers import all_readers
from fuzzing.shapes import Case
from fuzzing.tally import Tally
from fuzzing.worker import MOST_BYTES, prepare, scratch_folder
from record import RESULTS, write_result

CASES, SEED = 100_000, 0
MOST_AT_ONCE = 2_000  # cases that a worker tries before it tells of them
KEPT = RESULTS / "out"


def main() -> None:
    asked = _arguments()
    names = list(all_readers())
    if asked.list:
        print("\n".join(names))
        return
    unknown = [name for name in asked.only if name not in names]
    if unknown:
        raise SystemExit(f"no reader {unknown[0]!r}; known: {', '.join(names)}")
    if asked.case is not None:
        if len(asked.only) != 1:
            raise SystemExit("--case needs the one reader that it is of: --only READER")
        raise SystemExit(replay(asked.only[0], asked.seed, asked.case))
    tallies, seconds = fuzz(asked.only or names, asked)
    faulty = [name for name, tally in tallies.items() if tally.faults]
    if asked.only or asked.cases < CASES:
        print_figures(tallies)
    else:
        command = f"python benchmarks/fuzz.py --cases {asked.cases}"
        write_result("fuzz", command + f" --seed {asked.seed}" * bool(asked.seed), {
            "cases": asked.cases,
            "seed": asked.seed,
            "workers": asked.workers,
            "seconds": round(seconds),
            "longest_seconds": LONGEST_SECONDS,
            "most_megabytes": MOST_BYTES // 1_000_000,
            "readers": {name: tally.figures() for name, tally in tallies.items()},
        })  # fmt: skip
    if faulty:
        raise SystemExit(f"faults in {len(faulty)} of {len(tallies)} readers")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=CASES, help="for each reader (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of all chance (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="READER", help="may be given several times"
    )
    parser.add_argument("--case", type=int, metavar="N", help="this one alone, of --only READER")
    parser.add_argument("--list", action="store_true", help="print the readers and end")
    asked = parser.parse_args()
    if asked.cases < 1 or asked.workers < 1:
        parser.error("--cases and --workers: expected 1 or more")
    return asked


def fuzz(names: list[str], asked: argparse.Namespace) -> tuple[dict[str, Tally], float]:
    """Try all cases of some readers; what came of them, and the seconds that took."""
    tallies = {name: Tally() for name in names}
    began = time.monotonic()
    columns = (
        *(TextColumn("{task.fields[reader]}"), BarColumn(), MofNCompleteColumn()),
        *(TimeRemainingColumn(), TextColumn("{task.fields[faults]} faults")),
    )
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(names) * asked.cases, reader="", faults=0)

        def note(name: str, tally: Tally) -> None:
            new = tally.kinds.keys() - tallies[name].kinds.keys()
            tallies[name].add(tally)
            for kind in new & tallies[name].kinds.keys():  # at once: the others may take an hour
                fault = tally.kinds[kind]
                path = keep(name, asked.seed, fault.number, fault.case, fault.told)
                print(f"FAULT {name}, case {fault.number}: {kind}; see {path}", flush=True)
            faults = sum(one.faults for one in tallies.values())
            progress.update(bar, advance=tally.cases, reader=name, faults=faults)
            if not console.is_terminal and tallies[name].cases >= asked.cases:
                told = f"{name}: {tallies[name].faults} faults, {time.monotonic() - began:.0f} s"
                print(told, file=sys.stderr, flush=True)

        size = min(MOST_AT_ONCE, -(-asked.cases // asked.workers))
        run_all(
            all_readers,
            list(stretches(names, asked.cases, size)),
            seed=asked.seed,
            workers=asked.workers,
            limit=LONGEST_SECONDS,
            on_tally=note,
        )
    return tallies, time.monotonic() - began


def replay(name: str, seed: int, number: int) -> int:
    """Write the input of one case, and tell what comes of it; the exit status."""
    with scratch_folder() as folder:
        seeds, read = prepare(all_readers()[name], folder / "0")
        case = case_of(seeds, name, seed, number)
        path = keep(name, seed, number, case, "")  # before it is read, which may end this process
        verdict = judged(read, case)
    keep(name, seed, number, case, verdict.told)
    print(f"{path}: {verdict.outcome} in {verdict.seconds:.4f} s")
    print("\n".join(filter(None, (verdict.kind, verdict.told))))
    return int(verdict.outcome == FAULT)


def keep(name: str, seed: int, number: int, case: Case, told: str) -> Path:
    """Write an input, and what is known of it beside it; returns where the input is."""
    KEPT.mkdir(parents=True, exist_ok=True)
    stem = f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-').lower()}-{seed}-{number}"
    data = case.encode("utf-8", "surrogatepass") if isinstance(case, str) else case
    (KEPT / f"{stem}.input").write_bytes(data)
    (KEPT / f"{stem}.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    return KEPT / f"{stem}.input"


def print_figures(tallies: dict[str, Tally]) -> None:
    """The figures, a line for each reader."""
    for name, tally in tallies.items():
        print(name, *(f"{what} {value}" for what, value in tally.figures().items()), sep=", ")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("interrupted; nothing is recorded") from None
