"""What the commands that train have in common: where the run goes, going on, PyTorch."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from shinko.cli.options import option_names
from shinko.cli.paths import read_path
from shinko.errors import ShinkoError

INTERRUPTED = 130  # exit code of a command that Ctrl-C ended

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder of the run; a new one in runs/ if not given.",
        metavar="DIR",
        parser=read_path,
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the interrupted run in --out.")]
Tensorboard = Annotated[
    bool, typer.Option("--tensorboard", help="Log for TensorBoard in the run's folder, too.")
]


def check_resume(out: Path | None, given: Collection[str], allowed: str) -> Path:
    """The folder to go on in; going on takes the run's own settings.

    Args:
      out: the run's folder.
      given: settings that were given beside it, by name.
      allowed: the options that may be.

    Raises:
      ShinkoError: there is no folder, or there are settings.
    """
    if out is None:
        raise ShinkoError(
            "--resume: expected the folder of an interrupted run, too; give --out DIR"
        )
    if given:
        raise ShinkoError(
            f"{option_names(given)}: can't change within a run; leave out all but {allowed}"
        )
    return out


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
        raise ShinkoError(f"{what} Matplotlib, which isn't installed; pip install 'shinko[train]'")


def require_torch(doing: str = "training") -> None:
    """Raises: ShinkoError where PyTorch isn't installed."""
    if importlib.util.find_spec("torch") is None:
        raise ShinkoError(
            f"{doing} needs PyTorch, which isn't installed; pip install 'shinko[train]' "
            "(composing works without)"
        )
    if sys.stderr.isatty():
        print("starting PyTorch …", file=sys.stderr, end="\r", flush=True)
