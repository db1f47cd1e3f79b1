"""Where Shinko reads and writes: data folder, SoundFont, free space, the terminal.

Nothing is written to find out.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from shinko.cli.checkup.finding import Finding

LEAST_FREE_BYTES = 50_000_000  # four minutes of WAV are 42 MB


def data_folder_finding() -> Finding:
    """Whether downloads can be kept.

    Raises:
      FetchError: the home folder isn't known.
    """
    from shinko.fetching.places import VARIABLE, data_folder

    about, folder = "data folder", data_folder()
    way_out = (f"give the folder that {VARIABLE} names, or another one",)
    there = _nearest(folder)
    if not there.is_dir():
        return Finding(about, "broken", f"{there}: a file stands in its place", way_out)
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(about, "broken", f"{there}: can't be written into", way_out)
    made = "" if there == folder else ", made at the first download"
    return Finding(about, "works", f"{folder}{made}")


def soundfont_finding() -> Finding:
    """Which SoundFont is played where none is given.

    Raises:
      AudioError: there is none, or it can't be read.
    """
    from shinko.export.synth import bundled_soundfont, check_soundfont

    path = bundled_soundfont()
    check_soundfont(path)
    megabytes = path.stat().st_size / 1e6
    text = f"{path.name} of {path.parent.name}, {megabytes:.1f} MB; --soundfont plays another"
    return Finding("SoundFont", "works", text)


def space_finding() -> Finding:
    """How much can still be written.

    Raises:
      FetchError: the home folder isn't known.
      OSError: the current folder is gone, or can't be looked at.
    """
    from shinko.fetching.places import data_folder

    free = [shutil.disk_usage(_nearest(folder)).free for folder in (data_folder(), Path.cwd())]
    text = f"{_gigabytes(free[0])} for data, {_gigabytes(free[1])} in this folder"
    if min(free) < LEAST_FREE_BYTES:
        return Finding("free space", "lacks", text, ("make room, or go to another folder",))
    return Finding("free space", "works", text)


def terminal_finding() -> Finding:
    """Whether what is printed can be shown as it is meant."""
    encoding = sys.stdout.encoding or "unknown"
    try:
        "♭✓–✗".encode(encoding)
    except (UnicodeError, LookupError):
        text = f"{encoding} has no ♭ and no ✓; plain signs take their place"
        way_out = "set the variable PYTHONUTF8 to 1, in a terminal that shows UTF-8"
        return Finding("terminal", "lacks", text, (way_out,))
    return Finding("terminal", "works", encoding)


def _nearest(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    folder = Path(os.path.abspath(folder))
    return next(path for path in (folder, *folder.parents) if os.path.lexists(path))


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
