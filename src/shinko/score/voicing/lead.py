"""The sequence of voicings of least total cost, whatever a style's voicings and costs are.

The cost of a sequence of voicings v_1 .. v_n is

    sum of standing_cost(v_i)  +  sum of moving_cost(v_i, v_i+1)

and the least of all sequences is found by dynamic programming, not chord by chord: a voicing that
is dearer now may pay off four chords later. All costs are multiples of 1/4, so that sums are
exact whatever their order, and ties are ties. They always fall the same way, to the candidate
that comes first: the same chords always sound the same.

Source: Viterbi (1967); the time is linear in the number of chords.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import Generic, TypeVar

from shinko.score.voicing.tones import Voicing
from shinko.theory import Key, RomanChord

ChordT = TypeVar("ChordT")

Rows = Sequence[Sequence[float]]
"""Moving costs: a row for each candidate of the chord after, a column for each one before."""


@dataclass(frozen=True)
class VoicingStyle(Generic[ChordT]):
    """One way of voicing chords.

    Attributes:
      description: one sentence, for those who choose.
      read: what the style needs to know of a chord in a key.
      candidates: every voicing of a chord, in the order in which ties fall.
      standing_costs: what each candidate of a chord costs by itself.
      moving_costs: what it costs to get from each candidate of a chord to each of the next.
    """

    description: str
    read: Callable[[RomanChord, Key], ChordT]
    candidates: Callable[[ChordT], Sequence[Voicing]]
    standing_costs: Callable[[ChordT], Sequence[float]]
    moving_costs: Callable[[ChordT, ChordT], Rows]

    def lead(self, chords: Sequence[ChordT]) -> tuple[Voicing, ...]:
        """The sequence of least total cost: one voicing for each chord, any number of chords."""
        path = least_path(
            [self.standing_costs(chord) for chord in chords],
            (self.moving_costs(before, after) for before, after in pairwise(chords)),
        )
        return tuple(self.candidates(chord)[i] for chord, i in zip(chords, path, strict=True))


def least_path(standing: Sequence[Sequence[float]], moving: Iterable[Rows]) -> list[int]:
    """Which candidate to take at each step so that the sum of all costs is least.

    Args:
      standing: for each step, what each of its candidates costs; one or more candidates.
      moving: for each step but the first, what it costs to get there.
    """
    if not standing:
        return []
    least = list(standing[0])
    origins: list[list[int]] = []
    for costs_after, rows in zip(standing[1:], moving, strict=True):
        ways = [list(map(add, least, row)) for row in rows]
        cheapest = [min(costs) for costs in ways]
        origins.append([costs.index(cost) for costs, cost in zip(ways, cheapest, strict=True)])
        least = list(map(add, cheapest, costs_after))
    index = least.index(min(least))
    path = [index]
    for step in reversed(origins):
        index = step[index]
        path.append(index)
    path.reverse()
    return path
