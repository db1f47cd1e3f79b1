"""Writing a file whole or not at all, and through to the disk, so that no power cut empties it.

The bytes go into a temporary file beside the target, which then takes the target's name; where
nothing may be replaced, by a link. While a temporary file is written it is locked (flock). Such a
lock ends with its process, however that dies: what can be locked is nobody's any more, and the next
writer in that folder removes it. Where there is no flock, as on Windows, it stays. Its name carries
the host, since some network file systems keep locks on each host for itself.
"""

import errno
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path

from shinko.errors import ShinkoError
from shinko.paths import fault_of

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_WAYS_OUT = {
    errno.ENOENT: "create the folder first",
    errno.ENOSPC: "free some space",
    errno.EISDIR: "give the name of a file in it",
}

# What says that a file can't have two names there, and nothing worse.
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}

# What says that a file can't be written through, or not locked, and nothing worse.
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}

_MANY = 8  # files

_HOST = f"{zlib.crc32(os.uname().nodename.encode()):08x}" if hasattr(os, "uname") else "0" * 8
_OWN = re.compile(rf"\.{_HOST}-[0-9a-f]{{16}}\.tmp")
_OLD = re.compile(r"\.[0-9a-f]{16}\.tmp")  # of version 0.1, never locked
_TEMPORARY = re.compile(r"\.([0-9a-f]{8}-)?[0-9a-f]{16}\.tmp")

_writing: set[str] = set()  # by any thread of this process
_cleaned: set[Path] = set()  # folders, once in each process: to look through many files takes time


class WriteError(ShinkoError):
    """A file can't be written; what was there before is as it was."""


class TakenError(WriteError):
    """There is another file of that name, which was to stay."""


def write_atomically(path: str | os.PathLike[str], data: bytes, *, new: bool = False) -> None:
    """Write a file so that nobody ever sees half of it, not even after a power cut.

    A link stays a link. What is no ordinary file (a pipe, /dev/stdout) is written directly.

    Args:
      path: of the file.
      data: its content.
      new: whether a file that is there stays, and be it there since a moment ago.

    Raises:
      TakenError: one that was to be new is there, with other bytes.
      WriteError: the file can't be written; a file that was there is as it was before.
    """
    write_together({Path(path): data}, new=new)


def write_together(
    contents: Mapping[Path, bytes], *, new: bool = False, stale: Sequence[Path] = ()
) -> None:
    """Write several files, all of them or none: no file takes its name before all are on disk.

    Args:
      contents: of the files.
      new: whether files that are there stay, whoever wrote them, and be it a moment ago.
      stale: files that would be wrong beside the new ones; gone before any of these is there.

    Raises:
      TakenError: one that was to be new is there, with other bytes.
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
                if target.parent not in _cleaned:
                    remove_leftovers(target.parent)
                    _cleaned.add(target.parent)
                temporary, file = written.enter_context(_temporary(target.parent))
                _write(file, data)
                temporaries.append((path, temporary, target, file))
        _sync_all([(path, file) for path, _, _, file in temporaries])
        for path, _, target, file in temporaries:
            with _told(path):
                if fcntl is None:  # an open file can't be renamed there
                    file.close()
                if target.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        for path in stale:
            with _told(path):
                Path(os.path.realpath(path)).unlink(missing_ok=True)
        taken: list[Path] = []
        try:
            for path, temporary, target, _ in temporaries:
                with _told(path):
                    if not new:
                        os.replace(temporary, target)
                    elif _take_name(temporary, target):
                        taken.append(target)
        except WriteError:
            for target in taken:
                _remove(target)
            raise
        for folder in {target.parent for _, _, target, _ in temporaries}:
            sync_folder(folder)


def sync_file(path: Path) -> None:
    """Write through to the disk what was appended to a file, if it is there.

    Raises:
      WriteError: the disk fails, or is full.
    """
    with _told(path), suppress(FileNotFoundError), open(path, "r+b") as file:
        _sync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Write the names in a folder through to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that was being written here, by any host or version."""
    return _TEMPORARY.fullmatch(name) is not None


def remove_leftovers(folder: Path, *, alone: bool = False) -> None:
    """Remove the temporary files of this host that a kill left; those that are written stay.

    Args:
      folder: where they are looked for, not below.
      alone: whether nobody else writes there, so that files that can't be locked are removed, too.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _OWN.fullmatch(entry.name):
                _remove_unlocked(entry.path, alone)
            elif alone and _OLD.fullmatch(entry.name):
                _remove(Path(entry.path))


def _remove_unlocked(path: str, alone: bool) -> None:
    if path in _writing:  # NFS would give the lock to any thread of its process
        return
    if fcntl is None:
        if alone:
            _remove(Path(path))
        return
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
        finally:
            os.close(descriptor)


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, FileIO]]:
    """A new file in a folder, locked; removed in the end, unless it was given another name."""
    while True:
        path = folder / f".{_HOST}-{os.urandom(8).hex()}.tmp"
        _writing.add(os.fspath(path))
        try:
            with open(path, "xb", buffering=0) as file:
                _lock(file)
                # Another process may have taken it for a leftover before it was locked.
                if path.exists():
                    yield path, file
                    return
        finally:
            _remove(path)
            _writing.discard(os.fspath(path))


def _take_name(temporary: Path, target: Path) -> bool:
    """Give a file a name that nobody else has; False if one of the same bytes has it."""
    try:
        os.link(temporary, target)
        return True
    except FileExistsError:
        if target.read_bytes() == temporary.read_bytes():
            return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not target.exists():
            os.replace(temporary, target)
            return True
    raise TakenError(f"can't write {os.fspath(target)!r}: it is there; choose another name")


def _lock(file: FileIO) -> None:
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise


def _write(file: FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _sync_all(files: Sequence[tuple[Path, FileIO]]) -> None:
    """Side by side where they are many: the file system then writes its journal for all at once."""

    def sync(path: Path, file: FileIO) -> None:
        with _told(path):
            _sync(file.fileno())

    if len(files) < _MANY:
        for path, file in files:
            sync(path, file)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_MANY) as pool:
        list(pool.map(lambda one: sync(*one), files))


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


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
