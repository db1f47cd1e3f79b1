"""shinko demo: the whole way in half a minute, from a table to MIDI files."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_lines
from shinko.errors import ShinkoError
from shinko.request import Request, asked
from shinko.rl.presets import preset

KEY, SEED, COUNT = "A minor", 7, 4
FORMATS = ("midi", "json")
# What more is written where the libraries that it takes are installed.
MORE_FORMATS = {"pdf": "verovio", "wav": "tinysoundfont"}


@dataclass(frozen=True)
class DemoRequest(Request):
    """Where the demo puts its run and files."""

    out: Path = asked(
        Path("out"), "Folder for the run and the MIDI files.", metavar="DIR", letter="o"
    )


@asks(DemoRequest)
def demo_command(asked_for: DemoRequest) -> None:
    """Learn from the built-in table, select before the collapse, compose four progressions.

    \b
    shinko demo                                    into the folder out
    shinko demo --out first                        elsewhere
    """
    from shinko.cli.learn import report
    from shinko.cli.rendering import write_and_show
    from shinko.cli.training import INTERRUPTED, default_folder, require_torch

    out, settings = asked_for.out, preset("default")
    require_torch()
    from shinko.cli.progress import learning_progress
    from shinko.experiments.learn import begin_run, learn
    from shinko.files.formats import Rendering
    from shinko.rl.policy import run_policy
    from shinko.score.arrange import Performance
    from shinko.songwriting.compose import ComposeRequest, compose
    from shinko.songwriting.requests import Wishes
    from shinko.theory import Key

    print_lines(
        f"A policy (LSTM, {settings.hidden} units) learns by REINFORCE what chord follows which, "
        f"from table '{settings.table}'."
    )
    folder = begin_run(default_folder(settings.table, out / "runs"), settings)
    with learning_progress(settings.epochs) as show:
        learned = learn(folder, on_epoch=show)
    report(learned)
    if len(learned.rows) < settings.epochs:
        raise typer.Exit(INTERRUPTED)
    if isinstance(learned.selection, ShinkoError):
        raise typer.Exit(1)
    begin = Wishes(start="tonic")
    request = ComposeRequest(key=Key.parse(KEY), count=COUNT, seed=SEED, wishes=begin)
    progressions = compose(run_policy(folder.path), request)
    more = tuple(name for name, needs in MORE_FORMATS.items() if find_spec(needs) is not None)
    rendering = Rendering(FORMATS + more, Performance("ballad", seed=SEED))
    print_lines("", f"{COUNT} progressions in {request.key}, Roman numerals above chord names:", "")
    write_and_show(progressions, out, rendering, total=COUNT)
    print_lines(
        "Drag the .mid files into your DAW; pages and sound lie beside them. Then try:",
        '  shinko compose --key "F# minor"          the policy that ships, in another key',
        f"  shinko compose --run {folder.path}",
        '  shinko render "Am7 D7 | Gmaj7" --style bossa -f midi,pdf,wav',
        "  shinko tables show pop --after 'IV I'    what usually comes next",
        "  shinko learn --help                      train your own",
    )
