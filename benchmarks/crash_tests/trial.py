"""Killing a command again and again, and what has to hold after each kill."""

from __future__ import annotations

import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crash_tests.checks import Reference, after_kill, at_end, seen
from crash_tests.counting import killed_at
from crash_tests.desk import Desk, desk, warm
from crash_tests.jobs import JOBS
from crash_tests.process import settled

ANEW = 20  # one of so many kills is of a process started anew
AGAIN = 5  # one of so many trials kills the run that goes on, too


@dataclass(frozen=True)
class Kill:
    """One kill: at an operation on files by its number, or else after a share of the time.

    Attributes:
      operation: its number, from 1; 0 to kill by time.
      share: of the time that the command takes, 0..1.
      anew: whether it is a process started anew, not a forked one.
      whole: whether the command's workers are killed, too.
    """

    operation: int = 0
    share: float = 0.0
    anew: bool = False
    whole: bool = True

    def __str__(self) -> str:
        when = f"at operation {self.operation}" if self.operation else f"at {self.share:.4f}"
        return f"{when}{', anew' * self.anew}{', alone' * (not self.whole)}"


@dataclass
class Tally:
    """What some kills came to.

    Attributes:
      kills: how many.
      before, midway, after: how many came before anything was written, in the middle, and after
        all was.
      resumed, again: how many runs went on to the end after them: with `--resume`, or by the same
        command again.
      faults: in words.
    """

    kills: int = 0
    before: int = 0
    midway: int = 0
    after: int = 0
    resumed: int = 0
    again: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def kills_of(job: str, reference: Reference, number: int, seed: int) -> list[Kill]:
    """So many kills: half of them at operations, each of these if they are enough; half by time."""
    rng = random.Random(f"{seed} {job}")
    anew = number // ANEW
    points = reference.operations
    at_operations = min((number - anew) // 2, points)
    offset = rng.random()
    chosen = [1 + int((n + offset) * points / at_operations) for n in range(at_operations)]
    kills = [Kill(operation=point) for point in chosen]
    kills += [Kill(share=rng.random()) for _ in range(number - anew - at_operations)]
    kills += [Kill(share=rng.random(), anew=True) for _ in range(anew)]
    if JOBS[job].has_workers:
        kills = [
            Kill(kill.operation, kill.share, kill.anew, whole=rng.random() < 0.5) for kill in kills
        ]
    rng.shuffle(kills)
    return kills


def try_kills(name: str, inputs: Path, reference: Reference, kills: Sequence[Kill]) -> Tally:
    """Kill a command at each of these points, have it go on to its end, and look."""
    warm(name, inputs)
    job, tally, left, rng = JOBS[name], Tally(), list(kills), random.Random(str(kills))
    trial = 0
    while left:
        trial += 1
        with desk(job, inputs) as at:
            before, trial_kills = seen(at.place), 0
            for kill in [left.pop() for _ in range(min(len(left), 1 + (trial % AGAIN == 1)))]:
                faults, killed = _kill(at, reference, kill)
                now = seen(at.place)
                faults += after_kill(reference, before, now)
                tally.faults += [f"{name}, killed {kill}: {fault}" for fault in faults]
                if not killed:
                    left.append(replace(kill, operation=0, share=rng.random()))
                    continue
                tally.kills += 1
                trial_kills += 1
                tally.before += now == before
                tally.after += now == reference.final
                tally.midway += now not in (before, reference.final)
            resumes = "--resume" in job.command(inputs, at.place)
            if trial_kills:
                tally.resumed += resumes
                tally.again += not resumes
            child = at.start()
            if (code := child.wait()) != 0:
                child.kill()
                tally.faults.append(
                    f"{name}, killed {kill}: goes on and ends with {code}: "
                    f"{child.last_lines()[-1:]}"
                )
            tally.faults += [f"{name}, killed {kill}: {f}" for f in at_end(reference, at.place)]
    return tally


def _kill(at: Desk, reference: Reference, kill: Kill) -> tuple[list[str], bool]:
    """Start the command and kill it; what is wrong, and whether it was killed before its end."""
    if kill.operation:
        child = at.start(killed_at(kill.operation, whole=kill.whole))
    else:
        child = at.start_anew() if kill.anew else at.start()
        length = reference.seconds_anew if kill.anew else reference.seconds
        if child.wait(kill.share * length) is None:
            child.kill(whole=kill.whole)
    code, faults = settled(child)
    killed = code == -signal.SIGKILL
    if code == 1 and at.job.has_workers and kill.operation and not kill.whole:
        killed = True  # one of its workers was
    elif code not in (0, -signal.SIGKILL):
        faults.append(f"ends with {code}: {child.last_lines()[-3:]}")
    return faults, killed
