"""Workers, seen from outside: one that hangs or dies is told as a fault, and replaced."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path

from fuzzing.cases import SLEEP, Reader
from fuzzing.tally import Fault, Tally
from fuzzing.worker import LONGEST_PREPARATION, Stretch, scratch_folder, work

# By the clock, beyond what a case may take: then what can't be interrupted is ended.
PATIENCE_SECONDS = 20.0

_spawn = get_context("spawn")


def stretches(readers: Sequence[str], cases: int, size: int) -> Iterator[Stretch]:
    """All cases of all readers, in parts."""
    for reader in readers:
        for first in range(0, cases, size):
            yield Stretch(reader, first, min(first + size, cases))


def run_all(
    readers: Callable[[], dict[str, Reader]],
    stretches: Sequence[Stretch],
    *,
    seed: int,
    workers: int,
    limit: float,
    patience: float = PATIENCE_SECONDS,
    on_tally: Callable[[str, Tally], None],
) -> None:
    """Try all cases.

    Args:
      readers: gives them by name; a function of a module, for each worker calls it.
      stretches: the cases.
      seed: of all chance.
      workers: processes.
      limit: seconds for a case.
      patience: seconds beyond, after which a worker that doesn't answer is ended.
      on_tally: called with each reader and what came of some cases of it.

    Raises:
      SystemExit: the seeds of a reader can't be made.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # PyTorch's, in each worker
    left = deque(stretches)
    with scratch_folder() as scratch, ExitStack() as hired:

        def hire(place: int) -> _Worker:
            one = _Worker(readers, scratch / str(place), seed, limit, patience)
            hired.callback(one.end)
            return one

        crew = [hire(place) for place in range(min(workers, len(left)))]
        while left or any(one.stretch for one in crew):
            for one in crew:
                if one.stretch is None and left:
                    one.begin(left.popleft())
            wait([one.pipe for one in crew if one.stretch], timeout=1.0)
            for place, one in enumerate(crew):
                tried = one.stretch
                if tried is None or (tally := one.ended()) is None:
                    continue
                on_tally(tried.reader, tally)
                if one.is_gone:  # what it had done before is done again
                    number = tally.slowest[1]
                    parts = (replace(tried, last=number), replace(tried, first=number + 1))
                    left.extendleft(part for part in parts if part.first < part.last)
                    crew[place] = hire(place)


class _Worker:
    """A worker, and the stretch that it is at."""

    def __init__(
        self,
        readers: Callable[[], dict[str, Reader]],
        folder: Path,
        seed: int,
        limit: float,
        patience: float,
    ) -> None:
        self.pipe, theirs = _spawn.Pipe()
        self.stretch: Stretch | None = None
        self.is_gone = False
        self._number, self._beats = _spawn.Value("q", -1), _spawn.Value("q", 0)
        self._longest, self._seen = limit * SLEEP + patience, (0, 0.0)
        about = (readers, folder, theirs, self._number, self._beats, seed, limit)
        self._process = _spawn.Process(target=work, args=about, daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, stretch: Stretch) -> None:
        """Have it try some cases."""
        self.stretch, self._number.value = stretch, -1
        self._seen = self._beats.value, time.monotonic()
        with suppress(OSError):  # it is gone: that is told by `ended`
            self.pipe.send(stretch)

    def ended(self) -> Tally | None:
        """What came of its cases, once that is known; of one that is gone, the case it was at."""
        how = ""
        try:
            if self.pipe.poll():
                tally: Tally = self.pipe.recv()
                self.stretch = None
                return tally
        except (EOFError, OSError):
            self._process.join(5)
            how = f"died: {_ending(self._process.exitcode)}"
        number = self._number.value
        if not how and not self._hangs(number):
            return None
        self.end()
        how = how or "no answer, and could not be interrupted"
        if number < 0:
            raise SystemExit(f"{self.stretch}: its seeds can't be made: {how}")
        self.stretch, self.is_gone = None, True
        kinds = {how: Fault(1, number, b"", how)}
        return Tally(cases=1, faults=1, kinds=kinds, slowest=(0.0, number))

    def _hangs(self, number: int) -> bool:
        if self._beats.value != self._seen[0]:
            self._seen = self._beats.value, time.monotonic()
        longest = LONGEST_PREPARATION if number < 0 else self._longest
        return time.monotonic() - self._seen[1] > longest

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _ending(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
