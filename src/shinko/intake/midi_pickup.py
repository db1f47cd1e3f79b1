"""A pickup that no meter event tells: bar lines where chords change, not where the file begins.

Many programs write an upbeat of a beat and then whole bars, all in the meter of the first tick.
For each beat it is asked how much what sounds differs from the beat before, and how often a new
bass enters. If that falls clearly on another beat of the bar than the first one, bars begin there.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from statistics import fmean

from shinko.intake.midi_chords import Weighed
from shinko.intake.midi_file import Midi
from shinko.intake.midi_time import BarGrid
from shinko.score.meters import felt_beat

OCTAVE = 12
FEWEST_BARS = 4
# A pickup is believed if its beat has so many times the changes that any other beat has: chorales,
# whose chords change on every beat, are left alone.
TIMES_CLEARER = 1.5
CHORD = 3  # pitch classes
EARLY = 0.125  # of a beat, by which people play ahead
MOST_BEATS, MOST_HELD = 4096, 32  # enough to tell, whatever a file claims
_Beat = tuple[list[float], int]  # weights of pitch classes, lowest pitch that begins or -1


def with_pickup(midi: Midi, grid: BarGrid, sounds: Sequence[Weighed]) -> BarGrid:
    """The grid with bar lines where chords change; as it is where the meter itself changes."""
    if grid.origin or any(tick for tick, _ in midi.meters):
        return grid
    beat = midi.ticks_per_quarter * felt_beat(grid.meter)
    in_bar = int(grid.bar / beat)
    changes = _changes(_beats(sounds, float(beat)))
    if in_bar < 2 or len(changes) < FEWEST_BARS * in_bar:
        return grid
    scores = sorted((fmean(changes[phase::in_bar]), phase) for phase in range(in_bar))
    (second, _), (most, best) = scores[-2:]
    if not best or most < TIMES_CLEARER * second:
        return grid
    return replace(grid, origin=best * beat - grid.bar)


def has_chord(sounds: Sequence[Weighed], end: Fraction) -> bool:
    """Whether what begins before a tick is more than a melody."""
    return len({sound.pitch % OCTAVE for sound in sounds if sound.start < end}) >= CHORD


def _beats(sounds: Sequence[Weighed], beat: float) -> list[_Beat]:
    """What sounds in each beat from the first tick on, and its lowest pitch that begins."""
    last = max((sound.end for sound in sounds), default=0)
    beats: list[_Beat] = [
        ([0.0] * OCTAVE, -1) for _ in range(min(math.ceil(last / beat), MOST_BEATS))
    ]
    for start, end, pitch, weight in sounds:
        first = int(start / beat + EARLY)
        for place in range(first, min(math.ceil(end / beat), len(beats), first + MOST_HELD)):
            within = min(end / beat, place + 1.0) - max(start / beat, float(place))
            weights, low = beats[place]
            weights[pitch % OCTAVE] += weight * max(within, 0.0)
            if place == first and (low < 0 or pitch < low):
                beats[place] = weights, pitch
    return beats


def _changes(beats: Sequence[_Beat]) -> list[float]:
    """How much each beat differs from the one before, 0..2: its sound, and its bass."""
    changes = [0.0]
    bass = -1
    for (before, _), (now, low) in pairwise(beats):
        lengths = math.sqrt(sum(x * x for x in before) * sum(x * x for x in now))
        alike = sum(a * b for a, b in zip(before, now, strict=True)) / lengths if lengths else 1.0
        moved = low >= 0 and bass >= 0 and low % OCTAVE != bass % OCTAVE
        bass = low if low >= 0 else bass
        changes.append(1 - alike + moved)
    return changes
