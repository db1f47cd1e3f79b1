"""The parts of BENCHMARKS.md on exports, sound and chords found in MIDI files."""

from __future__ import annotations

import statistics
from typing import Any


def exports(result: dict[str, Any]) -> str:
    """Every export, opened by other programs."""
    failed = result["failed"]
    rows = [
        f"| {reader} | {opened:,} | {failed.get(reader, 0)} |"
        for reader, opened in result["opened"].items()
    ]
    times = ", ".join(f"{name} {ms:.0f}" for name, ms in result["milliseconds"].items())
    lowest, median, highest = result["loudness_lufs"]
    programs = ", ".join(f"{name} {text}" for name, text in result["programs"].items())
    return "\n".join(
        [
            "## Exports, opened by other programs",
            "",
            f"{result['count']:,} seeded compositions (seed {result['seed']}): all 30 keys, 4/4, "
            "3/4 and 6/8, 1 to 64",
            "chords, with and without sections, all patterns and voicings, lead sheets and grand",
            "staves, with and without diagrams. Each file was opened, and what is in it compared:",
            "MIDI has the score's notes, none struck while it sounds, and whole bars; MusicXML",
            "comes back from MuseScore with the same chords at the same times, and what Shinko",
            "reads again has them, too.",
            f"{result['refused']} could not be voiced in the style that was drawn.",
            "",
            "| Format: reader | Opened | Failed |",
            "|---|---:|---:|",
            *rows,
            "",
            f"Loudness {lowest} to {highest} LUFS, median {median}, within 1 of -16 for "
            f"{result['loudness_near_16']:,}.",
            f"Milliseconds a composition, two at a time on two cores: {times}.",
            f"Programs: {programs}.",
        ]
    )


def audio_speed(result: dict[str, Any]) -> str:
    """Sound beside real time."""
    rows = [
        f"| {row['kind']} | {row['minimum']:.2f} | {row['seconds']:.2f} | {row['maximum']:.2f} | "
        f"{row['times_real_time']:.0f} | {row['megabytes']:.1f} |"
        for row in result["rows"]
    ]
    return "\n".join(
        [
            "## Sound",
            "",
            f"{result['chords']} chords as {result['pattern']}, {result['music_seconds']:.0f} s "
            "of music, rendered, levelled, encoded and written,",
            f"{result['runs']} times; loudness {result['loudness_lufs']:.1f} LUFS, true peak "
            f"{result['true_peak_dbfs']:.1f} dB, {result['peak_megabytes']} MB at most.",
            "",
            "| Kind | Minimum, s | Median, s | Maximum, s | Times real time | MB |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
        ]
    )


def chord_finding(result: dict[str, Any]) -> str:
    """Chords found in exported MIDI, markers taken out."""

    def shown(row: dict[str, Any], figure: str) -> str:
        values = [run[figure] for run in row["runs"]]
        return f"{statistics.mean(values):.3f} ± {statistics.stdev(values):.3f}"

    rows = [
        f"| {row['pattern']}{', ' + row['melody'] if row['melody'] else ''} | "
        + " | ".join(
            shown(row, figure) for figure in ("same_from_markers", "root", "chord", "bass", "key")
        )
        + " |"
        for row in result["rows"]
    ]
    seconds = result["song_seconds"]
    return "\n".join(
        [
            "## Chords found in MIDI files",
            "",
            f"{result['progressions']} composed progressions of {result['length']} chords for each "
            f"of the seeds {', '.join(map(str, result['seeds']))},",
            f"played with humanize {result['humanize']:g} and read again: share of progressions "
            "that come back the same",
            "from their markers, and, without markers, share of the time in which root, root and",
            "quality, and bass are right, and of pieces whose key is. Mean ± sd over the seeds. A",
            f"song of 64 chords takes {seconds['markers']:.2f} s from markers, "
            f"{seconds['notes']:.2f} s from notes.",
            "",
            "| Pattern | From markers | Root | Root and quality | Bass | Key |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
        ]
    )
