"""What the commands that train have in common: where the run goes, going on, PyTorch."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shinko.cli.options import option_names
from shinko.errors import ShinkoError
from shinko.request import Request, asked

INSTALL = "pip install 'shinko[train]'"
INTERRUPTED = 130  # exit code of a command that Ctrl-C ended


@dataclass(frozen=True)
class RunOut(Request):
    """Where a training is written, and whether it goes on."""

    out: Path | None = asked(
        None, "Folder of the run; by default a new one in runs/.", metavar="DIR", letter="o"
    )
    resume: bool = asked(False, "Go on with the interrupted run in --out.", needs="out")


@dataclass(frozen=True)
class LoggedRunOut(RunOut):
    """The same, and what is logged."""

    tensorboard: bool = asked(False, "Log for TensorBoard in the run's folder, too.")


def check_resume(run: RunOut, given: Collection[str], allowed: Collection[str] = ()) -> Path | None:
    """The folder to go on in, if that is asked; going on takes the run's own settings.

    Args:
      run: where.
      given: fields that were given beside it.
      allowed: those that may be.

    Raises:
      ShinkoError: there are others.
    """
    if not run.resume:
        return None
    if fixed := [name for name in given if name not in allowed]:
        beside = option_names([*allowed, "out", "resume"])
        raise ShinkoError(
            f"{option_names(fixed)}: can't change within a run; leave out all but {beside}"
        )
    return run.out


def default_folder(name: str, parent: Path = Path("runs")) -> Path:
    """PARENT/NAME-DATE-TIME, which no run has yet; of a path, its stem is the name."""
    stem = f"{Path(name).stem}-{datetime.now():%Y%m%d-%H%M%S}"
    path, copy = parent / stem, 1
    while path.exists():
        copy += 1
        path = parent / f"{stem}-{copy}"
    return path


def require_matplotlib(what: str) -> None:
    """Raises: ShinkoError where Matplotlib isn't installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise ShinkoError(f"{what} Matplotlib, which isn't installed; {INSTALL}")


def require_torch(doing: str = "training") -> None:
    """Raises: ShinkoError where PyTorch isn't installed."""
    if importlib.util.find_spec("torch") is None:
        raise ShinkoError(
            f"{doing} needs PyTorch, which isn't installed; {INSTALL} (composing works without)"
        )
    if sys.stderr.isatty():
        print("starting PyTorch …", file=sys.stderr, end="\r", flush=True)
