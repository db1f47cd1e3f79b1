"""What several seeds tell of a method: rates with exact intervals, means that outliers don't sway.

Sources: Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated in the
case of the binomial; Agarwal et al. (2021), Deep reinforcement learning at the edge of the
statistical precipice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Of all intervals here.
CONFIDENCE = 0.95
# Resampled, fewer values would seem surer than they are.
FEWEST = 5
_RESAMPLES = 5000
# As many at a time, for the memory's sake.
_BATCH = 250

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rate:
    """In how many of several trainings something happened.

    Attributes:
      count: in which it did.
      of: all of them.
      low, high: the exact interval of its chance.
    """

    count: int
    of: int
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """As JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Estimate:
    """A mean of the middle half of several values, the interquartile mean.

    Attributes:
      value: the mean; of fewer than four values, that of all.
      low, high: its bootstrap interval; None where there are too few values to resample.
    """

    value: float
    low: float | None
    high: float | None

    def __format__(self, form: str) -> str:
        """As `7.95 [7.90, 8.01]`, each number in the form."""
        if self.low is None or self.high is None:
            return format(self.value, form)
        return f"{self.value:{form}} [{self.low:{form}}, {self.high:{form}}]"

    def to_dict(self) -> dict[str, float | None]:
        """As JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Survival:
    """The share of trainings to which something hasn't happened yet, a step at each epoch.

    Attributes:
      epochs: where it steps, (steps,); the first is 0, the last the end.
      share: from that epoch on, (steps,).
      low, high: exact intervals of the chance, epoch by epoch, (steps,).
    """

    epochs: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def median(self) -> int | None:
        """By when it has happened to half of them; None if it never did."""
        return next(
            (at for at, share in zip(self.epochs, self.share, strict=True) if share <= 0.5), None
        )

    def to_dict(self) -> dict[str, object]:
        """As JSON values."""
        return {
            **{name: list(values) for name, values in vars(self).items()},
            "median": self.median,
        }


def rate(happened: Sequence[bool]) -> Rate:
    """Of some trainings, at least one: whether it happened to each."""
    from scipy.stats import binomtest  # type: ignore[import-untyped]

    count, of = sum(happened), len(happened)
    interval = binomtest(count, of).proportion_ci(CONFIDENCE, method="exact")
    return Rate(count, of, float(interval.low), float(interval.high))


def interquartile_mean(values: Sequence[float]) -> Estimate:
    """Of some values, at least one; the resamples are always the same."""
    value, low, high = interquartile_means(np.asarray(values))
    if len(values) < FEWEST:
        return Estimate(float(value), None, None)
    return Estimate(float(value), float(low), float(high))


def interquartile_means(values: Array) -> tuple[Array, Array, Array]:
    """Interquartile means over the first axis, with the ends of their bootstrap intervals.

    Args:
      values: of some trainings, at least one, (trainings, ...); of too few to resample, the ends
        are the means themselves.
    """
    from scipy.stats import bootstrap, trim_mean

    value = trim_mean(values, 0.25, axis=0)
    if len(values) < FEWEST:
        return value, value, value
    found = bootstrap(
        (values,),
        lambda sample, axis: trim_mean(sample, 0.25, axis=axis),
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return value, found.confidence_interval.low, found.confidence_interval.high


def survival(epochs: Sequence[int | None], end: int) -> Survival:
    """Of some trainings, at least one.

    Args:
      epochs: when it happened to each; None if it didn't.
      end: how many epochs all of them had; nothing is known beyond.
    """
    steps = sorted({0, end, *(epoch for epoch in epochs if epoch is not None)})
    rates = [rate([epoch is None or epoch > step for epoch in epochs]) for step in steps]
    return Survival(
        tuple(steps),
        tuple(one.count / one.of for one in rates),
        tuple(one.low for one in rates),
        tuple(one.high for one in rates),
    )
