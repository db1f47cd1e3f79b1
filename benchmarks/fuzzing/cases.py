"""One case: a reader gets an input, and reads it, refuses it as the house does, or is at fault."""

from __future__ import annotations

import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn

import shinko
from fuzzing.shapes import Case, Seeds
from shinko.errors import ShinkoError
from shinko.printable import is_printable

LONGEST_SECONDS = 5.0  # of the processor: the machine may have more to do
SLEEP = 6.0  # times as many by the clock are too long, whatever a reader waits for
READ, REFUSED, FAULT = "read", "refused", "fault"
_OWN = str(Path(shinko.__file__).parent)
_SMALLER_SECONDS = 5.0  # to look for a smaller input of the same fault


# With an empty folder: the seeds of a reader, and what is called with each case.
Prepare = Callable[[Path], tuple[Seeds, Callable[[Any], object]]]


@dataclass(frozen=True)
class Reader:
    """What takes something that a user may hand over.

    Attributes:
      name: as `--only` has it.
      prepare: makes ready for its cases.
    """

    name: str
    prepare: Prepare


@dataclass(frozen=True)
class Verdict:
    """What came of a case.

    Attributes:
      outcome: READ, REFUSED or FAULT.
      kind: of a fault: what is wrong, and where; the same for inputs that differ in nothing else.
      told: the message of a refusal, all that is known of a fault.
      seconds: of the processor, that reading took.
    """

    outcome: str
    kind: str = ""
    told: str = ""
    seconds: float = 0.0


class Overlong(BaseException):
    """A reader took too long; no `except Exception` is to keep it."""


def case_of(seeds: Seeds, reader: str, seed: int, number: int) -> Case:
    """The input of a number."""
    return seeds.case(random.Random(f"{reader} {seed} {number}"))


def judged(read: Callable[[Any], object], case: Case, limit: float = LONGEST_SECONDS) -> Verdict:
    """What comes of a case, within a time."""
    began = time.process_time()
    try:
        with _watched(limit):
            read(case)
    except ShinkoError as error:
        return _refused(error, time.process_time() - began)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        seconds = time.process_time() - began
        kind = f"{type(error).__name__} at {_place(error.__traceback__)}"
        if isinstance(error, Overlong):
            kind = f"no answer within {limit:g} seconds"
        told = "".join(traceback.format_exception(error))
        return Verdict(FAULT, kind, told, seconds)
    return Verdict(READ, seconds=time.process_time() - began)


def smaller(read: Callable[[Any], object], case: Case, kind: str) -> Case:
    """A part of an input that has the same fault, as small as a little patience finds."""
    until, size = time.monotonic() + _SMALLER_SECONDS, len(case) // 2
    if kind.startswith("no answer"):
        return case  # each try would take as long again
    while size:
        begin, found = 0, False
        while begin < len(case) and time.monotonic() < until:
            less = case[:begin] + case[begin + size :]  # type: ignore[operator]
            if judged(read, less).kind == kind:
                case, found = less, True
            else:
                begin += size
        if not found or size > len(case):
            size //= 2
    return case


def each(*ways: Callable[[], object]) -> None:
    """Call all, for what one refuses is not to hide what another one makes of it.

    Raises:
      ShinkoError: the last refusal, or the first that isn't told as it should be.
    """
    refusals = []
    for way in ways:
        try:
            way()
        except ShinkoError as error:
            refusals.append(error)
    if refusals:
        raise next((one for one in refusals if message_fault(one)), refusals[-1])


def message_fault(error: ShinkoError) -> str:
    """What is wrong with a message, in words; "" where it is one line that may be printed."""
    try:
        message = str(error)
    except Exception:
        return "a message that can't be made"
    strange = set() if message.isprintable() else {*filter(_may_not_be_printed, message)}
    if strange & {*"\n\r"}:
        return "a message of several lines"
    if strange:
        return "a message with what can't be seen"
    return "" if message.strip() else "an empty message"


def _may_not_be_printed(char: str) -> bool:
    return not is_printable(char)


def _refused(error: ShinkoError, seconds: float) -> Verdict:
    fault = message_fault(error)
    if not fault:
        return Verdict(REFUSED, told=str(error), seconds=seconds)
    kind = f"{fault}: {type(error).__name__} at {_place(error.__traceback__)}"
    return Verdict(FAULT, kind, "".join(traceback.format_exception(error)), seconds)


def _place(trace: TracebackType | None) -> str:
    """The last line of Shinko's own that an error went through."""
    frames = traceback.extract_tb(trace)
    last = ([frame for frame in frames if frame.filename.startswith(_OWN)] or frames)[-1]
    return f"{'/'.join(Path(last.filename).parts[-2:])}:{last.lineno} {last.name}"


@contextmanager
def _watched(limit: float) -> Iterator[None]:
    """Raise `Overlong` after so many seconds of the processor, or far more by the clock.

    It is raised again and again, for it may be caught.
    """

    def raise_overlong(number: int, frame: FrameType | None) -> NoReturn:
        raise Overlong

    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, limit),
        (signal.ITIMER_REAL, signal.SIGALRM, limit * SLEEP),
    )
    before = [signal.signal(number, raise_overlong) for _, number, _ in timers]
    for timer, _, seconds in timers:
        signal.setitimer(timer, seconds, 1.0)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
