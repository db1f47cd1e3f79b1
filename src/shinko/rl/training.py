"""A training that can be stopped after any epoch and taken up again, bit for bit."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from numpy.typing import NDArray

from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Sampler
from shinko.nets.shapes import ModelConfig
from shinko.rl.diversity import chord_shares, commonest_pair, progression_counts
from shinko.rl.estimators import Estimator
from shinko.rl.metrics import EpochRow
from shinko.rl.reinforce import Rollout, Update, policy_update, rollout
from shinko.rl.reward import TableReward
from shinko.rl.settings import DialSettings, LearnSettings
from shinko.rl.terms import reward_array
from shinko.runs.device import choose_device
from shinko.runs.state import Trainable, weight_arrays
from shinko.tables.automaton import Automaton, pack_histories

_ONE_THREAD = 16_384


def policy_config(settings: LearnSettings, automaton: Automaton) -> ModelConfig:
    """The policy's network: V chords come out; the same and a start token go in, or S histories."""
    V = len(automaton.vocabulary)
    return ModelConfig(
        tokens=V + 1 if settings.input == "chord" else len(automaton.histories),
        outputs=V,
        cell=settings.cell,
        layers=settings.layers,
        hidden=settings.hidden,
        embedding=settings.embedding,
    )


@contextmanager
def fitting_threads(settings: LearnSettings | DialSettings) -> Iterator[None]:
    """Compute small batches on one thread, others on as many as torch takes by itself.

    Up to 16,384 activations a step (256 episodes, 64 units) a second thread gains little where
    both cores are free, and where another program keeps one busy, waiting for it costs many times
    the work.
    """
    before = torch.get_num_threads()
    if settings.batch * settings.hidden <= _ONE_THREAD:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Take this step size from here on."""
    for group in optimizer.param_groups:
        group["lr"] = rate


@torch.no_grad()
def _begin_as_the_table(model: SequenceModel, automaton: Automaton, floor: float) -> None:
    """Let a new policy play each chord, at any step, as likely as the table has it at the first."""
    rows = reward_array(automaton, reward="log-probability", floor=floor)
    model.output.bias.copy_(torch.from_numpy(rows[automaton.start]))


class Training(Trainable[EpochRow]):
    """A policy on its way: network, optimizer, source of chance, and the epoch it is at."""

    row_type = EpochRow
    checked = ("loss", "gradient_norm", "entropy", "mean_return")
    remedy = "lower `learning_rate`, `clip` or `beta`"
    model: SequenceModel

    def __init__(self, settings: LearnSettings, automaton: Automaton) -> None:
        self.settings = settings
        self.device = choose_device(settings.device)
        self.chords = len(automaton.vocabulary)
        self.labels = {"shares": automaton.vocabulary}
        self.epochs, self.save_every = settings.epochs, settings.checkpoint_every
        # Initial weights are drawn on the CPU, so that they are the same everywhere.
        initial = torch.Generator().manual_seed(settings.seed)
        model = SequenceModel(policy_config(settings, automaton), generator=initial)
        if settings.output_bias == "first":
            _begin_as_the_table(model, automaton, settings.floor)
        self.model = model.to(self.device)
        self.generator = torch.Generator(self.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, fused=self.device.type != "mps"
        )
        start, following = self.chords, None
        self._own: dict[str, NDArray[Any]] = {}  # arrays that the weights go with
        if settings.input == "history":
            start, following = automaton.start, torch.from_numpy(automaton.next_state)
            following = following.to(self.device, torch.int64)
            self._own["histories"] = pack_histories(automaton.histories)
        self.sampler = Sampler(
            self.model,
            steps=settings.length,
            batch=settings.batch,
            start=start,
            following=following,
        )
        self.reward = TableReward.of(
            automaton, reward=settings.reward, floor=settings.floor, device=self.device
        )
        self.estimator = Estimator(settings, automaton, self.reward)

    def step(self) -> EpochRow:
        """Play a batch, learn from it, and tell about it."""
        began = time.perf_counter()
        settings = self.settings
        beta = settings.beta_at(self.epoch + 1)
        set_rate(self.optimizer, settings.learning_rate_at(self.epoch + 1))
        batch = rollout(self.sampler, self.reward, self.generator)
        objective = self.estimator.objective(batch, beta)
        update = policy_update(
            self.model, self.optimizer, batch.tape, objective, clip=settings.clip
        )
        self.epoch += 1
        return self._row(batch, update, beta, began)

    def checkpoint(self) -> dict[str, NDArray[Any]]:
        """Weights, and what they go with."""
        return {**weight_arrays(self.model), **self._own}

    def _row(self, batch: Rollout, update: Update, beta: float, began: float) -> EpochRow:
        actions, length = batch.tape.actions.cpu().numpy(), self.settings.length
        counts = progression_counts(actions)
        # One transfer from the device.
        reward, entropy, unlisted, loss, norm = torch.stack(
            [
                batch.rewards.mean(),
                update.entropies.mean(),
                batch.unlisted.mean(),
                update.loss,
                update.gradient_norm,
            ]
        ).tolist()
        counted = beta * entropy if self.settings.entropy == "return" else 0.0
        return EpochRow(
            epoch=self.epoch,
            mean_return=length * reward,
            objective=length * (reward + counted),
            entropy=entropy,
            effective_chords=math.exp(entropy),
            distinct=len(counts) / self.settings.batch,
            commonest=counts[0] / self.settings.batch,
            commonest_pair=commonest_pair(actions, self.chords),
            unlisted=unlisted,
            beta=beta,
            loss=loss,
            gradient_norm=norm,
            seconds=round(time.perf_counter() - began, 6),
            shares=tuple(chord_shares(actions, self.chords).round(6).tolist()),
        )
