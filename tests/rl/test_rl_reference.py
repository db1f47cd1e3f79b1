"""The fast path learns what the plain reference learns."""

from dataclasses import replace

import pytest
import torch

from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Sampler
from shinko.nets.shapes import ModelConfig
from shinko.rl.reference import reference_update
from shinko.rl.reinforce import policy_update, reinforce_objective, rollout
from shinko.rl.reward import TableReward
from shinko.rl.settings import LearnSettings
from shinko.tables import compile_table

T, B, V = 5, 6, 3
BETA = 0.3


def untrained(cell, layers=1):
    config = ModelConfig(V + 1, V, cell, layers, hidden=4, embedding=3)
    model = SequenceModel(config, generator=torch.Generator().manual_seed(0)).double()
    torch.nn.init.normal_(model.output.weight, generator=torch.Generator().manual_seed(1))
    return model, torch.optim.Adam(model.parameters(), lr=0.05)


@pytest.fixture
def reward(toy_table):
    found = TableReward.of(compile_table(toy_table), reward="log-probability", floor=0.01)
    return replace(found, rewards=found.rewards.double())


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
@pytest.mark.parametrize("entropy", ["return", "bonus"])
@pytest.mark.parametrize("baseline", ["none", "mean", "leave-one-out"])
def test_the_fast_path_comes_to_the_gradients_of_the_reference(cell, entropy, baseline, reward):
    """Over three updates, each on the chords that the updates before it led to."""
    settings = LearnSettings(
        length=T, batch=B, entropy=entropy, baseline=baseline, discount=0.9, clip=2.0
    )
    (plain, one), (fast, other) = untrained(cell, 2), untrained(cell, 2)
    chances = [torch.Generator().manual_seed(2) for _ in range(2)]
    sampler = Sampler(fast, steps=T, batch=B, start=V)
    for _ in range(3):
        loss = reference_update(plain, one, reward, chances[0], settings, BETA)
        batch = rollout(sampler, reward, chances[1])
        objective = reinforce_objective(
            batch.tape.logits,
            batch,
            beta=BETA,
            entropy_in=entropy,
            baseline=baseline,
            discount=0.9,
        )
        update = policy_update(fast, other, batch.tape, objective, clip=2.0)
        # float64 sums in another order; Adam divides by the gradient's own size, and enlarges that.
        torch.testing.assert_close(update.loss, loss, rtol=0.0, atol=1e-9)
        for (name, mine), its in zip(plain.named_parameters(), fast.parameters(), strict=True):
            torch.testing.assert_close(its.grad, mine.grad, rtol=0.0, atol=1e-9, msg=name)
