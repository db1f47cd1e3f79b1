"""A training on the reward with memory, stopped after any epoch and taken up again, bit for bit.

Each epoch the policy plays in numpy, the chain tells what every chord of that would have earned,
and one pass over whole progressions learns from it by automatic differentiation.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from shinko.nets.light import LightModel
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig
from shinko.planning.process import Process
from shinko.rl.diversity import chord_shares, commonest_pair, progression_counts
from shinko.rl.memory_batches import MemoryBatch, batch_loss, draw_batch, fed_in
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.metrics import EpochRow
from shinko.rl.potentials import shaping
from shinko.rl.settings import LearnSettings
from shinko.rl.training import set_rate
from shinko.runs.device import choose_device
from shinko.runs.state import Trainable, weight_arrays


def memory_policy_config(settings: LearnSettings, chords: int) -> ModelConfig:
    """The network of a policy over so many chords."""
    return ModelConfig(
        tokens=chords + 1,
        outputs=chords,
        cell=settings.cell,
        layers=settings.layers,
        hidden=settings.hidden,
        embedding=settings.embedding,
        copies=settings.lags,
        window=settings.window,
    )


def light_model(model: SequenceModel) -> LightModel:
    """The same network in numpy, as it is now."""
    config = model.config
    return LightModel(
        weight_arrays(model),
        config.cell,
        copies=config.copies,
        orders=config.orders,
        window=config.window,
    )


class MemoryTraining(Trainable[EpochRow]):
    """A policy on its way."""

    row_type = EpochRow
    checked = ("loss", "gradient_norm", "entropy", "mean_return")
    remedy = "lower `learning_rate`, `clip` or `beta`"
    model: SequenceModel

    def __init__(
        self,
        settings: LearnSettings,
        reward: MemoryReward,
        vocabulary: tuple[str, ...],
        memoryless: Process | None = None,
    ) -> None:
        self.settings, self.reward, self._memoryless = settings, reward, memoryless
        self.device = choose_device(settings.device)
        self.chords = len(vocabulary)
        self.labels = {"shares": vocabulary}
        self.epochs, self.save_every = settings.epochs, settings.checkpoint_every
        config = memory_policy_config(settings, self.chords)
        initial = torch.Generator().manual_seed(settings.seed)
        model = SequenceModel(config, generator=initial)
        if settings.output_bias == "first":
            nothing = np.zeros((1, 1), np.int64)
            first = reward.log_chances(nothing, nothing[0])[0, 0]
            with torch.no_grad():
                model.output.bias.copy_(torch.from_numpy(first))
        self.model = model.to(self.device)
        self.generator = torch.Generator(self.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, fused=self.device.type != "mps"
        )

    def step(self) -> EpochRow:
        """Play a batch, learn from it, and tell about it."""
        began, settings = time.perf_counter(), self.settings
        beta = settings.beta_at(self.epoch + 1)
        set_rate(self.optimizer, settings.learning_rate_at(self.epoch + 1))
        batch = draw_batch(
            light_model(self.model),
            self.reward,
            steps=settings.length,
            worlds=np.zeros(1, np.int64),
            temperatures=np.array([beta]),
            own=settings.batch - settings.chain_rows,
            guided=settings.chain_rows,
            rng=np.random.default_rng((settings.seed, self.epoch)),
        )
        if settings.estimator == "table-aware":
            assert self._memoryless is not None
            own = batch.chords[:, : batch.own]
            told = shaping(self._memoryless, own, beta=beta, discount=settings.discount)
            batch = replace(batch, shaping=told)
        fed = fed_in(batch.chords, self.chords).to(self.device)
        log_probs = self.model(fed)[0].log_softmax(-1)
        loss = batch_loss(
            log_probs,
            batch,
            estimator="sampled" if settings.estimator == "sampled" else "all-action",
            entropy_in=settings.entropy,
            baseline=settings.baseline,
            discount=settings.discount,
        )
        norm = learn_from(loss, self.model, self.optimizer, settings.clip)
        self.epoch += 1
        return self._row(batch, log_probs.detach(), loss, norm, beta, began)

    def _row(
        self,
        batch: MemoryBatch,
        log_probs: Tensor,
        loss: Tensor,
        norm: Tensor,
        beta: float,
        began: float,
    ) -> EpochRow:
        """Of the policy's own progressions; of all of them, loss and gradient."""
        settings, own = self.settings, batch.own
        actions, rows = batch.chords[:, :own].astype(np.int64), log_probs[:, :own]
        earned = np.take_along_axis(batch.rewards[:, :own], actions[:, :, None], axis=2)
        mean_return = float(earned.sum()) / own
        entropy = float(-(rows.exp() * rows).sum(-1).mean())
        counted = beta * entropy if settings.entropy == "return" else 0.0
        counts = progression_counts(actions)
        return EpochRow(
            epoch=self.epoch,
            mean_return=mean_return,
            objective=mean_return + settings.length * counted,
            entropy=entropy,
            effective_chords=math.exp(entropy),
            distinct=len(counts) / own,
            commonest=counts[0] / own,
            commonest_pair=commonest_pair(actions, self.chords),
            unlisted=0.0,  # with a memory nothing is
            beta=beta,
            loss=loss.item(),
            gradient_norm=float(norm),
            seconds=round(time.perf_counter() - began, 6),
            shares=tuple(chord_shares(actions, self.chords).round(6).tolist()),
        )


def learn_from(
    loss: Tensor, model: SequenceModel, optimizer: torch.optim.Optimizer, clip: float
) -> Tensor:
    """One step of the optimizer; the gradient's norm before it was clipped, ()."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    return norm
