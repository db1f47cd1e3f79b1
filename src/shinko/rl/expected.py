"""Expected gradients: of a step's own choice without chance, all chords counted at once.

What a chord earns is known from the table for all chords of a step, not only for the one that was
played. So the gradient of the step's own part needs no sampling: with Q-values q(a) and the state's
value v = Σ_a π(a) q(a), it is π ⊙ (q − v). Only what comes after the next step is left to the
rewards-to-go of the chord that was played.

With *potentials* Φ_t(s), any number for each step and state, Φ_T = 0, more of it is known: the
Q-value is

    q_t(a) = r(s, a) + γ Φ_{t+1}(s'),

and the *shaped reward*

    ρ_t = v_t [ + β H_t where entropy counts in the return ] − Φ_t(s),

takes the place of the rewards. The gradient is right on average for any potentials (they shape the
reward and cancel: Ng, Harada and Russell 1999); with the exact values of the optimum −ρ_t is the
policy's regret at t, next to nothing for a good one, and so is its variance.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.rl.reinforce import Objective, Rollout, advantages, rewards_to_go
from shinko.rl.reward import TableReward
from shinko.rl.terms import ENTROPIES


@torch.no_grad()
def expected_objective(
    logits: Tensor,
    batch: Rollout,
    reward: TableReward,
    *,
    beta: float | Tensor,
    entropy_in: str = "return",
    baseline: str = "leave-one-out",
    discount: float = 1.0,
    potentials: Tensor | None = None,
    first_potential: Tensor | int = 0,
) -> Objective:
    """The loss of a batch whose gradient expects each step's own choice.

    Args:
      logits: of the policy along the batch's chords, (T, B, V).
      batch: the episodes.
      reward: what they were scored with.
      beta: as `reinforce_objective` has it; it may differ from episode to episode, (B,).
      entropy_in: as there.
      baseline: as there, of what comes after the step.
      discount: as there.
      potentials: Φ, (T + 1, S); by default 0.
      first_potential: the row of the potentials for t = 0, for all episodes or for each, (B,).
    """
    if entropy_in not in ENTROPIES:
        raise ValueError(f"entropy '{entropy_in}': expected one of {', '.join(ENTROPIES)}")
    (T, B, V), places = logits.shape, batch.places
    log_probs = logits.log_softmax(-1)
    probs = log_probs.exp()
    entropies = -(probs * log_probs).sum(-1)
    states = places - batch.tape.actions  # V times each state
    choices = states.unsqueeze(2) + torch.arange(V, device=logits.device)
    q_values = reward.rewards.take(choices).to(logits.dtype)
    if potentials is not None:
        steps = torch.arange(T, device=logits.device).view(T, 1)
        after = reward.after.take(choices) // V
        size = potentials.shape[1]
        rows = steps + first_potential
        q_values = q_values + discount * potentials.take((rows + 1).unsqueeze(-1) * size + after)
    values = (probs * q_values).sum(-1)
    shaped = values.clone()
    if potentials is not None:
        shaped -= potentials.take(rows * size + states // V)
    if entropy_in == "return":
        shaped += beta * entropies
    later = torch.zeros_like(shaped)
    later[:-1] = discount * rewards_to_go(shaped, discount)[1:]
    advantage = advantages(later, baseline) / B
    chosen = batch.tape.actions.unsqueeze(2)
    loss = -(
        (log_probs.gather(2, chosen).squeeze(2) * advantage).sum()
        + (values + beta * entropies).sum() / B
    )
    # d(−v)/d logits = −π (q − v);  d(−β H) and d(−A log π) as in `reinforce_objective`.
    weight = beta.view(1, B, 1) if isinstance(beta, Tensor) else beta
    slope = (log_probs + entropies.unsqueeze(2)).mul_(weight) - (q_values - values.unsqueeze(2))
    slope = slope.div_(B).add_(advantage.unsqueeze(2))
    dlogits = slope.mul_(probs).scatter_add_(2, chosen, -advantage.unsqueeze(2))
    return Objective(loss, dlogits, entropies, -shaped.sum(0) if potentials is not None else None)
