"""One trainer for a folder at a time: a lock that ends with its holder, however that dies.

The lock is the system's own, on FOLDER/.lock, which stays there. Processes that are started by the
holder don't inherit it. Who holds it stands in FOLDER/.lock.json: a locked file can't be read
everywhere.

Where the file system has no locks, a training says so in a line and goes on: on such a system, as
there are on clusters, it would else not be possible at all, and what the lock prevents is a mistake
that most never make. Threads of one process are kept apart there, too.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from shinko.disk import WriteError, write_atomically
from shinko.errors import ShinkoError

LOCK, HOLDER = ".lock", ".lock.json"

_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}

_holders: dict[str, int] = {}  # folders that this process holds, and the thread that does

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_holders.clear)


class HeldError(ShinkoError):
    """Somebody else trains in this folder; nothing in it was changed."""


@contextmanager
def hold(folder: Path, *, patience_seconds: float = 0.0) -> Iterator[None]:
    """Keep all others from training in a folder; within it, the same thread may hold it again.

    Args:
      folder: that is there.
      patience_seconds: how long to wait for another process to end.

    Raises:
      HeldError: another process or thread holds it.
      ShinkoError: a lock file can't be written there.
    """
    key, thread = os.path.realpath(folder), threading.get_ident()
    if _holders.get(key) == thread:
        yield
        return
    if _holders.setdefault(key, thread) != thread:
        raise HeldError(_told(folder, "another thread of this process"))
    try:
        with _locked(folder, patience_seconds):
            yield
    finally:
        del _holders[key]


@contextmanager
def _locked(folder: Path, patience_seconds: float) -> Iterator[None]:
    from filelock import FileLock, Timeout  # takes longer to import than all else here

    # A soft lock, its way out where there are no locks, would outlive a kill.
    lock = FileLock(
        folder / LOCK, timeout=patience_seconds, thread_local=False, fallback_to_soft=False
    )
    try:
        lock.acquire()
    except Timeout:
        raise HeldError(_told(folder, _holder(folder))) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise ShinkoError(
                f"{folder}: can't be locked ({error.strerror}); choose another folder with `out`"
            ) from None
        logging.getLogger(__name__).warning(
            "%s: its file system has no locks (%s); take care that nothing else trains there",
            folder,
            error.strerror,
        )
        yield
        return
    try:
        _write_holder(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink()
        lock.release()


def _write_holder(folder: Path) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    told = {"host": platform.node(), "pid": os.getpid(), "since": since}
    with suppress(WriteError):  # it only makes a message better
        write_atomically(folder / HOLDER, json.dumps(told).encode())


def _holder(folder: Path) -> str:
    """Who holds it, as far as it is known."""
    try:
        told = json.loads((folder / HOLDER).read_text("utf-8"))
        since = datetime.fromisoformat(told["since"])
        return f"process {int(told['pid'])} on {told['host']}, since {since:%Y-%m-%d %H:%M:%S},"
    except (OSError, ValueError, OverflowError, KeyError, TypeError, RecursionError):
        return "another process"


def _told(folder: Path, who: str) -> str:
    return f"{folder}: {who} trains there; wait until it ends, or choose another folder with `out`"
