"""What a progression must keep to, as numbers, and what has to be remembered to see to it.

What a slot allows needs no memory; that some chords have to come, or that the progression has to
differ from another one, does: a *memory* is a small machine that runs beside the table's automaton
and counts.

Conventions: T slots, V chords, M states of the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError

# With more, looking ahead would take many seconds.
MOST_MEMORY = 128


class ConstraintError(ShinkoError):
    """No progression keeps to what was asked, or finding one would take too much."""


@dataclass(frozen=True, eq=False)
class Apart:
    """Another progression to differ from.

    Attributes:
      chords: of the other one, (T,).
      least: in how many slots to differ at the least.
    """

    chords: NDArray[np.int64]
    least: int


@dataclass(frozen=True, eq=False)
class Constraints:
    """What progressions of T chords keep to.

    Attributes:
      allowed: which chords each slot may have, (T, V).
      required: chords that have to come at least once.
      most: how often each chord may come, or None for any number.
      repeats: whether a chord may follow itself.
      loops: whether the first chord has to follow the last one, as the table has it.
      back_to: another chord that has to follow the last one, as the table has it.
      rounds: whether the last chord has to be another one than the first.
      apart: progressions to differ from.
    """

    allowed: NDArray[np.bool_]
    required: tuple[int, ...] = ()
    most: int | None = None
    repeats: bool = True
    loops: bool = False
    back_to: int | None = None
    rounds: bool = False
    apart: tuple[Apart, ...] = ()

    @classmethod
    def none(cls, length: int, chords: int) -> Constraints:
        """Everything is allowed."""
        return cls(np.ones((length, chords), bool))

    @property
    def length(self) -> int:
        """Slots: T."""
        return len(self.allowed)

    def kept_by(self, chords: Sequence[int]) -> bool:
        """Whether a progression keeps to all but what follows its end, which hangs on the table."""
        played = np.asarray(chords)
        counts = np.bincount(played, minlength=self.allowed.shape[1])
        return bool(
            self.allowed[np.arange(len(played)), played].all()
            and all(counts[chord] for chord in self.required)
            and (self.most is None or counts.max() <= self.most)
            and (self.repeats or (played[1:] != played[:-1]).all())
            and not (self.rounds and played[0] == played[-1])
            and all((played != other.chords).sum() >= other.least for other in self.apart)
        )


@dataclass(frozen=True, eq=False)
class Memory:
    """A machine of M states; it starts in state 0.

    Attributes:
      after: the state after each state and chord in each slot, (T, M, V).
      accepts: the states that it may end in, (M,).
    """

    after: NDArray[np.int32]
    accepts: NDArray[np.bool_]


def memory_of(constraints: Constraints) -> Memory:
    """The memory that constraints need: one state if they need none.

    Raises:
      ConstraintError: it would have more than 128 states.
    """
    T, V = constraints.allowed.shape
    parts = [_required(chord, T, V) for chord in constraints.required]
    parts += [_differences(other, V) for other in constraints.apart]
    size = int(np.prod([len(part.accepts) for part in parts], dtype=np.int64))
    if size > MOST_MEMORY:
        raise ConstraintError(
            f"{len(constraints.required)} required chords and {len(constraints.apart)} "
            f"progressions to differ from need {size:,} states of memory, expected at most "
            f"{MOST_MEMORY:,}; ask for fewer, or for a smaller distance"
        )
    whole = Memory(np.zeros((T, 1, V), np.int32), np.ones(1, bool))
    for part in parts:
        whole = _both(whole, part)
    return whole


def _required(chord: int, T: int, V: int) -> Memory:
    """Whether a chord came."""
    after = np.zeros((T, 2, V), np.int32)
    after[:, 1] = 1
    after[:, 0, chord] = 1
    return Memory(after, np.array([False, True]))


def _differences(other: Apart, V: int) -> Memory:
    """In how many slots it differed, counted up to as many as are wanted."""
    counts = np.arange(other.least + 1)
    differs = other.chords[:, None, None] != np.arange(V)
    after = np.minimum(counts[None, :, None] + differs, other.least)
    return Memory(after.astype(np.int32), counts == other.least)


def _both(first: Memory, second: Memory) -> Memory:
    """Both machines at once."""
    size = len(second.accepts)
    after = first.after[:, :, None] * size + second.after[:, None]
    T, M, _, V = after.shape
    accepts = (first.accepts[:, None] & second.accepts).ravel()
    return Memory(after.reshape(T, M * size, V), accepts)


def fits(constraints: Constraints) -> bool:
    """Whether the slots can be filled at all so that each required chord comes and none too often.

    Only slots and numbers are looked at, not what follows what: an assignment of chords to slots
    is grown slot by slot along augmenting paths (Kuhn 1955).
    """
    T, V = constraints.allowed.shape
    most = T if constraints.most is None else constraints.most
    # Required chords first find a slot of their own; then all slots find chords.
    taken: dict[int, int] = {}
    if not all(
        _assign(chord, constraints.allowed.T, taken, set()) for chord in constraints.required
    ):
        return False
    if constraints.most is None:
        return bool(constraints.allowed.any(axis=1).all())
    holders: list[list[int]] = [[] for _ in range(V)]
    for slot, chord in taken.items():
        holders[chord].append(slot)
    return all(
        slot in taken or _fill(slot, constraints.allowed, holders, most, set()) for slot in range(T)
    )


def _assign(one: int, possible: NDArray[np.bool_], taken: dict[int, int], tried: set[int]) -> bool:
    """Give `one` a place of its own, moving others where that helps."""
    for place in np.flatnonzero(possible[one]).tolist():
        if place in tried:
            continue
        tried.add(place)
        if place not in taken or _assign(taken[place], possible, taken, tried):
            taken[place] = one
            return True
    return False


def _fill(
    slot: int,
    allowed: NDArray[np.bool_],
    holders: list[list[int]],
    most: int,
    tried: set[int],
) -> bool:
    """Give a slot a chord that isn't held by too many, moving others where that helps."""
    for chord in np.flatnonzero(allowed[slot]).tolist():
        if chord in tried:
            continue
        tried.add(chord)
        if len(holders[chord]) < most:
            holders[chord].append(slot)
            return True
        for other in list(holders[chord]):
            if _fill(other, allowed, holders, most, tried):
                holders[chord].remove(other)
                holders[chord].append(slot)
                return True
    return False
