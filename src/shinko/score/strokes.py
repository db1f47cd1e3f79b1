"""When a part of a pattern strikes: rows, fills and the end laid out over a passage, in ticks.

A fill takes the end of a passage. The end takes the last bar of a piece, or what the last chord
has of it: it is struck once, and what it holds to its end goes on until the piece ends.
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from typing import NamedTuple

from shinko.score.bars import Passage
from shinko.score.groove import Groove
from shinko.score.steps import StepRow


class Stroke(NamedTuple):
    """One stroke of one voice: from when to when, how hard."""

    start_tick: int
    end_tick: int
    voice: str
    strength: int


class Closing(NamedTuple):
    """What comes after a passage.

    Attributes:
      fills: whether another section does.
      ends: whether nothing does, and the piece is one that ends.
    """

    fills: bool
    ends: bool


class _Stretch(NamedTuple):
    """Rows from one tick to another, their bars counted from its start."""

    rows: Sequence[StepRow]
    start_tick: int
    end_tick: int
    bar_ticks: int
    once: bool = False


def strokes_in(
    groove: Groove, passage: Passage, closing: Closing, *, by_chord: bool, spans: bool
) -> Iterator[Stroke]:
    """The strokes of a part in a passage, in the order of their starts.

    Args:
      by_chord: whether steps count from each chord, not from the bar line.
      spans: whether a bar of steps is as long as what it is played over, whatever the meter.
    """
    for stretch in _stretches(groove, passage, closing, by_chord=by_chord, spans=spans):
        yield from merge(*(_strokes(row, stretch) for row in stretch.rows if row.hits))


def _stretches(
    groove: Groove, passage: Passage, closing: Closing, *, by_chord: bool, spans: bool
) -> Iterator[_Stretch]:
    bar, end = passage.bar_ticks, passage.end_tick
    last: Sequence[StepRow] = ()
    turn = end
    if closing.ends and groove.end:
        last, turn = groove.end, max(end - bar, passage.chords[-1].start_tick)
    elif closing.fills and groove.fill:
        begin = end - round(max(row.bars for row in groove.fill) * bar)
        if begin > passage.start_tick:  # a section that is all fill would have no groove
            last, turn = groove.fill, begin
    if by_chord:
        for _, start, stop in passage.chords:
            if start < turn:
                length = stop - start if spans else bar
                yield _Stretch(groove.rows, start, min(stop, turn), length)
    else:
        yield _Stretch(groove.rows, passage.start_tick, turn, bar)
    if last:
        yield _Stretch(last, turn, end, end - turn if spans else bar, once=closing.ends)


def _strokes(row: StepRow, stretch: _Stretch) -> Iterator[Stroke]:
    """The strokes of a row, over and over or once."""
    _, start, end, bar, once = stretch
    cycle = end - start if once else round(row.bars * bar)
    for begin in range(start, end, cycle):
        for hit in row.hits:
            tick = begin + round(hit.start * bar)
            if tick >= end:
                return
            held = once and hit.start + hit.length == row.bars
            stop = end if held else tick + max(1, round(hit.length * bar))
            yield Stroke(tick, min(stop, end), row.voice, hit.strength)
