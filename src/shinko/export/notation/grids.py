"""Where notes begin on paper: a bar is cut into windows, each in halves or in thirds.

Conventions: times are ticks from the start of the bar, 480 per quarter. A *window* is a quarter,
or an eighth where three of them are a group, as in 6/8. It is written in halves (eighths,
sixteenths) or in thirds (triplets), never both. Three notes on the thirds of a half note, or of a
whole one, make one wide window instead of several with ties between them.

Notation knows fewer times than ticks do. What lies within two ticks of a sixteenth, a triplet
eighth, or of their halves and quarters is written as that. Anything else goes to the nearest
sixteenth, or to the nearest 32nd or 64th where two times would otherwise fall into one.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from shinko.export.notation.rhythm import Ruler, Window, beat_ticks, groups
from shinko.score.score import TICKS_PER_QUARTER

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
_WIDE = (4 * TICKS_PER_QUARTER, 2 * TICKS_PER_QUARTER)


def ruler(times: Iterable[int], meter: tuple[int, int], *, changes: Iterable[int] = ()) -> Ruler:
    """Find for each time in a bar (0 and its end allowed) where it is written.

    Args:
      times: where notes begin and end.
      meter: numerator and denominator.
      changes: where chords begin, which says how 5/8 and 7/8 are grouped.
    """
    times = sorted(set(times))
    places = {time: time for time in times}
    grouped = groups(meter, times, set(changes))
    triplets = []
    for window in _windows(times, meter, grouped):
        start, end = window
        inside = [time - start for time in times if start < time < end]
        edges = [time - start for time in (start, end) if time in places]
        step, thirds = _grid(inside, edges, end - start)
        places |= {start + time: start + _nearest(time, step) for time in inside}
        if thirds and any(_nearest(time, step) % (end - start) for time in inside):
            triplets.append(window)
    return Ruler(meter, places, tuple(triplets), grouped)


def wide_windows(times: Iterable[int], meter: tuple[int, int]) -> tuple[Window, ...]:
    """The parts of a bar in thirds of a half note or of a whole one."""
    return tuple(w for w in ruler(times, meter).triplets if w.end - w.start in _WIDE)


def _windows(
    times: Sequence[int], meter: tuple[int, int], grouped: Sequence[int]
) -> Iterator[Window]:
    start, length = 0, grouped[-1]
    while start < length:
        wide = (Window(start, start + size) for size in _WIDE if _may_begin(start, size, meter))
        window = next((w for w in wide if w.end <= length and _is_in_thirds(times, w)), None)
        if window is None:
            window = _narrow(start, meter, grouped)
        yield window
        start = window.end


def _may_begin(start: int, size: int, meter: tuple[int, int]) -> bool:
    """Whether a wide window may begin at a place: with a half bar of 4/4, a beat of 3/4."""
    beat, quarters = beat_ticks(meter), size // TICKS_PER_QUARTER
    if meter[1] > 4:
        return False
    return start % (size if 4 * meter[0] // meter[1] % quarters == 0 else beat) == 0


def _is_in_thirds(times: Iterable[int], window: Window) -> bool:
    """Whether a note over the middle of a window is its middle third, or its first two.

    The last two are left: over two beats they are a swung eighth that is held.
    """
    sixth = window.third // 2
    inside = [time - window.start for time in times if window.start < time < window.end]
    if any(abs(time - _nearest(time, sixth)) > _TOLERANCE for time in inside):
        return False
    sixths = sorted({0, 6, *(_nearest(time, sixth) // sixth for time in inside)})
    return any(before in (0, 2) and after == 4 for before, after in pairwise(sixths))


def _narrow(start: int, meter: tuple[int, int], grouped: Sequence[int]) -> Window:
    begin, end = next((a, b) for a, b in pairwise(grouped) if a <= start < b)
    unit = 4 * TICKS_PER_QUARTER // meter[1]
    size = min(unit, TICKS_PER_QUARTER) if end - begin == 3 * unit else TICKS_PER_QUARTER
    while start + size > end:
        size //= 2
    return Window(start, start + size)


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
