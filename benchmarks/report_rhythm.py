"""What BENCHMARKS.md says of how long chords last."""

from __future__ import annotations

from typing import Any

_NAMES = {
    "policy": "the policy that ships",
    "memory": "songs' own chain, which it learned",
}
_FIGURES = ("chords", "distinct_chords", "distinct_bars", "all_alike_long", "within_a_bar")
_AGO = (1, 2, 4, 8)


def rhythm(result: dict[str, Any]) -> str:
    rows = []
    for bars, count in result["windows"].items():
        own = [row for row in result["rows"] if str(row["bars"]) == bars]
        rows.append(_row(bars, f"songs, {count} of each corpus", "–", own[0]["songs"]))
        rows += [
            _row(bars, _NAMES[row["kind"]], f"**{row['auc']:.2f}**", row["played"]) for row in own
        ]
    bits = " and ".join(
        f"**{told['mean']:.2f}** bits on `{name}` ({told['lengths']:,} lengths)"
        for name, told in result["bits"].items()
    )
    return "\n".join(
        [
            "## How long chords last",
            "",
            "Lengths of the chords of songs of class 1, which weren't counted, foretold given the",
            f"chords so far and all before: {bits}.",
            "",
            "Windows of whole bars of the other songs against windows from the same bars of what",
            "plays, its lengths drawn for its chords. AUC is how well gradient boosting tells them",
            "apart by chords and lengths, song by song held out: 0.5 is not at all. *As N before*",
            "is the share of bars that are those of N bars before, *alike* that of windows whose",
            "chords all last as long, *within* that of chords that don't begin a bar.",
            "",
            "| Bars | | AUC | Chords | Distinct chords | Distinct bars | Alike | Within "
            "| As 1 before | 2 | 4 | 8 |",
            "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"{result['within_most_bars']:.1%} of the sections of the Billboard songs have at most "
            "sixteen bars, or two for",
            "each of their chords; what is composed has no more.",
        ]
    )


def _row(bars: str, name: str, auc: str, told: dict[str, float]) -> str:
    figures = [f"{told[figure]:.2f}" for figure in _FIGURES]
    figures += [
        f"{told[f'as_{ago}_before']:.2f}" if f"as_{ago}_before" in told else "–" for ago in _AGO
    ]
    return f"| {bars} | {name} | {auc} | {' | '.join(figures)} |"
