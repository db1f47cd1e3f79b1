"""Learning one policy over many worlds and temperatures at once.

Each episode of a batch has a world and a temperature of its own. The gradient is the table-aware
one of `expected`, with the optimum's exact values at each temperature of a grid as potentials; so
the policy's regret is known for every batch, without chance but for what was played.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Sampler
from shinko.nets.shapes import ModelConfig
from shinko.planning.plan import solve
from shinko.rl.dial import Worlds, conditions
from shinko.rl.expected import expected_objective
from shinko.rl.reinforce import Rollout, policy_update
from shinko.rl.reward import TableReward
from shinko.rl.settings import DialSettings
from shinko.rl.terms import rewarded
from shinko.runs.device import choose_device
from shinko.runs.metrics import MetricsRow
from shinko.runs.state import Trainable

# Share of the episodes that play styles as they are; the others play mixtures.
_PURE = 2 / 3


@dataclass(frozen=True)
class DialRow(MetricsRow):
    """One epoch, measured on the batch that its update learned from."""

    regret: float
    """What each chord costs against the exact optimum, nats."""
    regret_cold: float
    """The same over the episodes of the lower half of the temperatures."""
    regret_warm: float
    """The same over those of the upper half."""
    entropy: float
    """Entropy of the policy per step, nats."""
    learning_rate: float
    """Step size of this epoch."""
    gradient_norm: float
    """Before clipping."""
    seconds: float
    """That the epoch took, by the wall clock; the one field that no seed repeats."""


class DialTraining(Trainable[DialRow]):
    """A policy on its way; `initial` weights are those of another policy over the same chords."""

    row_type = DialRow
    checked = ("regret", "gradient_norm", "entropy")
    remedy = "lower `learning_rate` or `clip`"
    model: SequenceModel

    def __init__(self, settings: DialSettings, worlds: Worlds) -> None:
        self.settings = settings
        self.device = choose_device(settings.device)
        self.epochs, self.save_every = settings.epochs, settings.checkpoint_every
        self._worlds, self._pure = worlds, int((worlds.weights.max(axis=1) == 1.0).sum())
        V = len(worlds.automaton.vocabulary)
        self._knots = settings.knots()
        config = ModelConfig(
            tokens=V + 1,
            outputs=V,
            hidden=settings.hidden,
            embedding=settings.embedding,
            conditions=worlds.weights.shape[1] + len(self._knots),
        )
        self.model = SequenceModel(
            config, generator=torch.Generator().manual_seed(settings.seed)
        ).to(self.device)
        self.generator = torch.Generator(self.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, fused=self.device.type != "mps"
        )
        self.sampler = Sampler(self.model, steps=settings.length, batch=settings.batch, start=V)
        self.reward = TableReward.of(
            worlds.automaton,
            reward="log-probability",
            floor=settings.floor,
            device=self.device,
        )
        process = rewarded(worlds.automaton, reward="log-probability", floor=settings.floor)
        self._grid = settings.temperatures()
        # Values of the optimum at each temperature, (grid, T + 1, S), end to end.
        self._potentials = torch.cat(
            [
                torch.from_numpy(
                    solve(process, temperature=tau, length=settings.length).state_values.astype(
                        np.float32
                    )
                ).flatten()
                for tau in self._grid
            ]
        ).to(self.device)

    def begin_with(self, weights: dict[str, Tensor]) -> None:
        """Take over weights of another policy, by name and of the same shapes."""
        self.model.load_state_dict(weights)

    def step(self) -> DialRow:
        """Play a batch, learn from it, and tell about it."""
        began, settings = time.perf_counter(), self.settings
        world, place = self._draw()
        taus = np.asarray(self._grid)[place]
        given = conditions(self._worlds.weights[world], taus, self._knots)
        starts = torch.from_numpy(self._worlds.starts[world]).to(self.device)
        beta = torch.from_numpy(taus.astype(np.float32)).to(self.device)
        rate = settings.learning_rate * (1.0 - self.epoch / settings.epochs)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with torch.inference_mode():
            tape = self.sampler.sample(self.generator, torch.from_numpy(given).to(self.device))
            batch = Rollout(tape, *self.reward(tape.actions, starts))
            objective = expected_objective(
                tape.logits,
                batch,
                self.reward,
                beta=beta,
                potentials=self._potentials.view(-1, len(self._worlds.automaton.histories)),
                first_potential=torch.from_numpy(place * (settings.length + 1)).to(self.device),
            )
            update = policy_update(self.model, self.optimizer, tape, objective, clip=settings.clip)
        self.epoch += 1
        assert objective.regret is not None
        regret = objective.regret.cpu().numpy() / settings.length
        cold = place < len(self._grid) // 2
        return DialRow(
            epoch=self.epoch,
            regret=float(regret.mean()),
            regret_cold=float(regret[cold].mean()) if cold.any() else 0.0,
            regret_warm=float(regret[~cold].mean()) if (~cold).any() else 0.0,
            entropy=float(update.entropies.mean()),
            learning_rate=rate,
            gradient_norm=float(update.gradient_norm),
            seconds=round(time.perf_counter() - began, 6),
        )

    def _draw(self) -> tuple[np.ndarray, np.ndarray]:
        """World and place in the grid of temperatures of each episode; the same for each epoch."""
        rng = np.random.default_rng((self.settings.seed, self.epoch))
        B, W = self.settings.batch, len(self._worlds.starts)
        pure = rng.random(B) < (_PURE if self._pure < W else 1.0)
        world = np.where(
            pure, rng.integers(self._pure, size=B), rng.integers(min(self._pure, W - 1), W, size=B)
        )
        return world, rng.integers(len(self._grid), size=B)
