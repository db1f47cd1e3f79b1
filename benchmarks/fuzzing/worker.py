"""One process that tries cases: what it takes in time and memory is bounded and measured here."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fuzzing.cases import READ, Reader, case_of, judged, smaller
from fuzzing.shapes import Case, Seeds
from fuzzing.tally import Fault, Tally

# How far a worker may grow, its libraries not counted.
MOST_BYTES = 2_000_000_000
LONGEST_PREPARATION = 300.0  # seconds; PyTorch is imported there
_SHARED_MEMORY = Path("/dev/shm")  # a file a case is nothing for a disk


@dataclass(frozen=True)
class Stretch:
    """Cases of a reader, from one number to before another."""

    reader: str
    first: int
    last: int


def work(
    readers: Callable[[], dict[str, Reader]],
    folder: Path,
    pipe: Connection,
    number: Any,
    beats: Any,
    seed: int,
    limit: float,
) -> None:
    """Try one stretch of cases after another, as they come through a pipe, and send their tallies.

    Args:
      readers: gives them by name.
      folder: of this worker's own; it is emptied for each reader.
      pipe: to the parent.
      number: shared; the case that is being tried, -1 while a reader is prepared.
      beats: shared; grows with each input that is tried.
      seed: of all chance.
      limit: seconds for a case.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    warnings.simplefilter("error")  # as in the tests: nobody is to be shown one
    known, prepared = readers(), ""
    while True:
        try:
            stretch: Stretch = pipe.recv()
        except (EOFError, OSError):  # the parent is gone
            return
        if prepared != stretch.reader:
            seeds, read = prepare(known[stretch.reader], folder)
            prepared, watched = stretch.reader, _counted(read, beats)
        tally, before = Tally(), _begin_measuring()
        for place in range(stretch.first, stretch.last):
            number.value = place
            case = case_of(seeds, stretch.reader, seed, place)
            verdict = judged(watched, case, limit)
            if tally.note(place, verdict):
                least = smaller(watched, case, verdict.kind)
                tally.kinds[verdict.kind] = Fault(1, place, least, verdict.told)
        tally.megabytes = (_peak_bytes() - before) / 1e6
        pipe.send(tally)


def _counted(read: Callable[[Any], object], beats: Any) -> Callable[[Any], object]:
    def counted(case: Case) -> object:
        beats.value += 1
        return read(case)

    return counted


def prepare(reader: Reader, folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    """Seeds of a reader, and what to call; from then on this process may not grow much.

    Raises:
      SystemExit: a seed isn't read, so none of its cases would get far.
    """
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    seeds, read = reader.prepare(folder)
    for case in seeds.inputs:  # what is imported late is imported here, too
        verdict = judged(read, case, LONGEST_PREPARATION)
        if verdict.outcome != READ:
            raise SystemExit(f"{reader.name}: a seed is not read: {verdict.told}")
    own = _own_bytes("VmSize")
    most = own + MOST_BYTES if own else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    return seeds, read


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder, in memory where there is such a thing; it goes in the end."""
    place = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=place) as name:
        yield Path(name)


def _begin_measuring() -> int:
    """Let the peak begin anew, where the system can; the bytes that are taken now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _own_bytes("VmRSS") or _peak_bytes()


def _peak_bytes() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _own_bytes("VmHWM") or usage * (1 if sys.platform == "darwin" else 1024)


def _own_bytes(name: str) -> int:
    """A figure of this process as Linux tells it; 0 elsewhere."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
