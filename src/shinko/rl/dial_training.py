"""Learning one policy with a dial over many worlds, heats and pulls at once.

Each epoch the policy and the chains play groups of progressions (`dial_batches`), and one pass over
them learns. Of its own progressions the policy learns by REINFORCE (`memory_objective`), which
maximises −KL(π ‖ chain); of the chains' ones by the chain's whole row at each step,
Σ_a P(a) log π(a), where the policy doesn't yet go by itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call

from shinko.nets.cutting import cut_weights
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig
from shinko.rl.dial import ORDERS, PLACE_KNOTS, PULL_KNOTS, Conditions
from shinko.rl.dial_batches import DialBatches
from shinko.rl.dial_worlds import DialWorlds
from shinko.rl.memory_batches import MemoryBatch, fed_in
from shinko.rl.memory_objective import memory_objective
from shinko.rl.memory_training import learn_from, light_model
from shinko.rl.settings import DialSettings
from shinko.runs.device import choose_device
from shinko.runs.metrics import MetricsRow
from shinko.runs.state import Trainable
from shinko.tables.memory import LAGS, MODES

# Share of the epochs in which the step size rises.
_WARMING = 0.02
# What each of the policy's own progressions weighs against one of the chains': what it learns of
# its own is noisier, and by itself keeps to loops.
_OWN = 0.1


@dataclass(frozen=True)
class DialRow(MetricsRow):
    """One epoch, measured on the batch that its update learned from, before it did."""

    regret: float
    """KL(π ‖ chain) a chord, over what the policy played, nats."""
    divergence: float
    """KL(chain ‖ π) a chord, over what the chains played, nats."""
    entropy: float
    """Entropy of the policy per step, over what it played, nats."""
    length: int
    """Chords of its progressions."""
    learning_rate: float
    """Step size of this epoch."""
    gradient_norm: float
    """Before clipping."""
    seconds: float
    """That the epoch took, by the wall clock; the one field that no seed repeats."""


def dial_conditions(settings: DialSettings, styles: int) -> Conditions:
    """What a policy is told that is trained so."""
    return Conditions(styles, len(MODES), settings.knots(), PULL_KNOTS, PLACE_KNOTS)


class DialTraining(Trainable[DialRow]):
    """A policy on its way."""

    row_type = DialRow
    checked = ("regret", "divergence", "gradient_norm", "entropy")
    remedy = "lower `learning_rate` or `clip`"
    model: SequenceModel

    def __init__(self, settings: DialSettings, worlds: DialWorlds) -> None:
        self.settings = settings
        self.device = choose_device(settings.device)
        self.epochs, self.save_every = settings.epochs, settings.checkpoint_every
        V = len(worlds.vocabulary)
        conditions = dial_conditions(settings, len(worlds.styles))
        config = ModelConfig(
            tokens=V + 1,
            outputs=V,
            hidden=settings.hidden,
            embedding=settings.embedding,
            conditions=conditions.size,
            copies=LAGS,
            orders=ORDERS,
        )
        initial = torch.Generator().manual_seed(settings.seed)
        self.model = SequenceModel(config, generator=initial).to(self.device)
        self.generator = torch.Generator(self.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, fused=self.device.type != "mps"
        )
        self._batches = DialBatches(
            worlds,
            conditions,
            lengths=settings.steps(),
            chords=16 * settings.batch,
            group=settings.group,
            heat=settings.heat,
            seed=settings.seed,
        )

    def begin_with(self, weights: dict[str, Tensor]) -> None:
        """Take over weights of another policy, by name and of the same shapes."""
        self.model.load_state_dict(weights)

    def step(self) -> DialRow:
        """Play a batch, learn from it, and tell about it."""
        began, settings = time.perf_counter(), self.settings
        done = self.epoch / settings.epochs
        rate = settings.learning_rate * min(1.0, (done + 1 / settings.epochs) / _WARMING)
        rate *= 1.0 - done
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        drawn = self._batches.draw(light_model(self.model), self.epoch)
        batch, told = drawn.batch, torch.from_numpy(drawn.told).to(self.device)
        fed = fed_in(batch.chords, len(drawn.kept)).to(self.device)
        whole: dict[str, Tensor] = dict(self.model.named_parameters())
        weights = cut_weights(whole, drawn.kept)
        logits = functional_call(self.model, weights, (fed,), {"condition": told})[0]
        log_probs = logits.log_softmax(-1)
        loss = dial_loss(log_probs, batch)
        norm = learn_from(loss, self.model, self.optimizer, settings.clip)
        self.epoch += 1
        rows = log_probs.detach().double().cpu().numpy()
        own, theirs = slice(batch.own), slice(batch.own, None)
        chances, apart = np.exp(rows[:, own]), rows - batch.rewards
        return DialRow(
            epoch=self.epoch,
            regret=float((chances * apart[:, own]).sum(-1).mean()),
            divergence=float(-(np.exp(batch.rewards) * apart)[:, theirs].sum(-1).mean()),
            entropy=float(-(chances * rows[:, own]).sum(-1).mean()),
            length=len(batch.chords),
            learning_rate=rate,
            gradient_norm=float(norm),
            seconds=round(time.perf_counter() - began, 6),
        )


def dial_loss(log_probs: Tensor, batch: MemoryBatch) -> Tensor:
    """The loss of a batch, averaged over its chords.

    Args:
      log_probs: of the policy along its chords, (T, B, V).
      batch: the progressions.
    """
    own = batch.own
    chords = torch.from_numpy(batch.chords.astype(np.int64)).to(log_probs.device)
    rewards = torch.from_numpy(batch.rewards).to(log_probs)
    beta = torch.from_numpy(batch.beta).to(log_probs)
    loss = own * memory_objective(
        log_probs[:, :own], rewards[:, :own], chords[:, :own], beta[:own], groups=batch.groups
    )
    loss = _OWN * loss - (rewards[:, own:].exp() * log_probs[:, own:]).sum()
    return loss / chords.numel()
