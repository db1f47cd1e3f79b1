"""A command in a process of its own, forked from one that has everything imported."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crash_tests.counting import At, Counter, watch

PATIENCE = 180.0  # seconds until a process counts as hung
SLACK = 15.0  # seconds that workers whose command was killed may take to end


@dataclass
class Child:
    """A command at work.

    Attributes:
      pid: of its process, and of its group.
      told: the file that its standard error goes to.
      operations: how many it has begun.
    """

    pid: int
    told: Path
    operations: Counter = field(default_factory=Counter)
    _status: int | None = None

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Its exit code, minus the signal's number where one ended it; None if it goes on."""
        deadline = time.monotonic() + seconds
        while self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= deadline:
                return None
            else:
                time.sleep(0.001)
        return self._status

    def kill(self, *, whole: bool = True) -> None:
        """End it at once: with all processes that it started, or alone."""
        if self._status is None:
            (os.killpg if whole else os.kill)(self.pid, signal.SIGKILL)

    def last_lines(self) -> list[str]:
        """What it printed to standard error."""
        return self.told.read_text(errors="replace").splitlines()


def is_gone(group: int) -> bool:
    """Whether no process of a group is at work any more."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its = stat.read_text().rsplit(")", 1)[1].split()[:3]
            if int(its) == group and state not in "ZX":
                return False
    return True


def settled(child: Child) -> tuple[int | None, list[str]]:
    """Wait until a command and its workers have ended: its exit code, and what is wrong."""
    faults, code = [], child.wait()
    if code is None:
        faults.append("hangs")
        child.kill()
        child.wait()
    deadline = time.monotonic() + SLACK
    while not is_gone(child.pid):
        if time.monotonic() > deadline:
            faults.append("its workers go on")
            os.killpg(child.pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    return code, faults


def fork(
    command: Callable[[], int],
    told: Path,
    *,
    below: Path | None = None,
    at: At | None = None,
) -> Child:
    """Start a command in a process forked from this one, which has to have one thread only.

    Args:
      command: gives its exit code.
      told: a new file for what it prints to standard error.
      below: where operations are counted.
      at: called before each of them.
    """
    child = Child(0, told)
    sys.stdout.flush()
    sys.stderr.flush()
    child.pid = os.fork()
    if child.pid:
        with suppress(OSError):  # it does so, too; whoever is first
            os.setpgid(child.pid, child.pid)
        return child
    code = 70  # what a traceback ends with
    try:
        os.setpgid(0, 0)
        _turn_streams(told)
        if below is not None and at is not None:
            watch(below, child.operations, at)
        code = command()
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def shinko(arguments: Sequence[str], temporary: Path) -> int:
    """The command itself: its exit code."""
    from shinko.cli import main

    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
    sys.argv = ["shinko", *arguments]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _turn_streams(told: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    error = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(error, 2)
