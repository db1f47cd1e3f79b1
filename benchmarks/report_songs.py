"""What BENCHMARKS.md says of how near to songs is what plays."""

from __future__ import annotations

from typing import Any

_NAMES = {"with memory": "tables with memory", "without": "`pop`, without class 1"}


def songs(result: dict[str, Any]) -> str:
    foretold = [
        f"| {_NAMES[row['kind']]} | "
        + " | ".join(f"**{own['mean']:.2f}** ± {own['error']:.2f}" for own in row["bits"].values())
        + " |"
        for row in result["rows"]
    ]
    first = result["rows"][0]
    chords = " and ".join(
        f"{own['chords']:,} chords in {own['songs']} songs of `{name}`"
        for name, own in first["bits"].items()
    )
    forms = []
    for place, told in enumerate(first["likeness"]):
        forms.append(_form(told["length"], "songs", "–", told["songs"]))
        for row in result["rows"]:
            own = row["likeness"][place]
            forms.append(
                _form(own["length"], _NAMES[row["kind"]], f"**{own['auc']:.2f}**", own["played"])
            )
    return "\n".join(
        [
            "## How near to songs",
            "",
            "Songs of class 1 (a tenth by the hash of their ids) foretold by what was counted",
            "without them, in bits a chord given all before it in its section, with standard",
            f"errors over songs: {chords}.",
            f"Counting the memory took {result['counted_seconds']:.0f} s.",
            "",
            "| Foretold by | billboard | pop909 |",
            "|---|---:|---:|",
            *foretold,
            "",
            "Windows of the other songs, as many of each corpus, against windows from the same",
            "places and in the same modes of what plays. AUC is how well gradient boosting tells",
            "them apart, song by song held out: 0.5 is not at all. *Halves* are alike, *pairs*",
            "came before in the window; *no i* is the share of windows in minor without the tonic",
            "after their first chord, *I ≥ i* of those with the relative major at least as often.",
            "",
            "| Chords | | AUC | Halves | Pairs | Distinct | No i | I ≥ i |",
            "|---:|---|---:|---:|---:|---:|---:|---:|",
            *forms,
        ]
    )


def _form(length: int, name: str, auc: str, form: dict[str, float]) -> str:
    figures = [
        f"{form[figure]:.2f}"
        for figure in ("halves_alike", "repeated_pairs", "distinct", "no_tonic_in_minor")
    ]
    figures.append(f"{form['relative_major_in_minor']:.2f}")
    return f"| {length} | {name} | {auc} | {' | '.join(figures)} |"
