"""The whole of `shinko study`, timed, and what it found.

Run: python benchmarks/study.py [--table TABLE]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from record import write_result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="pop", help="as for shinko study")
    told = parser.parse_args()
    command = shutil.which("shinko")
    if command is None:
        raise SystemExit("shinko isn't on the path; activate its environment")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [command, "study", "--table", told.table, "--out", folder],
            check=True,
            stderr=subprocess.PIPE,
            text=True,
        )
        seconds = time.perf_counter() - began
        numbers = json.loads((Path(folder) / "study.json").read_text())
    learned = [one for told in numbers["sweep"].values() for one in told["learned"]]
    label = Path(told.table).name
    write_result(
        "study",
        f"python benchmarks/study.py --table {label}",
        {
            "table": label,
            "epochs": numbers["settings"]["epochs"],
            "seeds": numbers["settings"]["seeds"],
            "trainings": len({one["run"] for one in learned}),
            "seconds": round(seconds, 1),
            "told_before": done.stderr.splitlines()[0].split(": ", 1)[1],
            "claims": numbers["claims"],
            "collapse": numbers["collapse"],
            "sweep": {name: told["together"] for name, told in numbers["sweep"].items()},
        },
    )


if __name__ == "__main__":
    main()
