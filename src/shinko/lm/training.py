"""A word model's training that can be stopped after any window and taken up again, bit for bit.

The text is cut into B streams that are read side by side, T words at a time; the state is carried
from one window to the next, gradients are not (truncated back-propagation through time). Each
epoch begins at another word, so that the windows fall differently.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from shinko.lm.corpus import Corpus, CorpusError
from shinko.lm.metrics import WordRow
from shinko.lm.perplexity import matrix_precision, perplexity, side_by_side, surprisals
from shinko.lm.precision import OUTPUT_TYPES, PRODUCTS, choose_precision
from shinko.lm.settings import WordSettings, word_config
from shinko.lm.update import window_gradients
from shinko.nets.cells import State
from shinko.nets.flat import flatten_weights
from shinko.nets.model import SequenceModel
from shinko.nets.stack import forget_nothing
from shinko.runs.arrays import Arrays
from shinko.runs.device import choose_device
from shinko.runs.loop import check_finite
from shinko.runs.state import Trainable, weight_arrays

# Of the validation text: each stream begins without a memory, so none may be short.
_MOST_STREAMS = 16
_STREAM_WORDS = 500


class WordTraining(Trainable[WordRow]):
    """A word model on its way: network, optimizer, source of chance, and the place in the text.

    Attributes:
      precision: of the products, `auto` resolved.
      epoch: how often the text was read to its end.
      window: the windows read since then, of `windows`.
      text: the streams of this epoch, ids of shape (words of a stream, B).
      best: the lowest validation perplexity so far, and `best_epoch`, 0 if there is none.
    """

    row_type = WordRow
    remedy = "train again with a lower `learning_rate` or `clip`"
    save_every = 1
    best_epoch: int = 0
    model: SequenceModel
    _state: State

    def __init__(self, settings: WordSettings, corpus: Corpus) -> None:
        """Raises: CorpusError: the training text is too short for the batch."""
        self.settings, self.corpus = settings, corpus
        self.device = choose_device(settings.device)
        self.precision = choose_precision(settings.precision, self.device)
        self.steps = len(corpus.train) // settings.batch - 1
        if self.steps < 1:
            raise CorpusError(
                f"{len(corpus.train)} words to train on: expected {2 * settings.batch} or more for "
                f"`batch` {settings.batch}; lower it, or take more text"
            )
        self.windows = math.ceil(self.steps / settings.window)
        # Initial weights are drawn on the CPU, so that they are the same everywhere.
        initial = torch.Generator().manual_seed(settings.seed)
        model = SequenceModel(word_config(settings, len(corpus.vocabulary)), generator=initial)
        _start_well(model, corpus)
        self.model = model.to(self.device)
        self.weights = flatten_weights(self.model)
        self.generator = torch.Generator(self.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(
            [self.weights], eps=settings.epsilon, fused=self.device.type != "mps"
        )
        scores = settings.batch * min(settings.window, self.steps) * len(corpus.vocabulary)
        self._scratch = self.weights.new_empty(scores)
        self.epochs, self.best = settings.epochs, math.inf
        self._begin_epoch()

    @property
    def read(self) -> int:
        """Words learned from since the epoch began."""
        return min(self.window * self.settings.window, self.steps) * self.settings.batch

    @property
    def nats(self) -> float:
        """Surprisal of all those words, summed."""
        return float(self._sums[0])

    @property
    def train_perplexity(self) -> float:
        """Of the epoch so far, dropout included; 1 before the first window."""
        return perplexity(np.array(self.nats / max(1, self.read)))

    @property
    def tokens_per_second(self) -> float:
        """Of the epoch so far, by the wall clock; 0 before the first window."""
        return float(self.read / self._sums[2]) if self.window else 0.0

    def step(self) -> WordRow | None:
        """Learn from a window; after the last one of the epoch, validate and tell about it.

        Raises:
          DivergedError: loss or gradient are no finite numbers; weights and state are of no use.
        """
        began = time.perf_counter()
        settings = self.settings
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        self.optimizer.zero_grad(set_to_none=False)
        first = self.window * settings.window
        tokens = self.text[first : first + settings.window + 1]
        with matrix_precision(PRODUCTS[self.precision]):
            loss, self._state = window_gradients(
                self.model,
                tokens[:-1],
                tokens[1:],
                self._state,
                masks=settings.masks,
                columns=settings.columns,
                recurrent_dropout=settings.recurrent_dropout,
                generator=self.generator,
                dtype=OUTPUT_TYPES.get(self.precision),
                scratch=self._scratch,
            )
        self._decay()
        norm = torch.nn.utils.clip_grad_norm_(self.weights, settings.clip)
        self.optimizer.step()
        self.window += 1
        # One transfer from the device.
        loss, norm = torch.stack([loss, norm]).tolist()
        self._check({"the loss": loss, "the gradient": norm})
        nats = loss * (len(tokens) - 1) * settings.batch
        self._sums += (nats, norm, time.perf_counter() - began)
        return self._end_epoch() if self.window == self.windows else None

    def checkpoint(self) -> dict[str, NDArray[Any]] | None:
        """The weights, where they are those of the best epoch."""
        best = self.best_epoch == self.epoch and not self.window and self.epoch
        return weight_arrays(self.model) if best else None

    def place(self) -> dict[str, NDArray[Any]]:
        """Window, figures so far, and the state carried to the next window."""
        return {
            "window": np.array(self.window),
            "sums": self._sums,
            "seconds": np.array(self._seconds),
            "state": torch.stack(self._state).cpu().numpy(),
        }

    def take_up(self, epoch: int, place: Arrays, rows: Sequence[WordRow]) -> None:
        """Go on from a window; raises ValueError where the epoch has no such one."""
        super().take_up(epoch, place, rows)
        if rows:
            best = min(rows, key=lambda row: row.valid_perplexity)
            self.best, self.best_epoch = best.valid_perplexity, best.epoch
        self._begin_epoch()
        self.window, self._sums = int(place["window"]), np.array(place["sums"])
        self._before = float(place["seconds"])
        if not 0 <= self.window < self.windows:
            raise ValueError(f"window {self.window}: expected 0 to {self.windows - 1}")
        self._state = tuple(self.weights.new_tensor(part) for part in place["state"])

    @property
    def _seconds(self) -> float:
        """Wall time of the epoch so far."""
        return self._before + time.perf_counter() - self._began

    @property
    def learning_rate(self) -> float:
        """Of the next window."""
        done = self.epoch * self.windows + self.window
        return self.settings.learning_rate_at(
            (done + 1) / (self.settings.epochs * self.windows + 1)
        )

    def _begin_epoch(self) -> None:
        """The text from another word on; all streams begin without a memory."""
        chance = np.random.default_rng((self.settings.seed, self.epoch))
        text = np.roll(self.corpus.train, -chance.integers(len(self.corpus.train)))
        streams = side_by_side(text, self.settings.batch)
        self.text: Tensor = torch.from_numpy(streams).to(self.device)
        self._state = self.model.initial_state(self.settings.batch)
        self.window = 0
        # Of the epoch so far: nats, gradient norms, seconds of learning; and seconds in all.
        self._sums, self._before, self._began = np.zeros(3), 0.0, time.perf_counter()

    def _end_epoch(self) -> WordRow:
        train, speed, sums = self.train_perplexity, self.tokens_per_second, self._sums
        ids = self.corpus.valid
        streams = max(1, min(_MOST_STREAMS, len(ids) // _STREAM_WORDS))
        nats = surprisals(
            self.model, side_by_side(ids, streams), before=self.corpus.vocabulary.eos, window=35
        )
        self._check({"the validation perplexity": perplexity(nats)})
        self.epoch += 1
        row = WordRow(
            epoch=self.epoch,
            train_perplexity=train,
            valid_perplexity=perplexity(nats),
            learning_rate=self.optimizer.param_groups[0]["lr"],
            gradient_norm=float(sums[1] / self.windows),
            tokens_per_second=round(speed, 3),
            seconds=round(self._seconds, 6),
        )
        if row.valid_perplexity < self.best:
            self.best, self.best_epoch = row.valid_perplexity, row.epoch
        self._begin_epoch()
        return row

    @torch.no_grad()
    def _decay(self) -> None:
        """Shrink all weights but biases. Source: Loshchilov and Hutter (2019)."""
        if self.settings.weight_decay:
            kept = 1.0 - self.learning_rate * self.settings.weight_decay
            for parameter in self.model.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(kept)

    def _check(self, figures: Mapping[str, float]) -> None:
        check_finite(figures, f"in epoch {self.epoch + 1}; {self.remedy}")


def _start_well(model: SequenceModel, corpus: Corpus) -> None:
    """Begin at what needs no learning: how often each word comes, and not to forget.

    Source of the second: Jozefowicz, Zaremba and Sutskever (2015).
    """
    counts = np.bincount(corpus.train, minlength=len(corpus.vocabulary)) + 1.0
    with torch.no_grad():
        model.output.bias.copy_(torch.from_numpy(np.log(counts / counts.sum())))
    forget_nothing(model.stack)
