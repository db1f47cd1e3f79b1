"""Words per second of the word models' trainer beside PyTorch's plain nn.LSTM training loop.

The plain loop is the one that PyTorch's own example of a word model has: nn.Embedding, nn.LSTM,
nn.Dropout, nn.Linear tied to the embedding, cross-entropy, backward, clipping, Adam. Both sides
have the same network, initial weights, text, batch, window and schedule of the step size, and
learn in turn in this process, a block of windows each, so that a busy machine slows both. Loss
curves are of the training text; each side's validation perplexity after the last window is
measured by the same function, without dropout.

Run: python benchmarks/words_speed.py --corpus PTB_FOLDER
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from record import write_result
from shinko.lm.corpus import Corpus, read_corpus
from shinko.lm.perplexity import perplexity, side_by_side, surprisals
from shinko.lm.precision import choose_precision
from shinko.lm.settings import WordSettings, preset
from shinko.lm.training import WordTraining
from shinko.nets.model import SequenceModel
from shinko.request import change

WARMUP = 3

# This trainer as the presets have it, then without one trick after the other.
VARIANTS = {
    "unit masks, drawn words": {},
    "element masks, drawn words": {"masks": "element"},
    "element masks, all words": {"masks": "element", "columns": 0},
}


class PlainLoop:
    """The same network in PyTorch's own modules, trained as its example does."""

    def __init__(self, settings: WordSettings, corpus: Corpus) -> None:
        twin = WordTraining(settings, corpus)
        self.settings, self.text, self.windows = settings, twin.text, twin.windows
        self.like = twin.model
        V, H = twin.model.embedding.weight.shape
        self.embedding = nn.Embedding(V, H)
        self.lstm = nn.LSTM(H, H, settings.layers, dropout=settings.dropout)
        self.output = nn.Linear(H, V)
        self.dropout = nn.Dropout(settings.dropout)
        if settings.tied:
            self.output.weight = self.embedding.weight
        with torch.no_grad():
            self.embedding.weight.copy_(twin.model.embedding.weight)
            self.output.weight.copy_(twin.model.output.weight)
            self.output.bias.copy_(twin.model.output.bias)
            for layer, cell in enumerate(twin.model.stack.cells):
                getattr(self.lstm, f"weight_ih_l{layer}").copy_(cell.W_x.t())
                getattr(self.lstm, f"weight_hh_l{layer}").copy_(cell.W_h.t())
                getattr(self.lstm, f"bias_ih_l{layer}").copy_(cell.b)
                # The second bias is redundant; held at zero, the networks are the same.
                getattr(self.lstm, f"bias_hh_l{layer}").zero_().requires_grad_(False)
        modules = (self.embedding, self.lstm, self.output)
        unique = {id(p): p for m in modules for p in m.parameters() if p.requires_grad}
        self.parameters = list(unique.values())
        self.optimizer = torch.optim.Adam(self.parameters, eps=settings.epsilon)
        self.state: tuple[Tensor, Tensor] | None = None
        self.window = 0

    def step(self) -> float:
        progress = (self.window + 1) / (self.windows + 1)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate_at(progress)
        first = self.window * self.settings.window
        tokens = self.text[first : first + self.settings.window + 1]
        self.optimizer.zero_grad()
        if self.state is not None:
            self.state = (self.state[0].detach(), self.state[1].detach())
        x = self.dropout(self.embedding(tokens[:-1]))
        hidden, self.state = self.lstm(x, self.state)
        scores = self.output(self.dropout(hidden))
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), tokens[1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        self.optimizer.step()
        self.window += 1
        return loss.item()

    def model(self) -> SequenceModel:
        """The weights in the trainer's own network, to be measured alike."""
        with torch.no_grad():
            self.like.embedding.weight.copy_(self.embedding.weight)
            self.like.output.weight.copy_(self.output.weight)
            self.like.output.bias.copy_(self.output.bias)
            for layer, cell in enumerate(self.like.stack.cells):
                cell.W_x.copy_(getattr(self.lstm, f"weight_ih_l{layer}").t())
                cell.W_h.copy_(getattr(self.lstm, f"weight_hh_l{layer}").t())
                cell.b.copy_(getattr(self.lstm, f"bias_ih_l{layer}"))
        return self.like


class Trainer:
    """This trainer, told about by its loss."""

    def __init__(self, settings: WordSettings, corpus: Corpus) -> None:
        self.training = WordTraining(settings, corpus)
        self.read = 0.0

    def step(self) -> float:
        self.training.step()
        nats = self.training.nats
        loss, self.read = nats - self.read, nats
        return loss / (self.training.settings.window * self.training.settings.batch)

    def model(self) -> SequenceModel:
        return self.training.model


def timed(step: Callable[[], float], windows: int) -> tuple[list[float], list[float]]:
    """Seconds and losses of so many steps."""
    seconds, losses = [], []
    for _ in range(windows):
        began = time.perf_counter()
        losses.append(step())
        seconds.append(time.perf_counter() - began)
    return seconds, losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--preset", default="lstm-best")
    parser.add_argument("--windows", type=int, default=240)
    parser.add_argument("--block", type=int, default=20)
    told = parser.parse_args()
    if told.windows % told.block or told.windows < 2 * told.block:
        parser.error(f"--windows {told.windows}: expected two or more blocks of {told.block}")
    corpus = read_corpus([told.corpus], 10_000)
    precision = choose_precision("auto", torch.device("cpu"))
    # The plain loop has neither recurrent dropout nor weight decay.
    same = {"epochs": 1, "precision": precision, "recurrent_dropout": 0.0, "weight_decay": 0.0}
    base = change(preset(told.preset), same)
    sides = {"plain nn.LSTM": PlainLoop(base, corpus)} | {
        name: Trainer(change(base, settings), corpus) for name, settings in VARIANTS.items()
    }
    if told.windows >= sides["plain nn.LSTM"].windows:
        parser.error(f"--windows {told.windows}: expected less than an epoch's")
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    curves: dict[str, list[float]] = {name: [] for name in sides}
    blocks: dict[str, list[float]] = {name: [] for name in sides}
    for block in range(told.windows // told.block):
        for name, side in sides.items():
            took, losses = timed(side.step, told.block)
            curves[name].append(round(statistics.mean(losses), 4))
            seconds[name] += took[WARMUP:] if block == 0 else took
            blocks[name].append(sum(took) / len(took))
        print(block, {name: curve[-1] for name, curve in curves.items()}, flush=True)
    words = base.window * base.batch
    rows = []
    for name, side in sides.items():
        ratios = [a / b for a, b in zip(blocks["plain nn.LSTM"], blocks[name], strict=True)][1:]
        valid = side_by_side(corpus.valid, 16)
        nats = surprisals(side.model(), valid, before=corpus.vocabulary.eos, window=35)
        rows.append(
            {
                "name": name,
                "words_per_second": round(words / statistics.mean(seconds[name]), 1),
                "words_per_second_best": round(words / min(seconds[name]), 1),
                "times": round(statistics.median(ratios), 2),
                "times_min": round(min(ratios), 2),
                "times_max": round(max(ratios), 2),
                "valid_perplexity": round(perplexity(nats), 2),
                "losses": curves[name],
            }
        )
        print({key: value for key, value in rows[-1].items() if key != "losses"}, flush=True)
    write_result(
        "words_speed",
        f"python benchmarks/words_speed.py --corpus PTB_FOLDER --windows {told.windows}",
        {
            "preset": told.preset,
            "settings": base.to_dict(),
            "threads": torch.get_num_threads(),
            "windows": told.windows,
            "block": told.block,
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
