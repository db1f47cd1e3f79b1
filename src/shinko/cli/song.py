"""Songs as files: what `compose` was asked, saved to be edited and played again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko.cli.streams import print_lines
from shinko.disk import write_atomically
from shinko.errors import FieldError
from shinko.files.formats import FILES
from shinko.request import Request, asked
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.song_file import is_song, read_song, song_text


@dataclass(frozen=True)
class SongOut(Request):
    """Where what was asked is kept."""

    save: Path | None = asked(
        None,
        "Keep all that was asked in a song's file, for an editor; compose takes it in place of "
        "chords and plays it again.",
        metavar="FILE",
        group=FILES,
    )

    replace: bool = asked(
        False, "It takes the place of a file that is there.", needs="save", group=FILES
    )

    def check(self) -> None:
        """Raises: FieldError, where a song's file can't be there."""
        if self.save is None:
            return
        if not is_song(str(self.save)):
            raise FieldError("save", str(self.save), "a name that ends in .toml")
        if self.save.exists() and not self.replace:
            way_out = "give `replace`, too, or choose another name"
            raise FieldError("save", str(self.save), "a name that nothing has yet", way_out)

    def write(self, request: ComposeRequest) -> None:
        """Keep what was asked, if that is wanted.

        Raises:
          ShinkoError: it can't be written.
        """
        if self.save is None:
            return
        self.check()  # it may have come in between
        write_atomically(self.save, song_text(request).encode(), new=not self.replace)
        print_lines(f"song {self.save}", to_error=True)


def from_song(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with what a song's file asks where it stands in place of chords.

    Raises:
      SongFileError: it can't be read.
    """
    chords = given.get("chords")
    if not isinstance(chords, str) or not is_song(chords):
        return given
    beside = {name: value for name, value in given.items() if name != "chords"}
    return read_song(Path(chords)) | beside
