"""shinko render: chords that one has, as files that musicians use."""

from __future__ import annotations

import sys
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
    Voicing,
    print_texts,
    read_rendering,
    write_and_show,
)
from shinko.cli.targets import read_target

CHORDS = "The chords"
MOST_STDIN = 8_000_000


def render_command(
    source: Annotated[
        str,
        typer.Argument(metavar="CHORDS|FILE", show_default=False),
    ],
    key: Annotated[
        str,
        typer.Option("--key", "-k", help="Key to read the chords in.", rich_help_panel=CHORDS),
    ] = "",
    to: Annotated[
        str, typer.Option("--to", help="Transpose to this key.", rich_help_panel=CHORDS)
    ] = "",
    tempo: Annotated[
        float | None,
        typer.Option(help="Quarter notes per minute, 20 to 400.", rich_help_panel=CHORDS),
    ] = None,
    meter: Annotated[str, typer.Option(help="Such as 4/4, 3/4, 6/8.", rich_help_panel=CHORDS)] = "",
    title: Annotated[
        str | None, typer.Option(help="What it is called.", rich_help_panel=CHORDS)
    ] = None,
    bars: Annotated[
        str,
        typer.Option(help="Bars to take, such as 1-16.", rich_help_panel=CHORDS),
    ] = "",
    style: Annotated[
        str,
        typer.Option(
            help="Accompaniment: block, arpeggio, ballad, bossa, eight-bit, jazz, pop-rock, strum, "
            "waltz, or a .toml of yours.",
            rich_help_panel=SOUND,
        ),
    ] = "block",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for the files, or one file, such as song.pdf. Default: out.",
            metavar="DIR|FILE",
            parser=read_path,
        ),
    ] = None,
    formats: Formats = "",
    show: Show = "",
    layout: Layout = "lead",
    diagrams: Diagrams = "",
    no_numerals: NoNumerals = False,
    page: Page = "a4",
    voicing: Voicing = "",
    swing: Swing = None,
    humanize: Humanize = None,
    instrument: Instrument = None,
    parts: Parts = DEFAULT_PARTS,
    seed: Annotated[
        int, typer.Option("--seed", "-s", help="Of the uneven playing.", rich_help_panel=SOUND)
    ] = 0,
    soundfont: SoundFont = None,
    seamless: Seamless = False,
    ending: Ending = None,
) -> None:
    """Make files of chords that you have: typed, edited, or from another program.

    CHORDS are typed, such as 'Am7 D7 | Gmaj7', or numerals with a --key. FILE is .json, .mid,
    .musicxml, .mxl, .cho or .txt; - is standard input, any of these.

    \b
    shinko render "Am7 D7 Gmaj7" --key G            MIDI and JSON in the folder out
    shinko render "Am7 D7 | Gmaj7" -o lick.pdf      one file: an engraved page
    shinko render "|: C G | Am F :| x3" --style ballad -f midi,wav
    shinko render "I V vi IV" --key Eb --diagrams guitar -f svg
    shinko render song.mid --print txt              chords found in a MIDI file
    shinko render song.musicxml --to "F# minor" -f musicxml,pdf
    shinko render out/C-seed7-1.json --style bossa -f wav
    """
    from shinko.files.read import Reading, read, read_stream, transposed
    from shinko.score.progression import parse_meter
    from shinko.score.text import file_name
    from shinko.theory import Key

    target = read_target(out, formats, show)
    rendering = read_rendering(
        formats=formats or target.format or DEFAULT_FORMATS,
        pattern=style,
        voicing=voicing,
        swing=swing,
        humanize=humanize,
        instrument=instrument,
        parts=parts,
        seed=seed,
        layout=layout,
        numerals=not no_numerals,
        diagrams=diagrams,
        page=page,
        soundfont=soundfont,
        seamless=seamless,
        ending=ending,
    )
    reading = Reading(
        key=Key.parse(key) if key else None,
        meter=parse_meter(meter) if meter else None,
        tempo_bpm=tempo,
        title=title,
        bars=_bars(bars),
    )
    if source == "-":
        found = read_stream(sys.stdin.buffer.read(MOST_STDIN + 1), reading)
    else:
        found = read(source, reading)
    progressions = list(found.progressions)
    if to:
        progressions = [transposed(progression, Key.parse(to)) for progression in progressions]
    if found.told:
        print(f"{source}: {found.told}", file=sys.stderr)
    if show:
        print_texts(progressions, show, rendering)
        return
    names = target.names(len(progressions)) or [
        file_name(p.title or found.name or "progression")
        + (f"-{number}" if len(progressions) > 1 else "")
        for number, p in enumerate(progressions, 1)
    ]
    # A file that one names oneself is that file; in a folder nothing is replaced.
    replacing = bool(target.name)
    write_and_show(progressions, target.folder, rendering, names=names, replacing=replacing)
    first = progressions[0]
    print(f"key {first.key}, {first.tempo_bpm:g} bpm, {'/'.join(map(str, first.meter))}, {style}")


def _bars(text: str) -> tuple[int, int] | None:
    """The first and the last of bars such as "1-16" or "5".

    Raises:
      ShinkoError: the text is nothing of this kind.
    """
    from shinko.errors import ShinkoError

    if not text:
        return None
    first, dash, last = text.replace("–", "-").partition("-")
    last = last if dash else first
    if first.strip().isdecimal() and last.strip().isdecimal() and len(text) < 12:
        begin, end = int(first), int(last)
        if 1 <= begin <= end:
            return begin, end
    raise ShinkoError(f"--bars {text!r}: expected the first and the last, such as 1-16")
