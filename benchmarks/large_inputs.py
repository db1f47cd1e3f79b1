"""What large inputs and many progressions take: seconds, and memory at its most.

Each command is a process of its own. Songs are random chords of one key, always the same.

Run: python benchmarks/large_inputs.py
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from record import write_result

NAMES = ("C", "Dm", "Em", "F", "G", "Am", "G7", "C7", "Fmaj7", "Bb")
NUMERALS = ("I", "ii", "iii", "IV", "V", "vi", "V7", "I7", "IVmaj7", "bVII")
TOKENS = ("1", "2", "3", "4", "5", "6", "57", "17", "47", "b7", "4/5", "57/5", "M17", "b6", "14")
SONGS, CHORDS = 100_000, 32
LARGE = 100_000_000  # bytes
PROGRESSIONS, LENGTH = (16_000, 100_000), 64


def lines_of_chords() -> Iterator[str]:
    while True:
        yield " ".join(random.choices(NAMES, k=CHORDS)) + "\n"


def json_lines() -> Iterator[str]:
    while True:
        chords = [{"roman": numeral} for numeral in random.choices(NUMERALS, k=CHORDS)]
        yield json.dumps({"key": "C", "sections": [{"chords": chords}]}) + "\n"


def sheet() -> Iterator[str]:
    while True:
        yield "".join(f"[{name}]some words " for name in random.choices(NAMES, k=8)) + "\n"


def table() -> Iterator[str]:
    yield "history,chord,probability\n,1,1\n"
    for length in itertools.count(1):
        for history in itertools.product(TOKENS, repeat=length):
            for chord in random.sample(TOKENS, 5):
                yield f'"{",".join(history)}",{chord},0.2\n'


def write(path: Path, lines: Iterator[str], *, count: int | None = None, head: str = "") -> Path:
    """So many lines, or as many as there may be in a large file."""
    random.seed(0)
    with path.open("w") as file:
        written = file.write(head)
        for line in itertools.islice(lines, count):
            if written + len(line) > LARGE:
                break
            written += file.write(line)
    return path


def taken(*arguments: str, folder: Path) -> dict[str, Any]:
    """What a command takes: seconds by the clock and of processors, and megabytes at its most."""
    began = time.perf_counter()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        command = [sys.executable, "-m", "shinko", *arguments]
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    told = (folder / "err").read_text().strip()
    if process.returncode not in (0, 1) or (process.returncode == 1 and told.count("\n")):
        raise SystemExit(f"{arguments}: ended with {process.returncode}: {told}")
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "megabytes": round(used.ru_maxrss / (1000 if sys.platform != "darwin" else 1_000_000)),
        "refused": told.removeprefix("shinko: ").partition(": ")[2] if process.returncode else "",
    }


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def songs(what: str, path: Path) -> None:
            build = ("tables", "build", path.name, "-o", "mine.csv", "--force")
            asked = ("originality", "C G Am F", "--songs", path.name)
            for command, arguments in (("tables build", build), ("originality", asked)):
                rows.append({"command": command, "input": what, **taken(*arguments, folder=folder)})
                print(rows[-1], flush=True)
            path.unlink()

        many = f"{SONGS:,} songs of {CHORDS} chords"
        keyed = write(folder / "keyed.txt", lines_of_chords(), count=SONGS, head="key: C\n")
        songs(f"{many}, their key told", keyed)
        songs(f"{many}, no key", write(folder / "songs.txt", lines_of_chords(), count=SONGS))
        songs("100 MB of lines of chords", write(folder / "large.txt", lines_of_chords()))
        songs("100 MB of JSON Lines", write(folder / "large.jsonl", json_lines()))
        songs("100 MB of ChordPro, one song", write(folder / "large.cho", sheet()))
        path = write(folder / "table.csv", table())
        found = taken("tables", "show", path.name, folder=folder)
        rows.append({"command": "tables show", "input": "a table of 100 MB", **found})
        path.unlink()
        for count in PROGRESSIONS:
            asked = ("--count", str(count), "--length", str(LENGTH), "--json")
            found = taken("compose", *asked, folder=folder)
            rows.append(
                {"command": "compose --json", "input": f"{count:,} of {LENGTH} chords", **found}
            )
    write_result("large_inputs", "python benchmarks/large_inputs.py", {"rows": rows})


if __name__ == "__main__":
    main()
