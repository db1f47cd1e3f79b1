"""What a policy that looks at a table's state alone plays, exactly: nothing is drawn.

Such a policy is a distribution over chords for each step and state. The table's own chain, uniform
choice and the exact optimum are of this kind; a network isn't, where it remembers more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

# π_t(chord | state), shape (S, V), for t = 0, 1, …; each row sums to 1.
StatePolicy = Callable[[int], Floats]


@dataclass(frozen=True, eq=False)
class Walk:
    """Expectations over all progressions of T chords.

    Attributes:
      visits: probability of each state before each step, (T, S).
      marginals: probability of each chord at each step, (T, V).
      rewards: of each step, (T,).
      entropies: of the policy at each step, nats, (T,).
      pairs: share of each pair of consecutive chords among all pairs, (V, V); zeros if T is 1.
    """

    visits: Floats
    marginals: Floats
    rewards: Floats
    entropies: Floats
    pairs: Floats

    @property
    def mean_return(self) -> float:
        """Expected sum of the rewards."""
        return float(self.rewards.sum())

    @property
    def entropy(self) -> float:
        """Entropy of the policy per step, nats."""
        return float(self.entropies.mean())

    @property
    def effective_chords(self) -> float:
        """e^entropy: among how many equally likely chords the policy chooses."""
        return math.exp(self.entropy)

    @property
    def commonest_pair(self) -> float:
        """Share of the commonest pair of consecutive chords among all pairs."""
        return float(self.pairs.max())

    def objective(self, temperature: float) -> float:
        """Return, with the entropies of all steps counted in it."""
        return self.mean_return + temperature * float(self.entropies.sum())


def walk(automaton: Automaton, rewards: Floats, policy: StatePolicy, length: int) -> Walk:
    """Follow a policy through all states at once.

    Args:
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V); −∞ where a chord is never played.
      policy: what is played.
      length: T.
    """
    S, V = rewards.shape
    following = automaton.next_state.ravel()
    earned = np.where(np.isfinite(rewards), rewards, 0.0)
    visits, marginals, pairs = np.zeros((length, S)), np.empty((length, V)), np.zeros((V + 1, V))
    gained, entropies = np.empty(length), np.empty(length)
    at = np.zeros(S)
    at[automaton.start] = 1.0
    for t in range(length):
        chances, visits[t] = policy(t), at
        flow = at[:, None] * chances
        marginals[t] = flow.sum(axis=0)
        gained[t] = np.vdot(flow, earned)
        # x log x is 0 at 0.
        entropies[t] = -np.vdot(flow, np.log(chances, where=chances > 0, out=np.zeros((S, V))))
        np.add.at(pairs, automaton.last_chords, flow)  # row −1, the last, takes what follows none
        at = np.asarray(np.bincount(following, flow.ravel(), minlength=S), np.float64)
    return Walk(visits, marginals, gained, entropies, pairs[:V] / max(1, length - 1))


def uniform(automaton: Automaton) -> StatePolicy:
    """The policy for which all chords are always equally likely."""
    V = len(automaton.vocabulary)
    chances = np.full((len(automaton.histories), V), 1.0 / V)
    return lambda t: chances


def own_chain(automaton: Automaton) -> StatePolicy:
    """The table's own chain: each chord by its probability.

    Rows are normalised first; where a row lists nothing, all chords are equally likely.
    """
    listed = np.nan_to_num(automaton.probabilities)
    totals = listed.sum(axis=1, keepdims=True)
    even = np.full_like(listed, 1.0 / listed.shape[1])
    chances = np.divide(listed, totals, out=even, where=totals > 0)
    return lambda t: chances
