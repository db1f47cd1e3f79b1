"""What BENCHMARKS.md says of how functions sound."""

from __future__ import annotations

from typing import Any

_MODELS = ("plain", "function", "next", "memory", "whole")


def colour(result: dict[str, Any]) -> str:
    rows = [
        f"| `{name}` | {told['chords']:,} | {told['as_the_function']:.1%} | "
        + " | ".join(f"{told[key]:.3f}" for key in _MODELS[:-1])
        + f" | **{told['whole']:.3f}** |"
        for name, told in result["bits"].items()
    ]
    sections = [
        f"| `{name}` | "
        + " | ".join(
            f"{told['songs'][key]:{form}} / {told['drawn'][key]:{form}}"
            for key, form in (
                ("coloured", ".1%"),
                ("any", ".1%"),
                ("one_alone", ".1%"),
                ("ways", ".2f"),
            )
        )
        + " |"
        for name, told in result["sections"].items()
    ]
    windows = [
        f"| `{name}` | {side} | {told['lone_maj7']:.1%} | {told['lone_maj7_drawn']:.1%} | "
        f"{told['six_fours']:.2%} | {told['right']:.0%} | {told['six_fours_after']:.2%} | "
        f"{told['right_after']:.1%} |"
        for name, sides in result["windows"].items()
        for side, told in sides.items()
    ]
    count, length = result["pieces"]
    times = ", ".join(
        f"`{way}` {' / '.join(f'{s:.2f}' for s in seconds)}"
        for way, seconds in result["seconds"].items()
    )
    return "\n".join(
        [
            "## How functions sound",
            "",
            "Bits of each chord as it sounds, given the functions of its song, in songs of class",
            "1, which weren't counted; and how many sound as their function does. *Plain* says",
            "that of every chord, and how sure that is; *function* is P(colour | function), *next*",
            "P(colour | function, next function), *memory* has colours come again, and *all* is",
            "what ships, songs being of several manners besides.",
            "",
            "| Songs | Chords | As the function | Plain | Function | Next | Memory | All |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "Sections of these songs of four chords or more, as songs have them / as drawn for",
            "their functions: chords that sound otherwise than their function, sections with any,",
            "sections with one alone, and the ways that a function sounds in within a section.",
            "",
            "| Songs | Coloured | Any | One alone | Ways |",
            "|---|---:|---:|---:|---:|",
            *sections,
            "",
            "Windows of 16 functions of songs, and of what the policy plays: those where one",
            "major seventh stands alone among triads, before and after colours are drawn; and the",
            "share of six-fours, with those of them that pass, cadence or stand on a bass that",
            "stays, before and after the others were moved.",
            "",
            "| Songs | Functions of | Lone maj7 | Drawn | Six-fours | Right | After | Right |",
            "|---|---|---:|---:|---:|---:|---:|---:|",
            *windows,
            "",
            f"Drawing colours for {count:,} pieces of {length} chords, seconds: {times}.",
        ]
    )
