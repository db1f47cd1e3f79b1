"""Rewards that are tables: what playing a chord in a state is worth, in numbers. Needs no torch.

A reward is one term, or a weighted sum of terms, written as `probability:1,repetition:-0.2`.
"""

from __future__ import annotations

import math

import numpy as np

from shinko.errors import FieldError
from shinko.planning.process import Process
from shinko.tables.automaton import Automaton
from shinko.tables.process import process_of
from shinko.tables.table import Floats

# Each term, and what it says of a chord in a state.
TERMS = {
    "probability": "its table probability (the poster's choice)",
    "log-probability": "the logarithm of that, in nats",
    "repetition": "1 where it repeats the chord before it; a negative weight discourages that",
}

# Where entropy counts: in the loss alone, or in the return.
ENTROPIES = ("bonus", "return")

# What a chord that the table calls impossible counts as, where its logarithm is needed.
_IMPOSSIBLE = 1e-9


def reward_terms(reward: str) -> dict[str, float]:
    """The weight of each term: `probability` alone has 1.

    Raises:
      FieldError: a term is unknown or comes twice, or a weight is no number.
    """
    weights: dict[str, float] = {}
    for part in reward.split(","):
        name, colon, number = (piece.strip() for piece in part.partition(":"))
        if name not in TERMS:
            raise FieldError("reward", name, f"one of {', '.join(TERMS)}")
        if name in weights:
            raise FieldError("reward", reward, f"{name} once", "add the weights up")
        try:
            weights[name] = float(number) if colon else 1.0
        except ValueError:
            weights[name] = math.nan
        if not math.isfinite(weights[name]):
            raise FieldError("reward", part.strip(), f"a number after the colon, as in {name}:0.5")
    return weights


def reward_array(automaton: Automaton, *, reward: str, floor: float) -> Floats:
    """The reward of each chord in each state, (S, V).

    Args:
      automaton: the table, compiled.
      reward: a term, or several with weights; see `reward_terms`.
      floor: the probability of a chord that is unlisted, or listed below it; a listed 0 means
        impossible and gets no floor.
    """
    total = np.zeros(automaton.probabilities.shape)
    for name, weight in reward_terms(reward).items():
        total += weight * _term(automaton, name, floor)
    return total


def rewarded(automaton: Automaton, *, reward: str, floor: float) -> Process:
    """The process of a table under a reward; see `reward_array` for the arguments."""
    rewards = reward_array(automaton, reward=reward, floor=floor)
    return process_of(automaton, rewards)


def _term(automaton: Automaton, name: str, floor: float) -> Floats:
    listed = automaton.probabilities
    if name == "repetition":
        return np.array(automaton.last_chords[:, None] == np.arange(listed.shape[1]), np.float64)
    raised: Floats = np.where(listed == 0.0, 0.0, np.fmax(listed, floor))
    return raised if name == "probability" else np.log(np.maximum(raised, _IMPOSSIBLE))
