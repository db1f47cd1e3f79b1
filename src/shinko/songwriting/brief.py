"""What is asked of a piece, read once: its form, and what its slots may have.

Every limit knows the wish that it comes from, so that those that collide can be told by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Constraints, Unlike
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.plans import Layout
from shinko.songwriting.sections import Form
from shinko.theory import Key, RomanChord

Chords = frozenset[int]
Sounds = Mapping[int, tuple[RomanChord, ...]]
"""How chords sound, by their numbers: as one of these; those that are missing as any."""

GIVEN_CHORDS = "chords"
"""The wish of limits that are the chords that one has."""


@dataclass(frozen=True)
class Limit:
    """Chords that slots may have.

    Attributes:
      wish: the field that it comes from, such as "fix".
      told: the same as it was given, such as "`fix` 4=V7".
      chords: that may be there, by their numbers in the section's book.
      slots: of a section, from 0.
      section: which one.
      sounds: how they sound, where they were written.
    """

    wish: str
    told: str
    chords: Chords
    slots: range
    section: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Required:
    """Chords of which one comes at least once in a section.

    Attributes:
      chords: by number.
      section: which one.
      sound: how one of them sounds at least once; None for any way.
    """

    chords: Chords
    section: str = ""
    sound: RomanChord | None = None


@dataclass(frozen=True, eq=False)
class Brief:
    """What to keep to.

    Attributes:
      form: the sections.
      books: the chords of each section, in its key.
      limits: of slots.
      required: chords that come at least once.
      most: how often each chord comes at most in a section, or None.
      repeats: whether a chord may follow itself.
      loop: whether the end leads back to the start.
      layouts: which slots of a section have the chord of which; none where that is left open.
      told: the wishes, each by its field and as it was given.
      wishes: names of the fields among them.
      begins: the slot that each chord begins in, where a template holds some; else none.
      silent: what chords of a section never sound as, by its name.
    """

    form: Form
    books: Mapping[str, ChordBook]
    limits: tuple[Limit, ...] = ()
    required: tuple[Required, ...] = ()
    most: int | None = None
    repeats: bool = True
    loop: bool = False
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    begins: tuple[int, ...] = ()
    silent: Mapping[str, tuple[RomanChord, ...]] = field(default_factory=dict)

    @property
    def is_free(self) -> bool:
        """Whether nothing is asked but, maybe, what to begin with."""
        return self.form.sections == ("",) and set(self.wishes) <= {"start"}

    @property
    def opening(self) -> int | None:
        """The chord that a free piece begins on; None for any."""
        first = self.constraints("").allowed[0]
        return None if first.all() else int(first.argmax())

    def comparable(self, one: str, other: str) -> bool:
        """Whether the chords of two sections have the same numbers."""
        return self.books[one].tokens == self.books[other].tokens

    def in_one_key(self, one: str, other: str) -> bool:
        """Whether they sound the same, too."""
        return self.comparable(one, other) and self.books[one].key == self.books[other].key

    def without(self, wish: str) -> Brief:
        """The same without a wish."""
        return replace(
            self,
            limits=tuple(limit for limit in self.limits if limit.wish != wish),
            required=() if wish == "with" else self.required,
            silent={} if wish == "without" else self.silent,
            most=None if wish == "most" else self.most,
            repeats=self.repeats or wish == "no_repeat",
            loop=self.loop and wish != "loop",
            layouts={name: one for name, one in self.layouts.items() if one.wish != wish},
        )

    def constraints(self, section: str) -> Constraints:
        """What a section keeps to that hangs on no other.

        Raises:
          ShinkoError: two wishes collide; the message names them.
        """
        form, layout = self.form, self.layouts.get(section)
        last = section == form.sections[-1]
        slots = self._slots(section)
        required = [one.chords for one in self.required if one.section == section]
        slots.check(required, repeats=self.repeats)
        loops = self.loop and last and form.sections[0] == form.sections[-1]
        return Constraints(
            slots.allowed,
            required=tuple(dict.fromkeys(min(chords) for chords in required)),
            most=self.most,
            repeats=self.repeats,
            loops=loops,
            rounds=not self.repeats and section in form.after(section),
            ties=layout.ties if layout else (),
            unlike=slots.unlike(layout) if layout else (),
        )

    def sounds(self, section: str) -> tuple[Sounds, ...]:
        """How the chords of each slot of a section sound, where that was written.

        Raises:
          ShinkoError: two wishes collide; the message names them.
        """
        return self._slots(section).sounds

    def _slots(self, section: str) -> _Slots:
        layout = self.layouts.get(section)
        slots = _Slots(self.books[section], self.form.length(section), section, self.begins)
        for limit in self._limits(section):
            for slot in limit.slots:
                slots.allow(slot, limit.chords, limit.told, limit.sounds)
        for sound in self.silent.get(section, ()):
            slots.silence(sound)
        if layout is not None:
            slots.tie(layout)
        return slots

    def _limits(self, section: str) -> Iterator[Limit]:
        """Of its slots, and of those that another section has, too, which begins as it does."""
        yield from (limit for limit in self.limits if limit.section == section)
        for other, kept in self.form.alike(section).items():
            for limit in self.limits:
                if limit.section == other and limit.slots.start < kept:
                    told = f"{limit.told} of {other}, which begins as {section} does,"
                    slots = range(limit.slots.start, min(limit.slots.stop, kept))
                    yield replace(limit, told=told, slots=slots, section=section)

    def relaxed(self, section: str) -> Iterator[tuple[str, Constraints]]:
        """What a section keeps to without each of the wishes, where the others don't collide."""
        for wish in self.wishes:
            with suppress(ShinkoError):
                yield wish, self.without(wish).constraints(section)


class _Slots:
    """What each slot may have, and which wishes said so."""

    def __init__(
        self, book: ChordBook, length: int, section: str, begins: Sequence[int] = ()
    ) -> None:
        self._book = book
        self._section = f" of section {section}" if section else ""
        self._begins = begins
        every = frozenset(range(len(book.tokens)))
        self._sets = [every] * length
        self._sounds: list[Sounds] = [{}] * length
        self._why: list[list[tuple[Chords, str]]] = [[] for _ in range(length)]

    def _number(self, slot: int) -> int:
        return (self._begins[slot] if self._begins else slot) + 1

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """As an array, (T, V)."""
        table = np.zeros((len(self._sets), len(self._book.tokens)), bool)
        for row, chords in zip(table, self._sets, strict=True):
            row[list(chords)] = True
        return table

    @property
    def sounds(self) -> tuple[Sounds, ...]:
        """How each slot's chords sound."""
        return tuple(self._sounds)

    def at(self, slot: int) -> Chords:
        """What a slot may have."""
        return self._sets[slot]

    def allow(self, slot: int, chords: Chords, told: str, sounds: Sounds) -> None:
        """Only these, sounding so; raises ShinkoError if none of them is left."""
        left, both = self._common(self._sets[slot] & chords, self._sounds[slot], sounds)
        if not left:
            wanted, other = next(
                (each for each in self._why[slot] if not each[0] & chords), self._why[slot][-1]
            )
            where = f" at chord {slot + 1}{self._section}"
            if self._begins:  # a template's, whose held chords have slots of their own
                where = f", which has {self._book.names(wanted)} there"
            raise ShinkoError(f"{told} collides with {other}{where}; leave one of them out")
        self._sets[slot], self._sounds[slot] = left, both
        self._why[slot].append((chords, told))

    def silence(self, sound: RomanChord) -> None:
        """No chord that was written sounds so; raises ShinkoError where none is left."""
        heard = _sound(sound, self._book.key)
        every = frozenset(range(len(self._book.tokens)))
        for slot, sounds in enumerate(self._sounds):
            gone = {
                chord
                for chord, told in sounds.items()
                if all(_sound(one, self._book.key) == heard for one in told)
            }
            if gone:
                self.allow(slot, every - gone, f"`without` {sound.roman(self._book.key)}", {})

    def _common(self, chords: Chords, one: Sounds, other: Sounds) -> tuple[Chords, Sounds]:
        """Those of some chords that can sound both ways, and how."""
        both = dict[int, tuple[RomanChord, ...]]()
        for chord in chords & (one.keys() | other.keys()):
            if chord in one and chord in other:
                there = {_sound(each, self._book.key) for each in other[chord]}
                found = (each for each in one[chord] if _sound(each, self._book.key) in there)
                both[chord] = tuple(found)
            else:
                both[chord] = one.get(chord) or other[chord]
        return frozenset(chord for chord in chords if both.get(chord) != ()), both

    def tie(self, layout: Layout) -> None:
        """Slots that have one chord may have what all of them may.

        Raises: ShinkoError, where that is none.
        """
        for tie in layout.ties:
            left, both = self._common(
                self._sets[tie.slot] & self._sets[tie.to],
                self._sounds[tie.slot],
                self._sounds[tie.to],
            )
            if not left:
                wishes = dict.fromkeys(self._why[place][-1][1] for place in (tie.to, tie.slot))
                raise ShinkoError(
                    f"{' and '.join(wishes)} collide with `{layout.wish}` {layout.text}, where "
                    f"chord {self._number(tie.slot)} is chord {self._number(tie.to)} again; "
                    "leave one of them out"
                )
            self._sets[tie.to], self._sounds[tie.to] = left, both
        for tie in layout.ties:
            self._sets[tie.slot] = self._sets[tie.to]
            self._sounds[tie.slot] = self._sounds[tie.to]

    def unlike(self, layout: Layout) -> tuple[Unlike, ...]:
        """What differs, but for slots that are locked to one chord."""
        return tuple(
            one
            for one in layout.unlike
            if len(one.slots) > 1 or any(len(self._sets[s]) > 1 for s in (*one.slots, *one.to))
        )

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
            f"`with` {name}{self._section} collides with {', '.join(list(reasons)[:3])}; "
            "leave one of them out"
        )

    def _check_repeats(self) -> None:
        """Raises: ShinkoError, where two neighbours are locked to one chord."""
        for slot, (one, two) in enumerate(pairwise(self._sets)):
            if one == two and len(one) == 1:
                raise ShinkoError(
                    f"{self._why[slot][-1][1]} and {self._why[slot + 1][-1][1]} repeat "
                    f"{self._book.names(one)}, which `no_repeat` forbids; leave one of them out"
                )


def _sound(chord: RomanChord, key: Key) -> tuple[int, ...]:
    return (chord.bass(key), *chord.pitch_classes(key))
