"""shinko learn: train a policy, watch it, select the checkpoint before the collapse."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shinko.cli.options import option_names, with_settings
from shinko.cli.paths import read_path
from shinko.errors import ShinkoError
from shinko.rl.presets import PRESETS, preset
from shinko.rl.settings import LearnSettings
from shinko.runs.settings import change

if TYPE_CHECKING:
    from shinko.recipes.learn import Learned


INTERRUPTED = 130  # exit code of a command that Ctrl-C ended


@with_settings(LearnSettings)
def learn_command(
    chosen: dict[str, Any],
    preset_name: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="Settings to start from; without it, those of default.",
            metavar="|".join(PRESETS),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder of the run; a new one in runs/ if not given.",
            metavar="DIR",
            parser=read_path,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the interrupted run in --out.")
    ] = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Log for TensorBoard in the run's folder, too.")
    ] = False,
) -> None:
    """Train a policy by REINFORCE, and select the checkpoint before the collapse.

    \b
    shinko learn                                   the default, from table 'pop'
    shinko learn --preset poster                   the poster's experiment
    shinko learn --table mine.csv --out runs/mine  from your own table
    shinko learn --out runs/mine --resume          go on after Ctrl-C

    Metrics, settings and checkpoints go into the run's folder; Ctrl-C keeps what was learned.
    """
    if resume and out is None:
        raise ShinkoError(
            "--resume: expected the folder of an interrupted run, too; give --out DIR"
        )
    if resume and (chosen or preset_name):
        given = [*(["preset"] if preset_name else []), *chosen]
        raise ShinkoError(
            f"{option_names(given)}: can't change within a run; leave out all but --out, --resume"
        )
    settings = change(preset(preset_name or "default"), chosen)
    require_torch()
    from shinko.recipes.learn import begin_run, learn
    from shinko.recipes.runs import run_settings
    from shinko.runs.folder import RunFolder
    from shinko.runs.recorder import require_tensorboard

    if tensorboard:
        require_tensorboard()
    if resume:
        assert out is not None
        folder = RunFolder(out)
        settings = run_settings(folder)
    else:
        folder = begin_run(out or default_folder(settings.table), settings)
    from shinko.cli.progress import learning_progress
    from shinko.recipes.evaluate import live_optimality

    with learning_progress(settings.epochs, live_optimality(settings)) as show:
        learned = learn(folder, tensorboard=tensorboard, on_epoch=show)
    report(learned)
    if len(learned.rows) < learned.epochs:
        raise typer.Exit(INTERRUPTED)


def report(learned: Learned) -> None:
    """Say how it ended, what was selected and why, and what to do next."""
    path, done = learned.folder.path, len(learned.rows)
    if done < learned.epochs:
        print(f"interrupted after epoch {done} of {learned.epochs}; what was learned is in {path}")
        print(f"go on with: shinko learn --out {path} --resume")
        if not learned.folder.checkpoints():
            return
    if isinstance(learned.selection, ShinkoError):
        print(f"no checkpoint selected: {learned.selection}")
        last = learned.folder.checkpoints()[-1:]
        if last:
            print(f"take one as it is: shinko compose --run {path} --epoch {last[0]}")
        return
    print(f"selected {learned.selection.reason}")
    print(f"compose with it: shinko compose --run {path}")
    print(f"how far it is from the best: shinko evaluate {path}")


def default_folder(name: str, parent: Path = Path("runs")) -> Path:
    """PARENT/NAME-DATE-TIME, which no run has yet; of a path, its stem is the name."""
    stem = f"{Path(name).stem}-{datetime.now():%Y%m%d-%H%M%S}"
    path, copy = parent / stem, 1
    while path.exists():
        copy += 1
        path = parent / f"{stem}-{copy}"
    return path


def require_torch(doing: str = "training") -> None:
    """Raises: ShinkoError where PyTorch isn't installed."""
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise ShinkoError(
            f"{doing} needs PyTorch, which isn't installed; pip install 'shinko[train]' "
            "(composing works without)"
        )
    if sys.stderr.isatty():
        print("starting PyTorch …", file=sys.stderr, end="\r", flush=True)
