"""What BENCHMARKS.md says of policies that learn what songs remember."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shinko.experiments.statistics import interquartile_mean, rate

_CELLS = {"rnn": "Simple RNN", "lstm": "LSTM", "window": "three chords"}
_FIGURES = ("regret", "divergence", "halves_alike", "repeated_pairs", "distinct_chords")


def memory_study(result: dict[str, Any]) -> str:
    kinds: dict[tuple[str, bool, float, float], list[dict[str, Any]]] = {}
    for row in result["rows"]:
        told = (row["cell"], row["copies"], row["share"], row["beta"])
        kinds.setdefault(told, []).append(row)
    rows = [
        f"| {_CELLS[cell]} | {'yes' if copies else 'no'} | {share:.0%} | "
        f"{'1' if beta == 1.0 else f'{beta:g} to 1'} | "
        + " | ".join(_mean([one[name] for one in own], name) for name in _FIGURES)
        + f" | {sum(one['seconds'] for one in own) / len(own):.0f} |"
        for (cell, copies, share, beta), own in kinds.items()
    ]
    chain = [one["chain"] for one in result["rows"]]
    means = [sum(one[name] for one in chain) / len(chain) for name in _FIGURES[2:]]
    seeds = len(next(iter(kinds.values())))
    errors = [max(row[f"{name}_error"] for row in result["rows"]) for name in _FIGURES[:2]]
    return "\n".join(
        [
            "## Learning what songs remember",
            "",
            f"Policies of {result['hidden']} hidden units that learned the reward with memory of",
            f"`{result['table']}` in {result['mode']}: {result['length']} chords, "
            f"{result['epochs']} epochs of {result['batch']} progressions, {seeds} seeds.",
            "*Share* is that of the chain's own progressions in each batch. *Regret* is what a",
            "chord of the policy's own progressions costs against the chain, *divergence* the",
            "relative entropy from the chain to the policy, a chord of the chain's, in nats. Of",
            "the first eight chords: how often the second half repeats the first, pairs that came",
            "before, distinct chords. Interquartile means over the seeds, with 95% bootstrap",
            f"intervals; a single policy's figures are from {result['samples']:,} progressions,",
            f"with standard errors of at most {errors[0]:.3f} in regret and {errors[1]:.3f} in "
            "divergence.",
            "",
            "| Policy | Copies | Share | β | Regret | Divergence | Halves alike | Pairs | Distinct "
            "| Seconds |",
            "|---|---|---:|---|---|---|---|---|---|---:|",
            *rows,
            f"| the chain itself | | | | 0 | 0 | {means[0]:.2f} | {means[1]:.2f} | {means[2]:.2f} "
            "| |",
        ]
    )


def memory_collapse(result: dict[str, Any]) -> str:
    by_beta: dict[float, list[dict[str, Any]]] = {}
    for row in result["rows"]:
        by_beta.setdefault(row["beta"], []).append(row)
    rows = []
    for beta, own in by_beta.items():
        fallen = rate([row["fall"] is not None for row in own])
        detected = sum(row.get("detected") is not None for row in own)
        selected = [row for row in own if "selected" in row]
        diverse = sum(row["selected_is_diverse"] for row in selected)
        ends = Counter(_loop(row["ends_in"]["progression"]) for row in own if row["fall"])
        told = ", ".join(f"{loop} ({count})" for loop, count in ends.most_common()) or "–"
        at = ", ".join(str(row["fall"]) for row in own if row["fall"]) or "–"
        last = {
            name: _mean([row["last"][name] for row in own], name)
            for name in ("return", "effective_chords")
        }
        rows.append(
            f"| {beta:g} | {fallen.count} of {fallen.of} ({fallen.low:.0%} to {fallen.high:.0%}) "
            f"| {at} | {told} | {last['return']} | {last['effective_chords']} | {detected} "
            f"| {diverse} of {len(selected)} |"
        )
    limits = result["limits"]
    return "\n".join(
        [
            "## The collapse on a reward with memory",
            "",
            "The poster's preset with the chance of each chord, given all that was played, as",
            f"reward: `{result['table']}` in {result['mode']}, {result['epochs']} epochs. *Fell* "
            "is measured on",
            f"{result['samples']} more progressions every {result['every']} epochs: below "
            f"{limits['min_effective_chords']:g} effective chords or above",
            f"{limits['max_commonest_pair']:.0%} of one pair, to the end or for a twentieth of "
            "the training. *Onto* is what those",
            "that fell play most in the end. *Detected* and *selected* are from the batches alone;",
            "the selected policy is measured like the others.",
            "",
            "| β | Fell (95% interval) | At epoch | Onto | Last return | Effective chords "
            "| Detected | Selected are diverse |",
            "|---:|---|---|---|---|---|---:|---:|",
            *rows,
        ]
    )


def _mean(values: list[float], name: str) -> str:
    digits = 3 if name in ("regret", "divergence") else 2
    return f"{interquartile_mean(values):.{digits}f}"


def _loop(progression: str) -> str:
    """The chords that a progression ends in turning round, or its last four."""
    chords = progression.split()
    for length in range(1, 9):
        if all(one == chords[-1 - (place % length)] for place, one in enumerate(chords[:-9:-1])):
            turn = chords[-length:]
            first = min(range(length), key=lambda at: turn[at:] + turn[:at])
            return " ".join(turn[first:] + turn[:first])
    return "… " + " ".join(chords[-4:])
