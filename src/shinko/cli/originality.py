"""shinko originality: which stretches of a progression are in which songs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_lines, terminal_text
from shinko.songwriting.questions import OriginalityRequest

if TYPE_CHECKING:
    from shinko.songwriting.asked import Asked
    from shinko.songwriting.originality import Listed, Originality

MOST_SONGS = 5  # told of each run
MOST_LISTED = 12  # songs told of Hooktheory's


@asks(OriginalityRequest, AsJson)
def originality_command(request: OriginalityRequest, output: AsJson) -> None:
    """Which stretches of a progression are in which songs, and how common they are.

    \b
    shinko originality "I V vi IV" --songs mine.txt
    shinko originality "| Am | F | C | G |" --key Am --songs songs/
    shinko originality "i bVI iv V7" --songs songs.jsonl --shortest 2
    shinko originality "I V vi IV" --account      ask Hooktheory

    Chords are compared by their sound, from the tonic; a chord that comes
    again at once counts as held, as in tables built from songs. Shown are the
    whole progression, and the runs that are in a song while no longer run
    around them is.

    The account comes from HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD (or
    HOOKTHEORY_ACTIVKEY), or is asked for; it is never stored.
    """
    from shinko.songwriting.asked import read_progression
    from shinko.songwriting.originality import NOTE, compare, read_collection
    from shinko.theory.bare_numerals import bare_in

    songs = request.songs
    asked = read_progression(request.chords, request.key)
    if told := bare_in((request.chords,), asked.key.mode):
        print_lines(told, to_error=True)
    found = listed = None
    if songs is not None:
        from shinko.cli.progress import counting_progress

        with counting_progress("reading songs", "files") as show:
            collection = read_collection(songs, show)
        found = compare(asked, collection, request.shortest)
    if request.account:
        listed = _ask_hooktheory(asked)
    if output.json:
        _print_json(asked, found, listed)
        return
    how = "found" if asked.key_was_found else "told"
    print_lines(
        f"{' '.join(asked.numerals)}: {len(asked.chords)} chords, key {asked.key_name} ({how})"
    )
    if len(asked.chords) < asked.written:
        print_lines(
            f"of {asked.written} chords written; one that comes again at once counts as held"
        )
    if found is not None:
        _show_runs(found, terminal_text(str(songs)))
    if listed is not None:
        _show_listed(listed)
    print_lines("", f"{NOTE[0].upper()}{NOTE[1:]}.")


def _ask_hooktheory(asked: Asked) -> Listed:
    from shinko.cli.progress import counting_progress
    from shinko.cli.tables import ask_user
    from shinko.songwriting.originality import hooktheory_ids, look_up
    from shinko.tables.hooktheory_api import AGAIN, HooktheoryClient, find_credentials

    hooktheory_ids(asked)  # before a password is asked for
    credentials = find_credentials(ask=ask_user if sys.stdin.isatty() else None)
    client = HooktheoryClient(credentials, way_out=f"{AGAIN}, or leave --account out")
    with counting_progress("asking Hooktheory", "pages") as show:
        return look_up(client, asked, show)


def _print_json(asked: Asked, found: Originality | None, listed: Listed | None) -> None:
    from shinko.songwriting.originality import NOTE

    told: dict[str, object] = {
        "progression": {
            "roman": asked.numerals,
            "tokens": asked.tokens,
            "key": asked.key_name,
            "key_was_found": asked.key_was_found,
            "written": asked.written,
        }
    }
    if found is not None:
        told |= found.to_dict()
    if listed is not None:
        sections = [vars(section) for section in listed.sections]
        told["hooktheory"] = {"complete": listed.complete, "sections": sections}
    print_lines(json.dumps({**told, "note": NOTE}))


def _show_runs(found: Originality, where: str) -> None:
    """A row for each run, with the songs that have it most often below."""
    from shinko.cli.figures import print_columns

    total = len(found.collection.songs)
    print_lines(f"compared with {total:,} songs of {where}")
    if found.collection.skipped:
        print_lines(f"{found.collection.skipped} words or lines were skipped: they are no chords")
    print_lines("")
    rows = {
        found.numerals(run): [
            str(run.length),
            f"{run.songs:,}",
            f"{run.songs / total:.1%}",
            f"{run.times:,}",
            ", ".join(
                name
                for name, one in (("whole", found.whole), ("longest shared", found.longest))
                if run is one
            ),
        ]
        for run in found.shown
    }
    print_columns(["chords", "songs", "share", "times", ""], rows)
    if found.longest is None:
        print_lines("", f"no run of {found.shortest} chords or more is in any of the songs")
        return
    print_lines("")
    for run in found.shown:
        if run.songs:
            names = [
                f"{terminal_text(name)}{f' ×{times}' if times > 1 else ''}"
                for name, times in found.songs_of(run)[:MOST_SONGS]
            ]
            more = run.songs - len(names)
            print_lines(
                f"{found.numerals(run)}: {', '.join(names)}" + (f" … {more:,} more" if more else "")
            )


def _show_listed(listed: Listed) -> None:
    """The songs of Hooktheory's first pages, each with its sections."""
    songs = listed.songs
    if not songs:
        print_lines("", "Hooktheory knows no song with the whole progression")
        return
    at_least = "" if listed.complete else "at least "
    plural = "song" if len(songs) == 1 else "songs"
    print_lines("", f"Hooktheory knows {at_least}{len(songs)} {plural} with the whole progression:")
    for (artist, title), sections in list(songs.items())[:MOST_LISTED]:
        name = " – ".join(part for part in (artist, title) if part)
        parts = ", ".join(dict.fromkeys(section for section in sections if section))
        print_lines(f"  {terminal_text(name + (f' ({parts})' if parts else ''))}")
    if len(songs) > MOST_LISTED:
        print_lines(f"  … {len(songs) - MOST_LISTED} more")
