"""Readers that do what none may, for the test of the tool that looks for such ones."""

import os
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from fuzzing.cases import Reader
from fuzzing.shapes import Seeds
from shinko.errors import ShinkoError

SEED = "no case is the same as this one"


class TwoLinesError(ShinkoError):
    """One whose message is not as the house has it."""

    def __str__(self) -> str:
        return "one\ntwo"


def mute():
    raise ShinkoError


def look_up():
    return {}["a key"]


def warn():
    warnings.warn("nobody is to see this", stacklevel=2)


def tell_two_lines():
    raise TwoLinesError


def sleep():
    time.sleep(60)


def spin():
    while True:
        pass


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def block():
    """Beyond what a signal ends, as a loop in C is."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGPROF])
    time.sleep(60)


def swallow():
    return len(bytearray(8_000_000_000))


def refuse():
    raise ShinkoError("no; give another")


def reader_of(name: str, read: Callable[[str], object]) -> Reader:
    """One that reads what it is seeded with; what it does else is its fault."""

    def prepare(folder: Path):
        return Seeds([SEED]), lambda case: None if case == SEED else read(case)

    return Reader(name, prepare)


def readers() -> dict[str, Reader]:
    acts = (look_up, warn, tell_two_lines, mute, sleep, spin, die, block, swallow, refuse)
    reads = {act.__name__: lambda case, act=act: act() for act in acts}
    reads["find x"] = lambda case: look_up() if "x" in case else None
    return {name: reader_of(name, read) for name, read in reads.items()}
