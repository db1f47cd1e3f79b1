"""Time as note values: how a stretch of a bar is written in quarters, dots, triplets and ties.

Conventions: times are ticks from the start of the bar, 480 per quarter. `grids` finds where notes
may begin and which windows of a bar are in thirds; here the time between two such places becomes
note values that leave the beats, or the groups of a bar, to be seen.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from shinko.score.bars import bar_ticks
from shinko.score.meters import felt_beat, is_compound
from shinko.score.score import TICKS_PER_QUARTER

TYPES = ("whole", "half", "quarter", "eighth", "16th", "32nd", "64th")
_WHOLE = 4 * TICKS_PER_QUARTER


class Value(NamedTuple):
    """A note value: its length, its name, its dots (0 or 1), and whether it is in a triplet."""

    ticks: int
    type: str
    dots: int = 0
    triplet: bool = False


class Window(NamedTuple):
    """A part of a bar that is written in thirds."""

    start: int
    end: int

    @property
    def third(self) -> int:
        """A third of it, in ticks."""
        return (self.end - self.start) // 3


@dataclass(frozen=True)
class Ruler:
    """Where notes can begin in a bar.

    Attributes:
      meter: numerator and denominator.
      places: the time that each given time is written at.
      triplets: the windows that are written in thirds.
      groups: where the groups of the bar begin, and where the last one ends.
    """

    meter: tuple[int, int]
    places: dict[int, int]
    triplets: tuple[Window, ...]
    groups: tuple[int, ...]

    def triplet_at(self, tick: int) -> Window | None:
        """The window in thirds that a tick lies in, if it does."""
        return next((w for w in self.triplets if w.start <= tick < w.end), None)


def is_irregular(meter: tuple[int, int]) -> bool:
    """Whether a bar is twos and a three, as in 5/8 and 7/8."""
    numerator, denominator = meter
    return denominator >= 8 and numerator > 3 and numerator % 2 > 0 and numerator % 3 > 0


def beat_ticks(meter: tuple[int, int]) -> int:
    """How long a beat is: what the denominator says, three of them in 6/8."""
    return int(felt_beat(meter) * TICKS_PER_QUARTER)


def groups(
    meter: tuple[int, int], times: Collection[int] = (), changes: Collection[int] = ()
) -> tuple[int, ...]:
    """Where the groups of a bar begin, and where the last one ends.

    A group is a beat of three parts, the whole bar of 3/8, or a quarter. 5/8 and 7/8 are twos and
    a three, which stands where most chords and then most notes begin with a group: 2+2+3 if all
    places are equally good.

    Args:
      meter: numerator and denominator.
      times: where notes begin and end.
      changes: where chords begin.
    """
    unit, length = _WHOLE // meter[1], bar_ticks(meter)
    if is_irregular(meter):
        twos = (meter[0] - 3) // 2
        # At the end, else at the start, else in between.
        threes = (twos, *range(twos))
        ways = [
            tuple(unit * (2 * place + (place > three)) for place in range(twos + 2))
            for three in threes
        ]
        return max(ways, key=lambda way: [len({*way} & {*ticks}) for ticks in (changes, times)])
    if is_compound(meter) or meter in ((3, 8), (3, 16), (3, 32)):
        return tuple(range(0, length + 1, 3 * unit))
    return (*range(0, length, TICKS_PER_QUARTER), length)


def values(start: int, end: int, ruler: Ruler) -> tuple[Value, ...]:
    """The note values, tied to each other, that fill a stretch between two of its places."""
    return tuple(_values(start, end, ruler))


def _values(start: int, end: int, ruler: Ruler) -> Iterator[Value]:
    while start < end:
        window = next((w for w in ruler.triplets if start < w.end and w.start < end), None)
        if window is None:
            value = _longest(start, end, ruler)
        elif start < window.start:
            value = _longest(start, window.start, ruler)
        else:
            value = _longest_third(start, min(end, window.end), window)
        yield value
        start += value.ticks


def _longest(start: int, end: int, ruler: Ruler) -> Value:
    """The longest plain value that may stand at a place."""
    for place, name in enumerate(TYPES):
        base = _WHOLE >> place
        for dots, ticks in ((1, base * 3 // 2), (0, base)):
            # A dotted 64th would need a 128th beside it.
            dotless = place == len(TYPES) - 1
            if ticks <= end - start and not (dots and dotless) and _fits(start, base, dots, ruler):
                return Value(ticks, name, dots)
    raise AssertionError(f"{start}..{end} is on no grid")


def _fits(start: int, base: int, dots: int, ruler: Ruler) -> bool:
    """Whether a value leaves the beats of the bar to be seen."""
    meter, beat, ticks = ruler.meter, beat_ticks(ruler.meter), base + dots * base // 2
    grain = 2 * base if dots else base
    if is_compound(meter) or is_irregular(meter):
        if start in ruler.groups and start + ticks in ruler.groups:
            return True
        begin = max(tick for tick in ruler.groups if tick <= start)
        stop = min(tick for tick in ruler.groups if tick > start)
        return start + ticks <= stop and (start - begin) % min(grain, _WHOLE // meter[1]) == 0
    if min(meter) <= 4 and base >= beat and start % beat == 0:
        return ticks % beat == 0 or meter[0] == 3 or start % grain == 0
    return start % grain == 0 or _is_between(start, ticks, base, beat * (2 - meter[0] % 2))


def _is_between(start: int, ticks: int, base: int, most: int) -> bool:
    """Whether a value is the long one of short, long, short, as in eighth, quarter, eighth.

    That is read at a glance within a beat, and within two of an even meter (`most`).
    """
    block = 2 * base
    inside = start // block == (start + ticks - 1) // block
    return block <= most and inside and start % (base // 2) == 0


def _longest_third(start: int, end: int, window: Window) -> Value:
    """The longest triplet value at a place in a window: two thirds of it, one and a half, one …"""
    within, length, third = start - window.start, end - start, window.third
    for place, name in enumerate(TYPES):
        base = (_WHOLE >> place) * 2 // 3
        if base == third and 3 * base // 2 <= length and within % third == 0:
            return Value(3 * base // 2, name, dots=1, triplet=True)
        if base <= length and within % min(base, third) == 0:
            return Value(base, name, triplet=True)
    raise AssertionError(f"{start}..{end} is in no third")
