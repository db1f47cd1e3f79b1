"""The parts of BENCHMARKS.md on commands that are killed, and inputs that are damaged or large."""

from __future__ import annotations

import textwrap
from typing import Any


def crashes(result: dict[str, Any]) -> str:
    """Commands killed, and what else may come in their way."""
    rows = [
        f"| {job['what']} | {job['kills']:,} | {job['before']} | {job['midway']} | {job['after']} "
        f"| {job['resumed'] or '–'} | {job['again']} | {len(job['faults'])} |"
        for job in result["jobs"]
    ]
    others = []
    for what in dict.fromkeys(one["what"] for one in result["situations"]):
        every = [one for one in result["situations"] if one["what"] == what]
        names = ", ".join(f"`{one['job']}`" for one in every)
        tried, told, through, faults = (
            sum(one[count] if count != "faults" else len(one[count]) for one in every)
            for count in ("tried", "told", "went_through", "faults")
        )
        others.append(f"| {what} | {names} | {tried} | {told} | {through} | {faults} |")
    small = "is a tmpfs" if result["small_disk"] == "tmpfs" else "could not be mounted"
    return "\n".join(
        [
            "## Commands that are killed",
            "",
            _paragraph(
                "Commands that train, count, compose and render, on small things, were each ended "
                f"by SIGKILL {result['kills']} times (seed {result['seed']}): one in twenty in a "
                "process started anew, the others in one forked from a process that has all "
                "imported; half of those at each operation on files (openings, writes, of which "
                "half is done then, `fsync`, names, locks), or spread over them where there are "
                "more, the rest at random times. A fault is a file "
                "that is neither the old one nor the new one, or lost; or that the command, "
                "run again, with `--resume` where its run had begun, doesn't end with 0 and all "
                "files as if never killed, with nothing temporary left and no lock held. One trial "
                "in five kills the run that goes on, too. Wall-clock fields aren't compared, and "
                "the figures of a study not drawn; half of its kills end its workers with it, half "
                "one process alone."
            ),
            "",
            "| Command | Kills | Nothing written yet | In the middle | All written | Resumed "
            "| Run again | Faults |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            _paragraph(
                "What else may happen, from many of their operations on: another is at work there, "
                "held up; the disk is full or read-only, played by errors of what takes room; a "
                f"small disk, which {small}, of several sizes; a folder in which a user may not "
                "write, empty or with what a kill left. The command has to end with 1 and one "
                "line, or with 0 where nothing was in its way, leave all files old or new, and go "
                "on when the obstacle is gone. Of two trainers one is then killed, the first or "
                "the second; of two that write songs of one title, all files have to be there."
            ),
            "",
            "| Situation | Commands | Tried | Told in one line | Went through | Faults |",
            "|---|---|---:|---:|---:|---:|",
            *others,
            "",
            f"The whole took {result['minutes']:.0f} minutes.",
        ]
    )


def fuzz(result: dict[str, Any]) -> str:
    """Damaged inputs for every reader."""
    readers = result["readers"]
    rows = [
        f"| {name} | {row['read']:,} | {row['refused']:,} | {row['faults']:,} | "
        f"{1000 * row['seconds'] / row['cases']:.2f} | {row['slowest_seconds']:.2f} "
        f"({row['slowest_case']}) | {row['peak_megabytes']:.0f} |"
        for name, row in readers.items()
    ]
    faults = sum(row["faults"] for row in readers.values())
    return "\n".join(
        [
            "## Damaged inputs",
            "",
            f"{len(readers)} readers of what a user may hand over, {result['cases']:,} inputs for "
            f"each (seed {result['seed']}): valid ones",
            "with bits flipped, parts cut, doubled and spliced, and odd values put in. Each has to",
            f"be read, or refused in one printable line, within {result['longest_seconds']:g} s of "
            f"the processor and {result['most_megabytes']:,} MB; a",
            f"warning is a fault, too. **{faults:,} faults.** {result['workers']} processes took "
            f"{result['seconds'] / 60:.0f} minutes.",
            "Times are the processor's; in brackets the number of the slowest case, for",
            "`--only READER --case N`; memory is what a process grew by.",
            "",
            "| Reader | Read | Refused | Faults | Mean, ms | Slowest, s | Peak, MB |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *rows,
        ]
    )


def large_inputs(result: dict[str, Any]) -> str:
    """What large inputs take."""
    rows = [
        f"| `{row['command']}` | {row['input']} | {row['seconds']:.0f} | "
        f"{row['processor_seconds']:.0f} | {row['megabytes']:,} | {row['refused'] or '–'} |"
        for row in result["rows"]
    ]
    return "\n".join(
        [
            "## Large inputs",
            "",
            _paragraph(
                "Seconds by the clock and of the processor, and megabytes at the most, of whole "
                "commands. What would take longer than a minute or more than a gigabyte is refused."
            ),
            "",
            "| Command | Of | Seconds | Processor | MB | Refused |",
            "|---|---|---:|---:|---:|---|",
            *rows,
        ]
    )


def _paragraph(text: str) -> str:
    return textwrap.fill(text, 98, break_on_hyphens=False, break_long_words=False)
