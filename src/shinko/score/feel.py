"""Feel: swung eighths, and the small unevenness of people's timing and touch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import NamedTuple

from shinko.score.score import TICKS_PER_QUARTER, NoteEvent
from shinko.score.tempo_map import TempoMap

# Standard deviations at humanize = 1. Listeners hear shifts from about 10 ms in tapping tasks
# (Repp 2005, "Sensorimotor synchronization"); a relaxed band plays within some 10 to 20 ms.
TIMING_MS = 12.0
TOUCH = 8.0  # velocity
MOST_DEVIATIONS = 2.0

# Of a sixteenth triplet; what lies on this grid and on no eighth is a triplet, not a swung note.
TRIPLET_TICKS = TICKS_PER_QUARTER // 6

# The finger lifts a 64th note before the same note is struck anew; from short notes a quarter of
# their length at most.
RELEASE_TICKS = TICKS_PER_QUARTER // 16
RELEASE_SHARE = 4


class Gesture(NamedTuple):
    """What one movement of a hand strikes.

    Attributes:
      tick: where the pattern has it.
      notes: all at the tick, or from there on in the order of a strum.
    """

    tick: int
    notes: tuple[NoteEvent, ...]


def swung(tick: int, swing: float) -> int:
    """Where a tick falls when the first eighth of each quarter takes a share of it.

    Triplets stay where they are: swing is a way to play eighths.

    Args:
      swing: 0.5 is even, 2/3 is a triplet's feel.
    """
    quarters, within = divmod(tick, TICKS_PER_QUARTER)
    half = TICKS_PER_QUARTER // 2
    if within % TRIPLET_TICKS == 0 and within % half:
        return tick
    if within <= half:
        moved = within * 2 * swing
    else:
        moved = TICKS_PER_QUARTER * (swing + (within - half) / half * (1 - swing))
    return quarters * TICKS_PER_QUARTER + round(moved)


def with_swing(gestures: Iterable[Gesture], swing: float) -> list[Gesture]:
    """The gestures with swung eighths; a strum is as fast as before."""
    moved = []
    for tick, notes in gestures:
        shift = swung(tick, swing) - tick
        moved.append(
            Gesture(
                tick + shift,
                tuple(
                    _between(note, note.start_tick + shift, swung(note.end_tick, swing))
                    for note in notes
                ),
            )
        )
    return moved


def humanized(
    gestures: Iterable[Gesture], amount: float, *, tempos: TempoMap, end_tick: int, rng: Random
) -> list[Gesture]:
    """The gestures a little early or late, their notes louder or softer.

    What falls on one tick stays together, and the strings of a strum stay in order.

    Args:
      amount: 0 nothing, 1 a relaxed band.
      tempos: for how many ticks a shift takes where it is.
      end_tick: where the piece ends; no note begins before 0 or is moved beyond it.
    """
    shifts: dict[int, int] = {}
    moved = []
    for tick, notes in sorted(gestures, key=lambda gesture: gesture.tick):
        if tick not in shifts:
            ticks_per_ms = tempos.ticks_per_ms(tick)
            shifts[tick] = max(-tick, round(_deviation(rng) * amount * TIMING_MS * ticks_per_ms))
        uneven = []
        for note in notes:
            velocity = round(note.velocity + _deviation(rng) * amount * TOUCH)
            start = min(note.start_tick + shifts[tick], end_tick - 1)
            uneven.append(
                replace(_between(note, start, note.end_tick), velocity=max(1, min(127, velocity)))
            )
        moved.append(Gesture(tick + shifts[tick], tuple(uneven)))
    return moved


def _between(note: NoteEvent, start: int, end: int) -> NoteEvent:
    """A note from one tick to another, at least one tick long."""
    return replace(note, start_tick=start, duration_ticks=max(1, end - start))


def released(
    notes: Iterable[NoteEvent], end_tick: int, *, alone: bool = False
) -> tuple[NoteEvent, ...]:
    """The notes in order, each ended before its pitch is struck anew and before the piece ends.

    Of two notes of one pitch at one tick the longer stays. Every note gives up a 64th at its end,
    a quarter of its length at most.

    Args:
      alone: whether any other note ends it, too: a bass plays one at a time.
    """
    by_pitch: dict[int, list[NoteEvent]] = defaultdict(list)
    for note in sorted(notes, key=lambda note: (note.start_tick, -note.duration_ticks)):
        same = by_pitch[0 if alone else note.pitch]
        if same and same[-1].start_tick == note.start_tick:
            continue
        if same and same[-1].end_tick > note.start_tick:
            same[-1] = replace(same[-1], duration_ticks=note.start_tick - same[-1].start_tick)
        same.append(note)
    kept = [
        replace(note, duration_ticks=_released(min(note.end_tick, end_tick) - note.start_tick))
        for same in by_pitch.values()
        for note in same
    ]
    return tuple(sorted(kept, key=lambda note: (note.start_tick, note.pitch)))


def _released(ticks: int) -> int:
    return max(1, ticks - min(RELEASE_TICKS, ticks // RELEASE_SHARE))


def _deviation(rng: Random) -> float:
    return max(-MOST_DEVIATIONS, min(MOST_DEVIATIONS, rng.gauss(0, 1)))
