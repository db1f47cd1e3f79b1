"""What one epoch of a training is recorded as."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.runs.metrics import MetricsRow


@dataclass(frozen=True)
class EpochRow(MetricsRow):
    """One epoch, measured on the batch that its update learned from."""

    mean_return: float
    """Sum of an episode's rewards, averaged over the batch."""
    objective: float
    """The return, with β times the entropies where they count in it; no reward is discounted."""
    entropy: float
    """Entropy of the policy per step, nats, averaged over the visited histories."""
    effective_chords: float
    """e^entropy: among how many equally likely chords the policy chooses."""
    distinct: float
    """Share of distinct progressions in the batch."""
    commonest: float
    """Share of the commonest progression in the batch."""
    commonest_pair: float
    """Share of the commonest pair of consecutive chords: a loop of two chords nears 0.5."""
    unlisted: float
    """Share of chords that the table doesn't list after what came before."""
    beta: float
    """Weight of the entropy in this epoch."""
    loss: float
    """Of the update."""
    gradient_norm: float
    """Before clipping."""
    seconds: float
    """That the epoch took, by the wall clock; the one field that no seed repeats."""
    shares: tuple[float, ...]
    """Each chord's share of all that was played, in the order of the run's vocabulary."""
