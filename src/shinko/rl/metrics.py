"""What one epoch of a training is recorded as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from shinko.errors import ShinkoError


@dataclass(frozen=True)
class EpochRow:
    """One epoch, measured on the batch that its update learned from."""

    epoch: int
    """Counted from 1."""
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

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON values."""
        return dict(vars(self))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EpochRow:
        """A row as it was written.

        Raises:
          ShinkoError: a field is missing, or one too many.
        """
        expected = {field.name for field in fields(cls)}
        if set(values) != expected:
            name = sorted(expected ^ set(values))[0]
            raise ShinkoError(
                f"metrics of epoch {values.get('epoch', '?')}: field '{name}' is "
                f"{'unknown' if name in values else 'missing'}; was the run made by another "
                "version of shinko?"
            )
        row = {**values, "shares": tuple(values["shares"])} if _is_row(values) else None
        if row is None:
            raise ShinkoError(
                f"metrics of epoch {values['epoch']}: expected a number for each field, and a "
                "list of numbers for 'shares'; delete that line and what follows, then --resume"
            )
        return cls(**row)


def _is_row(values: Mapping[str, Any]) -> bool:
    numbers = [value for name, value in values.items() if name != "shares"]
    shares = values["shares"]
    return isinstance(shares, list | tuple) and all(
        isinstance(number, int | float) for number in [*numbers, *shares]
    )
