"""REINFORCE with entropy regularisation: returns, baselines, the loss, one update.

The poster's loss is  L(θ) = −E[ Σ_t G(t) log π(A_t|S_t) ] − β E[ H(π_θ) ]  with the reward-to-go
G(t) = Σ_{k≥t} γ^{k−t} r_k. Two objectives go by "entropy": as a *bonus*, the entropy of the visited
states is added to the loss alone; in the *return* (maximum entropy), later entropies count as
reward, too, and the sum of rewards and β-weighted entropies is what is maximised.

Source: Williams (1992); leave-one-out baseline: Kool, van Hoof and Welling (2019);
maximum-entropy return: Ziebart (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from shinko.nets.model import SequenceModel
from shinko.nets.replay import backpropagate
from shinko.nets.sampling import Sampler, Tape
from shinko.rl.reward import TableReward
from shinko.rl.terms import ENTROPIES

BASELINES = ("none", "mean", "leave-one-out")


@dataclass(frozen=True)
class Rollout:
    """A batch of episodes.

    tape: what the policy did, with its activations.
    rewards, unlisted, places: (T, B); see `TableReward`.
    """

    tape: Tape
    rewards: Tensor
    unlisted: Tensor
    places: Tensor


@dataclass(frozen=True)
class Update:
    """What one update saw; all tensors are detached.

    loss, gradient_norm: scalars, the norm before clipping.
    entropies: of the policy at each step, (T, B), nats.
    """

    loss: Tensor
    gradient_norm: Tensor
    entropies: Tensor


@torch.inference_mode()
def rollout(sampler: Sampler, reward: TableReward, generator: torch.Generator) -> Rollout:
    """Let the policy play a batch of progressions, without gradients."""
    tape = sampler.sample(generator)
    return Rollout(tape, *reward(tape.actions))


def rewards_to_go(rewards: Tensor, discount: float = 1.0) -> Tensor:
    """G(t) = Σ_{k≥t} γ^{k−t} r_k.

    Args:
      rewards: (T, B).
      discount: γ in [0, 1].

    Returns:
      Shape (T, B).
    """
    steps = torch.arange(len(rewards), device=rewards.device)
    ahead = steps.unsqueeze(0) - steps.unsqueeze(1)  # k − t, (T, T)
    weights = torch.where(ahead >= 0, discount ** ahead.clamp(min=0).to(rewards.dtype), 0.0)
    return weights @ rewards


def advantages(returns: Tensor, baseline: str) -> Tensor:
    """Returns less a baseline that doesn't depend on the episode's own chords.

    Args:
      returns: reward-to-go, (T, B).
      baseline: `none` (the poster's); `mean` of the batch at each step, which shrinks the
        gradient by 1 − 1/B; `leave-one-out`, the mean of the other episodes: unbiased.

    Raises:
      ValueError: unknown baseline, or leave-one-out with a single episode.
    """
    B = returns.shape[1]
    if baseline == "none":
        return returns
    centred = returns - returns.mean(dim=1, keepdim=True)
    if baseline == "mean":
        return centred
    if baseline != "leave-one-out":
        raise ValueError(f"baseline '{baseline}': expected one of {', '.join(BASELINES)}")
    if B == 1:
        raise ValueError("baseline 'leave-one-out' needs a batch of at least 2 episodes, got 1")
    return centred * (B / (B - 1))


def policy_gradient_loss(logits: Tensor, actions: Tensor, advantages: Tensor) -> Tensor:
    """REINFORCE as a loss: its gradient is minus the policy-gradient estimate.

    For automatic differentiation: `reference` learns by it. Trainings take `reinforce_objective`,
    which has the slope of the same loss in closed form. With all advantages 1 it is the
    cross-entropy of the actions.

    Args:
      logits: (unnormalised) log-probabilities, (T, B, V).
      actions: the chord chosen at each step, (T, B), values 0..V-1.
      advantages: reward-to-go less the baseline, (T, B); held constant.

    Returns:
      A scalar: summed over the T steps, averaged over the B episodes.

    Source: Williams (1992), episodic REINFORCE.
    """
    log_probs = logits.log_softmax(-1).gather(2, actions.unsqueeze(2)).squeeze(2)
    return -(log_probs * advantages.detach()).sum(0).mean()


def entropy(logits: Tensor) -> Tensor:
    """Entropy of the softmax of each row in nats: (…, V) to (…)."""
    log_probs = logits.log_softmax(-1)
    return -(log_probs.exp() * log_probs).sum(-1)


@dataclass(frozen=True)
class Objective:
    """The loss of a batch, and its slope.

    loss: a scalar, summed over the steps and averaged over the episodes.
    dlogits: d loss / d logits, (T, B, V).
    entropies: of the policy at each step, (T, B), nats.
    regret: of each episode's policy against potentials, (B,), if there are any, summed over the
      steps: against the best, if these are the optimum's values and no reward is discounted.
    """

    loss: Tensor
    dlogits: Tensor
    entropies: Tensor
    regret: Tensor | None = None


@torch.no_grad()
def reinforce_objective(
    logits: Tensor,
    batch: Rollout,
    *,
    beta: float,
    entropy_in: str = "bonus",
    baseline: str = "leave-one-out",
    discount: float = 1.0,
) -> Objective:
    """The loss of a batch, with its gradient in closed form: what trainings learn by.

    The loss is `policy_gradient_loss` less β times the entropies, summed over the steps and
    averaged over the episodes; `reference` comes to the same gradient from it automatically.

    For one step of one episode with advantage A, π = softmax(logits) and entropy H:
        d(−A log π(a)) / d logits = A (π − 1_a)
        d(−β H)        / d logits = β π ⊙ (log π + H)

    Args:
      logits: of the policy along the batch's chords, (T, B, V).
      batch: the episodes.
      beta: weight of the entropy.
      entropy_in: `bonus` (the poster's loss) or `return` (maximum entropy).
      baseline: see `advantages`.
      discount: γ.
    """
    if entropy_in not in ENTROPIES:
        raise ValueError(f"entropy '{entropy_in}': expected one of {', '.join(ENTROPIES)}")
    actions, rewards, B = batch.tape.actions, batch.rewards, batch.rewards.shape[1]
    log_probs = logits.log_softmax(-1)
    probs = log_probs.exp()
    entropies = -(probs * log_probs).sum(-1)
    if entropy_in == "return":
        # The entropy at t doesn't depend on the chord chosen at t: only later ones are rewards.
        later = torch.zeros_like(rewards)
        later[:-1] = entropies[1:]
        rewards = rewards + beta * discount * later
    advantage = advantages(rewards_to_go(rewards, discount), baseline) / B
    chosen = actions.unsqueeze(2)
    loss = -(log_probs.gather(2, chosen).squeeze(2) * advantage).sum() - beta / B * entropies.sum()
    slope = log_probs.add_(entropies.unsqueeze(2)).mul_(beta / B).add_(advantage.unsqueeze(2))
    dlogits = slope.mul_(probs).scatter_add_(2, chosen, -advantage.unsqueeze(2))
    return Objective(loss, dlogits, entropies)


@torch.inference_mode()
def policy_update(
    model: SequenceModel,
    optimizer: torch.optim.Optimizer,
    tape: Tape,
    objective: Objective,
    *,
    clip: float,
) -> Update:
    """One step of the optimizer on a batch that this model has just played.

    Args:
      tape: of the batch.
      objective: its loss and slope.
      clip: the gradient is scaled down to this norm where it is longer.
    """
    backpropagate(model, tape, objective.dlogits)
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    return Update(objective.loss, norm, objective.entropies)
