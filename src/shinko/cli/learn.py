"""shinko learn: train a policy, watch it, select the checkpoint before the collapse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from shinko.cli.options import with_settings
from shinko.cli.training import (
    INTERRUPTED,
    Out,
    Resume,
    Tensorboard,
    check_resume,
    default_folder,
    require_torch,
)
from shinko.errors import ShinkoError
from shinko.rl.presets import PRESETS, preset
from shinko.rl.settings import LearnSettings
from shinko.runs.settings import change
from shinko.tables.table import CHORDS

if TYPE_CHECKING:
    from shinko.experiments.learn import Learned


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
    out: Out = None,
    resume: Resume = False,
    tensorboard: Tensorboard = False,
) -> None:
    """Train a policy by REINFORCE, and select the checkpoint before the collapse.

    \b
    shinko learn                                   the default, from table 'pop'
    shinko learn --preset poster                   the poster's experiment
    shinko learn --table mine.csv --out runs/mine  from your own table
    shinko learn --out runs/mine --resume          go on after Ctrl-C

    Metrics, settings and checkpoints go into the run's folder; Ctrl-C keeps what was learned.
    """
    given = [*(["preset"] if preset_name else []), *chosen]
    begun = check_resume(out, given, "--out, --resume") if resume else None
    settings = change(preset(preset_name or "default"), chosen)
    require_torch()
    from shinko.experiments.learn import begin_run, learn
    from shinko.rl.policy_runs import run_settings
    from shinko.runs.folder import RunFolder
    from shinko.runs.recorder import require_tensorboard

    if tensorboard:
        require_tensorboard()
    if begun:
        folder = RunFolder(begun)
        settings = run_settings(folder)
    else:
        folder = begin_run(out or default_folder(settings.table), settings)
    from shinko.cli.progress import learning_progress
    from shinko.experiments.evaluate import live_optimality

    with learning_progress(settings.epochs, live_optimality(settings)) as show:
        learned = learn(folder, tensorboard=tensorboard, on_epoch=show)
    report(learned)
    if len(learned.rows) < learned.epochs:
        raise typer.Exit(INTERRUPTED)


def report(learned: Learned) -> None:
    """Say how it ended, what was selected and why, and what to do next."""
    path, done = learned.folder.path, len(learned.rows)
    composes = learned.folder.settings().get("codec", CHORDS) == CHORDS
    if done < learned.epochs:
        print(f"interrupted after epoch {done} of {learned.epochs}; what was learned is in {path}")
        print(f"go on with: shinko learn --out {path} --resume")
        if not learned.folder.checkpoints():
            return
    if isinstance(learned.selection, ShinkoError):
        print(f"no checkpoint selected: {learned.selection}")
        last = learned.folder.checkpoints()[-1:]
        if last and composes:
            print(f"take one as it is: shinko compose --run {path} --epoch {last[0]}")
        return
    print(f"selected {learned.selection.reason}")
    if composes:
        print(f"compose with it: shinko compose --run {path}")
    print(f"how far it is from the best: shinko evaluate {path}")
