"""Writing a file whole or not at all."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from shinko.errors import ShinkoError
from shinko.paths import fault_of

_WAYS_OUT = {
    errno.ENOENT: "create the folder first",
    errno.ENOSPC: "free some space",
    errno.EISDIR: "give the name of a file in it",
}


class WriteError(ShinkoError):
    """A file can't be written; what was there before is as it was."""


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    The bytes go into a temporary file beside the target, which then takes the target's name; a
    link stays a link. What is no ordinary file (a pipe, /dev/stdout) is written directly.

    Raises:
      WriteError: the file can't be written; a file that was there is as it was before.
    """
    write_together({Path(path): data})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none: no file takes its name before all are on disk.

    Raises:
      WriteError: one of them can't be written; what was there is as it was before.
    """
    with ExitStack() as written:
        temporaries = []
        for path, data in contents.items():
            with _told(path):
                if fault := fault_of(path.name):
                    raise WriteError(f"can't write {os.fspath(path)!r}: expected {fault}")
                target = Path(os.path.realpath(path))
                if target.is_symlink():
                    raise OSError(errno.ELOOP, "a link that leads to itself")
                if target.exists() and not (target.is_file() or target.is_dir()):
                    target.write_bytes(data)
                    continue
                temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")
                written.callback(_remove, temporary)
                with open(temporary, "xb") as file:
                    file.write(data)
                temporaries.append((path, temporary, target))
        for path, _, target in temporaries:
            with _told(path):
                if target.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        for path, temporary, target in temporaries:
            with _told(path):
                os.replace(temporary, target)


def _remove(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What goes wrong with a file, in one line."""
    try:
        yield
    except OSError as error:
        way_out = _WAYS_OUT.get(error.errno or 0, "choose another place")
        reason = error.strerror or error
        raise WriteError(f"can't write {os.fspath(path)!r}: {reason}; {way_out}") from error
    except ValueError as error:  # a zero character in the path
        raise WriteError(
            f"can't write {os.fspath(path)!r}: {error}; choose another name"
        ) from error
