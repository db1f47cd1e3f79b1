"""Which stretches of a progression are in which songs, and how common each one is.

Conventions: a *run* is a stretch of neighbouring chords of the progression. Chords are alike if
they sound alike: the same root, notes above it and bass, counted from the tonic of the (relative)
major, so that i ♭VI ♭III ♭VII in A minor is vi IV I V in C major, as Hooktheory's ids have it; a
V7 is no V. As in tables built from songs, a chord that comes again at once counts as held, in the
progression and in the songs; nothing runs on across a change of key. Unlike there, no chord is
simplified. A song has a run as often as it begins there, overlaps and repeated sections included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.errors import FieldError, ShinkoError
from shinko.songwriting.asked import Asked, sound_of
from shinko.songwriting.song_runs import Run, find_runs
from shinko.tables import read_songs
from shinko.tables.files import is_folder
from shinko.tables.song import Song, SongCount, song_files
from shinko.theory import parse_hooktheory

if TYPE_CHECKING:
    from shinko.tables.hooktheory_api import HooktheoryClient, SongSection

SHORTEST = 3
MOST_PAGES = 5
NOTE = "common short progressions are nobody's property: sharing one is no sign of copying"


@dataclass(frozen=True)
class Collection:
    """Songs to compare with.

    Attributes:
      songs: with at least one chord each.
      names: their titles, or else their place in a file.
      skipped: words and lines of the files that are no chords.
    """

    songs: tuple[Song, ...]
    names: tuple[str, ...]
    skipped: int = 0


@dataclass(frozen=True)
class Originality:
    """What a progression shares with songs.

    Attributes:
      asked: the progression.
      collection: the songs.
      shortest: length of the shortest run that was looked for.
      runs: all different ones, the longest first, then as they come in the progression.
    """

    asked: Asked
    collection: Collection
    shortest: int
    runs: tuple[Run, ...]

    @property
    def whole(self) -> Run:
        """The whole progression, whether a song has it or not."""
        return self.runs[0]

    @cached_property
    def longest(self) -> Run | None:
        """The longest run that a song has; of several the one in most songs; None without any."""
        shared = [run for run in self.runs if run.places]
        return max(shared, key=lambda run: (run.length, run.songs), default=None)

    @property
    def shown(self) -> tuple[Run, ...]:
        """The whole progression, and the maximal runs; the longest shared one is among them."""
        return (self.whole, *(run for run in self.runs[1:] if run.maximal))

    def numerals(self, run: Run) -> str:
        """A run as Roman numerals."""
        return " ".join(self.asked.numerals[run.start : run.start + run.length])

    def songs_of(self, run: Run) -> list[tuple[str, int]]:
        """The songs that have a run and how often, those that have it most often first."""
        named = [(self.collection.names[song], times) for song, times in run.places]
        return sorted(named, key=lambda song: -song[1])

    def to_dict(self) -> dict[str, object]:
        """The figures for JSON, with every run; `longest` is the number of a run, or None."""
        return {
            "of": len(self.collection.songs),
            "skipped": self.collection.skipped,
            "shortest": self.shortest,
            "longest": None if self.longest is None else self.runs.index(self.longest),
            "runs": [
                {
                    "roman": self.asked.numerals[run.start : run.start + run.length],
                    "tokens": self.asked.tokens[run.start : run.start + run.length],
                    "songs": run.songs,
                    "times": run.times,
                    "maximal": run.maximal,
                    "in": [{"song": name, "times": times} for name, times in self.songs_of(run)],
                }
                for run in self.runs
            ],
        }


@dataclass(frozen=True)
class Listed:
    """What Hooktheory lists for a progression.

    Attributes:
      sections: of songs that have it, in the server's order.
      complete: whether these are all.
    """

    sections: tuple[SongSection, ...]
    complete: bool

    @cached_property
    def songs(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Artist and title of each song -> its sections."""
        songs: dict[tuple[str, str], tuple[str, ...]] = {}
        for one in self.sections:
            song = one.artist, one.title
            songs[song] = (*songs.get(song, ()), one.section)
        return songs


def read_collection(
    path: Path, progress: Callable[[int, int], None] = lambda done, of: None
) -> Collection:
    """The songs of a file or folder, in all formats that tables are built from.

    Args:
      path: of the file or folder.
      progress: called with the files read so far, and of how many.

    Raises:
      TableError: as `read_songs`.
    """
    files = (song_files(path) if is_folder(path) else []) or [path]
    songs: list[Song] = []
    names: list[str] = []
    skipped, count = 0, SongCount()
    for done, file in enumerate(files):
        progress(done, len(files))
        read = read_songs(file, count)
        songs += read.songs
        names += [
            song.title or f"{file.name}, song {number}" for number, song in enumerate(read.songs, 1)
        ]
        skipped += read.skipped
    progress(len(files), len(files))
    return Collection(tuple(songs), tuple(names), skipped)


def compare(asked: Asked, collection: Collection, shortest: int = SHORTEST) -> Originality:
    """What a progression shares with songs.

    Args:
      asked: the progression.
      collection: the songs.
      shortest: length of the shortest runs to look for.

    Raises:
      ShinkoError: the progression is shorter than that, or that is below 1.
    """
    length = len(asked.chords)
    if shortest < 1:
        raise FieldError("shortest", shortest, "1 or more chords")
    if length < shortest:
        told = " without repeats" if length < asked.written else ""
        raise ShinkoError(
            f"progression {' '.join(asked.numerals)}: {length} chords{told}, expected at least "
            f"{shortest}; give more of it, or lower `shortest` to {length}"
        )
    runs = find_runs(
        [sound_of(token) for token in asked.tokens],
        [
            [[sound_of(token) for token in passage] for passage in song.chords]
            for song in collection.songs
        ],
        shortest,
    )
    return Originality(asked, collection, shortest, runs)


def look_up(
    client: HooktheoryClient,
    asked: Asked,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Listed:
    """The songs that Hooktheory's statistics have for the whole progression, live.

    Args:
      client: with an account.
      asked: the progression; see `hooktheory_ids`.
      progress: called with the pages answered so far, and the most that are asked for.

    Raises:
      ShinkoError: a chord has no Hooktheory id.
      FetchError: as `HooktheoryClient.songs`.
    """
    ids = hooktheory_ids(asked)
    # A set that keeps its order. Pages end where one is empty, or only tells what is known.
    sections: dict[SongSection, None] = {}
    for page in range(1, MOST_PAGES + 1):
        progress(page - 1, MOST_PAGES)
        known = len(sections)
        sections |= dict.fromkeys(client.songs(ids, page))
        if len(sections) == known:
            return Listed(tuple(sections), complete=True)
    return Listed(tuple(sections), complete=False)


def hooktheory_ids(asked: Asked) -> tuple[str, ...]:
    """The progression as Hooktheory's statistics are asked for it.

    Raises:
      ShinkoError: a chord has no id.
    """
    for token, chord in zip(asked.tokens, asked.chords, strict=True):
        try:
            parse_hooktheory(token)
        except ShinkoError:
            raise FieldError(
                "account",
                True,
                f"triads and seventh chords only; {chord.roman(asked.key)} has no Hooktheory id",
                "simplify it, or leave `account` out",
            ) from None
    return asked.tokens
