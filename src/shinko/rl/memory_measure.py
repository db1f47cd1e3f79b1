"""How far a policy is from what a chain with memory plays, and what its progressions are like.

Two distances, a chord. *Regret* is what the policy gives away where it plays by itself,
(J* − J) / T with J = E_π[ Σ_t log P_t + τ H_t ]: small, too, for one that plays only some of what
the best does. *Divergence* is KL(best ‖ π) / T over the best one's own progressions: large for one
that leaves some of them out. The best plays P to the power of 1/τ. At τ = 1 it is the chain, J* is
0, and both are sums of relative entropies of whole rows, from P to π and back: then only the
progressions are drawn. Elsewhere particles tell J* and play the best one.

Conventions: T steps, B progressions, V chords; nats. Errors are standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightModel
from shinko.planning.particles import Player, Playing
from shinko.planning.process import Ints
from shinko.planning.rows import draw_rows
from shinko.rl.dialled import DialledModel
from shinko.rl.diversity import (
    commonest_pair,
    distinct_chords,
    halves_alike,
    progression_counts,
    repeated_pairs,
)
from shinko.rl.memory_reward import MemoryReward
from shinko.tables.table import Floats

# Progressions played at once, and particles of one estimate of J*.
_CHUNK = 512
# Repeats are those of so many first chords, as songs are measured.
_FIRST = 8


@dataclass(frozen=True)
class Repeats:
    """What the first eight chords of progressions are like, on average.

    Attributes:
      halves_alike: share whose second half repeats the first.
      repeated_pairs: pairs of consecutive chords that came before.
      distinct_chords: different chords.
    """

    halves_alike: float
    repeated_pairs: float
    distinct_chords: float

    @classmethod
    def of(cls, chords: Ints) -> Repeats:
        """Of progressions (T, B)."""
        first = np.asarray(chords[:_FIRST], np.int64)
        figures = (halves_alike(first), repeated_pairs(first), distinct_chords(first))
        return cls(*(float(figure.mean()) for figure in figures))


@dataclass(frozen=True)
class MemoryMeasured:
    """A policy held against the best one.

    Attributes:
      progressions: how many each of them played.
      mean_return, return_error: sum of a progression's rewards, averaged.
      entropy: of the policy per step.
      regret, regret_error: a chord.
      divergence, divergence_error: a chord.
      distinct: share of distinct progressions among those that the policy played.
      commonest: share of the commonest of these.
      commonest_pair: share of the commonest pair of consecutive chords in them.
      repeats, best_repeats: of the policy's progressions, and of the best one's.
    """

    progressions: int
    mean_return: float
    return_error: float
    entropy: float
    regret: float
    regret_error: float
    divergence: float
    divergence_error: float
    distinct: float
    commonest: float
    commonest_pair: float
    repeats: Repeats
    best_repeats: Repeats

    @property
    def effective_chords(self) -> float:
        """e^entropy: among how many equally likely chords the policy chooses."""
        return math.exp(self.entropy)


def measure_memory(
    policy: LightModel | DialledModel,
    reward: MemoryReward,
    *,
    length: int,
    count: int,
    rng: np.random.Generator,
    tau: float = 1.0,
    world: int = 0,
) -> MemoryMeasured:
    """Let a policy and the best one play.

    Args:
      policy: over the chain's chords.
      reward: of which the return is; the distances are those of log P.
      length: T.
      count: progressions that each of them plays, at least two.
      rng: the source of chance.
      tau: weight of the entropy, above 0.
      world: of the reward.
    """
    sizes = [min(_CHUNK, count - begin) for begin in range(0, count, _CHUNK)]
    own = [_policy_plays(policy, reward, np.full(n, world), length, tau, rng) for n in sizes]
    chords, earned, entropy, lost = _together(own)
    best = [_best_plays(policy, reward, np.full(n, world), length, tau, rng) for n in sizes]
    best_chords, apart, partitions = _together(best)
    partition, partition_error = _log_mean(partitions)
    counts = progression_counts(chords)
    return MemoryMeasured(
        progressions=count,
        mean_return=float(earned.mean()),
        return_error=_error(earned),
        entropy=float(entropy.mean() / length),
        regret=float(lost.mean() + tau * partition) / length,
        regret_error=math.hypot(_error(lost), tau * partition_error) / length,
        divergence=float(apart.mean() - partition) / length,
        divergence_error=math.hypot(_error(apart), partition_error) / length,
        distinct=len(counts) / count,
        commonest=counts[0] / count,
        commonest_pair=commonest_pair(chords, policy.outputs),
        repeats=Repeats.of(chords),
        best_repeats=Repeats.of(best_chords),
    )


def _policy_plays(
    policy: LightModel | DialledModel,
    reward: MemoryReward,
    worlds: Ints,
    length: int,
    tau: float,
    rng: np.random.Generator,
) -> tuple[NDArray[Any], ...]:
    """Its chords (T, B); of each progression (B,) its rewards, its entropies, and
    −Σ_t (v_t + τ H_t), where v_t is what log P is on average.
    """
    playing, rows, played = Playing(Player.at_start(policy), len(worlds)), [], []
    for _ in range(length):
        rows.append(playing.log_chances())
        played.append(draw_rows(np.exp(rows[-1]), rng))
        playing.hear(played[-1])
    log_probs, chords = np.array(rows), np.array(played)
    log_chances = reward.log_chances(chords, worlds)
    rewards = reward.rewards(log_chances, chords)
    chances = np.exp(log_probs)
    entropy = -(chances * log_probs).sum(axis=(0, 2))
    lost = -(chances * log_chances).sum(axis=(0, 2)) - tau * entropy
    return chords, _chosen(rewards, chords), entropy, lost


def _best_plays(
    policy: LightModel | DialledModel,
    reward: MemoryReward,
    worlds: Ints,
    length: int,
    tau: float,
    rng: np.random.Generator,
) -> tuple[NDArray[Any], ...]:
    """Its chords (T, B); of each progression (B,) log P(x) / τ − log π(x), at τ = 1 with each
    step's chord averaged; and log Z, (1,).
    """
    played = reward.play(worlds, length, np.array([tau]), rng)
    chords = np.asarray(played.tokens, np.int64)
    log_chances = reward.log_chances(chords, worlds)
    log_probs = MemoryReward.of(policy).log_chances(chords, worlds)
    if tau == 1.0:
        apart = (np.exp(log_chances) * (log_chances - log_probs)).sum(axis=(0, 2))
    else:
        apart = _chosen(log_chances / tau - log_probs, chords)
    return chords, apart, played.log_partition


def _together(parts: Sequence[tuple[NDArray[Any], ...]]) -> tuple[NDArray[Any], ...]:
    return tuple(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))


def _chosen(rows: Floats, chords: Ints) -> Floats:
    """The sum over the chords of each progression (T, B) in rows (T, B, V), (B,)."""
    return np.asarray(np.take_along_axis(rows, chords[:, :, None], axis=2).sum(axis=(0, 2)))


def _log_mean(logs: Floats) -> tuple[float, float]:
    """Of numbers of which the logarithms are told: that of their mean, and its error."""
    scaled = np.exp(logs - logs.max())
    mean = scaled.mean()
    error = _error(scaled) / mean if len(logs) > 1 else 0.0
    return float(logs.max() + np.log(mean)), error


def _error(values: Floats) -> float:
    """Standard error of the mean."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))
