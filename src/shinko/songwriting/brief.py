"""What is asked of a piece, read once: its form, and what its slots may have.

Every limit knows the wish that it comes from, so that those that collide can be told by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Constraints
from shinko.songwriting.chords import ChordBook

Chords = frozenset[int]


@dataclass(frozen=True)
class Form:
    """Sections in the order in which they are played: those of one name share their chords.

    Attributes:
      length: chords of each section.
      sections: names, such as A, A, B, A.
      differ: in how many slots sections of different names differ at the least.
    """

    length: int
    sections: tuple[str, ...] = ("",)
    differ: int = 0

    def before(self, name: str) -> set[str]:
        """The sections that a section comes after somewhere."""
        return {a for a, b in pairwise(self.sections) if b == name}

    def after(self, name: str) -> set[str]:
        """The sections that come after a section somewhere."""
        return {b for a, b in pairwise(self.sections) if a == name}


@dataclass(frozen=True)
class Limit:
    """Chords that slots may have.

    Attributes:
      wish: the field that it comes from, such as "fix".
      told: the same as it was given, such as "`fix` 4=V7".
      chords: that may be there.
      slots: of a section, from 0.
      section: which one; None for all of them.
    """

    wish: str
    told: str
    chords: Chords
    slots: range
    section: str | None = None


@dataclass(frozen=True)
class Brief:
    """What to keep to.

    Attributes:
      form: the sections.
      book: the chords.
      limits: of slots.
      required: chords that come at least once in each section; any of a set will do.
      most: how often each chord comes at most in a section, or None.
      repeats: whether a chord may follow itself.
      loop: whether the end leads back to the start.
      tonic: chords to begin with, where nobody minds; none if somebody said what to begin with.
      told: the wishes, each by its field and as it was given.
      wishes: names of the fields among them.
    """

    form: Form
    book: ChordBook
    limits: tuple[Limit, ...] = ()
    required: tuple[Chords, ...] = ()
    most: int | None = None
    repeats: bool = True
    loop: bool = False
    tonic: Chords = frozenset()
    told: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether nothing is asked but, maybe, what to begin with."""
        return self.form.sections == ("",) and set(self.wishes) <= {"start"}

    @property
    def opening(self) -> int | None:
        """The chord that a free piece begins on; None for any."""
        first = self.constraints("").allowed[0]
        return None if first.all() else int(first.argmax())

    def starts(self) -> Sequence[Brief]:
        """This; and, where it begins on the tonic though nobody asked for it, the same without."""
        return (self, replace(self, tonic=frozenset())) if self.tonic else (self,)

    def without(self, wish: str, tonic: Chords) -> Brief:
        """The same without a wish; where what to begin with is left open, `tonic` is preferred."""
        return replace(
            self,
            limits=tuple(limit for limit in self.limits if limit.wish != wish),
            required=() if wish == "with" else self.required,
            most=None if wish == "most" else self.most,
            repeats=self.repeats or wish == "no_repeat",
            loop=self.loop and wish != "loop",
            tonic=tonic if wish == "start" else self.tonic,
        )

    def constraints(self, section: str) -> Constraints:
        """What a section keeps to that hangs on no other.

        Raises:
          ShinkoError: two wishes collide; the message names them.
        """
        form = self.form
        first, last = section == form.sections[0], section == form.sections[-1]
        slots = _Slots(self.book, form.length)
        for limit in self.limits:
            if limit.section in (None, section):
                for slot in limit.slots:
                    slots.allow(slot, limit.chords, limit.told)
        slots.check(self.required, repeats=self.repeats)
        if first and self.tonic & slots.at(0):
            # What nobody asked for: on the tonic, where that is in nobody's way.
            before = slots.at(0)
            slots.allow(0, self.tonic & before, "`start` tonic")
            try:
                slots.check(self.required, repeats=self.repeats)
            except ShinkoError:
                slots.restore(0, before)
        return Constraints(
            slots.allowed,
            required=tuple(dict.fromkeys(min(chords) for chords in self.required)),
            most=self.most,
            repeats=self.repeats,
            loops=self.loop and last and form.sections[0] == form.sections[-1],
            rounds=not self.repeats and section in form.after(section),
        )

    def relaxed(self, section: str) -> Iterator[tuple[str, Constraints]]:
        """What a section keeps to without each of the wishes, where the others don't collide."""
        for wish in self.wishes:
            with suppress(ShinkoError):
                yield wish, self.without(wish, self.book.tonic()).constraints(section)


class _Slots:
    """What each slot may have, and which wishes said so."""

    def __init__(self, book: ChordBook, length: int) -> None:
        self._book = book
        every = frozenset(range(len(book.tokens)))
        self._sets = [every] * length
        self._why: list[list[tuple[Chords, str]]] = [[] for _ in range(length)]

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """As an array, (T, V)."""
        table = np.zeros((len(self._sets), len(self._book.tokens)), bool)
        for row, chords in zip(table, self._sets, strict=True):
            row[list(chords)] = True
        return table

    def at(self, slot: int) -> Chords:
        """What a slot may have."""
        return self._sets[slot]

    def allow(self, slot: int, chords: Chords, told: str) -> None:
        """Only these; raises ShinkoError if none of them is left."""
        left = self._sets[slot] & chords
        if not left:
            other = next(
                (why for wanted, why in self._why[slot] if not wanted & chords),
                self._why[slot][-1][1],
            )
            raise ShinkoError(
                f"{told} collides with {other} at chord {slot + 1}; leave one of them out"
            )
        self._sets[slot] = left
        self._why[slot].append((chords, told))

    def restore(self, slot: int, chords: Chords) -> None:
        """Take the last wish for a slot back; `chords` are what it had before."""
        self._sets[slot] = chords
        self._why[slot].pop()

    def check(self, required: Sequence[Chords], *, repeats: bool) -> None:
        """Raises: ShinkoError, where required chords or neighbours collide with slots."""
        for chords in required:
            self._check_possible(chords)
        if not repeats:
            self._check_repeats()

    def _check_possible(self, chords: Chords) -> None:
        """Raises: ShinkoError, where no slot may have a required chord."""
        if any(chords & slot for slot in self._sets):
            return
        name = self._book.names(chords)
        reasons = dict.fromkeys(
            why for slot in self._why for wanted, why in slot if not wanted & chords
        )
        raise ShinkoError(
            f"`with` {name} collides with {', '.join(list(reasons)[:3])}; leave one of them out"
        )

    def _check_repeats(self) -> None:
        """Raises: ShinkoError, where two neighbours are locked to one chord."""
        for slot, (one, two) in enumerate(pairwise(self._sets)):
            if one == two and len(one) == 1:
                raise ShinkoError(
                    f"{self._why[slot][-1][1]} and {self._why[slot + 1][-1][1]} repeat "
                    f"{self._book.names(one)}, which `no_repeat` forbids; leave one of them out"
                )
