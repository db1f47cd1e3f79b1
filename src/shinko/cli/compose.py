"""shinko compose: progressions as a table, and as files that musicians use."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from shinko.cli.paths import read_path
from shinko.cli.rendering import (
    DEFAULT_FORMATS,
    DEFAULT_PARTS,
    SOUND,
    Diagrams,
    Ending,
    Formats,
    Humanize,
    Instrument,
    Layout,
    NoNumerals,
    Page,
    Parts,
    Seamless,
    Show,
    SoundFont,
    Swing,
    Tempo,
    Voicing,
    print_texts,
    read_rendering,
    write_and_show,
)
from shinko.cli.steering import (
    DIAL,
    STEERING,
    End,
    Fix,
    Loop,
    Most,
    NoRepeat,
    Start,
    Variety,
    With,
    Without,
)
from shinko.cli.styles import split_styles
from shinko.cli.targets import Target, read_target


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
    style: Annotated[
        list[str] | None,
        typer.Option(
            help="How it is played: ballad, bossa, strum …, or a .toml of yours. Or whose "
            "statistics: a table or a mixture, '1960s:2, pop909:1'. Twice for both.",
        ),
    ] = None,
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
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    seed: Annotated[
        int | None,
        typer.Option("--seed", "-s", help="The same seed gives the same music; else by chance."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for the files, or a file, such as song.pdf. Default: out.",
            metavar="DIR|FILE",
            parser=read_path,
        ),
    ] = None,
    formats: Formats = "",
    show: Show = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and write no files.")] = False,
    layout: Layout = "lead",
    diagrams: Diagrams = "",
    no_numerals: NoNumerals = False,
    page: Page = "a4",
    tempo: Tempo = 100.0,
    meter: Annotated[
        str, typer.Option(help="Such as 4/4, 3/4, 6/8.", rich_help_panel=SOUND)
    ] = "4/4",
    beats_per_chord: Annotated[
        float | None,
        typer.Option(help="Quarter notes per chord. Default: one bar.", rich_help_panel=SOUND),
    ] = None,
    voicing: Voicing = "",
    swing: Swing = None,
    humanize: Humanize = None,
    instrument: Instrument = None,
    parts: Parts = DEFAULT_PARTS,
    soundfont: SoundFont = None,
    seamless: Seamless = False,
    ending: Ending = None,
) -> None:
    """Compose chord progressions and write them as MIDI, notation, pages, sound or text.

    \b
    shinko compose                                 four progressions in C
    shinko compose --key "F# minor" --length 16    longer, in another key
    shinko compose --seed 7                        the same music again
    shinko compose --variety adventurous           bolder; or familiar, real, 7.5
    shinko compose --style "1960s:2, pop909:1"     other songs' statistics, mixed
    shinko compose --fix "1=I 4=V7 8=I"            some chords are yours
    shinko compose --end deceptive --without iii   where it goes, and what it leaves out
    shinko compose --form AABA --length 4          sections
    shinko compose --style bossa -f midi,pdf,wav   a band, a lead sheet, a sound
    shinko compose --diagrams guitar -f svg        a page with fingerings
    shinko compose -n 1 --print line               for the clipboard
    shinko compose --run runs/mine                 with a policy you trained
    """
    from shinko.errors import ShinkoError
    from shinko.rl.policy import run_policy, shipped_policy
    from shinko.score.progression import parse_meter
    from shinko.score.text import file_name
    from shinko.songwriting.compose import ComposeRequest, compose
    from shinko.songwriting.wishes import Wishes
    from shinko.theory import Key

    if epoch is not None and run is None:
        raise ShinkoError(f"--epoch {epoch}: expected a run, too; give --run DIR")
    pattern, table = split_styles(style or ())
    request = ComposeRequest(
        key=Key.parse(key),
        length=length,
        count=count,
        temperature=temperature,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        title=title,
        tempo_bpm=tempo,
        meter=parse_meter(meter),
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
        style=table,
        variety=variety,
        exact=exact,
    )
    target = read_target(out, formats, show or "json" * as_json)
    rendering = read_rendering(
        formats=formats or target.format or DEFAULT_FORMATS,
        pattern=pattern,
        voicing=voicing,
        swing=swing,
        humanize=humanize,
        instrument=instrument,
        parts=parts,
        seed=request.seed,
        layout=layout,
        numerals=not no_numerals,
        diagrams=diagrams,
        page=page,
        soundfont=soundfont,
        seamless=seamless,
        ending=ending,
    )
    policy = shipped_policy() if run is None else run_policy(run, epoch)
    progressions = compose(policy, request)
    if as_json:
        print(json.dumps([p.to_dict() for p in progressions], ensure_ascii=False, indent=1))
        return
    if show:
        print_texts(progressions, show, rendering)
        return
    names = target.names(len(progressions))
    if names is None and title:
        names = Target(target.folder, file_name(title)).names(len(progressions))
    write_and_show(progressions, target.folder, rendering, names=names, replacing=bool(target.name))
    played_by = progressions[0].policy
    played = (f", {meter}" if meter != "4/4" else "") + (f", {pattern}" if pattern else "")
    print(f"key {request.key}, {tempo:g} bpm{played}, seed {request.seed}, policy {played_by}")
