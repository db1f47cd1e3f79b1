"""What a table without memory knows of the future, to learn a reward with memory by.

The exact values of the memoryless optimum are potentials Φ_t(s) here, s being the last chords: the
reward becomes

    r_t(a) + γ Φ_{t+1}(s') − Φ_t(s),   Φ_T = 0

for all chords a of a step. Their sum is that of the rewards, less Φ_0, whatever is played: so the
gradient stays right on average (Ng, Harada and Russell 1999), and varies less the more of the
future the last chords tell.
"""

from __future__ import annotations

import numpy as np

from shinko.planning.plan import solve
from shinko.planning.process import Ints, Process
from shinko.tables.table import Floats


def shaping(process: Process, chords: Ints, *, beta: float, discount: float = 1.0) -> Floats:
    """What potentials add to the reward of every chord along progressions.

    Args:
      process: of the memoryless table; its rewards are of the same kind as those with memory.
      chords: (T, B).
      beta: weight of the entropy in the return: the temperature of the optimum.
      discount: γ.

    Returns:
      Shape (T, B, V).
    """
    T = len(chords)
    values = solve(process, temperature=beta, length=T).state_values
    states, _ = process.run(chords)
    return np.array(
        [
            discount * values[t + 1][process.next_state_at(t)[states[t]]]
            - values[t][states[t]][:, None]
            for t in range(T)
        ]
    )
