"""All checks in the order that they are shown; what is installed is tried while others are made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from shinko.cli.checkup.apart import Outcome, try_apart
from shinko.cli.checkup.finding import Finding, looked, reason
from shinko.cli.checkup.packages import BASE, InstalledPart, installed_parts
from shinko.cli.checkup.places import (
    data_folder_finding,
    soundfont_finding,
    space_finding,
    terminal_finding,
)

# What is tried of each part, in one process.
TRIED = {
    BASE: ("composing", "MIDI", "downloads"),
    "engrave": ("page",),
    "audio": ("sound",),
    "train": ("training", "figure", "log"),
}
NEEDS = {"log": "tensorboard"}  # what PyTorch writes with it


def findings() -> Iterator[Finding]:
    """Check the installation, and give each finding as soon as it is known."""
    parts: dict[str, InstalledPart] = {}
    try:
        parts = {part.name: part for part in installed_parts()}
    except PackageNotFoundError:
        text = "runs from its source; what is installed for it isn't known"
        yield Finding("shinko", "lacks", text, ("pip install .",))
    except Exception as error:
        yield Finding("packages", "broken", reason(error), ("pip install shinko",))
    yield from (part.finding() for part in parts.values())
    there = {name for name, part in parts.items() if part.is_there} if parts else {BASE}
    try:
        folder = tempfile.TemporaryDirectory(prefix="shinko-", ignore_cleanup_errors=True)
    except OSError as error:
        yield from _places(parts)
        way_out = "set the variable TMPDIR to a folder that can be written into"
        yield Finding("trials", "broken", reason(error), (way_out,))
        return
    with folder, ThreadPoolExecutor() as pool:
        trials = _begin(there, Path(folder.name), pool)
        yield from _places(parts)
        yield from _tried(trials, parts)


def _places(parts: dict[str, InstalledPart]) -> Iterator[Finding]:
    yield looked("data folder", data_folder_finding)
    audio = parts.get("audio")
    if audio is not None and audio.is_there:
        yield looked("SoundFont", soundfont_finding, audio.renewal)
    yield looked("free space", space_finding)
    yield looked("terminal", terminal_finding)


def _begin(
    there: set[str], folder: Path, pool: ThreadPoolExecutor
) -> dict[str, Future[dict[str, Outcome]]]:
    """Begin to try each part that is there."""
    return {
        part: pool.submit(
            try_apart, [name for name in names if NEEDS.get(name, part) in there], folder / part
        )
        for part, names in TRIED.items()
        if part in there
    }


def _tried(
    trials: dict[str, Future[dict[str, Outcome]]], parts: dict[str, InstalledPart]
) -> Iterator[Finding]:
    """What came of the trials; how to mend a part once only, and the base before all others."""
    faulty: set[str] = set()
    for group, trial in trials.items():
        for about, (works, text) in trial.result().items():
            part = NEEDS.get(about, group)
            if works:
                yield Finding(about, "works", text)
                continue
            is_told = bool(faulty & {BASE, part}) or part not in parts
            yield Finding(about, "broken", text, () if is_told else parts[part].renewal)
            faulty.add(part)
