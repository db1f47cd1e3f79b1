"""REINFORCE against exact sums over all V^T progressions."""

import itertools

import numpy as np
import pytest
import torch

from shinko.nets.model import SequenceModel
from shinko.nets.sampling import Sampler, Tape
from shinko.nets.shapes import ModelConfig
from shinko.planning.plan import solve
from shinko.rl.estimators import Estimator
from shinko.rl.expected import expected_objective
from shinko.rl.reinforce import (
    Rollout,
    advantages,
    entropy,
    policy_gradient_loss,
    policy_update,
    reinforce_objective,
    rewards_to_go,
    rollout,
)
from shinko.rl.reward import TableReward
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import rewarded
from shinko.rl.training import Training
from shinko.tables import compile_table
from shinko.tables.table import Row, TransitionTable

V, T = 3, 3


def all_progressions(chords=V):
    """(T, chords^T)."""
    return torch.tensor(list(itertools.product(range(chords), repeat=T))).t()


EVERY = all_progressions()


def row(numbers):
    chords = np.array(list(numbers), np.int32)
    return Row(chords, np.array(list(numbers.values()), np.float64))


# Of chord 2 nothing is listed but that 0 can't follow it; 1 after 0, 1 has a row of its own.
TABLE = TransitionTable(
    "toy",
    ("1", "4", "5"),
    2,
    {
        (): row({0: 0.5, 1: 0.3, 2: 0.2}),
        (0,): row({1: 0.6, 2: 0.4}),
        (1,): row({0: 0.9}),
        (2,): row({0: 0.0, 1: 0.0005}),
        (0, 1): row({2: 0.7}),
    },
)
AUTOMATON = compile_table(TABLE)


def toy_policy(chords=V):
    config = ModelConfig(tokens=chords + 1, outputs=chords, hidden=4, embedding=3)
    model = SequenceModel(config, generator=torch.Generator().manual_seed(0)).double()
    torch.nn.init.normal_(model.output.weight, generator=torch.Generator().manual_seed(1))
    return model


def log_policy(model, every):
    """Log-probabilities of all chords along the given progressions, (T, B, V)."""
    start = torch.full((1, every.shape[1]), model.config.outputs)
    return model(torch.cat([start, every[:-1]]), fused=False)[0].log_softmax(-1)


def chances(logits, every):
    """Of each chord chosen, in log: (T, B)."""
    return logits.gather(2, every.unsqueeze(2)).squeeze(2)


def batch_of(every, rewards, unlisted, indices):
    """The rollout that has these of all progressions as its episodes."""
    tape = Tape(torch.empty(0), every[:, indices], torch.empty(0), (), torch.empty(0))
    return Rollout(tape, rewards[:, indices], unlisted[:, indices], torch.empty(0))


def gradient_of(value, model, slope=None):
    """d value / d parameters, of a scalar, or of logits with the slope of a loss in them."""
    model.zero_grad()
    value.backward(slope)
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def double_reward(actions, automaton=AUTOMATON):
    reward = TableReward.of(automaton, reward="probability", floor=0.001)
    return tuple(part.double() for part in reward(actions)[:2])


def test_the_reward_of_a_progression_by_hand():
    rewards, unlisted = double_reward(torch.tensor([[0, 0], [1, 0], [2, 2]]))
    # 1 4 5: 0.5, 0.6, 0.7 after (1 4). 1 1 5: 0.5, unlisted, 0.4 after (1).
    torch.testing.assert_close(
        rewards, torch.tensor([[0.5, 0.5], [0.6, 0.001], [0.7, 0.4]]).double()
    )
    assert unlisted.tolist() == [[0, 0], [0, 1], [0, 0]]


def test_rewards_to_go_by_hand():
    rewards = torch.tensor([[1.0], [2.0], [4.0]])
    assert rewards_to_go(rewards).tolist() == [[7.0], [6.0], [4.0]]
    assert rewards_to_go(rewards, 0.5).tolist() == [[3.0], [4.0], [4.0]]
    assert rewards_to_go(rewards, 0.0).tolist() == rewards.tolist()


def test_leave_one_out_subtracts_the_mean_of_the_others():
    returns = torch.tensor([[1.0, 2.0, 6.0]])
    assert advantages(returns, "leave-one-out").tolist() == [[-3.0, -1.5, 4.5]]
    assert advantages(returns, "mean").tolist() == [[-2.0, -1.0, 3.0]]
    assert advantages(returns, "none") is returns


def test_leave_one_out_needs_others():
    with pytest.raises(ValueError, match="at least 2 episodes, got 1"):
        advantages(torch.ones(2, 1), "leave-one-out")


def test_with_advantage_one_reinforce_is_cross_entropy():
    logits = torch.randn(4, 5, 6, dtype=torch.float64)
    actions = torch.randint(0, 6, (4, 5))
    loss = policy_gradient_loss(logits, actions, torch.ones(4, 5).double())
    cross_entropy = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), actions.flatten(), reduction="sum"
    )
    torch.testing.assert_close(loss, cross_entropy / 5)


def test_entropy_of_four_equal_chords_is_log_four():
    torch.testing.assert_close(entropy(torch.zeros(2, 4)), torch.full((2,), np.log(4.0)).float())


def test_the_expected_gradient_is_that_of_the_maximum_entropy_objective():
    """The oracle differentiates E[Σ r + β Σ H] itself, over all progressions at once."""
    model, beta = toy_policy(), 0.3
    rewards, unlisted = double_reward(EVERY)
    logits = log_policy(model, EVERY)
    p = chances(logits, EVERY).sum(0).exp()
    objective = (p * (rewards.sum(0) + beta * entropy(logits).sum(0))).sum()
    expected = gradient_of(objective, model)

    total = torch.zeros_like(expected)
    for index, weight in enumerate(p.tolist()):
        logits = log_policy(model, EVERY[:, [index]])
        found = reinforce_objective(
            logits.detach(),
            batch_of(EVERY, rewards, unlisted, [index]),
            beta=beta,
            entropy_in="return",
            baseline="none",
        )
        total -= weight * gradient_of(logits, model, found.dlogits)
    torch.testing.assert_close(total, expected, rtol=0.0, atol=1e-10)


def test_the_expected_gradient_of_the_bonus_leaves_the_visited_states_alone():
    """The poster's: E[Σ r], and β Σ H at the histories as they are visited now."""
    model, beta = toy_policy(), 0.3
    rewards, unlisted = double_reward(EVERY)
    logits = log_policy(model, EVERY)
    p = chances(logits, EVERY).sum(0).exp()
    entropies = entropy(logits).sum(0)
    expected = gradient_of((p * rewards.sum(0) + beta * p.detach() * entropies).sum(), model)

    total = torch.zeros_like(expected)
    for index, weight in enumerate(p.tolist()):
        logits = log_policy(model, EVERY[:, [index]])
        found = reinforce_objective(
            logits.detach(),
            batch_of(EVERY, rewards, unlisted, [index]),
            beta=beta,
            entropy_in="bonus",
            baseline="none",
        )
        total -= weight * gradient_of(logits, model, found.dlogits)
    torch.testing.assert_close(total, expected, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize(("baseline", "share"), [("leave-one-out", 1.0), ("mean", 0.5)])
def test_a_baseline_keeps_the_expected_gradient_up_to_its_known_factor(baseline, share):
    """Over all pairs of episodes; the batch's own mean shrinks it by 1 − 1/B."""
    model, automaton = toy_policy(2), compile_table(TABLE.restricted(("1", "4")))
    every = all_progressions(2)
    rewards, unlisted = double_reward(every, automaton)
    chosen = chances(log_policy(model, every), every)
    p = chosen.sum(0).exp()
    expected = gradient_of((p * rewards.sum(0)).sum(), model)

    total = torch.zeros_like(expected)
    for pair in itertools.product(range(len(p)), repeat=2):
        logits = log_policy(model, every[:, pair])
        found = reinforce_objective(
            logits.detach(),
            batch_of(every, rewards, unlisted, pair),
            beta=0.0,
            baseline=baseline,
        )
        total -= (p[pair[0]] * p[pair[1]]).item() * gradient_of(logits, model, found.dlogits)
    torch.testing.assert_close(total, share * expected, rtol=0.0, atol=1e-10)


def test_discounted_later_entropies_count_by_hand():
    # Two steps, one episode; all chords equally likely, so each entropy is log 3.
    logits = torch.zeros(2, 1, 3, dtype=torch.float64)
    rewards = torch.tensor([[1.0], [2.0]]).double()
    batch = batch_of(torch.tensor([[0], [1]]), rewards, rewards, [0])
    loss = reinforce_objective(
        logits, batch, beta=0.1, entropy_in="return", baseline="none", discount=0.5
    ).loss
    log3 = np.log(3.0)
    # G(0) = 1 + 0.5·2 + 0.5·0.1·log 3, G(1) = 2; −log π = log 3 each; less β·2·log 3.
    assert loss.item() == pytest.approx(log3 * (2 + 0.05 * log3) + log3 * 2 - 0.2 * log3)


@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_the_slope_is_that_of_the_loss_by_automatic_differentiation(beta):
    every, (rewards, unlisted) = EVERY, double_reward(EVERY)
    logits = log_policy(toy_policy(), every).detach().requires_grad_()
    batch = batch_of(every, rewards, unlisted, range(every.shape[1]))
    advantage = advantages(rewards_to_go(rewards), "leave-one-out")
    loss = policy_gradient_loss(logits, every, advantage) - beta * entropy(logits).sum(0).mean()
    loss.backward()
    found = reinforce_objective(logits, batch, beta=beta)
    torch.testing.assert_close(found.loss, loss.detach(), rtol=0.0, atol=1e-12)
    torch.testing.assert_close(found.dlogits, logits.grad, rtol=0.0, atol=1e-12)


def test_updates_find_the_best_progression_of_a_small_table():
    config = ModelConfig(tokens=V + 1, outputs=V, hidden=8, embedding=4)
    model = SequenceModel(config, generator=torch.Generator().manual_seed(0))
    reward = TableReward.of(AUTOMATON, reward="probability", floor=0.001)
    returns = reward(EVERY)[0].sum(0)
    sampler = Sampler(model, steps=T, batch=32, start=V)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    generator = torch.Generator().manual_seed(2)
    for _ in range(300):
        batch = rollout(sampler, reward, generator)
        found = reinforce_objective(batch.tape.logits, batch, beta=0.0)
        policy_update(model, optimizer, batch.tape, found, clip=5.0)
    best = EVERY[:, returns.argmax()]
    assert batch.tape.actions.t().tolist().count(best.tolist()) > 28


def test_unknown_names_are_told_with_what_is_known():
    batch = rollout(
        Sampler(toy_policy().float(), steps=T, batch=2, start=V),
        TableReward.of(AUTOMATON, reward="probability", floor=0.001),
        torch.Generator(),
    )
    with pytest.raises(ValueError, match="entropy 'loss': expected one of bonus, return"):
        reinforce_objective(batch.tape.logits, batch, beta=0.1, entropy_in="loss")
    with pytest.raises(ValueError, match="baseline 'median': expected one of none, mean"):
        reinforce_objective(batch.tape.logits, batch, beta=0.1, baseline="median")


@pytest.mark.parametrize("entropy_in", ["return", "bonus"])
@pytest.mark.parametrize("potentials", ["none", "any", "exact"])
@pytest.mark.parametrize("discount", [1.0, 0.8])
def test_expecting_a_steps_own_choice_keeps_the_expected_gradient(entropy_in, potentials, discount):
    """Over all progressions, the same as that of sampled REINFORCE, whatever the potentials."""
    model, beta = toy_policy(), 0.3
    reward = TableReward.of(AUTOMATON, reward="probability", floor=0.001)
    scored = tuple(part.double() for part in reward(EVERY)[:2])
    places = reward(EVERY)[2]
    told = {"beta": beta, "entropy_in": entropy_in, "baseline": "none", "discount": discount}
    shape = T + 1, len(AUTOMATON.histories)
    values = {
        "none": None,
        "any": torch.randn(shape, generator=torch.Generator().manual_seed(3)).double(),
        "exact": torch.from_numpy(
            solve(
                rewarded(AUTOMATON, reward="probability", floor=0.001),
                temperature=beta,
                length=T,
                entropy=entropy_in,
            ).state_values
        ),
    }[potentials]
    if values is not None:
        values[-1] = 0.0
    sampled, expecting = [], []
    weights = chances(log_policy(model, EVERY), EVERY).sum(0).exp().tolist()
    for index, weight in enumerate(weights):
        batch = batch_of(EVERY, *scored, [index])
        batch = Rollout(batch.tape, batch.rewards, batch.unlisted, places[:, [index]])
        logits = log_policy(model, EVERY[:, [index]])
        for found, total in (
            (reinforce_objective(logits.detach(), batch, **told), sampled),
            (
                expected_objective(logits.detach(), batch, reward, potentials=values, **told),
                expecting,
            ),
        ):
            slope = torch.autograd.grad(
                logits, list(model.parameters()), found.dlogits, retain_graph=True
            )
            total.append(weight * torch.cat([part.flatten() for part in slope]))
    torch.testing.assert_close(sum(expecting), sum(sampled), rtol=0.0, atol=1e-7)
    # What it is for: at the same policy, less noise; other potentials help near their optimum.
    if potentials == "none":
        noise = [
            sum(
                ((each / weight - sum(total)) ** 2).sum() * weight
                for each, weight in zip(total, weights, strict=True)
            )
            for total in (expecting, sampled)
        ]
        assert noise[0] < 0.9 * noise[1]


def test_where_entropy_can_not_count_is_told():
    rewards, unlisted = double_reward(EVERY)
    reward = TableReward.of(AUTOMATON, reward="probability", floor=0.001)
    batch = batch_of(EVERY, rewards, unlisted, range(2))
    for objective, told in (
        (reinforce_objective, {}),
        (expected_objective, {"reward": reward}),
    ):
        with pytest.raises(ValueError, match="entropy 'loss': expected one of bonus, return"):
            objective(torch.zeros(T, 2, V), batch, **told, beta=0.1, entropy_in="loss")


def test_at_the_optimum_the_exact_values_leave_no_noise():
    """A policy that is the optimum: what each episode says is the same, and it is 0."""
    beta = 0.3
    process = rewarded(AUTOMATON, reward="log-probability", floor=0.001)
    best = solve(process, temperature=beta, length=T)
    reward = TableReward.of(AUTOMATON, reward="log-probability", floor=0.001)
    _, unlisted, places = reward(EVERY)
    states = ((places - EVERY) // V).numpy()
    logits = torch.from_numpy(np.log(np.stack([best.policy(t)[states[t]] for t in range(T)])))
    batch = batch_of(EVERY, places, unlisted, range(EVERY.shape[1]))
    batch = Rollout(batch.tape, batch.rewards, batch.unlisted, places)
    found = expected_objective(
        logits,
        batch,
        reward,
        beta=beta,
        baseline="none",
        potentials=torch.from_numpy(best.state_values),
    )
    torch.testing.assert_close(found.dlogits, torch.zeros(T, 27, V).double(), rtol=0.0, atol=1e-6)


@pytest.mark.parametrize("estimator", ["all-action", "table-aware"])
def test_other_estimators_learn_reproducibly_while_beta_moves(estimator):
    settings = LearnSettings(
        epochs=8, batch=4, length=4, hidden=4, embedding=3, estimator=estimator
    )
    runs = []
    for _ in range(2):
        training = Training(settings, AUTOMATON)
        runs.append([training.step().objective for _ in range(8)])
    assert runs[0] == runs[1]


def test_a_new_policy_plays_the_tables_first_row_if_told_to():
    table = TransitionTable("toy", ("1", "4", "5"), 1, {(): row({0: 0.6, 1: 0.3}), (0,): row({})})
    for bias, first in (("first", [0.6, 0.3, 0.1]), ("zero", [1.0, 1.0, 1.0])):
        settings = LearnSettings(length=2, hidden=4, embedding=3, floor=0.1, output_bias=bias)
        training = Training(settings, compile_table(table))
        chances = training.sampler.sample(training.generator).logits.softmax(-1)
        expected = torch.tensor(first) / sum(first)
        torch.testing.assert_close(chances, expected.expand(2, settings.batch, 3))


@pytest.mark.parametrize(
    ("beta", "beta_end", "exact_at"), [(0.3, -1.0, 0.3), (3.0, 0.15, 0.15), (1.0, 0.0, 0.0)]
)
def test_potentials_are_exact_at_the_beta_that_training_ends_with(beta, beta_end, exact_at):
    settings = LearnSettings(
        reward="probability",
        estimator="table-aware",
        length=T,
        beta=beta,
        beta_end=beta_end,
        beta_schedule="linear",
    )
    reward = TableReward.of(AUTOMATON, reward="probability", floor=0.001)
    process = rewarded(AUTOMATON, reward="probability", floor=0.001)
    best = solve(process, temperature=exact_at, length=T)
    found = Estimator(settings, AUTOMATON, reward)._values(exact_at)
    torch.testing.assert_close(found, torch.from_numpy(best.state_values).float())
