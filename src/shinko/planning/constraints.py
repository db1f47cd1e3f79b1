"""What a sequence must keep to, as numbers, and what has to be remembered to see to it.

What a slot allows needs no memory; that tokens have to come, how often they may, or that the
sequence has to differ from another one, does: a *memory* is a small machine that runs beside the
process and counts.

Conventions: T slots, V tokens, M states of the memory.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shinko.planning.errors import ConstraintError
from shinko.planning.process import Bools, Ints

# With more, looking ahead would take many seconds.
MOST_MEMORY = 128


@dataclass(frozen=True, eq=False)
class Apart:
    """Another sequence to differ from.

    Attributes:
      tokens: of the other one, (T,); −1 for a slot that doesn't count.
      least: in how many slots to differ at the least.
      most: in how many at the most; None for any number.
    """

    tokens: Ints
    least: int
    most: int | None = None

    def kept_by(self, tokens: Ints) -> bool:
        """Whether a sequence, (T,), differs in so many slots."""
        differing = int(((tokens != self.tokens) & (np.asarray(self.tokens) >= 0)).sum())
        return self.least <= differing and (self.most is None or differing <= self.most)


@dataclass(frozen=True)
class Tie:
    """A slot that has the token of an earlier one: it is laid out so, not drawn.

    Attributes:
      slot: the later one.
      to: the earlier one.
    """

    slot: int
    to: int


@dataclass(frozen=True)
class Unlike:
    """Slots that differ from earlier ones, slot by slot.

    Attributes:
      slots: the later ones, rising.
      to: the earlier ones, as many.
      least: in how many to differ at the least.
    """

    slots: tuple[int, ...]
    to: tuple[int, ...]
    least: int


@dataclass(frozen=True)
class Count:
    """How often tokens of a class come, all of them together: at least, at most, exactly.

    Attributes:
      tokens: the class.
      least: at the least.
      most: at the most; None for any number.
    """

    tokens: frozenset[int]
    least: int = 0
    most: int | None = None

    def kept_by(self, number: int) -> bool:
        """Whether they may come this often."""
        return self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True, eq=False)
class Constraints:
    """What sequences of T tokens keep to.

    Attributes:
      allowed: which tokens each slot may have, (T, V).
      required: tokens that have to come at least once.
      most: how often each token may come, or None for any number.
      repeats: whether a token may follow itself.
      loops: whether the first token has to follow the last one, as far as that may be.
      back_to: another token that has to follow the last one, likewise.
      rounds: whether the last token has to be another one than the first.
      apart: sequences to differ from.
      counts: classes of tokens that have to come so and so often.
      ties: slots that have the token of an earlier one.
      unlike: slots that differ from earlier ones.
    """

    allowed: Bools
    required: tuple[int, ...] = ()
    most: int | None = None
    repeats: bool = True
    loops: bool = False
    back_to: int | None = None
    rounds: bool = False
    apart: tuple[Apart, ...] = ()
    counts: tuple[Count, ...] = ()
    ties: tuple[Tie, ...] = ()
    unlike: tuple[Unlike, ...] = ()

    @classmethod
    def none(cls, length: int, tokens: int) -> Constraints:
        """Everything is allowed."""
        return cls(np.ones((length, tokens), bool))

    @property
    def length(self) -> int:
        """Slots: T."""
        return len(self.allowed)

    @property
    def key(self) -> Hashable:
        """Equal for constraints that are."""
        apart = tuple((one.tokens.tobytes(), one.least, one.most) for one in self.apart)
        plain = (self.required, self.most, self.repeats, self.loops, self.back_to, self.rounds)
        shape = (self.allowed.shape, self.allowed.tobytes())
        return (*shape, plain, apart, self.counts, self.ties, self.unlike)

    def kept_by(self, tokens: Sequence[int]) -> bool:
        """Whether a sequence keeps to all but what follows its end, which hangs on the process."""
        played = np.asarray(tokens)
        counts = np.bincount(played, minlength=self.allowed.shape[1])
        return bool(
            self.allowed[np.arange(len(played)), played].all()
            and all(counts[token] for token in self.required)
            and (self.most is None or counts.max() <= self.most)
            and (self.repeats or (played[1:] != played[:-1]).all())
            and not (self.rounds and played[0] == played[-1])
            and all(other.kept_by(played) for other in self.apart)
            and all(one.kept_by(counts[list(one.tokens)].sum()) for one in self.counts)
            and all(played[tie.slot] == played[tie.to] for tie in self.ties)
            and all(
                (played[list(one.slots)] != played[list(one.to)]).sum() >= one.least
                for one in self.unlike
            )
        )

    def within(self, tokens: Ints) -> Bools:
        """Which tokens ties and unlike slots leave after others, (t, B) to (B, V)."""
        t, B = tokens.shape
        left = np.ones((B, self.allowed.shape[1]), bool)
        every = np.arange(self.allowed.shape[1])
        for tie in self.ties:
            if tie.slot == t:
                left &= every == tokens[tie.to][:, None]
        for one in self.unlike:
            if t in one.slots:
                place = one.slots.index(t)
                differing = tokens[list(one.slots[:place])] != tokens[list(one.to[:place])]
                late = differing.sum(axis=0) + len(one.slots) - place <= one.least
                left[late] &= every != tokens[one.to[place]][late, None]
        return left

    def counting_each(self) -> Constraints | None:
        """The same with `most` as counts, which are looked ahead to; None where they don't fit."""
        if self.most is None:
            return self
        often = np.flatnonzero(self.allowed.sum(axis=0) > self.most).tolist()
        counts = tuple(Count(frozenset({token}), most=self.most) for token in often)
        counted = replace(self, most=None, counts=(*self.counts, *counts))
        return counted if memory_size(counted) <= MOST_MEMORY else None


@dataclass(frozen=True, eq=False)
class Memory:
    """A machine of M states; it starts in state 0.

    Attributes:
      after: the state after each state and token in each slot, (T, M, V).
      accepts: the states that it may end in, (M,).
      dead: the state that no way leads out of to one that it may end in, always the last; None if
        there is none.
    """

    after: Ints
    accepts: Bools
    dead: int | None = None


def memory_of(constraints: Constraints) -> Memory:
    """The memory that constraints need: one state if they need none.

    Raises:
      ConstraintError: it would have more than 128 states.
    """
    size = memory_size(constraints)
    if size > MOST_MEMORY:
        raise ConstraintError(
            f"{len(constraints.required) + len(constraints.counts)} things to count and "
            f"{len(constraints.apart)} progressions to differ from need {size:,} states of memory, "
            f"expected at most {MOST_MEMORY:,}; ask for fewer, or for a smaller distance"
        )
    T, V = constraints.allowed.shape
    whole = Memory(np.zeros((T, 1, V), np.int32), np.ones(1, bool))
    for token in constraints.required:
        whole = _both(whole, _counting(Count(frozenset({token}), least=1), T, V))
    for other in constraints.apart:
        whole = _both(whole, _differing(other, V))
    for count in constraints.counts:
        whole = _both(whole, _counting(count, T, V))
    return whole


def memory_size(constraints: Constraints) -> int:
    """States of the memory that constraints need, a dead one left out."""
    sizes = [2] * len(constraints.required)
    sizes += [(one.least if one.most is None else one.most) + 1 for one in constraints.apart]
    sizes += [(one.least if one.most is None else one.most) + 1 for one in constraints.counts]
    return int(np.prod(sizes, dtype=np.float64))


def _counting(count: Count, T: int, V: int) -> Memory:
    """How often the class came, counted up to where it matters; beyond `most` is dead."""
    most = count.least if count.most is None else count.most
    dead = None if count.most is None else most + 1
    states = np.arange(most + 1 + (dead is not None))
    comes = np.isin(np.arange(V), list(count.tokens))
    after = np.minimum(states[:, None] + comes, states[-1])
    accepts = (states >= count.least) & (states != (-1 if dead is None else dead))
    return Memory(np.broadcast_to(after.astype(np.int32), (T, *after.shape)), accepts, dead)


def _differing(other: Apart, V: int) -> Memory:
    """In how many slots it differed, counted up to where it matters; beyond `most` is dead."""
    most = other.least if other.most is None else other.most
    dead = None if other.most is None else most + 1
    counts = np.arange(most + 1 + (dead is not None))
    tokens = np.asarray(other.tokens)[:, None, None]
    differs = (tokens != np.arange(V)) & (tokens >= 0)
    after = np.minimum(counts[None, :, None] + differs, counts[-1])
    accepts = (counts >= other.least) & (counts != (-1 if dead is None else dead))
    return Memory(after.astype(np.int32), accepts, dead)


def _both(first: Memory, second: Memory) -> Memory:
    """Both machines at once; where one is dead, both are."""
    a, b = np.divmod(np.arange(len(first.accepts) * len(second.accepts)), len(second.accepts))
    live = np.ones(len(a), bool)
    for states, part in ((a, first), (b, second)):
        if part.dead is not None:
            live &= states != part.dead
    number = np.where(live, np.cumsum(live) - 1, live.sum())
    after = first.after[:, a] * len(second.accepts) + second.after[:, b]
    kept = [*np.flatnonzero(live), *np.flatnonzero(~live)[:1]]
    accepts = first.accepts[a] & second.accepts[b]
    dead = None if live.all() else int(live.sum())
    return Memory(number[after[:, kept]].astype(np.int32), accepts[kept], dead)
