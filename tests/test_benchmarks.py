"""BENCHMARKS.md says what was measured, and nothing else."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_report_is_generated_from_the_results():
    code = "import report; print(report.report(), end='')"
    made = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "benchmarks",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert (ROOT / "BENCHMARKS.md").read_text() == made
