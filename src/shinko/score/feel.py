"""Feel: swung eighths, and the small unevenness of people's timing and touch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from shinko.score.score import TICKS_PER_QUARTER, Note

# Standard deviations at humanize = 1. Listeners hear shifts from about 10 ms in tapping tasks
# (Repp 2005, "Sensorimotor synchronization"); a relaxed band plays within some 10 to 20 ms.
TIMING_MS = 12.0
TOUCH = 8.0  # velocity
MOST_DEVIATIONS = 2.0

# The finger lifts a 64th note before the same note is struck anew; from short notes a quarter of
# their length at most.
RELEASE_TICKS = TICKS_PER_QUARTER // 16
RELEASE_SHARE = 4


def swung(tick: int, swing: float) -> int:
    """Where a tick falls when the first eighth of each quarter takes a share of it.

    Args:
      swing: 0.5 is even, 2/3 is a triplet's feel.
    """
    quarters, within = divmod(tick, TICKS_PER_QUARTER)
    half = TICKS_PER_QUARTER / 2
    if within <= half:
        moved = within * 2 * swing
    else:
        moved = TICKS_PER_QUARTER * (swing + (within - half) / half * (1 - swing))
    return quarters * TICKS_PER_QUARTER + round(moved)


def with_swing(notes: Iterable[Note], swing: float) -> list[Note]:
    """The notes with swung eighths."""
    moved = []
    for note in notes:
        start, end = swung(note.start_tick, swing), swung(note.end_tick, swing)
        moved.append(replace(note, start_tick=start, duration_ticks=max(1, end - start)))
    return moved


def humanized(
    notes: Iterable[Note], amount: float, *, tempo_bpm: float, end_tick: int, rng: Random
) -> list[Note]:
    """The notes a little early or late, louder or softer; notes of one stroke stay together.

    Args:
      amount: 0 nothing, 1 a relaxed band.
      end_tick: where the piece ends; no note begins before 0 or is moved beyond it.
    """
    ticks_per_ms = tempo_bpm * TICKS_PER_QUARTER / 60_000
    shifts: dict[int, int] = {}
    moved = []
    for note in sorted(notes, key=lambda note: (note.start_tick, note.pitch)):
        if note.start_tick not in shifts:
            shifts[note.start_tick] = round(_deviation(rng) * amount * TIMING_MS * ticks_per_ms)
        start = max(0, note.start_tick + shifts[note.start_tick])
        start = min(start, end_tick - 1)
        velocity = round(note.velocity + _deviation(rng) * amount * TOUCH)
        moved.append(
            replace(
                note,
                start_tick=start,
                duration_ticks=max(1, note.end_tick - start),
                velocity=max(1, min(127, velocity)),
            )
        )
    return moved


def released(notes: Sequence[Note], end_tick: int) -> tuple[Note, ...]:
    """The notes in order, each ended before its pitch is struck anew and before the piece ends.

    Of two notes of one pitch at one tick the longer stays. Every note gives up a 64th at its end,
    a quarter of its length at most.
    """
    by_pitch: dict[int, list[Note]] = defaultdict(list)
    for note in sorted(notes, key=lambda note: (note.start_tick, -note.duration_ticks)):
        same = by_pitch[note.pitch]
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
