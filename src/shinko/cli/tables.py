"""shinko tables: list, show, build and fetch transition tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_lines, terminal_text
from shinko.tables.requests import BuildRequest, FetchRequest, ShowRequest
from shinko.tables.table import USUAL_ORDER

if TYPE_CHECKING:
    from shinko.tables import Continuations

app = typer.Typer(
    help="Transition tables: what chord follows which.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

MOST_SHOWN = 12
BAR_WIDTH = 30  # columns of the longest bar


@app.command("list")
def list_command() -> None:
    """List the tables that have a name: the built-in ones, and those to download.

    \b
    shinko tables list
    shinko compose --table 1960s                   compose with one of them
    """
    from shinko.tables import list_tables

    listed = list_tables()
    print_lines(f"{'name':<16}{'chords':>7}{'histories':>11}  description")
    for table in listed:
        if table.chords is None:
            size, hint = f"{'–':>7}{'–':>11}", f"; get it with: {table.fetch}"
        else:
            size, hint = f"{table.chords:>7}{table.histories:>11,}", ""
        print_lines(f"{table.name:<16}{size}  {table.description}{hint}")


@app.command("show")
@asks(ShowRequest)
def show_command(request: ShowRequest) -> None:
    """Show what follows some chords, ranked, and what a table is made of.

    \b
    shinko tables show pop                               how common each chord is
    shinko tables show pop --after "IV I"                what follows IV I
    shinko tables show 1960s --after "Am F" --key C      with chord names
    shinko tables show mine.csv --after "i bVI" --key Am
    """
    from shinko.tables import continuations, load_table, summarise
    from shinko.tables.codec import find_codec
    from shinko.theory import parse_token

    loaded, key = load_table(request.table), request.key
    found = continuations(loaded, request.after, key=key)
    summary = summarise(loaded)
    print_lines(
        f"{summary.name}: {summary.chords} chords, {summary.histories:,} histories, the longest "
        f"of {summary.order}"
    )
    show = find_codec(loaded.codec).show
    shown = " ".join(
        parse_token(token).name(key) if key else show(token) for token in found.history
    )
    print_lines("", f"after {shown or 'nothing (how common each chord is)'}:")
    show_continuations(found, request.count)
    if not request.after:
        print_lines("", "what it is made of:")
        for name, note in loaded.notes.items():
            print_lines(f"  {name}: {note}")


def show_continuations(found: Continuations, count: int) -> None:
    """A line a chord: numeral, name, probability, a bar, and how many chords it looks at."""
    longest = found.chords[0].probability if found.chords else 1.0
    for chord in found.chords[:count]:
        bar = "█" * max(1, round(BAR_WIDTH * chord.probability / (longest or 1.0)))
        name = f"{chord.name:<10}" if chord.name else ""
        looks = f"after {chord.history_length}" if chord.history_length else "at all"
        print_lines(
            f"  {chord.roman:<10}{name}{chord.probability:>7.1%}  {bar:<{BAR_WIDTH}}  {looks}"
        )
    rest = found.chords[count:]
    if rest:
        share = sum(chord.probability for chord in rest)
        print_lines(f"  … {len(rest)} more, together {share:.1%}")
    if found.unlisted:
        print_lines(f"  unlisted here: {found.unlisted} more; rare, but not impossible")


@app.command("build")
@asks(BuildRequest)
def build_command(request: BuildRequest) -> None:
    """Build a table from your own songs.

    \b
    shinko tables build songs.txt -o mine.csv
    shinko learn --table mine.csv

    A text file has one progression a line, as chord names (| C | G | Am F |) or Roman numerals
    (I V vi IV); a line 'key: G' tells the key of what follows, else it is found from the chords.
    Beside the table lies NAME.memory.json.gz: how the songs come back to what they played. Of a
    few songs it leans on the built-in ones.
    """
    from shinko.errors import ShinkoError
    from shinko.tables import build_table, read_songs
    from shinko.tables.files import is_there
    from shinko.tables.memories import memory_path
    from shinko.tables.own_memory import memory_of_songs, write_with_memory
    from shinko.tables.song import SongCount
    from shinko.tables.table import TableError

    out, beside = request.out, memory_path(request.out)
    for path in (out, beside):
        if is_there(path) and not request.force:
            raise ShinkoError(f"{path}: is there already; choose another `out`, or give `force`")
    count = SongCount()
    lists = [read_songs(file, count) for file in request.files]
    songs = [song for each in lists for song in each.songs]
    for song in songs[:MOST_SHOWN]:
        title, how = (
            terminal_text(song.title) or "untitled",
            "found" if song.key_was_found else "told",
        )
        print_lines(f"{title}: {len(song)} chords, key {song.key or '–'} ({how})")
    if len(songs) > MOST_SHOWN:
        print_lines(f"… and {len(songs) - MOST_SHOWN} songs more")
    skipped = sum(each.skipped for each in lists)
    if skipped:
        print_lines(f"{skipped} words or lines were skipped: they are no chords")
    for line in dict.fromkeys(line for each in lists for line in each.told):
        print_lines(line, to_error=True)
    smoothing: Any = request.smoothing  # one of those that its field holds it to
    name = out.name.split(".")[0]
    table = build_table(songs, name=name, order=request.order, smoothing=smoothing)
    try:
        memory, without = memory_of_songs(songs, table.vocabulary, name), ""
    except TableError as error:
        memory, without = None, str(error)
    write_with_memory(table, memory, out, new=not request.force)
    print_lines(f"{out}: {len(table.vocabulary)} chords, {len(table.rows):,} histories")
    if memory is None:
        print_lines(without)
    else:
        counted = ", ".join(f"{n} in {mode}" for mode, n in memory.styles[0].songs.items() if n)
        print_lines(f"{beside}: what they remember; songs: {counted}")
    for name, note in table.notes.items():
        print_lines(f"  {name}: {note}")
    # Learning looks back as far as it is told, not as far as the table could.
    deeper = f" --order {table.order}" if table.order > USUAL_ORDER else ""
    print_lines(f"look at it: shinko tables show {out}")
    print_lines(f"compose with it: shinko compose --table {out}")
    print_lines(f"learn from it: shinko learn --table {out}{deeper}")


@app.command("fetch")
@asks(FetchRequest)
def fetch_command(request: FetchRequest) -> None:
    """Download Hooktheory's chord statistics into your data folder, once.

    \b
    shinko tables fetch hooktheory          the four CSVs of 2014, checksummed
    shinko tables fetch hooktheory --api    the live ones, with your account

    The account comes from HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD (or HOOKTHEORY_ACTIVKEY),
    or is asked for; it is never stored. An interrupted crawl resumes where it stopped.
    """
    if not request.api:
        from shinko.tables import fetch_hooktheory

        with download_progress() as progress:
            folder = fetch_hooktheory(progress=progress)
        print_lines(f"in {folder}; use it with: shinko learn --preset poster")
        return
    from shinko.tables import fetch_api
    from shinko.tables.hooktheory_api import find_credentials

    credentials = find_credentials(ask=ask_user if sys.stdin.isatty() else None)
    with download_progress() as progress:
        crawl = fetch_api(
            credentials=credentials,
            min_probability=request.min_probability,
            max_requests=request.max_requests,
            progress=progress,
        )
    print_lines(f"{crawl.table}: {crawl.histories} histories, {crawl.requests} requests")
    if crawl.unanswered:
        print_lines(
            f"{crawl.unanswered} histories are still to ask for; run the same again to go on"
        )
    if crawl.left_out:
        print_lines(f"{crawl.left_out} chords were left out: their ids can't be read")
    print_lines("use it with: shinko learn --table hooktheory-api")


def ask_user(what: str) -> str:
    from getpass import getpass

    prompt = f"Hooktheory {what}: "
    return getpass(prompt) if what == "password" else input(prompt)


@contextmanager
def download_progress() -> Iterator[Callable[[int, int, str], None]]:
    """Yields what to call with the files or requests done, all, and the next."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda done, total, following: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("fetching", total=None)
        yield lambda done, total, following: bar.update(
            task,
            completed=done,
            total=total,
            description=f"fetching {escape(terminal_text(following))}",
        )
