"""What BENCHMARKS.md says of the study of the poster's claims."""

from __future__ import annotations

from typing import Any

from shinko.experiments.statistics import Estimate
from shinko.experiments.study.words import WORDS
from shinko.theory import parse_token


def study(result: dict[str, Any]) -> str:
    claims = [
        f"| {claim['poster']} | {claim['here']} | {claim['holds']} |" for claim in result["claims"]
    ]
    ended = [
        f"| {told['beta']:g} | {_numerals(ending['chords'])} | {_rate(ending)} | "
        f"{Estimate(**ending['last_return']):.2f} | "
        f"{Estimate(**ending['last_effective_chords']):.2f} |"
        for told in result["collapse"]
        for ending in told["endings"]
    ]
    swept = [
        f"| {name} | {one['beta']:g} | {'yes' if one['diverse'] else 'no'} | "
        f"{one['rate']['count']} of {one['rate']['of']} | "
        f"{Estimate(**one['mean_return']):.2f} | {one['exact']['mean_return']:.2f} | "
        f"{Estimate(**one['effective_chords']):.2f} | {one['exact']['effective_chords']:.2f} | "
        # What the entropy as a bonus leads to isn't meant to be the best.
        + (f"{Estimate(**one['optimality']):.3f} |" if entropy == "return" else "– |")
        for entropy, name in (("return", "in the return"), ("bonus", "as a bonus"))
        for one in result["sweep"][entropy]
    ]
    return "\n".join(
        [
            "## The poster's claims, and the sweep over β",
            "",
            f"`shinko study` on `{result['table']}`: {result['epochs']} epochs, "
            f"{result['seeds']} seeds of the poster's two β",
            f"and a quarter of them of each other one, the whole command in "
            f"**{result['seconds']:.0f} s** on {result['cores']} cores",
            f"(it had announced: {result['told_before']}).",
            "",
            "| The poster | Here | Holds |",
            "|---|---|---|",
            *claims,
            "",
            "Yes or no: the exact 95% interval of the chance that a training bears the claim out",
            "lies above, or below, one half. How the trainings ended, by the chords that make up",
            "four fifths of what they play last; interquartile means, with 95% bootstrap intervals",
            "from five trainings on:",
            "",
            "| β | Ends on | Trainings | Last return | Effective chords |",
            "|---:|---|---|---:|---:|",
            *ended,
            "",
            "The sweep. Exact is the optimum for the entropy in the return, and where the loss",
            "comes to rest for the entropy as a bonus; where some trainings of a β end diverse and",
            "others don't, each kind has a row.",
            "",
            "| Entropy | β | Diverse | Trainings | Return | exact | Effective chords | exact "
            "| Optimality |",
            "|---|---:|---|---|---:|---:|---:|---:|---:|",
            *swept,
        ]
    )


def _numerals(chords: list[str]) -> str:
    return " ".join(str(parse_token(chord)) for chord in chords) or WORDS["en"]["stayed diverse"]


def _rate(told: dict[str, float]) -> str:
    """How many of how many, with the exact interval of the chance."""
    return f"{told['count']} of {told['of']} ({told['low']:.0%} to {told['high']:.0%})"
