"""shinko learn: train a policy, watch it, select the checkpoint before the collapse."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import typer

from shinko.cli.options import asks, in_options
from shinko.cli.streams import print_lines
from shinko.cli.training import (
    INTERRUPTED,
    LoggedRunOut,
    check_resume,
    default_folder,
    require_torch,
)
from shinko.errors import ShinkoError
from shinko.rl.settings import LearnSettings
from shinko.tables.table import CHORDS

if TYPE_CHECKING:
    from shinko.experiments.learn import Learned


@asks(LearnSettings, LoggedRunOut)
def learn_command(settings: LearnSettings, run: LoggedRunOut, given: Collection[str]) -> None:
    """Train a policy by REINFORCE, and select the checkpoint before the collapse.

    \b
    shinko learn                                   the default, from table 'pop'
    shinko learn --preset poster                   the poster's experiment
    shinko learn --table mine.csv --out runs/mine  from your own table
    shinko learn --out runs/mine --resume          go on after Ctrl-C

    Metrics, settings and checkpoints go into the run's folder; Ctrl-C keeps what was learned.
    """
    begun = check_resume(run, given)
    require_torch()
    from shinko.experiments.learn import begin_run, learn
    from shinko.rl.policy_runs import run_settings
    from shinko.runs.folder import RunFolder
    from shinko.runs.recorder import require_tensorboard

    if run.tensorboard:
        require_tensorboard()
    if begun:
        folder = RunFolder(begun)
    else:
        folder = begin_run(run.out or default_folder(settings.table), settings)
    from shinko.cli.progress import learning_progress
    from shinko.experiments.evaluate import live_optimality

    with folder.held():
        settings = run_settings(folder)
        with learning_progress(settings.epochs, live_optimality(settings)) as show:
            learned = learn(folder, tensorboard=run.tensorboard, on_epoch=show)
    report(learned)
    if len(learned.rows) < learned.epochs:
        raise typer.Exit(INTERRUPTED)


def report(learned: Learned) -> None:
    """Say how it ended, what was selected and why, and what to do next."""
    path, done = learned.folder.path, len(learned.rows)
    composes = learned.folder.settings().get("codec", CHORDS) == CHORDS
    if done < learned.epochs:
        print_lines(
            f"interrupted after epoch {done} of {learned.epochs}; what was learned is in {path}"
        )
        print_lines(f"go on with: shinko learn --out {path} --resume")
        if not learned.folder.checkpoints():
            return
    if isinstance(learned.selection, ShinkoError):
        print_lines(f"no checkpoint selected: {in_options(str(learned.selection))}")
        last = learned.folder.checkpoints()[-1:]
        if last and composes:
            print_lines(f"take one as it is: shinko compose --run {path} --epoch {last[0]}")
        return
    print_lines(*f"selected {learned.selection.reason}".split("\n"))
    if composes:
        print_lines(f"compose with it: shinko compose --run {path}")
    print_lines(f"how far it is from the best: shinko evaluate {path}")
