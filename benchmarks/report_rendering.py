"""The parts of BENCHMARKS.md on exports, sound, and chords and keys that are found."""

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


def key_finding(result: dict[str, Any]) -> str:
    """Keys found from chords, beside those that the songs tell."""
    places = [
        "song",
        "section",
        *(f"{p} {n}" for p in ("begins", "anywhere") for n in result["sizes"]),
    ]
    numbers = [f"{place} {n}" for place in ("first", "any") for n in result["sizes"]]
    rows = result["all"]
    told, held_out = (
        [row for row in result[which] if row["corpus"] in result["told"]]
        for which in ("all", "held_out")
    )

    def cells(own: list[dict[str, Any]]) -> str:
        """For each place the share of songs, rows weighing as many songs as they have."""
        here = [[row for row in own if row["place"] == place] for place in places]
        return " | ".join(f"{_share_right(each, 'all'):.2f}" for each in here)

    lines = []
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        for mode in ("major", "minor"):
            own = [row for row in rows if (row["corpus"], row["mode"]) == (corpus, mode)]
            lines.append(f"| {corpus}, {mode} | {_most_songs(own):,} | {cells(own)} |")
    for mode in ("major", "minor"):
        own = [row for row in held_out if row["mode"] == mode]
        lines.append(f"| held out, {mode} | {_most_songs(own):,} | {cells(own)} |")
    ablations = []
    for name in told[0]["right"]:
        means = []
        for modes in (("major",), ("minor",), ("major", "minor")):
            groups = [
                [r for r in told if (r["corpus"], r["place"]) == (c, p) and r["mode"] in modes]
                for c in result["told"]
                for p in places
            ]
            means.append(statistics.mean(_share_right(group, name) for group in groups))
        shown = " | ".join(f"{mean:.3f}" for mean in means)
        ablations.append(f"| {'as it is' if name == 'all' else name} | {shown} |")
    return "\n".join(
        [
            "## Keys found from chords",
            "",
            "How often the key found from chord symbols alone is the one that the song tells: in",
            "whole songs that stay in one key, in their sections, in the first 16, 8 and 4 chords",
            f"where a section begins, and in as many from anywhere (every {result['step']}th "
            "chord). Every song counts the same.",
            "OpenEWLD and Impro-Visor have inferred keys, of which those surer than "
            f"{result['margin']:g} count. The",
            "songs held out, a tenth of the other four corpora, were neither counted nor tuned on.",
            "",
            f"| Songs of | Number | song | section | {' | '.join(numbers)} |",
            "|---|---:|" + "---:|" * len(places),
            *lines,
            "",
            "Without each of its constants, in the four corpora that tell keys, the mean over",
            "corpora and columns:",
            "",
            "| | Major | Minor | All songs |",
            "|---|---:|---:|---:|",
            *ablations,
        ]
    )


def _share_right(rows: list[dict[str, Any]], finder: str) -> float:
    return sum(r["songs"] * r["right"][finder] for r in rows) / sum(r["songs"] for r in rows)


def _most_songs(rows: list[dict[str, Any]]) -> int:
    """Songs of one mode, of all corpora in some rows: the most that any place has."""
    corpora = {row["corpus"] for row in rows}
    return sum(max(r["songs"] for r in rows if r["corpus"] == corpus) for corpus in corpora)
