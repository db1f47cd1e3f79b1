"""shinko render: chords that one has, as files that musicians use."""

from __future__ import annotations

import sys
from dataclasses import replace

from shinko.cli.options import asks
from shinko.cli.rendering import print_texts, write_and_show
from shinko.cli.streams import print_lines
from shinko.cli.targets import FilesOut, with_formats
from shinko.files.requests import RenderRequest

MOST_STDIN = 8_000_000


@asks(RenderRequest, FilesOut, mend=with_formats)
def render_command(request: RenderRequest, files: FilesOut) -> None:
    """Make files of chords that you have: typed, edited, or from another program.

    CHORDS are typed, such as 'Am7 D7 | Gmaj7', or numerals with a --key. FILE is .json, .mid,
    .musicxml, .mxl, .cho or .txt; - is standard input, any of these.

    \b
    shinko render "Am7 D7 Gmaj7" --key G            MIDI and JSON, in out
    shinko render "Am7 D7 | Gmaj7" -o lick.pdf      one file: an engraved page
    shinko render "|: C G | Am F :| x3" --style ballad -f midi,wav
    shinko render "I V vi IV" --key Eb --diagrams guitar -f svg
    shinko render song.mid --print txt              chords found in a MIDI file
    shinko render song.musicxml --to "F# minor" -f musicxml,pdf
    shinko render out/C-seed7-1.json --style bossa -f wav
    """
    from shinko.files.read import read, read_stream, transposed
    from shinko.score.progression import show_meter
    from shinko.score.text import file_name

    target = files.target()
    if request.source == "-":
        found = read_stream(sys.stdin.buffer.read(MOST_STDIN + 1), request.reading)
    else:
        found = read(request.source, request.reading)
    progressions = list(found.progressions)
    if request.to is not None:
        progressions = [transposed(progression, request.to) for progression in progressions]
    if request.ritardando:
        progressions = [replace(progression, ritardando=True) for progression in progressions]
    if found.told:
        print_lines(f"{request.source}: {found.told}", to_error=True)
    show = files.show or "json" * files.json
    if show:
        print_texts(progressions, show, request.rendering)
        return
    names = target.names(len(progressions)) or [
        file_name(p.title or found.name or "progression")
        + (f"-{number}" if len(progressions) > 1 else "")
        for number, p in enumerate(progressions, 1)
    ]
    # A file that one names oneself is that file; in a folder nothing is replaced.
    replacing = bool(target.name)
    write_and_show(
        progressions,
        target.folder,
        request.rendering,
        total=len(progressions),
        names=names,
        replacing=replacing,
    )
    first, style = progressions[0], request.rendering.performance.accompaniment
    print_lines(
        f"key {first.told_key}, {first.tempo_bpm:g} bpm, {show_meter(first.meter)}, {style}"
    )
