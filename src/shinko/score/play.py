"""How a pattern is played over chords: which notes, when, how loud.

A stroke sounds the chord that is there at its tick, and no longer than that chord. No change of
chord is lost: the bass plays its root there, and a chord that comes is struck where it begins
if a stroke would be sounding across the change, or if the pattern had it come late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from shinko.score.bars import Passage, PlacedChord
from shinko.score.bass_line import OCTAVE, Sounding, bass_line, bass_strokes
from shinko.score.feel import Gesture
from shinko.score.groove import Groove
from shinko.score.instruments import DRUMS
from shinko.score.meters import beats_of
from shinko.score.pattern_file import Pattern, PatternPart
from shinko.score.score import TICKS_PER_QUARTER, NoteEvent
from shinko.score.steps import PatternError
from shinko.score.strokes import Closing, Stroke, strokes_in
from shinko.score.tempo_map import TempoMap

MOST_NOTES = 100_000
"""Of one part: more than an hour of a band in eighths."""
DRUM_TICKS = TICKS_PER_QUARTER // 8
EIGHTH_TICKS = TICKS_PER_QUARTER // 2

# What a stroke's place in the bar adds to its velocity.
ON_DOWNBEAT, ON_BEAT, OFF_BEAT = 8, 0, -6

# Of a short stroke, the strum takes no more than this share.
STRUM_SHARE = 0.5


@dataclass(frozen=True)
class Arrangement:
    """What all parts of an accompaniment share.

    Attributes:
      passages: what is played in one pattern, repeats unfolded.
      chords: one for each chord of the progression.
      tempos: for strums, which last as long at any tempo.
      ends: whether the piece ends, or may be played over and over.
      after: what follows the passages in another pattern; None where the piece is over.
    """

    passages: Sequence[Passage]
    chords: Sequence[Sounding]
    meter: tuple[int, int]
    tempos: TempoMap
    ends: bool
    after: Passage | None = None


class Moment(NamedTuple):
    """A chord in time, with the one that it leads to without a rest between; None for none."""

    placed: PlacedChord
    chord: Sounding
    following: Sounding | None


def play_part(name: str, pattern: Pattern, arrangement: Arrangement) -> list[Gesture]:
    """What one part of a pattern plays; nothing if it has no rows for the meter.

    Args:
      name: "chords", "bass" or "drums"; the pattern must have it.

    Raises:
      PatternError: these are more notes than anybody listens to.
    """
    part = pattern.parts[name]
    groove = part.groove("{}/{}".format(*arrangement.meter))
    if groove is None:
        return []
    refusal = PatternError(
        f"pattern {pattern.name!r} plays more than {MOST_NOTES:,} notes of {name} here; "
        "give fewer bars, or rows with fewer strokes"
    )
    gestures, count = [], 0
    for gesture in _gestures(name, part, groove, arrangement, refusal):
        count += len(gesture.notes)
        if count > MOST_NOTES:
            raise refusal
        gestures.append(gesture)
    return gestures


def _bounded(strokes: Iterable[Stroke], refusal: PatternError) -> Iterator[Stroke]:
    """The strokes; the error if there are more than a part may have notes."""
    for count, stroke in enumerate(strokes):
        if count >= MOST_NOTES:
            raise refusal
        yield stroke


def _gestures(
    name: str, part: PatternPart, groove: Groove, arrangement: Arrangement, refusal: PatternError
) -> Iterator[Gesture]:
    tempos = arrangement.tempos
    spans = part.spans_chords("{}/{}".format(*arrangement.meter)) and name != "drums"
    by_chord = spans or part.follows_chord
    moments = iter(_moments(arrangement))
    for passage, closing in zip(arrangement.passages, _closings(arrangement), strict=True):
        strokes = _bounded(
            strokes_in(groove, passage, closing, by_chord=by_chord, spans=spans), refusal
        )
        accent = _Accent(part.velocity, passage, arrangement.meter)
        if name == "drums":
            for stroke in strokes:
                note = NoteEvent(
                    stroke.start_tick, DRUM_TICKS, DRUMS[stroke.voice], accent.velocity(stroke)
                )
                yield Gesture(stroke.start_tick, (note,))
        elif name == "bass":
            for placed, within, _ in _by_chord(strokes, passage):
                moment = next(moments)
                line = bass_strokes(within, placed.start_tick, placed.end_tick)
                played = bass_line(line, moment.chord, moment.following)
                for stroke, pitch in zip(line, played, strict=True):
                    yield _gesture(stroke, placed, [pitch], accent, strum_ticks=0)
        else:
            down = any(row.voice == "down" for row in groove.rows)
            for placed, within, ringing in _by_chord(strokes, passage):
                chord = next(moments).chord
                whole = "down" if down else "all"
                struck = _struck_anew(placed, within, ringing, accent.patience(placed), whole)
                for stroke in chain(struck, within):
                    pitches = _pitches(stroke.voice, chord.voicing.upper)
                    strum_ticks = part.strum_ms * tempos.ticks_per_ms(stroke.start_tick)
                    yield _gesture(stroke, placed, pitches, accent, strum_ticks=strum_ticks)


def _closings(arrangement: Arrangement) -> Iterator[Closing]:
    """What comes after each passage: a repeat is the same section, a fill leads to another."""
    for here, after in pairwise(_with_what_follows(arrangement)):
        yield Closing(fills=here.chords[0].chord != after.chords[0].chord, ends=False)
    if arrangement.after is None:
        yield Closing(fills=False, ends=arrangement.ends)


def _moments(arrangement: Arrangement) -> Iterator[Moment]:
    """The chords in time; the last one of a piece leads nowhere."""
    placed = [chord for passage in _with_what_follows(arrangement) for chord in passage.chords]
    for here, after in pairwise(placed):
        following = arrangement.chords[after.chord] if here.end_tick == after.start_tick else None
        yield Moment(here, arrangement.chords[here.chord], following)
    yield Moment(placed[-1], arrangement.chords[placed[-1].chord], None)


def _with_what_follows(arrangement: Arrangement) -> list[Passage]:
    return [*arrangement.passages, *([arrangement.after] if arrangement.after else [])]


def _by_chord(
    strokes: Iterator[Stroke], passage: Passage
) -> Iterator[tuple[PlacedChord, list[Stroke], list[Stroke]]]:
    """Each chord with the strokes within it, and with those that still sound when it begins."""
    waiting = next(strokes, None)
    sounding: list[Stroke] = []
    for placed in passage.chords:
        sounding = [stroke for stroke in sounding if stroke.end_tick > placed.start_tick]
        within = []
        while waiting is not None and waiting.start_tick < placed.end_tick:
            within.append(waiting)
            waiting = next(strokes, None)
        yield placed, within, sounding
        sounding = [*sounding, *within]


def _struck_anew(
    placed: PlacedChord,
    within: Sequence[Stroke],
    ringing: Sequence[Stroke],
    patience: int,
    whole: str,
) -> list[Stroke]:
    """The strokes that a chord needs where it begins, so that its change is heard in time.

    Args:
      ringing: what was struck before and would sound on.
      patience: for how many ticks it may wait for the pattern's own next stroke.
      whole: the voice that strikes all notes.
    """
    start, end = placed.start_tick, placed.end_tick
    first = within[0].start_tick if within else end
    if first == start:
        return []
    held = [stroke for stroke in ringing if stroke.end_tick - start >= EIGHTH_TICKS]
    if held:
        voices = {whole if s.voice in ("up", "down") else s.voice: s.end_tick for s in held}
        return [Stroke(start, until, voice, 0) for voice, until in voices.items()]
    if within and first - start <= patience:
        return []
    return [Stroke(start, first, whole, 0)]


class _Accent(NamedTuple):
    """How loud strokes are, by their place in the bar."""

    base: int
    passage: Passage
    meter: tuple[int, int]

    def velocity(self, stroke: Stroke) -> int:
        within = self._within(stroke.start_tick)
        beats = beats_of(self.meter)
        accent = ON_DOWNBEAT if within == 0 else ON_BEAT if within in beats else OFF_BEAT
        return max(1, min(127, self.base + stroke.strength + accent))

    def patience(self, placed: PlacedChord) -> int:
        """A pattern may leave the first beat to the bass; within a bar an eighth is late enough."""
        if self._within(placed.start_tick):
            return EIGHTH_TICKS
        beats = sorted(beats_of(self.meter))
        return beats[1] if len(beats) > 1 else self.passage.bar_ticks

    def _within(self, tick: int) -> int:
        return (tick - self.passage.start_tick) % self.passage.bar_ticks


def _gesture(
    stroke: Stroke,
    placed: PlacedChord,
    pitches: Sequence[int],
    accent: _Accent,
    *,
    strum_ticks: float,
) -> Gesture:
    """The notes of a stroke, no longer than its chord; its pitches in the order of a strum."""
    start, end = stroke.start_tick, min(stroke.end_tick, placed.end_tick)
    velocity = accent.velocity(stroke)
    if stroke.voice not in ("down", "up"):
        strum_ticks = 0
    if len(pitches) > 1:
        strum_ticks = min(strum_ticks, (end - start) * STRUM_SHARE / (len(pitches) - 1))
    starts = [start + round(place * strum_ticks) for place in range(len(pitches))]
    return Gesture(
        start,
        tuple(
            NoteEvent(begin, end - begin, pitch, velocity)
            for begin, pitch in zip(starts, pitches, strict=True)
        ),
    )


def _pitches(voice: str, upper: tuple[int, ...]) -> Sequence[int]:
    """The pitches of a stroke of chords, in the order in which a strum has them."""
    match voice:
        case "all" | "down":
            return upper
        case "top":
            return upper[-1:]
        case "up":  # an up-stroke catches the upper strings only
            return upper[-4:][::-1]
        case number:
            octaves, place = divmod(int(number) - 1, len(upper))
            return [upper[place] + OCTAVE * octaves]
