"""shinko best: the most probable progressions that differ, and files of them."""

from __future__ import annotations

from typing import Any

from shinko.cli.given import from_input, tell_changes
from shinko.cli.options import WISHES, asks
from shinko.cli.rendering import print_texts, shown_files
from shinko.cli.streams import print_json, print_lines
from shinko.cli.styles import split_styles
from shinko.cli.targets import FilesOut, with_formats
from shinko.score.progression import show_key
from shinko.score.text import ascii_key
from shinko.songwriting.questions import BestRequest


def _meant(given: dict[str, Any]) -> dict[str, Any]:
    return with_formats(split_styles(from_input(given)))


@asks(BestRequest, FilesOut, mend=_meant, lists=["style"], joined=WISHES)
def best_command(request: BestRequest, files: FilesOut) -> None:
    """The most probable progressions that really differ, exactly, and files of them.

    \b
    shinko best                                    five, three chords apart
    shinko best --end authentic --no-repeat        with an ending
    shinko best --length 4 --loop --differ 2       loops
    shinko best "Am F _ _ C _ _ G"                 some chords are yours
    shinko best -n 3 -f pdf,wav                    as pages and sound
    shinko best --print line                       no files

    By the table alone: what was played before it doesn't count.
    """
    from shinko.files.render import write_each
    from shinko.songwriting.best import best_of

    target = files.target()
    target.check_apart(request.count, request.chords)
    found = best_of(request)
    tell_changes(found.given, found.heard, found.book, wishes=request.wishes)
    if files.json:
        told = {"key": str(found.book.key), "key_was_found": found.key_was_found}
        print_json(
            [
                {"chords": list(names), "log_probability": score, **told}
                for names, score in found.ranked
            ]
        )
        return
    pieces = found.progressions()
    if files.show:
        print_texts(pieces, files.show, request.rendering)
        return
    names = target.names(len(pieces)) or [
        f"{ascii_key(found.book.key)}-best-{number}" for number in range(1, len(pieces) + 1)
    ]
    paths = list(
        write_each(
            pieces,
            target.folder,
            request.rendering,
            names=names,
            replacing=bool(target.name),
            ending=target.ending,
        )
    )
    width = max(len(name) for names, _ in found.ranked for name in names) + 1
    for (numerals, score), files_of in zip(found.ranked, paths, strict=True):
        row = "".join(f"{name:<{width}}" for name in numerals)
        print_lines(f"{score:8.2f}  {row} {shown_files(files_of)}")
    few = ""
    if len(pieces) < request.count:
        few = f"; no more differ in {found.differ} chords"
    back = ", the step back to the start counted in" if request.wishes.loop else ""
    key = show_key(found.book.key, found=found.key_was_found)
    print_lines(f"log-probability in nats{back}, {found.teller.told}, key {key}{few}")
