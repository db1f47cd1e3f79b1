"""How fast it goes where: tempo by section, and the ritardando at the end.

Conventions: ticks from the start of the piece, quarter notes per minute. A tempo holds until the
next one; one that falls does so in steps, as MIDI and notation have it.

The ritardando leads up to the last chord, where that begins within the last bar, else up to the
last bar: what is struck there is the slowest, and rings. It begins on the bar line before that
which leaves it two seconds, within two bars and the last section. Its tempo is a cubic root of the
score position, as runners come to a stop; listeners rated that, and a square root, best.

    v(x) = (1 + (w³ - 1) x)^(1/3) of the tempo before, x from 0 to 1, w its last tempo

Source: Friberg & Sundberg (1999), "Does music performance allude to locomotion? A model of final
ritardandi derived from measurements of stopping runners".
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from shinko.score.bars import Passage
from shinko.score.changes import turns_of
from shinko.score.progression import TEMPO_RANGE_BPM, Progression
from shinko.score.score import TICKS_PER_QUARTER, Score, TempoChange

LAST_TEMPO = 0.75
"""Of the tempo before: enough to be heard as an end, and a groove still holds together."""
LEAST_SECONDS = 2.0  # a bar at 120: in less, it is a stumble
MOST_BARS = 2
STEP_TICKS = TICKS_PER_QUARTER // 2
ROOT = 3
_DECIMALS = 2


class Ritardando(NamedTuple):
    """Where the tempo falls.

    Attributes:
      start_tick: a bar line; the tempo there is still the one before.
      steps: the tempos after it, each slower than the last; the last one holds to the end.
    """

    start_tick: int
    steps: tuple[TempoChange, ...]


@dataclass(frozen=True)
class TempoMap:
    """The tempos of a piece in their order, the first one at tick 0."""

    changes: tuple[TempoChange, ...]

    @classmethod
    def of(cls, score: Score) -> "TempoMap":
        """The tempos of a score."""
        return cls((TempoChange(0, score.tempo_bpm), *score.tempos))

    def bpm_at(self, tick: int) -> float:
        """The tempo at a tick; before the start that of the start."""
        return self.changes[self._place(tick)].tempo_bpm

    def ticks_per_ms(self, tick: int) -> float:
        """How many ticks a millisecond has at a tick."""
        return self.bpm_at(tick) * TICKS_PER_QUARTER / 60_000

    def seconds_at(self, tick: int) -> float:
        """When a tick is reached, in seconds from the start; after the end the last tempo holds."""
        place = self._place(tick)
        start, tempo_bpm = self.changes[place]
        return self._starts[place] + (tick - start) * 60 / tempo_bpm / TICKS_PER_QUARTER

    def _place(self, tick: int) -> int:
        return max(0, bisect_right(self.changes, tick, key=lambda change: change.tick) - 1)

    @cached_property
    def _starts(self) -> tuple[float, ...]:
        """When each tempo begins, in seconds."""
        starts = [0.0]
        for (tick, tempo_bpm), (after, _) in pairwise(self.changes):
            starts.append(starts[-1] + (after - tick) * 60 / tempo_bpm / TICKS_PER_QUARTER)
        return tuple(starts)


def tempo_map(progression: Progression, passages: Sequence[Passage]) -> TempoMap:
    """The tempos of a progression that is laid out in passages."""
    turns = turns_of(progression, passages)
    changes = [TempoChange(turns[0].passage.start_tick, turns[0].tempo_bpm)]
    changes += (
        TempoChange(turn.passage.start_tick, turn.tempo_bpm) for turn in turns[1:] if turn.new_tempo
    )
    if (slowing := ritardando_of(progression, passages)) is not None:
        changes += slowing.steps
    return TempoMap(tuple(changes))


def ritardando_of(progression: Progression, passages: Sequence[Passage]) -> Ritardando | None:
    """The ritardando at the end of the last passage; None for a piece that keeps its tempo."""
    if not progression.ritardando:
        return None
    last = passages[-1]
    tempo_bpm = progression.tempo_of(last.section)
    stop = max(last.end_tick - last.bar_ticks, last.chords[-1].start_tick)
    if stop == last.start_tick:  # one chord in one bar: it slows down while it sounds
        stop = last.end_tick
    lines = [*range(last.start_tick, stop, last.bar_ticks)][-MOST_BARS:]
    least_ticks = LEAST_SECONDS * tempo_bpm * TICKS_PER_QUARTER / 60
    start = next((line for line in reversed(lines) if stop - line >= least_ticks), lines[0])
    slowest = max(LAST_TEMPO, TEMPO_RANGE_BPM[0] / tempo_bpm)
    steps = (
        TempoChange(
            tick, round(tempo_bpm * _tempo((tick - start) / (stop - start), slowest), _DECIMALS)
        )
        for tick in (*range(start + STEP_TICKS, stop, STEP_TICKS), stop)
        if tick < last.end_tick
    )
    return Ritardando(start, tuple(steps))


def _tempo(position: float, last: float) -> float:
    """The tempo, 1 before, at a position 0..1; `last` at 1."""
    cubed: float = 1 + (last**ROOT - 1) * position
    return math.pow(cubed, 1 / ROOT)
