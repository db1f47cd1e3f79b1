"""Learning from a reward with memory, progression by progression and step by step: read this first.

Trainings take `memory_objective`, the same for whole batches; the tests hold both together, and to
the gradient of the objective over all progressions of a small chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor


def reference_loss(
    log_probs: Tensor, rewards: Tensor, progressions: Sequence[Sequence[int]], beta: float
) -> Tensor:
    """The loss of progressions that a policy played in one world, all of whose chords count.

    Args:
      log_probs: log π of each chord at each step of each progression, (T, B, V), with its graph.
      rewards: what each chord would have earned there, (T, B, V).
      progressions: what was played, (B, T), at least two.
      beta: β; entropy counts in the return.
    """
    T, B = len(progressions[0]), len(progressions)
    # What each step is worth, whatever is drawn there: Σ_a π(a) (r(a) − β log π(a)).
    worth = [
        [(log_probs[t, b].exp() * (rewards[t, b] - beta * log_probs[t, b])).sum() for t in range(T)]
        for b in range(B)
    ]
    still = [[sum(one.item() for one in worth[b][t + 1 :]) for t in range(T)] for b in range(B)]
    loss = log_probs.new_zeros(())
    for b, chords in enumerate(progressions):
        for t, chord in enumerate(chords):
            usual = sum(still[other][t] for other in range(B) if other != b) / (B - 1)
            loss = loss - worth[b][t] - (still[b][t] - usual) * log_probs[t, b, chord]
    return loss / B
