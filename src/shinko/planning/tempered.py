"""What a network plays at another temperature of whole sequences, drawn by particles.

At temperature τ a sequence has the probability P(x)^{1/τ} / Z with Z = Σ_x P(x)^{1/τ}: it is what
a policy with the reward log P and the entropy in the return comes to at best, with the objective
τ log Z. Each particle plays on by P(a | past)^{1/τ} / z, where z is their sum over all tokens; its
weight is the product of its z, and particles are drawn anew where half of them don't count. The
mean of the weights is Z on average. At τ = 1 all this is playing the network as it is.

Conventions: G groups of R particles each, one group after the other; V tokens, T steps.

Source: Del Moral, Doucet and Jasra (2006), Sequential Monte Carlo samplers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shinko.planning.particles import Playing
from shinko.planning.process import Floats, Ints
from shinko.planning.rows import draw_rows, log_softmax, log_sums, resample


@dataclass(frozen=True, eq=False)
class Tempered:
    """Sequences at some temperatures.

    Attributes:
      tokens: of each group as many as it has particles, all counting alike, (T, G·R).
      log_partition: log Z of each group, estimated, (G,), nats.
    """

    tokens: Ints
    log_partition: Floats


def play_tempered(
    playing: Playing, steps: int, temperatures: Floats, rng: np.random.Generator
) -> Tempered:
    """Let particles play at temperatures.

    Args:
      playing: before the first token of G·R particles; it is used up.
      steps: T.
      temperatures: τ of each group, (G,), above 0.
      rng: the source of chance.
    """
    count = len(playing.fed)
    groups = np.arange(count).reshape(len(temperatures), -1)
    power = 1.0 / np.repeat(temperatures, groups.shape[1])
    tokens = np.empty((0, count), np.int64)
    weights, log_partition = np.zeros(count), np.zeros(len(groups))  # weights in log
    for step in range(steps):
        scores = power[:, None] * playing.log_chances()
        weights += log_sums(scores)
        drawn = draw_rows(np.exp(log_softmax(scores)), rng)
        playing.hear(drawn)
        tokens = np.concatenate([tokens, drawn[None]])
        chosen = np.arange(count)
        for place, group in enumerate(groups):
            own = weights[group]
            share = np.exp(own - own.max())
            counting = share.sum() ** 2 / (share**2).sum()
            if counting < len(group) / 2 or (step == steps - 1 and np.ptp(own) > _EVEN):
                log_partition[place] += own.max() + np.log(share.mean())
                weights[group] = 0.0
                chosen[group] = group[resample(share, len(group), rng)]
        if (chosen != np.arange(count)).any():
            playing.keep(chosen)
            tokens = tokens[:, chosen]
    return Tempered(tokens, log_partition + weights[groups].mean(axis=1))


# Weights as near to each other as rounding leaves them.
_EVEN = 1e-9
