"""The loss of a batch under a reward with memory, for automatic differentiation.

With every chord's reward known at each step, a step's own part needs no chance: it is the value
Σ_a π(a) r(a) and β times the entropy. What comes later is left to the chords that were drawn:

    loss = −1/B Σ_b Σ_t [ v_t + β H_t + (γ G_{t+1} − b) log π(A_t) ]
    G_t  = Σ_{k≥t} γ^{k−t} (v_k + β H_k)

With log P as reward, v_t + H_t = −KL(π_t ‖ P_t): at β = 1 all of it vanishes for the best policy,
and so does the estimate's variance. `memory_reference` is the same, step by step.

Conventions: T steps; B = G·R progressions, R in each group, one group after the other; V chords.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.rl.reinforce import advantages, rewards_to_go


def memory_objective(
    log_probs: Tensor,
    rewards: Tensor,
    chords: Tensor,
    beta: Tensor,
    *,
    groups: int = 1,
    estimator: str = "all-action",
    entropy_in: str = "return",
    baseline: str = "leave-one-out",
    discount: float = 1.0,
) -> Tensor:
    """The loss of progressions that the policy played, averaged over them.

    Args:
      log_probs: of the policy, (T, B, V).
      rewards: what each chord would earn, (T, B, V).
      chords: what was played, (T, B).
      beta: weight of each progression's entropy, (B,).
      groups: G; a baseline is of the others in a progression's group.
      estimator: `all-action`, as above; or `sampled`, where a step's own reward is that of the
        chord drawn, and part of G_t.
      entropy_in: `return`; or `bonus`, where the entropies of later steps are no rewards.
      baseline: see `rl.reinforce`.
      discount: γ; see there.
    """
    probs = log_probs.exp()
    own = -beta * (probs * log_probs).sum(-1)
    chosen = chords.unsqueeze(2)
    if estimator == "all-action":
        values = (probs * rewards).sum(-1)
        own = own + values
        earned = (own if entropy_in == "return" else values).detach()
        returns = _later(rewards_to_go(earned, discount), discount)
    else:
        earned = rewards.gather(2, chosen).squeeze(2)
        if entropy_in == "return":
            earned = earned + _later(own.detach(), discount)
        returns = rewards_to_go(earned, discount)
    # (T, G·R) to a row a group, and back.
    apart = returns.view(-1, returns.shape[1] // groups)
    advantage = advantages(apart, baseline).view_as(returns)
    drawn = log_probs.gather(2, chosen).squeeze(2)
    return -(own + advantage * drawn).sum(0).mean()


def own_parts(log_probs: Tensor, rewards: Tensor, beta: Tensor) -> Tensor:
    """The loss of the steps' own parts alone, at states that another has led to, (B,).

    With log P as reward and β = 1 it is Σ_t KL(π_t ‖ P_t).
    """
    parts = log_probs.exp() * (rewards - beta.unsqueeze(1) * log_probs)
    return -parts.sum(-1).sum(0)


def cross_entropy(log_probs: Tensor, chords: Tensor) -> Tensor:
    """−log π of progressions (T, B), (B,)."""
    return -log_probs.gather(2, chords.unsqueeze(2)).squeeze(2).sum(0)


def _later(values: Tensor, discount: float) -> Tensor:
    """γ times those of the next step, (T, B); 0 at the last."""
    return discount * torch.cat([values[1:], torch.zeros_like(values[:1])])
