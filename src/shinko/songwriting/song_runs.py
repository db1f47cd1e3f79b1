"""Which runs of a progression are in which songs; a *run* is a stretch of neighbouring chords.

A song has a run as often as it begins there, overlaps included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice


@dataclass(frozen=True)
class Run:
    """A run, and where it is.

    Attributes:
      start: place of its first chord in the progression, from 0, where it comes first.
      length: chords.
      places: (number of a song from 0, how many times there), for the songs that have it.
      maximal: whether a song has it, and none has a longer run around it.
    """

    start: int
    length: int
    places: tuple[tuple[int, int], ...]
    maximal: bool

    @property
    def songs(self) -> int:
        """How many songs have it."""
        return len(self.places)

    @property
    def times(self) -> int:
        """How often it comes in all songs together."""
        return sum(times for _, times in self.places)


def find_runs(
    progression: Sequence[Hashable], songs: Sequence[Sequence[Sequence[Hashable]]], shortest: int
) -> tuple[Run, ...]:
    """All different runs of a progression, and which songs have them.

    From each chord of the songs on, a tree of the runs is walked as far as it goes: mostly that
    is a step or two.

    Args:
      progression: the sound of each chord, none twice in a row.
      songs: the passages of each song, as sounds.
      shortest: length of the shortest runs, 1 up to that of the progression.

    Returns:
      The longest first, then as they come in the progression.
    """
    T = len(progression)
    # Each node is a run: the chord that came last leads to it from the run without that chord.
    tree: list[dict[Hashable, int]] = [{}]
    nodes: dict[tuple[int, int], int] = {}  # by start and length
    for start in range(T):
        node = 0
        for length, sound in enumerate(progression[start:], 1):
            if sound not in tree[node]:
                tree[node][sound] = len(tree)
                tree.append({})
            node = nodes[start, length] = tree[node][sound]
    counts = [Counter[int]() for _ in tree]
    for number, passages in enumerate(songs):
        for passage in passages:
            held = [sound for sound, _ in groupby(passage)]
            for begin in range(len(held)):
                node = 0
                for sound in islice(held, begin, None):
                    if sound not in tree[node]:
                        break
                    node = tree[node][sound]
                    counts[node][number] += 1
    within: set[int] = set()  # a longer run that a song has
    for (start, length), node in nodes.items():
        if counts[node] and length > 1:
            within |= {nodes[start, length - 1], nodes[start + 1, length - 1]}
    # By node, so that a run that comes again in the progression is told once, where it is first.
    runs = {
        node: Run(
            start,
            length,
            tuple(counts[node].items()),
            maximal=bool(counts[node]) and node not in within,
        )
        for (start, length), node in reversed(nodes.items())
        if length >= shortest
    }
    return tuple(sorted(runs.values(), key=lambda run: (-run.length, run.start)))
