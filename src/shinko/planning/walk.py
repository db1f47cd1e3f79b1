"""What a policy that looks at the state alone does, exactly: nothing is drawn.

Such a policy is a distribution over tokens for each step and state. A chain of transitions, uniform
choice and the exact optimum are of this kind; a network isn't, where it remembers more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shinko.planning.process import Floats, Process

# π_t(token | state), shape (S, V), for t = 0, 1, …; each row sums to 1.
StatePolicy = Callable[[int], Floats]


@dataclass(frozen=True, eq=False)
class Walk:
    """Expectations over all sequences of T tokens.

    Attributes:
      visits: probability of each state before each step, (T, S).
      marginals: probability of each token at each step, (T, V).
      rewards: of each step, (T,).
      entropies: of the policy at each step, nats, (T,).
      pairs: share of each pair of consecutive tokens among all pairs, (V, V); zeros if T is 1.
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
    def effective_tokens(self) -> float:
        """e^entropy: among how many equally likely tokens the policy chooses."""
        return math.exp(self.entropy)

    @property
    def commonest_pair(self) -> float:
        """Share of the commonest pair of consecutive tokens among all pairs."""
        return float(self.pairs.max())

    def objective(self, temperature: float) -> float:
        """Return, with the entropies of all steps counted in it."""
        return self.mean_return + temperature * float(self.entropies.sum())


def walk(process: Process, policy: StatePolicy, length: int) -> Walk:
    """Follow a policy through all states at once.

    Args:
      process: its rewards are −∞ only where the policy never goes.
      policy: what is done.
      length: T.
    """
    S, V = process.states, len(process.tokens)
    visits, marginals, pairs = np.zeros((length, S)), np.empty((length, V)), np.zeros((V + 1, V))
    gained, entropies = np.empty(length), np.empty(length)
    at = np.zeros(S)
    at[process.start] = 1.0
    for t in range(length):
        chances, visits[t] = policy(t), at
        flow = at[:, None] * chances
        marginals[t] = flow.sum(axis=0)
        rewards = process.rewards_at(t)
        gained[t] = np.vdot(flow, np.where(np.isfinite(rewards), rewards, 0.0))
        # x log x is 0 at 0.
        entropies[t] = -np.vdot(flow, np.log(chances, where=chances > 0, out=np.zeros((S, V))))
        np.add.at(pairs, process.last_token, flow)  # row −1, the last, takes what follows none
        following = process.next_state_at(t).ravel()
        at = np.asarray(np.bincount(following, flow.ravel(), minlength=S), np.float64)
    return Walk(visits, marginals, gained, entropies, pairs[:V] / max(1, length - 1))


def steady(chances: Floats) -> StatePolicy:
    """The policy that is the same at each step, (S, V), such as a table's own chain."""
    return lambda t: chances


def uniform(process: Process) -> StatePolicy:
    """The policy for which all tokens are always equally likely."""
    return steady(np.full((process.states, len(process.tokens)), 1.0 / len(process.tokens)))
