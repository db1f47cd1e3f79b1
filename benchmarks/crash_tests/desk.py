"""Where a command is tried: with its files before, and what it comes to if nobody kills it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crash_tests.checks import METRICS, Reference, check_readable, content, seen
from crash_tests.counting import At, only_counted
from crash_tests.jobs import JOBS, Job, fork_workers, save_every_epoch
from crash_tests.process import Child, fork, settled, shinko
from shinko.runs.lock import HOLDER

START = (
    "import sys; sys.path.insert(0, {folder!r}); from crash_tests.jobs import JOBS; "
    "JOBS[{job!r}].prepare(); from shinko.cli import main; main()"
)


@dataclass(frozen=True)
class Desk:
    """Where one trial is made: the files it is about, and beside them what isn't looked at."""

    job: Job
    inputs: Path
    folder: Path

    @property
    def place(self) -> Path:
        return self.folder / "place"

    def start(
        self,
        at: At | None = None,
        *,
        before: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
    ) -> Child:
        """The command as it is to be called now, forked; around it, others are called there."""
        arguments, told = self.job.command(self.inputs, self.place), self._new_told()

        def command() -> int:
            before()
            self.job.prepare()
            if self.job.has_workers:
                fork_workers()
            code = shinko(arguments, self.folder)
            after()
            return code

        return fork(command, told, below=self.place, at=at)

    def start_anew(self) -> Child:
        """The same in a process started anew."""
        name = next(name for name, job in JOBS.items() if job is self.job)
        code = START.format(folder=str(Path(__file__).parents[1]), job=name)
        told = self._new_told()
        with told.open("wb") as error:
            process = subprocess.Popen(
                [sys.executable, "-c", code, *self.job.command(self.inputs, self.place)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=error,
                env=os.environ | {"TMPDIR": str(self.folder)},
                process_group=0,
            )
        process.returncode = 0  # it is waited for below
        return Child(process.pid, told)

    def _new_told(self) -> Path:
        return self.folder / f"told-{len(list(self.folder.glob('told-*')))}"


@contextmanager
def desk(
    job: Job, inputs: Path, on: Callable[[Path], AbstractContextManager[None]] | None = None
) -> Iterator[Desk]:
    """A new one, with the files that are there before; `on` puts a file system there."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name, ExitStack() as stack:
        made = Desk(job, inputs, Path(os.path.realpath(name)))
        made.place.mkdir()
        if on:
            stack.enter_context(on(made.place))
        for file, data in job.before.items():
            (made.place / file).parent.mkdir(exist_ok=True)
            (made.place / file).write_bytes(data)
        yield made


def reference_of(name: str, inputs: Path) -> Reference:
    """Run a command to its end: twice forked, once anew; all have to come to the same.

    Raises:
      RuntimeError: they don't, or one fails.
    """
    job = JOBS[name]
    warm(name, inputs)
    written, stopped = _Written(), _Written()
    runs = [_run(job, inputs, written), _run(job, inputs), _run(job, inputs, anew=True)]
    finals = [final for final, _, _ in runs]
    for final in finals[1:]:
        if other := [n for n in {*final, *finals[0]} if final.get(n) != finals[0].get(n)]:
            raise RuntimeError(f"{name}: two runs come to different ends: {sorted(other)}")
    if job.has_workers:
        _run(job, inputs, stopped, save_every_epoch)
    (_, operations, first), (_, _, second), (_, _, anew) = runs
    return Reference(finals[0], written, stopped, operations, (first + second) / 2, anew)


_Written = partial(defaultdict[str, set[str]], set)


def _run(
    job: Job,
    inputs: Path,
    written: dict[str, set[str]] | None = None,
    prepare: Callable[[], None] = lambda: None,
    *,
    anew: bool = False,
) -> tuple[dict[str, str], int, float]:
    """The files at its end, its operations, and its seconds; what was written is noted."""
    with desk(job, inputs) as at:
        log, began = at.folder / "written", time.perf_counter()

        def before() -> None:
            prepare()
            if written is not None:
                _note_names(at.place, log)

        child = at.start_anew() if anew else at.start(only_counted, before=before)
        code, faults = settled(child)
        seconds = time.perf_counter() - began
        if code != 0 or faults:
            raise RuntimeError(f"{job.what} ends with {code}: {child.last_lines()[-3:]} {faults}")
        check_readable(at.place, job.before)
        final = seen(at.place)
        if written is not None:
            noted = log.read_text().splitlines() if log.exists() else []
            for file, told in [*final.items(), *map(json.loads, noted)]:
                written[file].add(told)
        return final, child.operations.value, seconds


def _note_names(place: Path, log: Path) -> None:
    """From now on, write to a log what each file is that is given a name."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.link"):
            source, target = (Path(os.fsdecode(path)) for path in arguments[:2])
            if target.is_relative_to(place) and target.name != HOLDER:
                told = "" if target.name == METRICS else content(source, target.name)
                line = json.dumps([str(target.relative_to(place)), told])
                with log.open("a") as file:
                    file.write(f"{line}\n")

    sys.addaudithook(hook)


@cache
def warm(name: str, inputs: Path) -> None:
    """Import what a command imports, which its forked processes then needn't."""
    with desk(JOBS[name], inputs) as at:
        names = at.folder / "modules"

        child = at.start(after=lambda: names.write_text("\n".join(sys.modules)))
        if (code := child.wait()) != 0:
            child.kill()
            raise RuntimeError(f"{name} ends with {code}: {child.last_lines()[-3:]}")
        for module in names.read_text().split():
            with suppress(Exception):
                import_module(module)
