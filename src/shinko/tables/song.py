"""What is known of a song here: its chords as tokens; and which files hold songs."""

from dataclasses import dataclass
from pathlib import Path

from shinko.tables.table import TableError

JSON_SUFFIXES = (".jsonl", ".jsonl.gz")
CHORDPRO_SUFFIXES = (".cho", ".chordpro", ".chopro", ".pro", ".crd")
TEXT_SUFFIXES = (".txt", ".chords")
SONG_SUFFIXES = (*JSON_SUFFIXES, *CHORDPRO_SUFFIXES, *TEXT_SUFFIXES)


# More take longer than a minute to count, and more than a gigabyte of memory.
MOST_SONGS, MOST_CHORDS = 500_000, 6_000_000


def song_files(folder: Path) -> list[Path]:
    """The song files of a folder, to judge by their names, sorted."""
    return [file for file in sorted(folder.iterdir()) if file.name.endswith(SONG_SUFFIXES)]


@dataclass(frozen=True)
class Song:
    """A song as runs of chord tokens.

    Attributes:
      chords: runs without a gap; a change of key begins a new one. Tokens count from the relative
        major of a minor key, as Hooktheory's ids do.
      title: may be empty.
      key: the key that the chords were read in, "major" or "minor" where no tonic was told.
      key_was_found: whether the key was guessed from the chords.
      year: of publication.
      parts: the sections that the chords make up in this order, where a song tells them: how many
        chords each has, and its mode.
      id: what its collection calls it.
      beats: how long each chord lasts, all of them in this order, where a song tells it.
      meter: such as "4/4", where a song tells it.
    """

    chords: tuple[tuple[str, ...], ...]
    title: str = ""
    key: str = ""
    key_was_found: bool = False
    year: int | None = None
    parts: tuple[tuple[int, str], ...] = ()
    id: str = ""
    beats: tuple[float, ...] = ()
    meter: str = ""

    def __len__(self) -> int:
        """Number of chords."""
        return sum(map(len, self.chords))


@dataclass(frozen=True)
class SongList:
    """Songs of a file or folder.

    Attributes:
      songs: those with at least one chord.
      skipped: words, lines and chords that were left out, as they clearly are no chords.
      told: what was left out or changed, and how numerals were read that can be read in two ways.
    """

    songs: tuple[Song, ...]
    skipped: int = 0
    told: tuple[str, ...] = ()


class TooManySongsError(TableError):
    """More songs or chords than can be counted at once."""


@dataclass
class SongCount:
    """How many songs and chords were read so far, from one file or several."""

    songs: int = 0
    chords: int = 0

    def add(self, path: Path, *, songs: int = 0, chords: int = 0) -> None:
        """Raises: TooManySongsError; it names the file at hand."""
        self.songs += songs
        self.chords += chords
        if self.songs > MOST_SONGS or self.chords > MOST_CHORDS:
            raise TooManySongsError(
                f"{path}: more than {MOST_SONGS:,} songs or {MOST_CHORDS:,} chords up to here; "
                "take a part of them"
            )
