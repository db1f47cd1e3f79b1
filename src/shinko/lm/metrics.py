"""What one pass over the training text is recorded as."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.runs.metrics import MetricsRow


@dataclass(frozen=True)
class WordRow(MetricsRow):
    """One epoch of a word model."""

    train_perplexity: float
    """Of the training text while it was learned from, dropout included."""
    valid_perplexity: float
    """Of the validation text after the epoch, read in several streams, without dropout."""
    learning_rate: float
    """At the end of the epoch."""
    gradient_norm: float
    """Before clipping, averaged over the windows."""
    tokens_per_second: float
    """Learned from, by the wall clock, without validation and saving."""
    seconds: float
    """That the epoch took in all, by the wall clock: validation and saving, too."""
