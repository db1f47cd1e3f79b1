"""What every benchmark records beside its figures, and where."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shinko import __version__

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def write_result(name: str, command: str, figures: dict[str, Any]) -> Path:
    """Write figures with commit, versions and processor to benchmarks/results/NAME.json."""
    result = {
        "command": command,
        "date": date.today().isoformat(),
        "commit": commit(),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--", "src", "benchmarks/*.py")),
        "versions": {
            "python": platform.python_version(),
            "shinko": __version__,  # of the sources, not of what was installed once
            **{package: version(package) for package in ("torch", "numpy")},
        },
        "processor": processor(),
        "cores": os.cpu_count(),
        **figures,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    return path


def commit() -> str:
    """The commit that is checked out."""
    return _git("rev-parse", "--short=12", "HEAD")


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def processor() -> str:
    """The model of this machine's processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
