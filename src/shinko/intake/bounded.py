"""Reading a file no further than a limit."""

import os
import stat
from pathlib import Path

from shinko.errors import ShinkoError


class IntakeError(ShinkoError):
    """What comes in can't be read as music."""


def read_bytes(path: str | os.PathLike[str], *, most_bytes: int) -> bytes:
    """The bytes of a file that has most_bytes at most.

    Raises:
      IntakeError: the file is missing, a folder, a device, unreadable or too large.
    """
    name = os.fspath(path)
    try:
        target = Path(path)
        mode = target.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IntakeError(f"can't read {name!r}: it is a folder; give a file in it")
        # To open a pipe or a terminal may wait for somebody who never comes.
        if not stat.S_ISREG(mode):
            raise IntakeError(f"can't read {name!r}: it is a pipe or a device; give a file")
        with open(target, "rb") as file:
            data = file.read(most_bytes + 1)
    except FileNotFoundError as error:
        raise IntakeError(f"can't read {name!r}: no such file; check its name") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise IntakeError(f"can't read {name!r}: {reason}; choose another file") from error
    if len(data) > most_bytes:
        raise IntakeError(f"{name!r} is larger than {most_bytes:,} bytes; give a smaller file")
    return data
