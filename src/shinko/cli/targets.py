"""Where files go: the folder or the file that --out names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from shinko.cli.rendering import words

# What looks like the ending of a file, and not like "songs v1.2".
_ENDING = re.compile(r"\.[A-Za-z]\w{0,7}")


@dataclass(frozen=True)
class Target:
    """Where files go.

    Attributes:
      folder: the folder.
      name: of the file without its ending; "" if only a folder is given.
      format: what the file's ending says; "" likewise.
    """

    folder: Path
    name: str = ""
    format: str = ""

    def names(self, count: int) -> list[str] | None:
        """The names of so many progressions; None where no name is given."""
        if not self.name:
            return None
        return [self.name] if count == 1 else [f"{self.name}-{n}" for n in range(1, count + 1)]


# Other endings by which people call the same formats.
_ALSO = {".midi": "midi", ".xml": "musicxml", ".chordpro": "chordpro", ".chopro": "chordpro"}


def read_target(out: Path | None, formats: str, show: str = "") -> Target:
    """Folder or file that --out names.

    Raises:
      ShinkoError: the ending says no format, other formats are asked for, too, or what is only
        shown is to be written.
    """
    from shinko.errors import ShinkoError
    from shinko.files.formats import FORMATS

    if show:
        if out is not None or formats:
            raise ShinkoError(
                f"--print {show} prints and writes no files; leave out --out and --formats"
            )
        return Target(Path("out"))
    if out is None or out.is_dir():
        return Target(out or Path("out"))
    suffixes = {kind.suffix: name for name, kind in FORMATS.items()} | _ALSO
    name = out.name
    for suffix in sorted(suffixes, key=len, reverse=True):
        if name.casefold().endswith(suffix) and name.casefold() != suffix:
            if formats and words(formats) != [suffixes[suffix]]:
                raise ShinkoError(
                    f"--out {out} with --formats {formats}: give a folder for several formats, or "
                    "the file alone"
                )
            return Target(out.parent, name[: -len(suffix)], suffixes[suffix])
    if str(out) == "-" or out.exists():
        raise ShinkoError(
            f"--out {out}: expected a folder, or a file such as song.pdf; for standard output "
            "give --print FORMAT"
        )
    if _ENDING.fullmatch(out.suffix):
        raise ShinkoError(
            f"--out {out}: files that end in {out.suffix} can't be made; expected one of "
            f"{', '.join(suffixes)}, or a folder"
        )
    return Target(out)
