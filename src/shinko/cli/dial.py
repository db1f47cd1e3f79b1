"""shinko dial: a policy with a dial from familiar to adventurous, for your own songs."""

from __future__ import annotations

from collections.abc import Collection

import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_lines
from shinko.cli.training import INTERRUPTED, RunOut, check_resume, default_folder, require_torch
from shinko.rl.settings import DialSettings


@asks(DialSettings, RunOut)
def dial_command(settings: DialSettings, run: RunOut, given: Collection[str]) -> None:
    """Learn a policy with dials of variety and returns: your own songs as a style.

    \b
    shinko tables build songs/ --out mine.csv      a table of your own songs
    shinko dial --tables mine.csv --out runs/mine  from the one that ships
    shinko compose --run runs/mine -v real         as varied as each of your songs
    shinko dial --preset shipped                   the policy that ships, anew

    All modes, heats and pulls are learned at once, by a reward that remembers
    the whole section; at each of them the policy is held against the exact
    chain. Ctrl-C keeps what was learned.
    """
    begun = check_resume(run, given)
    require_torch()
    from shinko.cli.progress import counting_progress, dial_progress
    from shinko.experiments.dial import begin_dial, dial_settings, learn_dial
    from shinko.runs.folder import RunFolder

    if begun:
        folder = RunFolder(begun)
    else:
        path = run.out or default_folder(settings.names()[0])
        with counting_progress("measuring the dial", "voices") as show_measured:
            folder = begin_dial(path, settings, show_measured)
    with folder.held():
        settings = dial_settings(folder)
        with dial_progress(settings.epochs) as show:
            rows = learn_dial(folder, on_epoch=show)
    if len(rows) < settings.epochs:
        print_lines(f"interrupted after epoch {len(rows)}; go on with --out {folder.path} --resume")
        raise typer.Exit(INTERRUPTED)
    tenth = rows[-max(1, len(rows) // 10) :]
    regret, divergence = (
        sum(getattr(row, name) for row in tenth) / len(tenth) for name in ("regret", "divergence")
    )
    print_lines(
        f"{folder.path}: regret {regret:.4f} and divergence {divergence:.4f} nats a chord, "
        "in the last tenth"
    )
    print_lines(f"compose with it: shinko compose --run {folder.path} --variety real")
