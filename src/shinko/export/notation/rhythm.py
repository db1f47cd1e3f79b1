"""Time as note values: how a stretch of a bar is written in quarters, dots, triplets and ties.

Conventions: times are ticks from the start of the bar, 480 per quarter. A bar is cut into
*windows* of a quarter (an eighth in 6/8, 9/8, 12/8); a window is written in halves (eighths,
sixteenths) or in thirds (triplets), never both.

Notation knows fewer times than ticks do. What lies within two ticks of a sixteenth, a triplet
eighth, or of their halves and quarters is written as that. Anything else goes to the nearest
sixteenth, or to the nearest 32nd or 64th where two times would otherwise fall into one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shinko.score.bars import bar_ticks
from shinko.score.score import TICKS_PER_QUARTER

TYPES = ("whole", "half", "quarter", "eighth", "16th", "32nd", "64th")
_WHOLE = 4 * TICKS_PER_QUARTER
_QUARTER = TYPES.index("quarter")
_TOLERANCE = 2
# Grids in ticks, the simplest first, and whether they are thirds of a window.
_GRIDS = (
    (120, False),
    (160, True),
    (60, False),
    (80, True),
    (30, False),
    (40, True),
    (20, True),
)


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


@dataclass(frozen=True)
class Ruler:
    """Where notes can begin in a bar.

    Attributes:
      meter: numerator and denominator.
      places: the time that each given time is written at.
      triplets: the windows that are written in thirds.
    """

    meter: tuple[int, int]
    places: dict[int, int]
    triplets: tuple[Window, ...]


def is_compound(meter: tuple[int, int]) -> bool:
    """Whether a beat has three parts, as in 6/8, 9/8 and 12/8."""
    numerator, denominator = meter
    return denominator >= 8 and numerator > 3 and numerator % 3 == 0


def beat_ticks(meter: tuple[int, int]) -> int:
    """How long a beat is: what the denominator says, three of them in 6/8."""
    unit = _WHOLE // meter[1]
    return 3 * unit if is_compound(meter) else unit


def ruler(times: Iterable[int], meter: tuple[int, int]) -> Ruler:
    """Find for each time in a bar (0 and its end allowed) where it is written."""
    times = sorted(set(times))
    places = {time: time for time in times}
    triplets = []
    for start, end in _windows(meter):
        inside = [time - start for time in times if start < time < end]
        edges = [time - start for time in (start, end) if time in places]
        step, thirds = _grid(inside, edges, end - start)
        places |= {start + time: start + _nearest(time, step) for time in inside}
        if thirds and any(_nearest(time, step) % (end - start) for time in inside):
            triplets.append(Window(start, end))
    return Ruler(meter, places, tuple(triplets))


def values(start: int, end: int, ruler: Ruler) -> tuple[Value, ...]:
    """The note values, tied to each other, that fill a stretch between two of its places."""
    return tuple(_values(start, end, ruler))


def _values(start: int, end: int, ruler: Ruler) -> Iterator[Value]:
    while start < end:
        window = next((w for w in ruler.triplets if start < w.end and w.start < end), None)
        if window is None:
            value = _longest(start, end, ruler.meter)
        elif start < window.start:
            value = _longest(start, window.start, ruler.meter)
        else:
            value = _longest_third(start - window.start, min(end, window.end) - window.start)
        yield value
        start += value.ticks


def _windows(meter: tuple[int, int]) -> Iterator[Window]:
    size = min(TICKS_PER_QUARTER, _WHOLE // meter[1]) if is_compound(meter) else TICKS_PER_QUARTER
    start, length = 0, bar_ticks(meter)
    while start < length:
        while start + size > length:
            size //= 2
        yield Window(start, start + size)
        start += size


def _grid(times: Sequence[int], edges: Sequence[int], size: int) -> tuple[int, bool]:
    """How fine the grid of a window is, and whether it is in thirds; edges are times, too."""
    for step, thirds in _GRIDS:
        fits = size % (3 * step if thirds else step) == 0
        if fits and all(abs(time - _nearest(time, step)) <= _TOLERANCE for time in times):
            return step, thirds
    halves = [step for step, thirds in _GRIDS if not thirds and size % step == 0]
    for step in halves:
        if len({*edges, *(_nearest(time, step) for time in times)}) == len(edges) + len(times):
            return step, False
    return halves[-1], False


def _nearest(time: int, step: int) -> int:
    return (2 * time + step) // (2 * step) * step


def _longest(start: int, end: int, meter: tuple[int, int]) -> Value:
    """The longest plain value that may stand at a place."""
    for place, name in enumerate(TYPES):
        base = _WHOLE >> place
        for dots, ticks in ((1, base * 3 // 2), (0, base)):
            # A dotted 64th would need a 128th beside it.
            dotless = place == len(TYPES) - 1
            if ticks <= end - start and not (dots and dotless) and _fits(start, base, dots, meter):
                return Value(ticks, name, dots)
    raise AssertionError(f"{start}..{end} is on no grid")


def _fits(start: int, base: int, dots: int, meter: tuple[int, int]) -> bool:
    """Whether a value leaves the beats of the bar to be seen."""
    beat, ticks = beat_ticks(meter), base + dots * base // 2
    grain = 2 * base if dots else base
    if is_compound(meter):
        if ticks >= beat:
            return start % beat == 0 and ticks % beat == 0
        within = start % beat
        return within + ticks <= beat and within % min(grain, beat // 3) == 0
    if meter[0] <= 4 and base >= beat and start % beat == 0:
        return ticks % beat == 0 or meter[0] == 3 or start % grain == 0
    return start % grain == 0


def _longest_third(start: int, end: int) -> Value:
    """The longest triplet value, at a place counted from the start of its window."""
    for place in range(_QUARTER, len(TYPES)):
        ticks = (_WHOLE >> place) * 2 // 3
        aligned = start % (ticks // 2 if place == _QUARTER else ticks) == 0
        if ticks <= end - start and aligned:
            return Value(ticks, TYPES[place], triplet=True)
    raise AssertionError(f"{start}..{end} is in no third")
