"""Beams: notes of one beat whose flags hang together."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.export.notation.rhythm import TYPES, Value, beat_ticks
from shinko.export.notation.xml_tree import node
from shinko.score.score import TICKS_PER_QUARTER

_FLAGLESS = TYPES.index("quarter")


class Flagged(NamedTuple):
    """A note value in a bar, and whether it may carry a beam (a rest may not)."""

    tick: int
    value: Value
    stem: bool


def beams(notes: Sequence[Flagged], meter: tuple[int, int]) -> dict[int, list[Element]]:
    """The <beam> elements of each beamed note, by its index among the notes of the bar."""
    size = _beamed_ticks(meter)
    groups: list[list[int]] = []
    for index, note in enumerate(notes):
        if note.stem and _flags(note) > 0:
            before = groups[-1][-1] if groups else None
            if before == index - 1 and notes[before].tick // size == note.tick // size:
                groups[-1].append(index)
            else:
                groups.append([index])
    return {
        index: marks
        for group in groups
        for index, marks in zip(group, _marks([_flags(notes[i]) for i in group]), strict=True)
    }


def _beamed_ticks(meter: tuple[int, int]) -> int:
    """How far a beam reaches: a beat, a quarter at least, and a whole bar of 3/8."""
    if meter[0] == 3 and meter[1] >= 8:
        return 3 * beat_ticks(meter)
    return max(beat_ticks(meter), TICKS_PER_QUARTER) if meter[1] >= 4 else TICKS_PER_QUARTER


def _flags(note: Flagged) -> int:
    return TYPES.index(note.value.type) - _FLAGLESS


def _marks(flags: Sequence[int]) -> Iterator[list[Element]]:
    for place, own in enumerate(flags):
        before = flags[place - 1] if place else 0
        after = flags[place + 1] if place + 1 < len(flags) else 0
        levels = range(1, own + 1) if before or after else ()
        yield [node("beam", _mark(level, before, after), number=level) for level in levels]


def _mark(level: int, before: int, after: int) -> str:
    if before >= level:
        return "continue" if after >= level else "end"
    if after >= level:
        return "begin"
    return "backward hook" if before else "forward hook"
