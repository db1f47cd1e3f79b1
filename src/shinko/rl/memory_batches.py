"""Batches to learn a reward with memory from: what the policy played, and what the best would.

The policy's own progressions show what it earns. Those of the chain, played at the temperature that
is learned for, lead to states where the policy errs and doesn't yet go by itself: at τ = 1 it
learns the chain's whole row there, at others the chord.

Conventions: G groups of progressions, each in one world and at one temperature; T steps, V chords.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from shinko.nets.light import LightModel
from shinko.planning.particles import Player, Playing
from shinko.planning.process import Ints
from shinko.planning.tempered import play_tempered
from shinko.rl.memory_objective import cross_entropy, memory_objective, own_parts
from shinko.rl.memory_reward import MemoryReward
from shinko.tables.table import Floats

# Particles of a group that plays at another temperature than 1, at the least.
_PARTICLES = 256


@dataclass(frozen=True, eq=False)
class MemoryBatch:
    """Progressions, those of the policy before those of the chain, each group after group.

    Attributes:
      chords: (T, B).
      rewards: what every chord would earn, (T, B, V).
      beta: of each progression, (B,).
      own: how many are the policy's.
      groups: G.
      shaping: what potentials add to the rewards of the policy's own, (T, own, V); None for
        nothing.
    """

    chords: Ints
    rewards: Floats
    beta: Floats
    own: int
    groups: int
    shaping: Floats | None = None


def draw_batch(
    policy: LightModel,
    reward: MemoryReward,
    *,
    steps: int,
    worlds: Ints,
    temperatures: Floats,
    own: int,
    guided: int,
    rng: np.random.Generator,
    given: NDArray[np.floating] | None = None,
) -> MemoryBatch:
    """Let the policy and the chain play.

    Args:
      policy: as it is now.
      reward: log P, where the chain plays, too.
      steps: T.
      worlds: of each group, (G,).
      temperatures: β of each group, (G,); above 0, where the chain plays.
      own: progressions of each group that the policy plays.
      guided: those that the chain plays.
      rng: the source of chance.
      given: what the policy is conditioned on in each group, (G, K).
    """
    G = len(worlds)
    playing = Playing(Player.at_start(policy), G * own)
    told = None if given is None else np.repeat(given, own, axis=0)
    playing.state = policy.initial_state(G * own, told)
    chords = play_tempered(playing, steps, np.ones(G), rng).tokens
    if guided:
        each = guided if (temperatures == 1.0).all() else max(guided, _PARTICLES)
        played = reward.play(np.repeat(worlds, each), steps, temperatures, rng).tokens
        some = rng.permuted(np.tile(np.arange(each), (G, 1)), axis=1)[:, :guided]
        chosen = (some + each * np.arange(G)[:, None]).ravel()
        chords = np.concatenate([chords, played[:, chosen]], axis=1)
    counts = (own, guided)
    where = np.concatenate([np.repeat(worlds, count) for count in counts])
    beta = np.concatenate([np.repeat(temperatures, count) for count in counts])
    rewards = reward.rewards(reward.log_chances(chords, where), chords)
    return MemoryBatch(chords, rewards, beta, G * own, G)


def batch_loss(log_probs: Tensor, batch: MemoryBatch, **told: str | float) -> Tensor:
    """The loss of a batch, each progression counting alike.

    Args:
      log_probs: of the policy along the batch's chords, (T, B, V).
      batch: the progressions.
      told: estimator and the like; see `memory_objective`.
    """
    chords = torch.from_numpy(batch.chords).to(log_probs.device)
    rewards = torch.from_numpy(batch.rewards).to(log_probs)
    beta, own = torch.from_numpy(batch.beta).to(log_probs), batch.own
    earned = rewards[:, :own]
    if batch.shaping is not None:
        earned = earned + torch.from_numpy(batch.shaping).to(log_probs)
    parts = [log_probs[:, :own], earned, chords[:, :own], beta[:own]]
    loss = own * memory_objective(*parts, groups=batch.groups, **told)  # type: ignore[arg-type]
    if own < len(beta):
        theirs = log_probs[:, own:]
        by_row = own_parts(theirs, rewards[:, own:], beta[own:])
        by_chord = cross_entropy(theirs, chords[:, own:])
        loss = loss + torch.where(beta[own:] == 1.0, by_row, by_chord).sum()
    return loss / len(beta)


def fed_in(chords: Ints, start: int) -> Tensor:
    """What a network is fed along progressions (T, B): the start token, then all but the last."""
    first = np.full((1, chords.shape[1]), start)
    return torch.from_numpy(np.concatenate([first, chords[:-1]]))
