"""Learning from a reward with memory against exact sums over all progressions."""

import numpy as np
import pytest
import torch
from memory_chains import EVERY, T, V, small_chain, small_policy

from shinko.nets.sampling import Tape
from shinko.planning.particles import Player
from shinko.rl.memory_batches import fed_in
from shinko.rl.memory_objective import cross_entropy, memory_objective, own_parts
from shinko.rl.memory_reference import reference_loss
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.reinforce import Rollout, entropy, reinforce_objective

CHORDS = torch.from_numpy(EVERY)
COUNT = V**T
CHAIN = small_chain(1)


@pytest.fixture(scope="module")
def log_chain():
    """log P of every chord along all progressions, (T, COUNT, V)."""
    return torch.from_numpy(MemoryReward.of(CHAIN).log_chances(EVERY, np.zeros(COUNT, np.int64)))


def log_policy(model):
    return model(fed_in(EVERY, V))[0].log_softmax(-1)


def chances(log_probs):
    """Of all progressions, (COUNT,)."""
    return log_probs.gather(2, CHORDS[:, :, None]).sum(0)[:, 0].exp()


def gradient_of(value, model):
    model.zero_grad()
    value.backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters()])


def expected_gradient(model, rewards, size, beta, **told):
    """Of the loss of `size` progressions that the policy plays, over all that they may be.

    The slope of each batch's loss in the log-probabilities, weighed by how likely it is played.
    """
    log_probs = log_policy(model)
    weights, slope = chances(log_probs).detach(), torch.zeros_like(log_probs)
    for batch in np.ndindex(*[COUNT] * size):
        batch = list(batch)
        leaf = log_probs.detach()[:, batch].requires_grad_()
        betas = torch.full((size,), beta, dtype=torch.float64)
        loss = memory_objective(leaf, rewards[:, batch], CHORDS[:, batch], betas, **told)
        (own,) = torch.autograd.grad(loss, leaf)
        own *= weights[batch].prod()
        for place, number in enumerate(batch):
            slope[:, number] += own[:, place]
    return gradient_of((slope * log_probs).sum(), model)


@pytest.mark.parametrize("beta", [1.0, 0.3])
@pytest.mark.parametrize("estimator", ["all-action", "sampled"])
@pytest.mark.parametrize(("size", "baseline"), [(1, "none"), (2, "leave-one-out")])
def test_the_expected_gradient_is_that_of_the_objective(log_chain, beta, estimator, size, baseline):
    """J = E[ Σ_t r_t + β H_t ], exactly, of a policy that copies."""
    model = small_policy(copies=(2,))
    found = expected_gradient(model, log_chain, size, beta, estimator=estimator, baseline=baseline)
    log_probs = log_policy(model)
    earned = log_chain.gather(2, CHORDS[:, :, None])[:, :, 0] + beta * entropy(log_probs)
    exact = gradient_of(-(chances(log_probs) * earned.sum(0)).sum(), model)
    torch.testing.assert_close(found, exact, rtol=0.0, atol=1e-10)


def test_the_loss_of_a_batch_is_that_of_the_reference(log_chain):
    model, some = small_policy(), [0, 5, 5, 19, 26]
    beta = torch.full((5,), 0.7, dtype=torch.float64)
    log_probs, rewards = log_policy(model)[:, some], log_chain[:, some]
    loss = memory_objective(log_probs, rewards, CHORDS[:, some], beta)
    found = gradient_of(loss, model)
    plain = reference_loss(log_policy(model)[:, some], rewards, EVERY.T[some].tolist(), 0.7)
    torch.testing.assert_close(loss, plain)
    torch.testing.assert_close(found, gradient_of(plain, model), rtol=0.0, atol=1e-10)


def test_groups_are_as_batches_apart(log_chain):
    """Each has its own baseline and β; their mean is what they come to together."""
    log_probs, some = log_policy(small_policy()), torch.tensor([3, 8, 20, 11, 2, 2])
    beta = torch.tensor([1.0] * 3 + [0.2] * 3).double()

    def loss(places, **told):
        own = some[places]
        return memory_objective(
            log_probs[:, own], log_chain[:, own], CHORDS[:, own], beta[places], **told
        )

    apart = (loss(slice(0, 3)) + loss(slice(3, 6))) / 2
    torch.testing.assert_close(loss(slice(0, 6), groups=2), apart)


@pytest.mark.parametrize("entropy_in", ["bonus", "return"])
@pytest.mark.parametrize("baseline", ["none", "mean", "leave-one-out"])
def test_sampled_it_is_the_loss_of_reinforce(log_chain, entropy_in, baseline):
    log_probs, some = log_policy(small_policy()).detach(), [4, 9, 13, 22]
    leaf, chords = log_probs[:, some].requires_grad_(), CHORDS[:, some]
    told = {"entropy_in": entropy_in, "baseline": baseline, "discount": 0.9}
    beta = torch.full((4,), 0.4, dtype=torch.float64)
    loss = memory_objective(
        leaf.log_softmax(-1), log_chain[:, some], chords, beta, estimator="sampled", **told
    )
    tape = Tape(torch.empty(0), chords, torch.empty(0), (), torch.empty(0))
    earned = log_chain[:, some].gather(2, chords[:, :, None])[:, :, 0]
    batch = Rollout(tape, earned, torch.empty(0), torch.empty(0))
    due = reinforce_objective(leaf.detach().clone(), batch, beta=0.4, **told)
    loss.backward()
    torch.testing.assert_close(loss.detach(), due.loss)
    torch.testing.assert_close(leaf.grad, due.dlogits, rtol=0.0, atol=1e-12)


def test_the_chain_itself_has_nothing_to_learn(log_chain):
    """At β = 1 not even by chance: whatever is played, its loss has no slope."""
    leaf, beta = log_chain.clone().requires_grad_(), torch.ones(COUNT).double()
    loss = memory_objective(leaf.log_softmax(-1), log_chain, CHORDS, beta)
    loss.backward()
    assert loss.item() == pytest.approx(0.0, abs=1e-12)
    torch.testing.assert_close(leaf.grad, torch.zeros_like(leaf), rtol=0.0, atol=1e-12)


def test_own_parts_are_relative_entropies_to_the_chain(log_chain):
    log_probs = log_policy(small_policy()).detach()
    found = own_parts(log_probs, log_chain, torch.ones(COUNT).double())
    expected = torch.nn.functional.kl_div(log_chain, log_probs, reduction="none", log_target=True)
    torch.testing.assert_close(found, expected.sum(-1).sum(0))


def test_the_cross_entropy_of_a_progression_is_minus_its_log_probability():
    model = small_policy()
    light = type(CHAIN)({name: weight.numpy() for name, weight in model.state_dict().items()})
    found = cross_entropy(log_policy(model).detach(), CHORDS).numpy()
    np.testing.assert_allclose(-found, Player.at_start(light).log_probability(EVERY), atol=1e-10)
