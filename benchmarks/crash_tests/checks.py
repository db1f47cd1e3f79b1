"""What has to hold of the files of a command that was killed, and of those at its end."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shinko.disk import is_temporary
from shinko.errors import ShinkoError
from shinko.files.read import Reading, read
from shinko.runs.folder import RunFolder, read_arrays, row_line
from shinko.runs.lock import HOLDER, LOCK
from shinko.tables import read_table
from shinko.tables.memories import voices_of

# What the wall clock decides, in metrics and in the state of a word model.
CLOCKS = ("seconds", "tokens_per_second", "more.seconds")
METRICS, STATE, EPOCHS = "metrics.jsonl", "state.safetensors", "epochs.csv"
TABLE, MEMORY = "mine.csv", "mine.memory.json.gz"
Files = Mapping[str, str]  # what is in a file, by its name below a folder; most in digest


@dataclass(frozen=True)
class Reference:
    """The same command, never killed.

    Attributes:
      final: the files at its end.
      written: what was ever given each name.
      stopped: what else a stop may write, and may stay: checkpoints at any epoch.
      operations: how many it does on files.
      seconds: that it takes, forked.
      seconds_anew: that it takes in a process started anew.
    """

    final: Files
    written: Mapping[str, set[str]]
    stopped: Mapping[str, set[str]]
    operations: int
    seconds: float
    seconds_anew: float


def content(path: Path, name: str) -> str:
    """What is in a file that has, or will have, a name; without what the clock decides.

    Metrics are their rows, so that those of a run in its middle begin those of its end.

    Raises:
      ShinkoError: our own readers can't read it.
    """
    if name == METRICS:
        rows = RunFolder(path.parent).rows()
        return "".join(row_line({n: v for n, v in r.items() if n not in CLOCKS}) for r in rows)
    digest = hashlib.sha256()
    if name == STATE:
        for key, array in sorted(read_arrays(path).items()):
            if key not in CLOCKS:
                digest.update(f"{key} {array.dtype} {array.shape} ".encode() + array.tobytes())
    elif name == EPOCHS:
        for row in csv.DictReader(path.read_text().splitlines()):
            digest.update(repr([told for told in row.items() if told[0] not in CLOCKS]).encode())
    else:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def files_below(place: Path) -> Iterator[Path]:
    """All files below a folder."""
    for folder, _, names in os.walk(place):
        yield from (Path(folder, name) for name in names)


def seen(place: Path) -> dict[str, str]:
    """What is in the files below a folder; without temporary ones, and without locks."""
    found = {}
    for path in files_below(place):
        if not (is_temporary(path.name) or path.name in (LOCK, HOLDER)):
            try:
                found[str(path.relative_to(place))] = content(path, path.name)
            except ShinkoError as error:
                found[str(path.relative_to(place))] = f"unreadable: {error}"
    return found


def after_kill(reference: Reference, before: Files, now: Files) -> list[str]:
    """What is wrong with the files that a kill left; nothing, if each is old, new, or not there.

    A memory may be lost, which a table does without; it may not lie beside another table.

    Args:
      reference: the same command, never killed.
      before: the files before the first of all kills.
      now: the files after one.
    """
    faults = [f"{name} is lost" for name in before if name not in now and name != MEMORY]
    if MEMORY in now and not any(
        all(now.get(name) == all_of.get(name) for name in (TABLE, MEMORY))
        for all_of in (before, reference.final)
    ):
        faults.append(f"{MEMORY} is not of {TABLE}")
    for name, told in now.items():
        if told == before.get(name) or told in reference.written.get(name, ()):
            continue
        if told in reference.stopped.get(name, ()):
            continue
        if name.endswith(METRICS) and reference.final.get(name, "").startswith(told):
            continue
        what = told if told.startswith("unreadable") else "neither old nor new: half-written"
        faults.append(f"{name} is {what}")
    return faults


def at_end(reference: Reference, place: Path) -> list[str]:
    """What is wrong after a run that came to its end; nothing, if all is as if never killed."""
    now, faults = seen(place), []
    for name in sorted({*reference.final, *now}):
        if name not in reference.final and now[name] in reference.stopped.get(name, ()):
            continue
        if reference.final.get(name) != now.get(name):
            what = "has other content"
            if name not in now or name not in reference.final:
                what = "is left" if name in now else "is missing"
            faults.append(f"{name} {what} at the end")
    for path in files_below(place):
        name = path.relative_to(place)
        if is_temporary(path.name) or path.name == HOLDER:
            faults.append(f"{name} is left at the end")
        elif path.name == LOCK and is_held(path):
            faults.append(f"{name} is held at the end")
    return faults


def is_held(lock: Path) -> bool:
    """Whether some process holds a lock."""
    import fcntl

    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def check_readable(place: Path, but: Mapping[str, bytes]) -> None:
    """Read the files below a folder with our own readers, where they have some.

    Args:
      place: the folder.
      but: files by name that aren't read, unless something else is in them.

    Raises:
      ShinkoError: one can't be read.
    """
    for path in files_below(place):
        if but.get(str(path.relative_to(place))) == path.read_bytes():
            continue
        if path.name == "settings.toml":
            run = RunFolder(path.parent)
            run.settings()
            for epoch in run.checkpoints():
                run.weights(epoch)
        elif path.name == TABLE:
            read_table(path)
        elif path.name == MEMORY:
            voices_of(str(path.with_name(TABLE)), "major")
        elif path.name == "study.json":
            json.loads(path.read_text())
        elif path.suffix in (".mid", ".json", ".musicxml"):
            read(str(path), Reading())
