"""Rows of numbers: values to their soft maximum, to chances, chances to draws.

Every row that is drawn from anywhere is drawn by `draw_rows`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Floats

Indices = NDArray[np.int64]

# Values as close as this are equally good, where the temperature is 0.
_TIE = 1e-9
_TINY = np.finfo(np.float64).tiny


def soft_maximum(values: Floats, temperature: float) -> Floats:
    """τ log Σ exp(values / τ) of each row, (B, V) to (B,), written over; at τ = 0 their maximum."""
    highest: Floats = values.max(axis=1)
    if not temperature:
        return highest
    level = np.where(np.isfinite(highest), highest, 0.0)
    values -= level[:, None]
    values /= temperature
    np.exp(values, out=values)
    with np.errstate(divide="ignore"):
        return np.asarray(level + temperature * np.log(values.sum(axis=1)))


def softmax(values: Floats, temperature: float = 1.0) -> Floats:
    """exp(values / τ), (B, V), each row of sum 1; zeros in a row of −∞ alone.

    At τ = 0 the highest of a row share it.
    """
    highest = values.max(axis=1, keepdims=True)
    level = np.where(np.isfinite(highest), highest, 0.0)
    if temperature:
        chances = np.exp((values - level) / temperature)
    else:
        chances = (values >= level - _TIE * np.maximum(1.0, np.abs(level))).astype(np.float64)
    chances /= np.maximum(chances.sum(axis=1, keepdims=True), _TINY)
    return chances


def log_sums(scores: Floats) -> Floats:
    """log Σ exp(scores) of each row, (B, V) to (B,); −∞ for a row of −∞ alone."""
    return soft_maximum(scores.copy(), 1.0)


def log_softmax(logits: NDArray[np.floating]) -> Floats:
    """Logarithms of the softmax of each row, (B, V), in double precision."""
    scores = logits.astype(np.float64)
    return np.asarray(scores - log_sums(scores)[:, None])


def draw_rows(chances: Floats, rng: np.random.Generator) -> Indices:
    """A column of each row by its chances, (B, V) to (B,), whatever the row sums to; of a row of
    zeros, any.
    """
    return draw_at(chances, rng.random((len(chances), 1))[:, 0])


def draw_at(chances: Floats, chance: Floats) -> Indices:
    """The same by a number of each row, (B,), drawn evenly from 0 to 1."""
    sums = chances.cumsum(axis=1)
    # Below the last sum also where the product is rounded up to it.
    drawn = np.minimum(chance[:, None] * sums[:, -1:], np.nextafter(sums[:, -1:], 0.0))
    return np.asarray(np.minimum((sums <= drawn).sum(axis=1), chances.shape[1] - 1))


def resample_each(weights: Floats, chance: Floats) -> Indices:
    """As `resample`, of B groups of as many particles each: weights (B, P) give numbers (B, P), by
    a number of each group, (B,), drawn evenly from 0 to 1.
    """
    B, count = weights.shape
    sums = weights.cumsum(axis=1)
    sums /= sums[:, -1:]
    places = (np.arange(count) + chance[:, None]) / count
    after = np.arange(B)[:, None]  # each group's own stretch of one line
    found = np.searchsorted((sums + after).ravel(), (places + after).ravel(), side="right")
    # What is rounded up to the end of its stretch is the last one that has a weight.
    last = count - 1 - (weights[:, ::-1] > 0).argmax(axis=1)
    return np.asarray(np.minimum(found.reshape(B, count) - count * after, last[:, None]))


def resample(weights: Floats, count: int, rng: np.random.Generator) -> Indices:
    """Numbers of particles, each as often as its weight says, to one: systematic resampling."""
    sums = weights.cumsum()
    places = np.minimum((np.arange(count) + rng.random()) / count, 1.0) * sums[-1]
    places = np.minimum(places, np.nextafter(sums[-1], 0.0))
    return np.asarray(np.searchsorted(sums, places, side="right"))
