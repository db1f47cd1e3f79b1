"""The commands that are killed, small enough that each takes about a second."""

from __future__ import annotations

import multiprocessing
import random
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OLD = b"what was there before, longer than nothing\n"
CHORDS = ("C", "F", "G", "Am", "Dm", "Em")


@dataclass(frozen=True)
class Job:
    """A command, and what is there before it.

    Attributes:
      what: in words.
      arguments: of the command, as one types them; {inputs} and {place} are folders.
      run: the folder of its run below {place}, where it goes on with `--resume`; "" if it doesn't.
      before: files below {place}, by name; none of them may be lost.
      has_workers: whether it has work done by processes of its own.
      prepare: called in the process of the command, before it.
    """

    what: str
    arguments: str
    run: str = ""
    before: Mapping[str, bytes] = field(default_factory=dict)
    has_workers: bool = False
    prepare: Callable[[], None] = lambda: None

    def command(self, inputs: Path, place: Path) -> list[str]:
        """Its arguments as things stand: a run that has begun is gone on with."""
        told = [part.format(inputs=inputs, place=place) for part in shlex.split(self.arguments)]
        if self.run and (place / self.run / "settings.toml").exists():
            first = next(n for n, part in enumerate(told) if part.startswith("--"))
            return [*told[:first], "--out", str(place / self.run), "--resume"]
        return told


def small_study() -> None:
    """One β in the sweep; nothing is timed before, and no figure drawn: neither leaves anything."""
    from shinko.experiments.study import figures, settings, sweep, trainings

    settings.SWEPT = sweep.SWEPT = (0.15,)
    trainings._time_epochs = not_timed
    figures._save = lambda draw, **how: (b"<svg></svg>", b"a picture")  # type: ignore[assignment]


def not_timed(kinds: Mapping[Any, Any]) -> dict[Any, tuple[float, float]]:
    """What an epoch of each kind takes, as if it took no time."""
    return dict.fromkeys(kinds, (0.0, 0.0))


def measure_few() -> None:
    """A dial is measured on a piece at each place, which takes a second instead of fifteen."""
    from shinko.rl import dial_calibration

    dial_calibration.PLAYED = 1


def save_every_epoch() -> None:
    """Have a policy's training saved after each epoch, as a stop may have it saved after any."""
    from shinko.rl.training import Training

    begin = Training.__init__

    def begun(self: Training, *told: Any, **more: Any) -> None:
        begin(self, *told, **more)
        self.save_every = 1

    Training.__init__ = begun  # type: ignore[method-assign]


def fork_workers() -> None:
    """Have a study's workers forked, not started anew: they needn't import PyTorch."""
    from shinko.experiments.study import trainings

    class Forking:
        parent_process = staticmethod(multiprocessing.parent_process)

        @staticmethod
        def get_context(method: str) -> multiprocessing.context.BaseContext:
            return multiprocessing.get_context("fork")

    trainings.multiprocessing = Forking  # type: ignore[assignment]


TRAINED = "--hidden 8 --batch 4"
POLICY = f"{TRAINED} --embedding 4"

JOBS = {
    "learn": Job(
        "`learn`, 12 epochs, a checkpoint every 3",
        "learn --table {inputs}/mine.csv --epochs 12 --checkpoint-every 3"
        f" {POLICY} --length 8 --out {{place}}/run",
        run="run",
    ),
    "dial": Job(
        "`dial`, 6 epochs, a checkpoint every 2",
        "dial --tables {inputs}/mine.csv --begin fresh --epochs 6 --checkpoint-every 2"
        f" {POLICY} --lengths 4 --group 2 --out {{place}}/run",
        run="run",
        prepare=measure_few,
    ),
    "lm": Job(
        "`lm train`, 4 epochs",
        "lm train --corpus {inputs}/text.txt --epochs 4 --layers 1 --window 8"
        f" --precision float32 {TRAINED} --out {{place}}/run",
        run="run",
    ),
    "study": Job(
        "`study`, 3 trainings of 10 epochs, two at a time, and the report",
        "study --table {inputs}/mine.csv --epochs 10 --seeds 1 --workers 2 --out {place}/study",
        has_workers=True,
        prepare=small_study,
    ),
    "compose": Job(
        "`compose` into a folder, 30 files, one name taken",
        "compose --count 10 --seed 7 --formats midi,json,musicxml --out {place}/songs",
        before={"songs/C-seed7-3.mid": OLD, "songs/mine.txt": OLD},
    ),
    "compose-file": Job(
        "`compose` into one file, over an old one",
        "compose --count 1 --seed 7 --out {place}/song.mid",
        before={"song.mid": OLD},
    ),
    "tables": Job(
        "`tables build`, over an old table and its memory",
        "tables build {inputs}/songs.txt --out {place}/mine.csv --force",
        before={"mine.csv": OLD, "mine.memory.json.gz": OLD},
    ),
    "render": Job(
        "`render` into a folder, 4 files, one name taken",
        "render 'Am7 D7 | Gmaj7 | Em7' --formats midi,json,musicxml,svg --out {place}/songs",
        before={"songs/progression.mid": OLD},
    ),
}


def write_inputs(folder: Path) -> None:
    """What the commands read: songs and a table of them, a text; of words and chords by chance."""
    from shinko.tables import build_table, read_songs, write_table

    rng = random.Random(0)
    songs = (" | ".join(rng.choice(CHORDS) for _ in range(8)) for _ in range(30))
    (folder / "songs.txt").write_text("".join(f"key: C\n| {song} |\n" for song in songs))
    words = [f"w{number}" for number in range(40)]
    lines = (" ".join(rng.choice(words) for _ in range(12)) for _ in range(60))
    (folder / "text.txt").write_text("".join(f"{line}\n" for line in lines))
    songs_read = read_songs(folder / "songs.txt").songs
    write_table(build_table(songs_read, name="mine"), folder / "mine.csv")
