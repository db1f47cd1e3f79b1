"""Names of files and folders, as people give them and as every system keeps them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from shinko.errors import ShinkoError

# A file system takes 255 bytes; endings, numbers and what else is added to a name need some.
MOST_BYTES = 180
# Devices, whatever ending is added; ¹²³ are digits there.
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\..*)?", re.I)


class PathError(ShinkoError):
    """A text can't be the name of a file or folder."""


def path_of(text: str | Path) -> Path:
    """The path that a text names; ~ and ~NAME at its beginning are the home folders they are.

    They stand for themselves where there is no such user, and in `./~`. What is a path already is
    taken as it is.

    Raises:
      PathError: the text is empty, as an unset variable of a script is, or no system has such a
        name.
    """
    if text == "":
        raise PathError("'' is no path; expected the name of a file or folder")
    if "\0" in str(text):
        raise PathError(f"{str(text)!r}: a zero character is in no name; leave it out")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:  # half a character
        raise PathError(f"{str(text)!r}: not all of it can be in a name; leave that out") from None
    return expanded(text) if isinstance(text, str) else text


def expanded(text: str) -> Path:
    """The path of a text that may be something else than a path; ~ as in `path_of`."""
    return Path(os.path.expanduser(text))


def text_of(path: Path) -> str:
    """The text that `path_of` reads as this path again."""
    return f"./{path}" if str(path).startswith("~") else str(path)


def harmless(name: str) -> str:
    """A file's name without ending that every system keeps, and that leaves room for endings."""
    short = name.encode(errors="ignore")[:MOST_BYTES].decode(errors="ignore").rstrip(". ")
    return f"_{short}" if _RESERVED.fullmatch(short) else short


def is_same_file(path: Path, source: str) -> bool:
    """Whether a path is that of the file that a text names."""
    try:
        return path.exists() and path.samefile(source)
    except (OSError, ValueError):  # no file, or a text that can be none's name
        return False


def fault_of(name: str) -> str:
    """Why some systems don't keep a name, in words; "" where all do."""
    if _RESERVED.fullmatch(name):
        return "a name that Windows doesn't keep for a device"
    if name.endswith((".", " ")) and name.strip("."):
        return "a name that doesn't end in a dot or a space, which Windows would drop"
    return ""
