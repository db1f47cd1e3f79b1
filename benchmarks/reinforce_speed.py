"""Episodes per second of the trainer beside two plain ways to write it.

The plain loop, which one would write first, plays one episode at a time, one call of
torch.nn.LSTMCell a step, draws from torch.distributions, keeps the graph and takes one optimizer
step a batch. The reference (rl/reference.py) plays the batch at once, with the cells' own
equations, and differentiates automatically, too. All have the same model, loss, table, optimizer
and number of threads, and run in turn, several rounds, in this process.

Run: python benchmarks/reinforce_speed.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import torch
from torch import nn

from record import write_result
from shinko.rl.reference import reference_update
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
    """Medians over the rounds, each of which times all three."""
    torch.manual_seed(settings.seed)
    plain, fast = PlainLoop(settings, automaton), Training(settings, automaton)
    twin = Training(settings, automaton)

    def refer() -> None:
        parts = (twin.model, twin.optimizer, twin.reward, twin.generator)
        reference_update(*parts, settings, settings.beta)

    repeats = max(10, 2048 // settings.batch)
    rounds = []
    for _ in range(ROUNDS + 1):
        # On a busy machine, a second thread would hold up the plain loop's small products the most.
        with fitting_threads(settings):
            sides = ((plain.step, 1), (refer, repeats), (fast.step, repeats))
            rounds.append(tuple(seconds(step, times) for step, times in sides))
    del rounds[0]  # all warm up
    names = ("plain", "reference", "shinko")
    medians = dict(zip(names, map(statistics.median, zip(*rounds, strict=True)), strict=True))
    figures: dict[str, float | int] = {"batch": settings.batch, "hidden": settings.hidden}
    for name, median in medians.items():
        figures[f"{name}_ms"] = round(1e3 * median, 3)
        figures[f"{name}_episodes_per_second"] = round(settings.batch / median, 1)
    for place, name in enumerate(names[:2]):
        ratios = [times[place] / times[2] for times in rounds]
        figures[f"times_{name}"] = round(statistics.median(ratios), 1)
        figures[f"times_{name}_min"] = round(min(ratios), 1)
        figures[f"times_{name}_max"] = round(max(ratios), 1)
    return figures


def train_whole(settings: LearnSettings, automaton: Automaton) -> float:
    """Seconds of all epochs, rows included; nothing is written."""
    training = Training(settings, automaton)
    with fitting_threads(settings):
        return settings.epochs * seconds(training.step, settings.epochs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="pop")
    table = parser.parse_args().table
    load = os.getloadavg()[0]  # of other work, before this one's
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
            "load": round(load, 1),
            "rows": rows,
            "whole_trainings": wholes,
        },
    )


if __name__ == "__main__":
    main()
