"""Sound: seconds of music rendered and written in one second, and how loud it came out.

Run: python benchmarks/audio_speed.py
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from record import write_result
from shinko.export.audio import KINDS, AudioReport, render_audio, write_audio
from shinko.score.arrange import Performance, arrange
from shinko.score.progression import Progression
from shinko.score.score import Score
from shinko.theory import Key, parse_roman

PACKAGES = ("tinysoundfont", "pretty_midi", "soundfile", "pyloudnorm", "scipy")
RUNS = 5
CHORDS = 64
PATTERN = "pop-rock"  # with bass and drums
NUMERALS = "I V vi IV ii7 V7 iii IV I64 V7 I ♭VII IV I ii V7"


def piece() -> Score:
    """64 chords of a bar each at 120, sixteen in turn."""
    cycle = [parse_roman(numeral) for numeral in NUMERALS.split()]
    chords = tuple(cycle[i % len(cycle)] for i in range(CHORDS))
    progression = Progression(chords, Key.parse("C"), (4.0,) * CHORDS, tempo_bpm=120)
    return arrange(progression, Performance(PATTERN))


def writing(score: Score, path: Path) -> tuple[list[float], AudioReport]:
    """Seconds of rendering, encoding and writing the whole piece, each time anew."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        report = write_audio(score, path)
        times.append(time.perf_counter() - began)
    return times, report


def main() -> None:
    score = piece()
    began = time.perf_counter()
    _, report = render_audio(score)
    first = time.perf_counter() - began
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder, f"piece.{kind}")
            times, written = writing(score, path)
            if written != report:
                raise SystemExit(f"{kind}: {written} instead of {report}")
            rows.append(
                {
                    "kind": kind,
                    "seconds": round(statistics.median(times), 3),
                    "minimum": round(min(times), 3),
                    "maximum": round(max(times), 3),
                    "times_real_time": round(report.seconds / statistics.median(times), 1),
                    "megabytes": round(path.stat().st_size / 1e6, 2),
                }
            )
            print(rows[-1], flush=True)
    write_result(
        "audio_speed",
        "python benchmarks/audio_speed.py",
        {
            "packages": {name: version(name) for name in PACKAGES},
            "chords": CHORDS,
            "pattern": PATTERN,
            "notes": sum(len(track.notes) for track in score.tracks),
            "runs": RUNS,
            "music_seconds": report.seconds,
            "loudness_lufs": round(report.loudness_lufs, 2),
            "true_peak_dbfs": round(report.true_peak_dbfs, 2),
            "first_rendering_seconds": round(first, 3),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
