"""How a pattern is played over chords: which notes, when, how loud.

A stroke sounds the chord that is there at its tick, and no longer than that chord. The bass plays
its root wherever a chord begins, so that nobody misses the change. A chord in which the pattern
has no stroke at all is struck where it begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from shinko.score.bars import Passage, Placed
from shinko.score.instruments import DRUMS
from shinko.score.pattern import ANY_METER, Part, Pattern
from shinko.score.score import TICKS_PER_QUARTER, Note
from shinko.score.steps import Row
from shinko.score.voicing import Voicing
from shinko.theory import interval_number, interval_semitones

OCTAVE = 12
BASS_RANGE = range(28, 56)
"""E1, the lowest string of a bass, to G3."""
DRUM_TICKS = TICKS_PER_QUARTER // 8

# What a stroke's place in the bar adds to its velocity.
ON_DOWNBEAT, ON_BEAT, OFF_BEAT = 8, 0, -6


@dataclass(frozen=True)
class Sounding:
    """A chord as players see it: its voicing, and its intervals above the root.

    Attributes:
      root: pitch class 0..11.
      intervals: as in a chord chart: ("1", "3", "5", "♭7").
    """

    voicing: Voicing
    root: int
    intervals: tuple[str, ...]

    def tone(self, *numbers: int) -> int | None:
        """The pitch class of the third, or else the fourth …; None if the chord has none."""
        for number in numbers:
            for interval in self.intervals:
                if interval_number(interval) == number:
                    return (self.root + interval_semitones(interval)) % OCTAVE
        return None


class Stroke(NamedTuple):
    """One stroke of one voice: from when to when, how hard."""

    start_tick: int
    end_tick: int
    voice: str
    strength: int


class Moment(NamedTuple):
    """A chord in time, with the one that follows it."""

    placed: Placed
    chord: Sounding
    following: Sounding


def play_part(
    name: str,
    pattern: Pattern,
    passages: Sequence[Passage],
    chords: Sequence[Sounding],
    *,
    meter: tuple[int, int],
    tempo_bpm: float,
) -> list[Note]:
    """The notes of one part of a pattern.

    Args:
      name: "chords", "bass" or "drums"; the pattern must have it.
      passages: what is played, repeats unfolded.
      chords: one for each chord of the progression.
      meter: the pattern knows it.
      tempo_bpm: for strums, which last as long at any tempo.
    """
    part = pattern.parts[name]
    known = "{}/{}".format(*meter)
    spans = known not in part.rows
    rows = part.rows.get(ANY_METER if spans else known, ())
    if not rows:
        return []
    strum_ticks = part.strum_ms * tempo_bpm * TICKS_PER_QUARTER / 60_000
    notes: list[Note] = []
    moments = iter(_moments(passages, chords))
    for passage in passages:
        if name == "drums":
            strokes = _strokes(rows, passage.start_tick, passage.end_tick, passage.bar_ticks)
            for stroke in strokes:
                velocity = _velocity(part.velocity, stroke, passage, meter)
                notes.append(Note(stroke.start_tick, DRUM_TICKS, DRUMS[stroke.voice], velocity))
            continue
        for moment in islice(moments, len(passage.chords)):
            for stroke in _in_chord(name, part, rows, passage, moment.placed, spans=spans):
                velocity = _velocity(part.velocity, stroke, passage, meter)
                for pitch, delay in _pitches(name, stroke, moment, strum_ticks):
                    start = min(stroke.start_tick + delay, stroke.end_tick - 1)
                    notes.append(Note(start, stroke.end_tick - start, pitch, velocity))
    return notes


def _moments(passages: Sequence[Passage], chords: Sequence[Sounding]) -> list[Moment]:
    placed = [chord for passage in passages for chord in passage.chords]
    return [
        Moment(here, chords[here.chord], chords[after.chord])
        for here, after in pairwise((*placed, placed[0]))
    ]


def _in_chord(
    name: str, part: Part, rows: Sequence[Row], passage: Passage, placed: Placed, *, spans: bool
) -> list[Stroke]:
    """The strokes within one chord, cut off where it ends."""
    start, end = placed.start_tick, placed.end_tick
    if spans:
        strokes = list(_strokes(rows, start, end, end - start))
    elif part.follows_chord:
        strokes = list(_strokes(rows, start, end, passage.bar_ticks))
    else:
        bar = passage.bar_ticks
        longest = max(row.bars for row in rows) * bar
        # Begin where all rows begin anew before the chord; what is struck before it is dropped.
        cycle = passage.start_tick + (start - passage.start_tick) // longest * longest
        strokes = [
            stroke
            for stroke in _strokes(rows, cycle, end, bar, origin=passage.start_tick)
            if stroke.start_tick >= start
        ]
    strokes.sort()
    if name == "bass":
        first = strokes[0] if strokes and strokes[0].start_tick == start else None
        if first is None:
            until = strokes[0].start_tick if strokes else end
            strokes.insert(0, Stroke(start, until, "root", 0))
        else:
            strokes[0] = first._replace(voice="root")
    elif not strokes:
        down = next((row.voice for row in rows if row.voice == "down"), "all")
        strokes = [Stroke(start, end, down, 0)]
    return [stroke._replace(end_tick=min(stroke.end_tick, end)) for stroke in strokes]


def _strokes(
    rows: Sequence[Row], start: int, end: int, bar: int, *, origin: int | None = None
) -> Iterator[Stroke]:
    """All strokes from a tick to another, each row over and over from the origin."""
    origin = start if origin is None else origin
    for row in rows:
        cycle = row.bars * bar
        begin = origin + (start - origin) // cycle * cycle
        while begin < end:
            for hit in row.hits:
                tick = begin + round(hit.start * bar)
                if start <= tick < end:
                    yield Stroke(tick, tick + round(hit.length * bar), row.voice, hit.strength)
            begin += cycle


def _velocity(base: int, stroke: Stroke, passage: Passage, meter: tuple[int, int]) -> int:
    ticks_per_beat = 4 * TICKS_PER_QUARTER // meter[1]
    within = (stroke.start_tick - passage.start_tick) % passage.bar_ticks
    accent = ON_DOWNBEAT if within == 0 else OFF_BEAT if within % ticks_per_beat else ON_BEAT
    return max(1, min(127, base + stroke.strength + accent))


def _pitches(
    part: str, stroke: Stroke, moment: Moment, strum_ticks: float
) -> list[tuple[int, int]]:
    """Pitches of a stroke, each with its delay in ticks."""
    if part == "bass":
        return [(_bass_pitch(stroke.voice, moment), 0)]
    upper = moment.chord.voicing.upper
    match stroke.voice:
        case "all":
            return [(pitch, 0) for pitch in upper]
        case "top":
            return [(upper[-1], 0)]
        case "down":
            return [(pitch, round(place * strum_ticks)) for place, pitch in enumerate(upper)]
        case "up":  # an up-stroke catches the upper strings only
            caught = upper[-4:][::-1]
            return [(pitch, round(place * strum_ticks)) for place, pitch in enumerate(caught)]
        case number:
            octaves, place = divmod(int(number) - 1, len(upper))
            return [(upper[place] + OCTAVE * octaves, 0)]


def _bass_pitch(voice: str, moment: Moment) -> int:
    low = moment.chord.voicing.bass
    if voice == "octave":
        return low + OCTAVE if low + OCTAVE in BASS_RANGE else low - OCTAVE
    if voice == "next":
        after = moment.following.voicing.bass
        return after + 1 if low > after else after - 1 if low < after else _fifth(moment, low)
    if voice == "third":
        third = moment.chord.tone(3, 4, 2)
        return low if third is None else _nearest(third, low)
    return _fifth(moment, low) if voice == "fifth" else low


def _fifth(moment: Moment, low: int) -> int:
    """The chord's fifth beside the bass; under an inversion its root."""
    root = moment.chord.root
    tone = moment.chord.tone(5) if low % OCTAVE == root else root
    return low if tone is None else _nearest(tone, low)


def _nearest(tone: int, low: int) -> int:
    """The pitch of a class that lies nearest to the bass, the lower one if two do."""
    return min((p for p in BASS_RANGE if p % OCTAVE == tone), key=lambda p: (abs(p - low), p))
