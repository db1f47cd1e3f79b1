"""The file operations of a process, counted; and what may be done at one of them.

What it does below a folder counts: each opening for writing, naming, removing and locking (by
Python's audit events), each `fsync`, and each `write` to a file that Python opened. What is done at
an operation comes right before it; a kill, and a full disk, let half of a `write` through.
"""

from __future__ import annotations

import builtins
import errno
import io
import mmap
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NAMING = ("os.rename", "os.mkdir", "os.link")
EVENTS = ("open", *NAMING, "os.remove", "os.rmdir", "os.truncate", "fcntl.flock")

# Called before each operation: its number, what it is, whether it takes room on the disk, and what
# does the half of it.
At = Callable[[int, str, bool, Callable[[], None]], None]


class Counter:
    """How many operations there were, in all processes that are forked from here."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)

    @property
    def value(self) -> int:
        return int.from_bytes(self._shared[:], "little")

    def next(self) -> int:
        number = self.value + 1
        self._shared[:] = number.to_bytes(8, "little")
        return number


def watch(folder: Path, counter: Counter, at: At) -> None:
    """Count the operations below a folder from now on, in this process and what it forks."""
    root, here = f"{folder}{os.sep}", threading.local()

    def one(what: str, takes_room: bool, half: Callable[[], None] = lambda: None) -> None:
        here.told = True  # what `at` itself does isn't counted
        try:
            at(counter.next(), what, takes_room, half)
        finally:
            here.told = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in EVENTS or getattr(here, "told", False):
            return
        path = arguments[0]
        if event == "fcntl.flock":
            one("flock", False)
        elif isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(root):
            if event != "open":
                one(f"{event.removeprefix('os.')} {Path(os.fsdecode(path)).name}", event in NAMING)
            elif (arguments[2] or 0) & WRITES:
                one(f"open {Path(os.fsdecode(path)).name}", True)

    sys.addaudithook(hook)
    opened, synced = io.open, os.fsync

    def open_counted(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        stream = opened(file, mode, *rest, **more)
        ours = not isinstance(file, int) and os.fsdecode(file).startswith(root)
        return _Counted(stream, one) if ours and set(mode) & set("wxa+") else stream

    def fsync(descriptor: Any) -> None:
        one("fsync", True)
        synced(descriptor)

    builtins.open = io.open = open_counted  # type: ignore[assignment]
    os.fsync = fsync


class _Counted:
    """A file whose writes are counted."""

    def __init__(self, stream: Any, one: Callable[..., None]) -> None:
        self._stream, self._one = stream, one

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Any:
        return iter(self._stream)

    def write(self, data: Any) -> Any:
        def half() -> None:
            self._stream.write(data[: len(data) // 2])
            self._stream.flush()

        self._one("write", True, half)
        return self._stream.write(data)


def only_counted(number: int, what: str, takes_room: bool, half: Callable[[], None]) -> None:
    """Let it happen."""


def killed_at(chosen: int, *, whole: bool) -> At:
    """Kill at the operation of a number: all processes of the command, or the one that is at it."""

    def at(number: int, what: str, takes_room: bool, half: Callable[[], None]) -> None:
        if number == chosen:
            half()
            (os.killpg if whole else os.kill)(os.getpgid(0) if whole else os.getpid(), 9)
            signal.pause()

    return at


def refused_from(chosen: int, code: int) -> At:
    """From the operation of a number on, refuse all that take room, as a full disk does."""

    def at(number: int, what: str, takes_room: bool, half: Callable[[], None]) -> None:
        if number >= chosen and takes_room:
            if code == errno.ENOSPC:
                half()
            raise OSError(code, os.strerror(code))

    return at


def held_up_at(chosen: int) -> tuple[At, Callable[[float], bool], Callable[[], None]]:
    """Hold a command up at an operation; whether it got there within seconds, and its release."""
    here, there = os.pipe(), os.pipe()

    def at(number: int, what: str, takes_room: bool, half: Callable[[], None]) -> None:
        if number == chosen:
            os.write(here[1], b".")
            os.read(there[0], 1)

    def reached(seconds: float) -> bool:
        return bool(select.select([here[0]], [], [], seconds)[0])

    def release() -> None:
        os.write(there[1], b".")
        for descriptor in (*here, *there):
            os.close(descriptor)

    return at, reached, release
