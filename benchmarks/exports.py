"""Every export of 1,000 seeded compositions, opened by programs that are not Shinko's.

Run: python benchmarks/exports.py
Needs the programs mscore3, fluidsynth, abc2midi and pdfinfo (Debian: musescore3, fluidsynth,
abcmidi, poppler-utils); the development extra brings the Python packages. Takes an hour or so.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

import verovio

from exports_checks import CHECKS, PROGRAMS, REREAD, by_programs, measured_lufs, reread, versions
from record import write_result
from shinko.files.formats import FORMATS, Job, Rendering
from shinko.files.render import render
from shinko.rl.policy import shipped_policy
from shinko.score.arrange import Performance
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.progression import Progression
from shinko.score.voicing import VOICINGS, VoicingError
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.usual import MOST_COMPOSED
from shinko.songwriting.wishes import Wishes
from shinko.theory import Key

COUNT, SEED, BATCH = 1000, 0, 50
TONICS = ["C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯"]
METERS = [(4, 4), (4, 4), (3, 4), (6, 8)]
FORMS = ["", "", "", "AABA", "verse chorus verse chorus"]
# The other formats hold what these do: the same samples, the same text.
LEFT_OUT = ("flac", "mp3", "line", "diagrams", "diagrams-pdf")
NEAR_LU = 1.0
TARGET_LUFS = -16.0


@dataclass
class Tally:
    """What was found in some compositions."""

    opened: Counter[str] = field(default_factory=Counter)
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)
    lufs: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.opened += other.opened
        self.seconds += other.seconds
        self.refused += other.refused
        self.lufs += other.lufs
        for kind, what in other.failed.items():
            self.failed[kind] += what


def composition(number: int) -> tuple[Progression, Rendering]:
    """One seeded composition, and how it is played and drawn."""
    rng = random.Random(f"{SEED} {number}")
    tonic = Key.parse(rng.choice(TONICS))
    key = Key.parse(f"{tonic.note_names[5]} minor") if rng.random() < 0.5 else tonic
    meter, form = rng.choice(METERS), rng.choice(FORMS)
    request = ComposeRequest(
        key=key,
        length=rng.choice((2, 4, 8) if form else (1, 4, 8, 8, 16, MOST_COMPOSED)),
        count=1,
        seed=number,
        tempo_bpm=rng.choice((60, 100, 140, 180)),
        meter=meter,
        beats_per_chord=rng.choice((None, None, 1.0, 1.5, 2.0)),
        form=form,
        wishes=Wishes(start="any"),
    )
    patterns = [
        name
        for name in pattern_names()
        if {"any", "{}/{}".format(*meter)} & set(find_pattern(name).meters)
    ]
    (progression,) = compose(shipped_policy(), request)
    return progression, Rendering(
        formats=tuple(name for name in FORMATS if name not in LEFT_OUT),
        performance=Performance(
            rng.choice(patterns), voicing=rng.choice(["", *VOICINGS]), seed=number
        ),
        layout=rng.choice(("lead", "lead", "grand")),
        diagrams=rng.choice(("", "", "guitar", "piano", "ukulele")),
    )


def try_all(first: int, last: int) -> Tally:
    """Export the compositions from one number to before another, and open what they gave."""
    warnings.simplefilter("ignore")
    verovio.enableLog(verovio.LOG_OFF)
    tally, jobs = Tally(), {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(first, last):
            stem = f"{number:04d}"
            jobs[stem] = job = Job(*composition(number))
            for suffix, content in exported(job, stem, tally).items():
                (folder / (stem + suffix)).write_bytes(content)
                open_one(re.sub(r"^-\d+", "", suffix), content, job, stem, tally)
            for suffix in REREAD:
                kind = f"{suffix[1:]}: Shinko: the same chords and times"
                tally.opened[kind] += 1
                if amiss := reread(folder / (stem + suffix), job.progression):
                    tally.failed[kind].append(f"{stem}: {amiss}")
        for kind, what in by_programs(folder, jobs).items():
            tally.opened[kind] += len(jobs)
            tally.failed[kind] += what
    return tally


def exported(job: Job, stem: str, tally: Tally) -> dict[str, bytes]:
    """All files of a composition, and how long each format took by itself."""
    contents: dict[str, bytes] = {}
    for kind in job.rendering.formats:
        began = time.perf_counter()
        try:
            contents |= render(job.progression, replace(job.rendering, formats=(kind,)))
        except VoicingError as error:
            tally.refused.append(f"{stem} {kind}: {error}")
        tally.seconds[kind] += time.perf_counter() - began
    return contents


def open_one(suffix: str, content: bytes, job: Job, stem: str, tally: Tally) -> None:
    """Open a file in all programs that know its kind."""
    for reader, check in CHECKS.get(suffix, []):
        kind = f"{suffix[1:]}: {reader}"
        tally.opened[kind] += 1
        try:
            check(content, job)
        except Exception as error:
            tally.failed[kind].append(f"{stem}: {type(error).__name__} {error}"[:200])
    if suffix == ".wav":
        tally.lufs.append(measured_lufs(content))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    missing = [command[0] for command in PROGRAMS.values() if not shutil.which(command[0])]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)}")
    tally = Tally()
    workers = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))
    with workers as pool:
        firsts = range(0, count, BATCH)
        batches = pool.map(try_all, firsts, [min(first + BATCH, count) for first in firsts])
        for first, batch in zip(firsts, batches, strict=True):
            tally.add(batch)
            print(f"{min(first + BATCH, count)}/{count}", file=sys.stderr, flush=True)
    failed = {kind: what for kind, what in tally.failed.items() if what}
    for kind, what in failed.items():
        print(f"FAILED {kind}: {len(what)}: {what[:5]}")
    print(f"refused: {len(tally.refused)}: {tally.refused[:5]}")
    result = {
        "count": count,
        "seed": SEED,
        "opened": dict(tally.opened),
        "failed": {kind: len(what) for kind, what in failed.items()},
        "refused": len(tally.refused),
        "milliseconds": {kind: round(1000 * s / count, 1) for kind, s in tally.seconds.items()},
        "programs": versions(),
        "loudness_near_16": sum(abs(lufs - TARGET_LUFS) <= NEAR_LU for lufs in tally.lufs),
        "loudness_lufs": [
            round(value, 1)
            for value in (min(tally.lufs), statistics.median(tally.lufs), max(tally.lufs))
        ],
    }
    write_result("exports", "python benchmarks/exports.py", result)
    if failed:
        raise SystemExit("some exports could not be opened")


if __name__ == "__main__":
    main()
