"""REINFORCE in one screen, by automatic differentiation: read this first.

The trainer proper takes a faster way to the same numbers: it samples in place (`nets.sampling`),
has the slope of the loss in closed form (`reinforce_objective`) and walks back by hand
(`nets.replay`). From the same seed it plays the same chords as this and comes to the same gradient,
which the tests hold it to; what it gains is in BENCHMARKS.md.
"""

from __future__ import annotations

import torch
from torch import Tensor

from shinko.nets.model import SequenceModel
from shinko.nets.sampling import draw_gumbel
from shinko.rl.reinforce import advantages, entropy, policy_gradient_loss, rewards_to_go
from shinko.rl.reward import TableReward
from shinko.rl.settings import LearnSettings


def reference_update(
    model: SequenceModel,
    optimizer: torch.optim.Optimizer,
    reward: TableReward,
    generator: torch.Generator,
    settings: LearnSettings,
    beta: float,
) -> Tensor:
    """Play a batch of progressions, learn from it, and return the loss.

    Args:
      model: a policy that reads the last chord.
      generator: the source of chance, on the model's device.
      settings: everything but β; their estimator is the sampled one.
      beta: weight of the entropy.
    """
    T, B, V = settings.length, settings.batch, model.config.outputs
    # Play: π(·|S_t) from the cells' own equations, and A_t drawn from it.
    noise = draw_gumbel(model.output.weight.new_empty(T, B, V), generator)
    chord, state = torch.full_like(noise[:1, :, 0], V, dtype=torch.int64), None  # the start token
    steps, chords = [], []
    for t in range(T):
        logits, state = model(chord, state, fused=False)
        chord = (logits.detach() + noise[t]).argmax(-1)  # a draw from their softmax
        steps.append(logits)
        chords.append(chord)
    logits, actions = torch.cat(steps), torch.cat(chords)
    # Score: what is still to come after each step, less what is usual.
    rewards, entropies = reward(actions)[0], entropy(logits)
    if settings.entropy == "return":  # H_t doesn't depend on A_t, so only later ones are rewards
        rewards[:-1] += beta * settings.discount * entropies[1:].detach()
    advantage = advantages(rewards_to_go(rewards, settings.discount), settings.baseline)
    # Learn.
    loss = policy_gradient_loss(logits, actions, advantage) - beta * entropies.sum(0).mean()
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
    optimizer.step()
    return loss.detach()
