"""Episodes per second of the trainer beside the plain loop that one would write first.

The plain loop plays one episode at a time, one call of torch.nn.LSTMCell a step, draws from
torch.distributions, keeps the graph and takes one optimizer step a batch: the same model, loss,
table, optimizer and number of threads. Both run in turn, several rounds, in this process.

Run: python benchmarks/reinforce_speed.py
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch import nn

from record import write_result
from shinko.rl.settings import LearnSettings
from shinko.rl.training import Training, fitting_threads
from shinko.tables import compile_table, load_table
from shinko.tables.automaton import Automaton

ROUNDS = 5


class PlainLoop:
    """REINFORCE as one writes it first."""

    def __init__(self, settings: LearnSettings, automaton: Automaton) -> None:
        self.settings = settings
        self.next_state = automaton.next_state.tolist()
        floor = settings.floor
        # nan (unlisted) compares false: it gets the floor, too.
        self.rewards = [[p if p > floor else floor for p in row] for row in automaton.probabilities]
        self.chords = V = len(automaton.vocabulary)
        self.embedding = nn.Embedding(V + 1, settings.embedding)
        self.cell = nn.LSTMCell(settings.embedding, settings.hidden)
        self.output = nn.Linear(settings.hidden, V)
        parameters = [
            p for part in (self.embedding, self.cell, self.output) for p in part.parameters()
        ]
        self.optimizer = torch.optim.Adam(parameters, lr=settings.learning_rate)

    def step(self) -> None:
        losses = [self.episode() for _ in range(self.settings.batch)]
        self.optimizer.zero_grad()
        torch.stack(losses).mean().backward()
        self.optimizer.step()

    def episode(self) -> torch.Tensor:
        h = c = torch.zeros(1, self.settings.hidden)
        chord, state = torch.tensor([self.chords]), 0
        log_probs, entropies, rewards = [], [], []
        for _ in range(self.settings.length):
            h, c = self.cell(self.embedding(chord), (h, c))
            policy = torch.distributions.Categorical(logits=self.output(h))
            chord = policy.sample()
            log_probs.append(policy.log_prob(chord))
            entropies.append(policy.entropy())
            rewards.append(self.rewards[state][int(chord)])
            state = self.next_state[state][int(chord)]
        returns, total = [], 0.0
        for reward in reversed(rewards):
            total += reward
            returns.append(total)
        loss = -sum(entropies) * self.settings.beta
        for log_prob, gain in zip(log_probs, reversed(returns), strict=True):
            loss = loss - log_prob * gain
        return loss.squeeze(0)


def seconds(step, repeats: int) -> float:
    began = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - began) / repeats


def compare(settings: LearnSettings, automaton: Automaton) -> dict[str, float | int]:
    """Medians over the rounds, each of which times both."""
    torch.manual_seed(settings.seed)
    plain, fast = PlainLoop(settings, automaton), Training(settings, automaton)
    repeats = max(10, 2048 // settings.batch)
    pairs = []
    for _ in range(ROUNDS + 1):
        slow = seconds(plain.step, 1)
        with fitting_threads(settings):
            pairs.append((slow, seconds(fast.step, repeats)))
    del pairs[0]  # both warm up
    slow, quick = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "batch": settings.batch,
        "hidden": settings.hidden,
        "plain_ms": round(1e3 * slow, 2),
        "shinko_ms": round(1e3 * quick, 3),
        "plain_episodes_per_second": round(settings.batch / slow, 1),
        "shinko_episodes_per_second": round(settings.batch / quick, 1),
        "times": round(statistics.median(a / b for a, b in pairs), 1),
        "times_min": round(min(a / b for a, b in pairs), 1),
        "times_max": round(max(a / b for a, b in pairs), 1),
    }


def train_whole(settings: LearnSettings, automaton: Automaton) -> float:
    """Seconds of all epochs, rows included; nothing is written."""
    training = Training(settings, automaton)
    with fitting_threads(settings):
        return settings.epochs * seconds(training.step, settings.epochs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="pop")
    table = parser.parse_args().table
    automaton = compile_table(load_table(table).restricted())
    common = {"baseline": "none", "entropy": "bonus", "table": table}
    rows, wholes = [], []
    for hidden in (64, 128):
        for batch in (16, 64, 256):
            settings = LearnSettings(batch=batch, hidden=hidden, **common)
            rows.append(compare(settings, automaton))
            print(rows[-1], flush=True)
    for hidden in (64, 128):
        settings = LearnSettings(batch=16, hidden=hidden, epochs=1900, **common)
        took = [round(train_whole(settings, automaton), 2) for _ in range(3)]
        wholes.append({"hidden": hidden, "batch": 16, "epochs": 1900, "seconds": took})
        print(wholes[-1], flush=True)
    write_result(
        "reinforce_speed",
        "python benchmarks/reinforce_speed.py",
        {
            "table": table,
            "chords": len(automaton.vocabulary),
            "length": 16,
            "threads": torch.get_num_threads(),
            "rounds": ROUNDS,
            "rows": rows,
            "whole_trainings": wholes,
        },
    )


if __name__ == "__main__":
    main()
