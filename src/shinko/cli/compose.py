"""shinko compose: progressions as a table, MIDI files and JSON."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shinko.cli.paths import read_path
from shinko.cli.steering import (
    DIAL,
    STEERING,
    End,
    Fix,
    Loop,
    Most,
    NoRepeat,
    Start,
    Style,
    Variety,
    With,
    Without,
)

if TYPE_CHECKING:
    from shinko.score.progression import Progression

MOST_SHOWN = 20


def compose_command(
    run: Annotated[
        Path | None,
        typer.Option(
            help="Run to compose with; without it, the policy that ships.",
            metavar="DIR",
            parser=read_path,
        ),
    ] = None,
    epoch: Annotated[
        int | None,
        typer.Option(help="Checkpoint of the run; without it, the one before the collapse."),
    ] = None,
    key: Annotated[
        str, typer.Option("--key", "-k", help="Key, such as 'C', 'F# minor', 'Bbm'.")
    ] = "C major",
    length: Annotated[int, typer.Option("--length", "-l", help="Chords, 1 to 64.")] = 8,
    count: Annotated[int, typer.Option("--count", "-n", help="Progressions.")] = 4,
    style: Style = "",
    variety: Variety = "",
    temperature: Annotated[
        float,
        typer.Option(
            "--temperature",
            "-t",
            help="Above 1 bolder, below 1 more usual; for policies without a dial.",
            rich_help_panel=DIAL,
        ),
    ] = 1.0,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact", help="The exact optimum plays, not the network.", rich_help_panel=DIAL
        ),
    ] = False,
    start: Start = "",
    fix: Fix = "",
    end: End = "",
    loop: Loop = False,
    without: Without = "",
    required: With = "",
    most: Most = None,
    no_repeat: NoRepeat = False,
    form: Annotated[
        str,
        typer.Option(
            help="Sections: AABA, or 'verse chorus verse'; --length is that of each.",
            rich_help_panel=STEERING,
        ),
    ] = "",
    differ: Annotated[
        int | None,
        typer.Option(
            help="Chords in which sections of different names differ. Default: 4.",
            rich_help_panel=STEERING,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", "-s", help="The same seed gives the same music; else by chance."),
    ] = None,
    tempo: Annotated[float, typer.Option(help="Quarter notes per minute, 20 to 400.")] = 100.0,
    beats_per_chord: Annotated[float, typer.Option(help="Quarter notes per chord.")] = 4.0,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="Folder for MIDI and JSON files.", metavar="DIR", parser=read_path
        ),
    ] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and write no files.")] = False,
) -> None:
    """Compose chord progressions and write them as MIDI.

    \b
    shinko compose                                 four progressions in C
    shinko compose --key "F# minor" --length 16    longer, in another key
    shinko compose --seed 7                        the same music again
    shinko compose --variety adventurous           bolder; or familiar, real, 7.5
    shinko compose --style "1960s:2, pop909:1"     other songs' statistics, mixed
    shinko compose --fix "1=I 4=V7 8=I"            some chords are yours
    shinko compose --end deceptive --without iii   where it goes, and what it leaves out
    shinko compose --form AABA --length 4          sections
    shinko compose --run runs/mine                 with a policy you trained
    """
    from shinko.errors import ShinkoError
    from shinko.recipes.compose import ComposeRequest, compose, write_progressions
    from shinko.recipes.policy import run_policy, shipped_policy
    from shinko.recipes.wishes import Wishes
    from shinko.theory import Key

    if epoch is not None and run is None:
        raise ShinkoError(f"--epoch {epoch}: expected a run, too; give --run DIR")
    request = ComposeRequest(
        key=Key.parse(key),
        length=length,
        count=count,
        temperature=temperature,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        tempo_bpm=tempo,
        beats_per_chord=beats_per_chord,
        wishes=Wishes(
            fix=fix,
            start=start,
            end=end,
            loop=loop,
            without=without,
            required=required,
            most=most,
            repeats=not no_repeat,
        ),
        form=form,
        differ=differ,
        style=style,
        variety=variety,
        exact=exact,
    )
    policy = shipped_policy() if run is None else run_policy(run, epoch)
    progressions = compose(policy, request)
    if as_json:
        print(json.dumps([p.to_dict() for p in progressions], ensure_ascii=False, indent=1))
        return
    paths = write_progressions(progressions, out)
    show_progressions(progressions[:MOST_SHOWN], paths[:MOST_SHOWN])
    if len(paths) > MOST_SHOWN:
        print(f"… and {len(paths) - MOST_SHOWN} more in {out}")
    played_by = progressions[0].policy
    print(f"key {request.key}, {tempo:g} bpm, seed {request.seed}, policy {played_by}")


def show_progressions(progressions: list[Progression], paths: list[Path]) -> None:
    """Roman numerals above chord names, a column a chord, as many a line as fit."""
    width = terminal_width()
    for progression, path in zip(progressions, paths, strict=True):
        print(f"{path}")
        cells = list(zip(progression.roman_numerals, progression.names, strict=True))
        column = max(len(text) for cell in cells for text in cell) + 2
        across = max(1, (width - 2) // column)
        for begin in range(0, len(cells), across):
            for line in zip(*cells[begin : begin + across], strict=True):
                print("  " + "".join(text.ljust(column) for text in line).rstrip())
        print()


def terminal_width() -> int:
    """Columns of the terminal; 100 where output goes elsewhere."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
