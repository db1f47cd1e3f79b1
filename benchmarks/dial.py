"""The policy that ships over its whole dial, beside the chains that it learned.

Run: python benchmarks/dial.py
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from record import write_result
from shinko.planning.particles import Player, play
from shinko.rl.described import Dial
from shinko.rl.memory_measure import measure_memory
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.policy import Policy, shipped_policy
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of

SAMPLES, LENGTH = 1024, 16
# Where both dials are turned: heats every second one that it was measured at, and these pulls.
STYLES, MODES, PULLS = ("billboard", "pop909"), ("major", "minor"), (-3.0, 0.0, 3.0)


def places(dial: Dial) -> Iterator[tuple[str, str, float, float]]:
    """Style, mode, heat and pull: each style and mode as songs are, and some all over the dial."""
    for style in dial.styles:
        for mode in dial.modes:
            yield style, mode, 1.0, 0.0
    for style in STYLES:
        for mode in MODES:
            for heat in dial.heats[::2]:
                for pull in PULLS:
                    if (heat, pull) != (1.0, 0.0):
                        yield style, mode, heat, pull


def measured(
    policy: Policy, style: str, mode: str, heat: float, pull: float, samples: int
) -> dict[str, Any]:
    """The policy and the chain of a place, both told where their pieces end."""
    (voice,) = voices_of(style, mode).voices.values()
    chain = SongChain([voice.heated(heat).pulled(pull)])
    reward = MemoryReward(chain, lambda worlds: chain.initial_state(len(worlds), length=LENGTH))
    found = measure_memory(
        policy.at(style, mode, heat=heat, pull=pull).ending(LENGTH),
        reward,
        length=LENGTH,
        count=samples,
        rng=np.random.default_rng(0),
    )
    player = Player(chain, chain.start, chain.initial_state(1, length=LENGTH))
    logs = play(player, LENGTH, samples, np.random.default_rng(1))[1]
    return {
        "style": style,
        "mode": mode,
        "heat": round(heat, 4),
        "pull": pull,
        "regret": found.regret,
        "regret_error": found.regret_error,
        "divergence": found.divergence,
        "divergence_error": found.divergence_error,
        "effective_chords": found.effective_chords,
        "chain_effective_chords": math.exp(-logs.mean() / LENGTH),
        "repeated_pairs": found.repeats.repeated_pairs,
        "chain_repeated_pairs": found.best_repeats.repeated_pairs,
        "distinct": found.distinct,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--samples", type=int, default=SAMPLES, help="progressions; fewer aren't recorded"
    )
    samples = parser.parse_args().samples
    policy = shipped_policy()
    if policy.dial is None:
        raise SystemExit("the policy that ships has no dial")
    rows = []
    for place in places(policy.dial):
        rows.append(measured(policy, *place, samples))
        print(rows[-1], flush=True)
    if samples >= SAMPLES:
        told = {"samples": samples, "length": LENGTH, "rows": rows}
        write_result("dial", "python benchmarks/dial.py", told)


if __name__ == "__main__":
    main()
