"""Where files go: the folder or the file that --out names, or the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko.errors import FieldError
from shinko.files.formats import FILES, FORMATS
from shinko.paths import fault_of, is_same_file
from shinko.request import Request, asked

# What looks like the ending of a file, and not like "songs v1.2".
_ENDING = re.compile(r"\.[A-Za-z]\w{0,7}")


@dataclass(frozen=True)
class Target:
    """Where files go.

    Attributes:
      folder: the folder.
      name: of the file without its ending; "" if only a folder is given.
      format: what the file's ending says; "" likewise.
      ending: of the file, as it is asked for; "" likewise.
    """

    folder: Path
    name: str = ""
    format: str = ""
    ending: str = ""

    def names(self, count: int) -> list[str] | None:
        """The names of so many progressions; None where no name is given."""
        if not self.name:
            return None
        return [self.name] if count == 1 else [f"{self.name}-{n}" for n in range(1, count + 1)]

    def files(self, count: int) -> list[Path]:
        """The files of so many progressions; none where no name is given."""
        return [self.folder / (name + self.ending) for name in self.names(count) or ()]

    def check_apart(self, count: int, source: str | None) -> None:
        """Hold that the file that chords are taken from stays.

        Raises:
          FieldError: what is made of them would take its place.
        """
        for path in self.files(count) if source else ():
            if is_same_file(path, source or ""):
                raise FieldError(
                    "out",
                    str(path),
                    "another name, for the chords are taken from this file",
                    "nothing is written",
                )


@dataclass(frozen=True)
class FilesOut(Request):
    """Where files go; what a terminal asks beside what is asked of all faces."""

    out: Path | None = asked(
        None,
        "Folder for the files, or a file, such as song.pdf. Default: out.",
        metavar="DIR|FILE",
        letter="o",
    )
    show: str = asked(
        "",
        "Print it and write no files.",
        name="print",
        choices=("", *(name for name, kind in FORMATS.items() if kind.is_text)),
        excludes="out",
        group=FILES,
    )
    json: bool = asked(False, "Print JSON and write no files.", excludes="out", group=FILES)

    def target(self) -> Target:
        """Where they go."""
        return read_target(self.out)


def with_formats(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with the format that the ending of --out names.

    Raises:
      FieldError: other formats are asked for, too, or what is only shown is to be written.
    """
    formats = given.get("formats")
    shown = next((name for name in ("print", "json") if given.get(name)), None)
    if shown and formats:
        raise FieldError("formats", formats, f"none beside `{shown}`", "leave one of them out")
    if shown or not (named := read_target(given.get("out")).format):
        return given
    if formats and formats not in (named, [named]):
        raise FieldError(
            "formats",
            formats,
            f"{named}, for that is what `out` {given['out']} is",
            "give a folder for several formats, or the file alone",
        )
    return {**given, "formats": named}


# Other endings by which people call the same formats.
_ALSO = {".midi": "midi", ".xml": "musicxml", ".chordpro": "chordpro", ".chopro": "chordpro"}


def read_target(out: Path | None) -> Target:
    """Folder or file that --out names; the folder `out` where it isn't given.

    Raises:
      FieldError: the ending says no format, or there can't be such a file or folder.
    """
    if out is None:
        return Target(Path("out"))
    try:
        return _target(out)
    except OSError as error:  # a name is too long, or a folder above it is closed
        expected = "a file or folder that there can be"
        raise FieldError("out", str(out), f"{expected} ({error.strerror})") from None


def _target(out: Path) -> Target:
    if out.is_dir():
        return Target(out)
    for place in (out, *out.parents):
        if place is not out and place.exists():
            break
        if fault := fault_of(place.name):
            raise FieldError("out", str(out), fault)
    suffixes = {kind.suffix: name for name, kind in FORMATS.items()} | _ALSO
    name = out.name
    for suffix in sorted(suffixes, key=len, reverse=True):
        if name.casefold().endswith(suffix) and name.casefold() != suffix:
            stem, ending = name[: -len(suffix)], name[-len(suffix) :]
            return Target(out.parent, stem, suffixes[suffix], ending)
    if str(out) == "-" or out.exists():
        raise FieldError(
            "out",
            str(out),
            "a folder, or a file such as song.pdf",
            "for standard output give `print` FORMAT",
        )
    if _ENDING.fullmatch(out.suffix):
        raise FieldError(
            "out",
            str(out),
            f"an ending that files can be made of: {', '.join(suffixes)}; or a folder",
        )
    return Target(out)
