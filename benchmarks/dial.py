"""The policy that ships over its whole dial, beside the exact optimum.

Run: python benchmarks/dial.py
"""

from __future__ import annotations

import numpy as np

from record import write_result
from shinko.planning.plan import solve
from shinko.rl.optimality import Yardstick, measure
from shinko.rl.policy import shipped_policy
from shinko.rl.terms import rewarded
from shinko.tables import compile_table
from shinko.tables.builtin import playable_table

SAMPLES, LENGTH = 4096, 16
# Points over the dial: of the first style, and of each other one.
POINTS, OTHER_POINTS = 10, 4


def main() -> None:
    policy = shipped_policy()
    dial = policy.dial
    if dial is None:
        raise SystemExit("the policy that ships has no dial")
    rows = []
    for place, style in enumerate(dial.styles):
        automaton = compile_table(playable_table(style).over(policy.chords))
        process = rewarded(automaton, reward="log-probability", floor=dial.floor)
        points = POINTS if place == 0 else OTHER_POINTS
        weights = np.eye(len(dial.styles))[place]
        for tau in np.geomspace(dial.temperatures[0], dial.temperatures[-1], points):
            best = solve(process, temperature=float(tau), length=LENGTH)
            played = measure(
                policy.conditioned(weights.tolist(), float(tau)).model,
                Yardstick.of(best, automaton.listed),
                count=SAMPLES,
                rng=np.random.default_rng(0),
            )
            rows.append(
                {
                    "style": style,
                    "tau": round(float(tau), 4),
                    "regret": played.regret,
                    "regret_error": played.regret_error,
                    "optimality": played.optimality,
                    "effective_chords": played.effective_chords,
                    "best_effective_chords": best.walk.effective_tokens,
                    "commonest_pair": played.commonest_pair,
                    "distinct": played.distinct,
                }
            )
            print(rows[-1], flush=True)
    write_result(
        "dial",
        "python benchmarks/dial.py",
        {
            "samples": SAMPLES,
            "length": LENGTH,
            "real": dict(zip(dial.styles, dial.real, strict=True)),
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
