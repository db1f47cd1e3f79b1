"""shinko compose: progressions as a table, and as files that musicians use."""

from __future__ import annotations

from itertools import chain
from typing import Any

from shinko.cli.given import from_input, tell_changes
from shinko.cli.options import WISHES, asks
from shinko.cli.rendering import print_texts, write_and_show
from shinko.cli.song import SongOut, from_song
from shinko.cli.streams import print_json_list, print_lines
from shinko.cli.styles import split_styles
from shinko.cli.targets import FilesOut, Target, with_formats
from shinko.score.progression import show_meter
from shinko.songwriting.requests import ComposeRequest


def _meant(given: dict[str, Any]) -> dict[str, Any]:
    return with_formats(split_styles(from_input(from_song(given))))


@asks(ComposeRequest, FilesOut, SongOut, mend=_meant, lists=["style"], joined=WISHES)
def compose_command(request: ComposeRequest, files: FilesOut, song: SongOut) -> None:
    """Compose chord progressions and write them as MIDI, notation, pages, sound or text.

    \b
    shinko compose                                 four progressions in C
    shinko compose --key "F# minor" --length 16    longer, in another key
    shinko compose "Am F C G _ _ _ _"              your chords, and four more
    shinko compose song.mid --continue 8           on from a file of yours
    shinko compose "D A Bm G" --vary 3 --apart 2   variants that really differ
    shinko compose --seed 7                        the same music again
    shinko compose --key "D dorian"                as songs in that mode go
    shinko compose --variety adventurous           bolder; or familiar, real, 4
    shinko compose --returns hypnotic              more of it comes back
    shinko compose --plan AABA --length 16         three of four units alike
    shinko compose --genre jazz                    its chords, and how it swings
    shinko compose --table "1960s:2, pop909:1"     other songs' statistics, mixed
    shinko compose --template blues --key F        twelve bars; or rhythm, axis …
    shinko compose --fix "1=I 4=V7 8=I"            some chords are yours
    shinko compose --end deceptive --without iii   where it goes, without iii
    shinko compose --form "verse:8 chorus:4 verse chorus+2"   sections
    shinko compose --form "A A' B A" --keys B=Eb   the bridge in another key
    shinko compose … --save song.toml              all that was asked, to edit
    shinko compose song.toml -f pdf,midi           and played again
    shinko compose --style bossa -f midi,pdf,wav   a band, a lead sheet, a sound
    shinko compose --diagrams guitar -f svg        a page with fingerings
    shinko compose -n 1 --print line               for the clipboard
    shinko compose --run runs/mine                 with a policy you trained
    """
    from shinko.score.text import file_name
    from shinko.songwriting.compose import asked_policy, composed

    target = files.target()
    song.check()
    rendering, pieces = request.rendering, request.pieces
    target.check_apart(pieces, request.chords)
    drawn = composed(asked_policy(request), request)
    tell_changes(drawn.given, drawn.heard, drawn.book, wishes=request.wishes)
    progressions = drawn.progressions()
    song.write(request)
    if files.json:
        print_json_list(progression.to_dict() for progression in progressions)
        return
    if files.show:
        print_texts(progressions, files.show, rendering)
        return
    names = target.names(pieces)
    if names is None and request.title:
        names = Target(target.folder, file_name(request.title)).names(pieces)
    first = next(progressions)
    write_and_show(
        chain((first,), progressions),
        target.folder,
        rendering,
        total=pieces,
        names=names,
        replacing=bool(target.name),
        ending=target.ending,
    )
    meter, style = show_meter(first.meter), rendering.performance.accompaniment
    played = (f", {meter}" if meter != "4/4" else "") + (f", {style}" if style != "block" else "")
    if request.genre:
        print_lines(f"genre {request.genre}: table {request.table}, style {style}")
    print_lines(
        f"key {first.told_key}, {first.tempo_bpm:g} bpm{played}, seed {request.seed}, policy "
        f"{first.policy}"
    )
