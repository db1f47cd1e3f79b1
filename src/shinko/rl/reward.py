"""Scoring batches of progressions against a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from shinko.rl.terms import reward_array
from shinko.tables.automaton import Automaton


@dataclass(frozen=True)
class TableReward:
    """Scores batches of progressions against a table; holds tensors of S · V numbers.

    Attributes:
      rewards: (S·V,), by state and chord.
      unlisted: (S·V,), 1 where the state doesn't list the chord.
      after: (S·V,), V times the state that follows.
      start: V times the state before the first chord.
      chords: V.
    """

    rewards: Tensor
    unlisted: Tensor
    after: Tensor
    start: int
    chords: int

    @classmethod
    def of(
        cls, automaton: Automaton, *, reward: str, floor: float, device: torch.device | str = "cpu"
    ) -> TableReward:
        """The reward of a compiled table; see `reward_array` for the arguments."""
        rewards = torch.from_numpy(reward_array(automaton, reward=reward, floor=floor).ravel())
        V = len(automaton.vocabulary)
        return cls(
            rewards=rewards.to(device, torch.float32),
            unlisted=torch.from_numpy(~automaton.listed.ravel()).to(device, torch.float32),
            after=torch.from_numpy(automaton.next_state.ravel().astype(np.int64) * V).to(device),
            start=automaton.start * V,
            chords=V,
        )

    def __call__(
        self, actions: Tensor, starts: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The reward of each chord of each progression, and whether it was unlisted.

        Args:
          actions: chords, (T, B), values 0..V-1.
          starts: the state before the first chord of each progression, (B,), where it isn't the
            same for all.

        Returns:
          Rewards, 0/1 for unlisted, and V times the state plus the chord, (T, B) each.
        """
        places = torch.empty_like(actions)
        state = torch.full_like(actions[0], self.start) if starts is None else starts * self.chords
        for chord, place in zip(actions.unbind(0), places.unbind(0), strict=True):
            torch.add(state, chord, out=place)
            state = self.after.index_select(0, place)
        return self.rewards.take(places), self.unlisted.take(places), places
