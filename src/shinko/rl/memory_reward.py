"""The reward with memory: what each chord earns, given all that was played before it.

A chain with memory (`tables.chain`) tells P(a | past) of every chord, so what each one would earn
at a step is known, not only what the chord drawn does. With log P as reward and the entropy in the
return at τ = 1 the chain itself is the best policy, and its objective is 0.

Conventions: T steps, B progressions, V chords; the past of a step is a progression's own chords.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shinko.planning.particles import Network, Player, Playing, State
from shinko.planning.process import Ints
from shinko.planning.tempered import Tempered, play_tempered
from shinko.rl.terms import reward_terms
from shinko.tables.table import Floats


@dataclass(frozen=True, eq=False)
class MemoryReward:
    """Chains that reward, each a *world* by its number.

    Attributes:
      chain: what tells log P of each chord; its state says of which world it is.
      begin: the state before the first chord, of progressions in these worlds, (B,).
      reward: a term, or several with weights; see `reward_terms`.
    """

    chain: Network
    begin: Callable[[Ints], State]
    reward: str = "log-probability"

    @classmethod
    def of(cls, chain: Network, reward: str = "log-probability") -> MemoryReward:
        """Of a single world, number 0."""
        return cls(chain, lambda worlds: chain.initial_state(len(worlds)), reward)

    def log_chances(self, chords: Ints, worlds: Ints) -> Floats:
        """log P of every chord at each step of progressions (T, B) in worlds (B,), (T, B, V)."""
        playing, rows = self._playing(worlds), []
        for heard in chords:
            rows.append(playing.log_chances())
            playing.hear(heard)
        return np.array(rows)

    def rewards(self, log_chances: Floats, chords: Ints) -> Floats:
        """What every chord would earn at each step, (T, B, V), from its log P there."""
        total = np.zeros(log_chances.shape)
        for name, weight in reward_terms(self.reward).items():
            if name == "log-probability":
                total += weight * log_chances
            elif name == "probability":
                total += weight * np.exp(log_chances)
            else:  # repetition: of the chord before
                again = chords[:-1, :, None] == np.arange(log_chances.shape[2])
                total[1:] += weight * again
        return total

    def play(
        self, worlds: Ints, steps: int, temperatures: Floats, rng: np.random.Generator
    ) -> Tempered:
        """Let the chains play themselves, at temperatures: of log P as reward, the best policies.

        Args:
          worlds: of each progression, (B,); those of one group stand together, (G·R,).
          steps: T.
          temperatures: τ of each group, (G,).
          rng: the source of chance.
        """
        return play_tempered(self._playing(worlds), steps, temperatures, rng)

    def _playing(self, worlds: Ints) -> Playing:
        playing = Playing(Player.at_start(self.chain), len(worlds))
        playing.state = self.begin(worlds)
        return playing
