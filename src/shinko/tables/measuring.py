"""How close the statistics of songs come to published ones."""

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np

from shinko.tables.song import Song
from shinko.tables.table import TransitionTable
from shinko.tables.tokens import triad_token

T = TypeVar("T", bound=Hashable)
Shares = Mapping[T, float]


def chord_shares(songs: Iterable[Song], *, triads: bool = False) -> dict[str, float]:
    """Share of each token, a held chord counting once; they sum to 1.

    Args:
      songs: runs of tokens.
      triads: whether to drop figures: 57/5 counts as 5/5, and so on.
    """
    counts = Counter(token for run in _runs(songs, triads) for token in run)
    return {token: count / counts.total() for token, count in counts.items()}


def pair_shares(songs: Iterable[Song]) -> dict[tuple[str, str], float]:
    """Share of each pair of different tokens that follow each other; they sum to 1."""
    counts = Counter(pair for run in _runs(songs, triads=False) for pair in itertools.pairwise(run))
    return {pair: count / counts.total() for pair, count in counts.items()}


def listed_chords(table: TransitionTable) -> dict[str, float]:
    """P(a) of the chords that the empty history of a table lists."""
    row = table.rows[()]
    return {
        table.vocabulary[chord]: float(number)
        for chord, number in zip(row.chords, row.probabilities, strict=True)
    }


def listed_pairs(table: TransitionTable) -> dict[tuple[str, str], float]:
    """P(a) P(b | a) of the pairs that a table lists."""
    first = listed_chords(table)
    return {
        (before, table.vocabulary[chord]): first[before] * float(number)
        for history, row in table.rows.items()
        if len(history) == 1 and (before := table.vocabulary[history[0]]) in first
        for chord, number in zip(row.chords, row.probabilities, strict=True)
    }


def mean_shares(parts: Sequence[Shares[T]]) -> dict[T, float]:
    """The equal mixture of shares; what is missing in one counts 0 there."""
    keys = dict.fromkeys(key for part in parts for key in part)
    return {key: sum(part.get(key, 0.0) for part in parts) / len(parts) for key in keys}


def correlation(one: Shares[T], other: Shares[T]) -> tuple[float, int]:
    """Pearson's correlation over what both have, and how many that are."""
    shared = [key for key in one if key in other]
    numbers = np.array([[one[key] for key in shared], [other[key] for key in shared]])
    return float(np.corrcoef(numbers)[0, 1]), len(shared)


_triad = lru_cache(maxsize=4096)(triad_token)


def _runs(songs: Iterable[Song], triads: bool) -> Iterator[list[str]]:
    """Tokens in a row without immediate repetitions."""
    for song in songs:
        for tokens in song.chords:
            run: list[str] = []
            for token in map(_triad, tokens) if triads else tokens:
                if run[-1:] != [token]:
                    run.append(token)
            yield run
