"""The options that steer, for all commands that can be steered."""

from __future__ import annotations

from typing import Annotated

import typer

DIAL, STEERING = "From familiar to adventurous", "Steering"

Style = Annotated[
    str, typer.Option(help="Table, or a mixture: '1960s:2, pop909:1'.", rich_help_panel=DIAL)
]
Variety = Annotated[
    str,
    typer.Option(
        "--variety",
        "-v",
        help="familiar, real (as varied as real songs), adventurous, or effective chords.",
        rich_help_panel=DIAL,
    ),
]
Start = Annotated[
    str,
    typer.Option(
        help="First chord: tonic, any, or a chord such as 'IV' or 'Am'. Default: tonic.",
        show_default=False,
        rich_help_panel=STEERING,
    ),
]
Fix = Annotated[
    str, typer.Option(help="Chords of slots: '1=I 4=V7|V 8=I'.", rich_help_panel=STEERING)
]
End = Annotated[
    str,
    typer.Option(
        help="authentic, half, plagal, deceptive, or the last chords: 'ii V I'.",
        rich_help_panel=STEERING,
    ),
]
Loop = Annotated[
    bool, typer.Option("--loop", help="The end leads back to the start.", rich_help_panel=STEERING)
]
Without = Annotated[
    str, typer.Option(help="Chords that never come: 'iii7 V/V'.", rich_help_panel=STEERING)
]
With = Annotated[
    str,
    typer.Option(
        "--with", help="Chords that come, in each section: 'vi bVII'.", rich_help_panel=STEERING
    ),
]
Most = Annotated[
    int | None,
    typer.Option(
        help="How often each chord comes at most, in each section.", rich_help_panel=STEERING
    ),
]
NoRepeat = Annotated[
    bool,
    typer.Option("--no-repeat", help="No chord follows itself at once.", rich_help_panel=STEERING),
]
