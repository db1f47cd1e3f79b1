"""What BENCHMARKS.md says of how near to songs is what plays."""

from __future__ import annotations

from typing import Any

_NAMES = {
    "policy": "the policy that ships",
    "memory": "songs' own chain, which it learned",
    "memoryless": "`pop` alone, without class 1",
}


def songs(result: dict[str, Any]) -> str:
    rows = result["rows"]
    foretold = [
        f"| {_NAMES[row['kind']]} | "
        + " | ".join(f"**{own['mean']:.2f}** ± {own['error']:.2f}" for own in row["bits"].values())
        + " |"
        for row in rows
    ]
    chords = " and ".join(
        f"{own['chords']:,} chords in {own['songs']} songs of `{name}`"
        for name, own in rows[0]["bits"].items()
    )
    forms, copies = [], []
    for place, told in enumerate(rows[0]["likeness"]):
        forms.append(_form(told["length"], "songs", "– | –", told["songs"]))
        for row in rows:
            own = row["likeness"][place]
            aucs = f"**{own['auc']:.2f}** | {own['auc_minor']:.2f}"
            forms.append(_form(own["length"], _NAMES[row["kind"]], aucs, own["played"]))
            copies.append(
                f"| {own['length']} | {_NAMES[row['kind']]} | {own['in_corpus']['played']:.1%} | "
                f"{own['in_corpus']['held_out']:.1%} |"
            )
    return "\n".join(
        [
            "## How near to songs",
            "",
            "Songs of class 1 (a tenth by the hash of their ids) foretold by what was counted",
            "without them, in bits a chord given all before it in its section, with standard",
            f"errors over songs: {chords}.",
            "Each piece may be of either corpus' style, told by Bayes.",
            "",
            "| Foretold by | billboard | pop909 |",
            "|---|---:|---:|",
            *foretold,
            "",
            "Windows of the other songs, as many of each corpus, against windows from the same",
            "places and in the same modes of what plays, with plans off. AUC is how well gradient",
            "boosting tells them apart, song by song held out: 0.5 is not at all. *Halves* are",
            "alike, *pairs* came before in the window; *no i* is the share of windows in minor",
            "without a chord on the tonic after their first, *III ≥ i* of those with chords on the",
            "tonic of the relative major at least as often.",
            "",
            "| Chords | | AUC | in minor | Halves | Pairs | Distinct | No i | III ≥ i |",
            "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
            *forms,
            "",
            "Windows that stand in the songs that were counted, and how many windows of the songs",
            "that were held out do:",
            "",
            "| Chords | | Played | Held-out songs |",
            "|---:|---|---:|---:|",
            *copies,
            "",
            "Sections that begin, and pieces of 16 chords that end, on the tonic:",
            "",
            "| Songs in | Corpus | | Songs begin | Played begin | Songs end | Played end |",
            "|---|---|---|---:|---:|---:|---:|",
            *(
                f"| {own['mode']} | {own['corpus']} | {_NAMES[row['kind']]} | "
                f"{own['songs_begin']:.2f} | {own['played_begin']:.2f} | {own['songs_end']:.2f} | "
                f"{own['played_end']:.2f} |"
                for row in rows
                for own in row["endings"]
            ),
        ]
    )


def _form(length: int, name: str, aucs: str, form: dict[str, float]) -> str:
    figures = [
        f"{form[figure]:.2f}"
        for figure in (
            *("halves_alike", "repeated_pairs", "distinct"),
            *("no_tonic_in_minor", "relative_major_in_minor"),
        )
    ]
    return f"| {length} | {name} | {aucs} | {' | '.join(figures)} |"


def styles(result: dict[str, Any]) -> str:
    rows = result["rows"]
    compared = [
        f"| `{row['name']}` | {told} | {own['songs']:,} | {own['chords']:,} | "
        f"{_within(own['own'])} | {_within(own['pop'])} | **{own['times'][0]:.2f}** "
        f"({own['times'][1]:.2f} to {own['times'][2]:.2f}) |"
        for row in rows
        for told, own in (("1", row["class_1"]), ("1 to 9", row["every_class"]))
    ]
    by_itself = [
        f"| `{row['name']}` | {row['vocabulary']} | {row['own_chords']:.2f} | "
        f"{row['remembered']:.2f} | {row['played']:.2f} |"
        for row in rows
    ]
    return "\n".join(
        [
            "## Tables of styles",
            "",
            "Perplexity a chord of songs that weren't counted, by a style's table and by `pop`,",
            "both over the chords of `pop` (others are simplified first), in pieces of 16 chords",
            "that begin from nothing. Songs of class 1 are a tenth by the hash of their ids;",
            "*1 to 9* are all, each class foretold by what was counted without it. In brackets the",
            "middle 95 % of what songs drawn anew from these give.",
            "",
            "| Songs | Class | Songs | Chords | Own table | `pop` | Times as high |",
            "|---|---|---:|---:|---:|---:|---:|",
            *compared,
            "",
            "Songs of class 1 over the style's own chords: by a table whose chords were chosen",
            "without them, and, for all but the first chord of a section, given all before it",
            "there, by the memory that ships, which isn't counted from them, and by the policy",
            "that ships, which learned from the memory:",
            "",
            "| Songs | Chords known | Own table | Memory | Policy |",
            "|---|---:|---:|---:|---:|",
            *by_itself,
        ]
    )


def _within(told: list[float]) -> str:
    middle, least, most = told
    return f"{middle:.2f} ({least:.2f} to {most:.2f})"
