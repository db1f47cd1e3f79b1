"""Beams: notes of one group of a bar whose flags hang together.

Conventions: a beam stays within a quarter, or within a group of 6/8, 7/8 and the like. Where there
is nothing shorter than eighths, it reaches over half a bar of 4/4, and over a whole one of 3/4.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.export.notation.rhythm import TYPES, Ruler, Value
from shinko.export.notation.xml_tree import node
from shinko.score.score import TICKS_PER_QUARTER

_FLAGLESS = TYPES.index("quarter")
_EIGHTH = Value(TICKS_PER_QUARTER // 2, "eighth")


class Flagged(NamedTuple):
    """A note value in a bar, and whether it may carry a beam (a rest may not)."""

    tick: int
    value: Value
    stem: bool


def beams(notes: Sequence[Flagged], measure: Ruler) -> dict[int, list[Element]]:
    """The <beam> elements of each beamed note, by its index among the notes of the bar."""
    return {
        index: marks
        for group in _joined(_groups(notes, measure), notes, measure)
        for index, marks in zip(group, _marks([_flags(notes[i]) for i in group]), strict=True)
    }


def _groups(notes: Sequence[Flagged], measure: Ruler) -> list[list[int]]:
    """Notes in a row within one group of the bar, by their indices."""
    groups: list[list[int]] = []
    for index, note in enumerate(notes):
        if note.stem and _flags(note) > 0:
            before = groups[-1][-1] if groups else None
            if before == index - 1 and _cell(notes[before], measure) == _cell(note, measure):
                groups[-1].append(index)
            else:
                groups.append([index])
    return groups


def _cell(note: Flagged, measure: Ruler) -> int:
    """Where the part of the bar begins that a beam stays in: in a wide triplet its third."""
    window = measure.triplet_at(note.tick)
    if window is not None and window.third * 3 > TICKS_PER_QUARTER:
        return note.tick - (note.tick - window.start) % window.third
    return measure.groups[bisect_right(measure.groups, note.tick) - 1]


def _joined(
    groups: Sequence[list[int]], notes: Sequence[Flagged], measure: Ruler
) -> list[list[int]]:
    """The groups, with neighbouring pairs of eighths under one beam."""
    reach = _reach(measure.meter)
    joined: list[list[int]] = []
    for group in groups:
        before = joined[-1] if joined else [-2]
        if (
            before[-1] == group[0] - 1
            and notes[before[0]].tick // reach == notes[group[0]].tick // reach
            and all(_is_paired(indices, notes) for indices in (before, group))
        ):
            before.extend(group)
        else:
            joined.append([*group])
    return joined


def _is_paired(group: Sequence[int], notes: Sequence[Flagged]) -> bool:
    return len(group) % 2 == 0 and all(notes[index].value == _EIGHTH for index in group)


def _reach(meter: tuple[int, int]) -> int:
    """How far a beam of eighths reaches: a whole bar of 3/4, a half note in even meters."""
    if meter == (3, 4):
        return 3 * TICKS_PER_QUARTER
    return 2 * TICKS_PER_QUARTER if meter[1] == 2 or meter in ((2, 4), (4, 4)) else 1


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
