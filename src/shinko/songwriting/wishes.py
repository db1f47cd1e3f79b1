"""What somebody wishes of a progression, in words, made into constraints of its slots.

Each wish knows its name, so that two that collide can be told by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Constraints
from shinko.songwriting.chords import ChordBook

# The last chords of a cadence, in a major and in a minor key; a slash means "or".
CADENCES: dict[str, tuple[str, str]] = {
    "authentic": ("V/V7 I", "V/V7 i"),
    "half": ("V", "V"),
    "plagal": ("IV I", "iv i"),
    "deceptive": ("V/V7 vi", "V/V7 ♭VI"),
}
_LOCK = re.compile(r"(?:(?P<section>[^\s:=]+):)?(?P<slot>[^\s:=]+)=(?P<chords>\S+)")


@dataclass(frozen=True)
class Wishes:
    """What to keep to, as the user wrote it.

    Attributes:
      fix: chords of slots: "1=I 4=V7|V 8=I"; with a form, "chorus:1=IV" for a section alone.
      start: the first chord: "tonic", "any", a chord; "" is the tonic unless that slot is locked.
      end: a cadence, such as "authentic", or the last chords, such as "ii V I"; "" for any.
      loop: the first chord has to follow the last one.
      without: chords that never come.
      required: chords that come at least once.
      most: how often each chord comes at most, or None.
      repeats: whether a chord may follow itself.
    """

    fix: str = ""
    start: str = ""
    end: str = ""
    loop: bool = False
    without: str = ""
    required: str = ""
    most: int | None = None
    repeats: bool = True

    def told(self) -> list[str]:
        """The wishes by name, as one would write them on a command line."""
        texts = {"fix": self.fix, "start": self.start, "end": self.end, "without": self.without}
        named = [f"--{name} {_quoted(text)}" for name, text in texts.items() if text]
        named += [f"--with {_quoted(self.required)}"] if self.required else []
        named += ["--loop"] if self.loop else []
        named += [f"--most {self.most}"] if self.most is not None else []
        return named + ([] if self.repeats else ["--no-repeat"])

    def without_one(self) -> list[tuple[str, Wishes]]:
        """Each wish by name, and all the others."""
        plain = Wishes()
        fields = ("fix", "start", "end", "without", "required", "loop", "most", "repeats")
        named = {"required": "with", "repeats": "no-repeat"}
        return [
            (f"--{named.get(field, field)}", replace(self, **{field: getattr(plain, field)}))
            for field in fields
            if getattr(self, field) != getattr(plain, field)
        ]


def constraints_of(
    wishes: Wishes,
    book: ChordBook,
    length: int,
    *,
    section: str = "",
    first: bool = True,
    last: bool = True,
) -> Constraints:
    """The constraints of a progression, or of one section of a form.

    Args:
      wishes: what to keep to.
      book: the chords.
      length: slots.
      section: its name, for locks that are for it alone.
      first: whether it begins the piece, so that `start` is for it.
      last: whether it ends the piece, so that `end` is for it.

    Raises:
      ShinkoError: a wish can't be read, or two collide; the message names them.
    """
    slots = _Slots(book, length)
    for slot, wanted, chords in _locks(wishes.fix, length, section):
        option = f"--fix {slot}={chords}"
        slots.allow(wanted, _any_of(chords, book, option, between="|"), option)
    if wishes.without:
        for chord in book.find_all(wishes.without, "--without"):
            for place in range(length):
                slots.forbid(place, chord, f"--without {book.names(chord)}")
    start = wishes.start.strip()
    if start and first and start.lower() != "any":
        slots.allow(0, _first(start, book), f"--start {start}")
    if wishes.end and last:
        _end(wishes.end, book, slots, length)
    required = [frozenset(chord) for chord in book.find_all(wishes.required, "--with")]
    if wishes.most is not None and wishes.most < 1:
        raise ShinkoError(f"--most {wishes.most}: expected 1 or more")
    slots.check(required, repeats=wishes.repeats)
    if not start and first and book.tonic() & slots.at(0):
        # What nobody asked for: on the tonic, where that is in nobody's way.
        before = slots.at(0)
        slots.allow(0, book.tonic() & before, "--start tonic")
        try:
            slots.check(required, repeats=wishes.repeats)
        except ShinkoError:
            slots.restore(0, before)
    return Constraints(
        slots.allowed,
        required=tuple(dict.fromkeys(min(chord) for chord in required)),
        most=wishes.most,
        repeats=wishes.repeats,
        loops=wishes.loop and last,
    )


class _Slots:
    """What each slot may have, and which wishes said so."""

    def __init__(self, book: ChordBook, length: int) -> None:
        self._book = book
        every = frozenset(range(len(book.tokens)))
        self._sets = [every] * length
        self._why: list[list[tuple[frozenset[int], str]]] = [[] for _ in range(length)]

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """As an array, (T, V)."""
        table = np.zeros((len(self._sets), len(self._book.tokens)), bool)
        for row, chords in zip(table, self._sets, strict=True):
            row[list(chords)] = True
        return table

    def at(self, slot: int) -> frozenset[int]:
        """What a slot may have."""
        return self._sets[slot]

    def allow(self, slot: int, chords: frozenset[int], option: str) -> None:
        """Only these; raises ShinkoError if none of them is left."""
        left = self._sets[slot] & chords
        if not left:
            other = next(
                (why for wanted, why in self._why[slot] if not wanted & chords),
                self._why[slot][-1][1],
            )
            raise ShinkoError(
                f"{option} collides with {other} at chord {slot + 1}; leave one of them out"
            )
        self._sets[slot] = left
        self._why[slot].append((chords, option))

    def forbid(self, slot: int, chords: frozenset[int], option: str) -> None:
        """None of these."""
        every = frozenset(range(len(self._book.tokens)))
        self.allow(slot, every - chords, option)

    def restore(self, slot: int, chords: frozenset[int]) -> None:
        """Take the last wish for a slot back; `chords` are what it had before."""
        self._sets[slot] = chords
        self._why[slot].pop()

    def check(self, required: Sequence[frozenset[int]], *, repeats: bool) -> None:
        """Raises: ShinkoError, where required chords or neighbours collide with slots."""
        for chords in required:
            self._check_possible(chords)
        if not repeats:
            self._check_repeats()

    def _check_possible(self, chords: frozenset[int]) -> None:
        """Raises: ShinkoError, where no slot may have a required chord."""
        if any(chords & slot for slot in self._sets):
            return
        name = self._book.names(chords)
        reasons = dict.fromkeys(
            why for slot in self._why for wanted, why in slot if not wanted & chords
        )
        raise ShinkoError(
            f"--with {name} collides with {', '.join(list(reasons)[:3])}; leave one of them out"
        )

    def _check_repeats(self) -> None:
        """Raises: ShinkoError, where two neighbours are locked to one chord."""
        for slot, (one, two) in enumerate(zip(self._sets, self._sets[1:], strict=False)):
            if one == two and len(one) == 1:
                raise ShinkoError(
                    f"{self._why[slot][-1][1]} and {self._why[slot + 1][-1][1]} repeat "
                    f"{self._book.names(one)}, which --no-repeat forbids; leave one of them out"
                )


def _locks(text: str, length: int, section: str) -> list[tuple[str, int, str]]:
    """What was written for each locked slot, the slot from 0, and its chords."""
    found = []
    for part in text.replace(",", " ").split():
        match = _LOCK.fullmatch(part)
        if match is None:
            raise ShinkoError(f"--fix {part}: expected a slot and a chord, such as 4=V7")
        slot, own = match["slot"], match["section"]
        if not slot.isdecimal() or not 1 <= int(slot) <= length:
            raise ShinkoError(
                f"--fix {part}: expected a slot from 1 to {length}; make it longer with --length"
            )
        if own is None or own == section:
            prefix = f"{own}:" if own else ""
            found.append((prefix + slot, int(slot) - 1, match["chords"]))
    return found


def locked_sections(text: str) -> set[str]:
    """The sections that locks name."""
    matches = (_LOCK.fullmatch(part) for part in text.replace(",", " ").split())
    return {match["section"] for match in matches if match and match["section"]}


def _any_of(text: str, book: ChordBook, option: str, *, between: str) -> frozenset[int]:
    """Chords with a sign between them that means "or"."""
    sets = [book.find(one, option) for one in text.split(between) if one]
    if not sets:
        raise ShinkoError(f"{option}: expected a chord, such as V7, or several, such as V7|V")
    return frozenset().union(*sets)


def _first(start: str, book: ChordBook) -> frozenset[int]:
    if start.lower() == "tonic":
        return book.tonic() or frozenset(range(len(book.tokens)))
    try:
        return book.find(start, "--start")
    except ShinkoError as error:
        raise ShinkoError(f"{error}; or tonic, or any") from None


def _end(text: str, book: ChordBook, slots: _Slots, length: int) -> None:
    name = text.strip().lower()
    option = f"--end {text.strip()}"
    cadence = CADENCES.get(name)
    if cadence is None and name.isalpha() and name not in _NUMERALS and len(name) > 4:
        raise ShinkoError(f"{option}: expected {', '.join(CADENCES)}, or the last chords")
    last = (cadence[book.key.is_minor] if cadence else text.replace(",", " ")).split()
    if len(last) > length:
        raise ShinkoError(f"{option}: {len(last)} chords; expected at most {length} (--length)")
    for place, chords in enumerate(last, length - len(last)):
        # Of a cadence's chords those count that are known here; one of them has to be.
        wanted = _known(chords.split("/"), book, option) if cadence else book.find(chords, option)
        slots.allow(place, wanted, option)


_NUMERALS = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii"})


def _known(texts: Sequence[str], book: ChordBook, option: str) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for text in texts:
        try:
            found |= book.find(text, option)
        except ShinkoError:
            continue
    return found or book.find(texts[0], option)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
