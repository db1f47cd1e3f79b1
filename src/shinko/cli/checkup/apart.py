"""Trials in processes of their own: what is tried may hang there, or die, and is told all the same.

A package that is installed may fail in any way when it is imported, and one with compiled parts can
end the interpreter. So the command itself imports none of them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from shinko.cli.checkup.finding import reason

PROGRAM = "shinko.cli.checkup.trials"
LONGEST_SECONDS = 60.0  # far more than the first import of PyTorch takes from a slow disk


class Outcome(NamedTuple):
    """What came of a trial: whether it went well, and what was seen or what is wrong."""

    works: bool
    text: str


def try_apart(names: Sequence[str], folder: Path) -> dict[str, Outcome]:
    """Make some trials, one after another, in one process.

    Args:
      names: of the trials.
      folder: a new one, which they write into and nowhere else.
    """
    printed, ended = b"", ""
    try:
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-P", "-m", PROGRAM, *names],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        printed, ended = error.stdout or b"", f"no answer within {LONGEST_SECONDS:g} seconds"
    except (OSError, ValueError) as error:
        ended = reason(error)
    else:
        printed, ended = done.stdout, _ending(done.returncode, done.stderr)
    told = dict(_read(printed))
    return {name: told.get(name, Outcome(False, ended)) for name in names}


def _environment(folder: Path) -> dict[str, str]:
    """That of this process: modules are found where they are here; nothing is cached elsewhere."""
    from shinko.fetching.places import VARIABLE, data_folder

    own = {
        "PYTHONPATH": os.pathsep.join(_search_path()),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Matplotlib keeps a list of fonts, PyTorch a folder for its compiler.
        **dict.fromkeys(("MPLCONFIGDIR", "TMPDIR", "TEMP", "TMP"), str(folder)),
    }
    if os.environ.get(VARIABLE):
        own[VARIABLE] = os.path.abspath(data_folder())
    return {**os.environ, **own}


def _search_path() -> Iterator[str]:
    for entry in sys.path:
        with suppress(OSError):  # relative, and the current folder is gone
            yield os.path.abspath(entry)


def _ending(code: int, said: bytes) -> str:
    """What is told of trials that gave no answer."""
    if code < 0:
        with suppress(ValueError):
            return f"the process died of {signal.Signals(-code).name}"
    last = said.decode(errors="replace").rstrip().rpartition("\n")[2]
    return f"the process ended with code {code:#x}" + (f": {last}" if last else "")


def _read(printed: bytes) -> Iterator[tuple[str, Outcome]]:
    for line in printed.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            one = json.loads(line)
            yield one["trial"], Outcome(one["works"] is True, str(one["text"]))
