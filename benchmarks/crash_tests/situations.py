"""What else may happen to a command: another at work there, a full disk, a read-only folder."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from crash_tests.checks import Reference, after_kill, at_end, files_below, seen
from crash_tests.counting import held_up_at, killed_at, only_counted, refused_from
from crash_tests.desk import Desk, desk, warm
from crash_tests.disks import be_nobody, can_mount, grow, set_modes, tmpfs
from crash_tests.jobs import JOBS
from crash_tests.process import PATIENCE, Child, settled
from shinko.disk import is_temporary
from shinko.runs.lock import HOLDER

TRAINERS = [name for name, job in JOBS.items() if job.run or job.has_workers]


@dataclass
class Situation:
    """What came of one situation: how often it was tried, told in one line, not in the way."""

    what: str
    job: str
    tried: int = 0
    told: int = 0
    went_through: int = 0
    faults: list[str] = field(default_factory=list)

    def end(self, child: Child, may: Iterable[int], doing: str) -> int | None:
        """Wait for a command; a fault, unless it ends with one of these codes, 1 in one line."""
        code, faults = settled(child)
        self.faults += [f"{self.what}, {self.job}, {doing}: {fault}" for fault in faults]
        if code not in may:
            lines = child.last_lines()[-3:]
            self.faults.append(f"{self.what}, {self.job}, {doing}: ends with {code}: {lines}")
        elif code == 1:
            self.told += 1
            lines = [line for line in child.last_lines() if not line.startswith(PROGRESS)]
            if len(lines) != 1 or not lines[0].startswith("shinko: "):
                self.faults.append(f"{self.what}, {self.job}, {doing}: not one line: {lines}")
        return code

    def check(self, faults: Iterable[str], doing: str) -> None:
        self.faults += [f"{self.what}, {self.job}, {doing}: {fault}" for fault in faults]


# How lines of progress begin, where nobody watches.
PROGRESS = ("epoch ", "training  ", "table ", "working out ", "run  epoch")


def points(reference: Reference, number: int) -> list[int]:
    """So many operations, evenly; all, if they are fewer."""
    number = min(number, reference.operations)
    return [1 + n * reference.operations // number for n in range(number)]


def two_trainers(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """A second one is refused while the first is at work, and killed; or the first is killed."""
    warm(name, inputs)
    found, job = Situation("two trainers at once", name), JOBS[name]
    for turn, point in enumerate(points(reference, number)):
        doing = f"the first held up at operation {point}"
        with desk(job, inputs) as at:
            hold_up, reached, release = held_up_at(point)
            first = at.start(hold_up)
            while not reached(0.01) and first.wait(0) is None:
                pass
            found.tried += 1
            before = seen(at.place)
            is_held = any((at.place / folder / HOLDER).exists() for folder in ("run", "study"))
            second = at.start(only_counted)
            code = found.end(second, (1,) if is_held else (0, 1), f"{doing}, the second")
            found.went_through += code == 0
            if is_held and code == 1:
                operations = second.operations.value
                at.start(killed_at(random.Random(point).randint(1, operations), whole=True)).wait()
                if not job.has_workers and seen(at.place) != before:
                    found.check(["the second changed something"], doing)
            if turn % 2:
                first.kill()
                settled(first)
            release()
            if not turn % 2:
                found.end(first, (0,) if code else (0, 1), f"{doing}, the first")
            found.end(at.start(), (0,), f"{doing}, then going on")
            found.check(at_end(reference, at.place), doing)
    if not found.told:
        found.check(["no second one was ever refused"], "all")
    return found


def two_composes(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """Both write songs of one title into one folder, held up at each operation: all are there."""
    found, own = Situation("two at once into one folder", name), []
    jobs = [
        replace(
            JOBS["compose"],
            arguments=f"compose --count 4 --seed {seed} --title Song --out {{place}}",
            before={},
        )
        for seed in (7, 8)
    ]
    warm(name, inputs)
    for job in jobs:
        with desk(job, inputs) as at:
            child = at.start(only_counted)
            found.end(child, (0,), "alone")
            operations = child.operations.value
            own.append(sorted(seen(at.place).values()))
    for turn, point in enumerate(range(1, operations + 1)):
        doing = f"the first held up at operation {point}"
        with desk(jobs[0], inputs) as at:
            other = replace(at, job=jobs[1])
            hold_up, reached, release = held_up_at(point)
            first = at.start(hold_up)
            reached(PATIENCE)
            found.tried += 1
            if turn % 2:
                place = random.Random(turn).randint(1, operations)
                other.start(killed_at(place, whole=True)).wait()
            found.went_through += found.end(other.start(), (0,), f"{doing}, the second") == 0
            release()
            found.went_through += found.end(first, (0,), f"{doing}, the first") == 0
            if sorted(seen(at.place).values()) != sorted(own[0] + own[1]):
                names = sorted(seen(at.place))
                found.check([f"not all files of both are there, once each: {names}"], doing)
            found.check(_left(at.place), doing)
    return found


def full_disk(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """Every operation that takes room fails, from one on; then there is room again."""
    return _refused(name, inputs, reference, number, errno.ENOSPC, "full disk, played")


def read_only_disk(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """The same with a file system that turns read-only."""
    return _refused(name, inputs, reference, number, errno.EROFS, "read-only disk, played")


def _refused(
    name: str, inputs: Path, reference: Reference, number: int, code: int, what: str
) -> Situation:
    warm(name, inputs)
    found = Situation(what, name)
    for point in points(reference, number):
        with desk(JOBS[name], inputs) as at:
            _tried_twice(
                found, at, reference, lambda at=at, p=point: at.start(refused_from(p, code)), point
            )
    return found


def _tried_twice(
    found: Situation,
    at: Desk,
    reference: Reference,
    start: Callable[[], Child],
    point: int,
    mend: Callable[[], None] = lambda: None,
) -> None:
    """Once where something is in the way, and once where it isn't any more."""
    doing, before = f"from {point} on", seen(at.place)
    found.tried += 1
    found.went_through += found.end(start(), (0, 1), doing) == 0
    found.check(after_kill(reference, before, seen(at.place)), doing)
    found.check(_left(at.place), doing)
    mend()
    found.end(at.start(), (0,), f"{doing}, then going on")
    found.check(at_end(reference, at.place), doing)


def small_disk(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """A file system in memory of so many sizes, which then grows."""
    warm(name, inputs)
    found = Situation("full disk, a small tmpfs", name)
    with desk(JOBS[name], inputs) as at:
        at.start().wait()
        pages = sum(1 + path.stat().st_size // 4096 for path in files_below(at.place))
    old = len(JOBS[name].before)
    for turn in range(number):
        size = max(1, old) + turn * (pages + 2) // number
        with desk(JOBS[name], inputs, lambda place, s=size: tmpfs(place, 4 * s)) as at:
            _tried_twice(found, at, reference, at.start, size, partial(grow, at.place))
    return found


def read_only_folder(name: str, inputs: Path, reference: Reference, number: int) -> Situation:
    """A folder in which nobody may write, empty or with what a kill left there."""
    warm(name, inputs)
    found = Situation("read-only folder", name)
    for point in [0, *points(reference, number)]:
        doing = f"after a kill at operation {point}" if point else "at the beginning"
        with desk(JOBS[name], inputs) as at:
            if point:
                settled(at.start(killed_at(point, whole=True)))
            now = seen(at.place)
            set_modes(at.folder, 0o755, 0o644)
            set_modes(at.place, 0o555, 0o444)
            found.tried += 1
            found.end(at.start(before=be_nobody), (1,), doing)
            set_modes(at.place, 0o755, 0o644)
            if seen(at.place) != now:
                found.check(["something has changed"], doing)
            found.end(at.start(), (0,), f"{doing}, then going on")
            found.check(at_end(reference, at.place), doing)
    return found


def _left(place: Path) -> list[str]:
    return [f"{path.name} is left" for path in files_below(place) if is_temporary(path.name)]


def all_situations() -> list[Callable[[str, Path, Reference, int], Situation]]:
    """Those that can be tried here."""
    found = [two_trainers, two_composes, full_disk, read_only_disk, read_only_folder]
    return [*found, small_disk] if can_mount() else found
