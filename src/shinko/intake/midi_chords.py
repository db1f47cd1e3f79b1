"""Chords of a MIDI file in time: as its markers name them, or as they are found in its notes.

Conventions: times are ticks. Drums are left out, and so is one voice that is named as a melody;
one voice above others that play chords counts for less.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from shinko.intake.bounded import IntakeError
from shinko.intake.chords_in_notes import MOST_SLICES, HeardNote, find_chords, slices_in
from shinko.intake.hints import chord_in
from shinko.intake.midi_file import CUE, MARKER, TEXT, Midi, Sound
from shinko.intake.midi_time import BarGrid
from shinko.score.progression import BEATS_RANGE, MOST_CHORDS
from shinko.score.score import DRUM_CHANNEL
from shinko.theory import ChordName

LONGEST_CHORD_NAME = 24
UNPITCHED_PROGRAMS = range(115, 128)  # wood block to gunshot
MELODY_NAMES = re.compile(
    r"melod|vocal|voice|vox|lead|solo|sing|lyric|メロ|旋律|ボーカル|ヴォーカル|歌|唄", re.IGNORECASE
)
MELODY_WEIGHT = 0.3
ONE_VOICE, CHORDS_FROM = 1.1, 2.0  # notes at once, on average
# How much of what sounds must belong to the chords that markers tell. A scale's seven notes
# have three sevenths in any triad of it: rehearsal marks A, B, C stay well below. Of seven
# letters one is the bass by chance.
TONES_FIT, BASSES_FIT = 0.6, 0.7
MOST_ASKED = 256  # marks, and notes of each: enough to tell, whatever a file claims
SILENCE = frozenset({"N.C.", "NC", "N.C", "n.c."})


class Span(NamedTuple):
    """A chord from tick to tick; None is silence."""

    start: Fraction
    end: Fraction
    name: ChordName | None


class Weighed(NamedTuple):
    """A note from tick to tick, and how much it counts for the chord."""

    start: int
    end: int
    pitch: int
    weight: float


def accompaniment(midi: Midi, first: Fraction, last: Fraction) -> list[Weighed]:
    """The notes that make chords, in order, cut to what is taken."""
    parts = {
        (track, channel): sounds
        for (track, channel), sounds in midi.parts.items()
        if channel != DRUM_CHANNEL
        and midi.programs.get((track, channel), 0) not in UNPITCHED_PROGRAMS
    }
    named = [
        part
        for part, sounds in parts.items()
        if MELODY_NAMES.search(midi.track_names.get(part[0], "")) and _voices(sounds) <= ONE_VOICE
    ]
    if len(named) < len(parts):
        parts = {part: sounds for part, sounds in parts.items() if part not in named}
    melody = _melody(parts)
    low, high = int(first), int(last)
    return sorted(
        Weighed(max(start, low), min(end, high), pitch, MELODY_WEIGHT if part == melody else 1.0)
        for part, sounds in parts.items()
        for start, end, pitch in sounds
        if start < high and end > low
    )


def _melody(parts: dict[tuple[int, int], list[Sound]]) -> tuple[int, int] | None:
    """The part of one voice that lies above all others, if one of them plays chords."""
    if len(parts) < 2:
        return None
    height = {p: sum(s.pitch for s in sounds) / len(sounds) for p, sounds in parts.items()}
    top = max(height, key=lambda part: height[part])
    if _voices(parts[top]) > ONE_VOICE:
        return None
    others = (sounds for part, sounds in parts.items() if part != top)
    return top if any(_voices(sounds) >= CHORDS_FROM for sounds in others) else None


def _voices(sounds: Sequence[Sound]) -> float:
    """How many notes sound at once, on average over the time in which any does."""
    covered, until = 0, 0
    for start, end, _ in sorted(sounds):
        covered += max(0, end - max(start, until))
        until = max(until, end)
    return sum(sound.end - sound.start for sound in sounds) / max(covered, 1)


def chord_name(text: str) -> ChordName | None:
    """The chord that a text names; None if it names none."""
    return chord_in(text) if len(text) <= LONGEST_CHORD_NAME else None


def chord_marks(midi: Midi) -> list[tuple[int, ChordName | None]]:
    """Chord names and silences (None), one a tick, in order; empty if no chord is named."""
    for kinds in ((MARKER, CUE), (TEXT,)):
        marks: dict[int, ChordName | None] = {}
        for tick, text in (row for kind in kinds for row in midi.texts[kind]):
            name = chord_name(text)
            if name is not None or text in SILENCE:
                marks[tick] = name
        if any(marks.values()):
            return sorted(marks.items(), key=lambda mark: mark[0])
    return []


def marks_fit(
    marks: Sequence[tuple[int, ChordName | None]], sounds: Sequence[Weighed], quarter: int
) -> bool:
    """Whether the notes agree with the chords that are marked: their tones, or their basses.

    Tones alone would not do: a rootless voicing may sound more tensions than tones.
    """
    return _tones_fit(marks, sounds, quarter) >= TONES_FIT or (
        _basses_fit(marks, sounds, quarter) >= BASSES_FIT
    )


def _basses_fit(
    marks: Sequence[tuple[int, ChordName | None]], sounds: Sequence[Weighed], quarter: int
) -> float:
    """At how many of the marked chords, 0..1, the lowest note that begins is their bass."""
    starts = [sound.start for sound in sounds]
    right = total = 0
    for tick, name in marks[:MOST_ASKED]:
        if name is not None:
            first = bisect_left(starts, tick - quarter // 8)
            after = bisect_right(starts, tick + quarter // 4)
            begun = sounds[first : min(after, first + MOST_ASKED)]
            total += 1
            lowest = min((sound.pitch for sound in begun), default=-1)
            right += lowest >= 0 and lowest % 12 == name.bass_note.pitch_class
    return right / total if total else 0.0


def _tones_fit(
    marks: Sequence[tuple[int, ChordName | None]], sounds: Sequence[Weighed], quarter: int
) -> float:
    """How much of what sounds belongs to the chord that is marked when it begins, 0..1."""
    ticks = [tick for tick, _ in marks]
    inside = total = 0.0
    for start, end, pitch, weight in sounds:
        # A player may be early: what counts is the chord shortly after the note's start.
        place = bisect_right(ticks, start + min((end - start) / 2, quarter / 4)) - 1
        name = marks[place][1] if place >= 0 else None
        if name is not None:
            counts = min(end - start, quarter) * weight
            total += counts
            if pitch % 12 in (*name.pitch_classes, name.bass_note.pitch_class):
                inside += counts
    return inside / total if total else 1.0


def _end(midi: Midi, grid: BarGrid, sounds: Sequence[Weighed], last: Fraction) -> Fraction:
    """The bar line where the music ends; notes may hang over a little."""
    if not sounds:
        return last
    return min(
        grid.after(max(sound.end for sound in sounds) - Fraction(midi.ticks_per_quarter, 4)), last
    )


def spans_of_marks(
    midi: Midi,
    grid: BarGrid,
    marks: Sequence[tuple[int, ChordName | None]],
    sounds: Sequence[Weighed],
    first: Fraction,
    last: Fraction,
) -> list[Span]:
    """The chords that markers name, each until the next; none if no chord is in what is taken."""
    begun = [mark for mark in marks if mark[0] < last]
    if not begun:
        return []
    end = min(max(_end(midi, grid, sounds, last), grid.after(begun[-1][0] + 1)), last)
    # Of marks closer than a 64th the last one counts.
    shortest = Fraction(midi.ticks_per_quarter, 16)
    starts = [max(Fraction(tick), first) for tick, _ in begun]
    kept = [
        (start, name)
        for start, after, (_, name) in zip(starts, [*starts[1:], end], begun, strict=True)
        if after - start >= shortest
    ]
    ends = [*(start for start, _ in kept[1:]), end]
    spans = [Span(start, stop, name) for (start, name), stop in zip(kept, ends, strict=True)]
    while spans and spans[0].name is None:
        spans.pop(0)
    return spans


def spans_of_notes(
    midi: Midi, grid: BarGrid, sounds: Sequence[Weighed], first: Fraction, last: Fraction
) -> list[Span]:
    """The chords that are found in notes."""
    if not sounds:
        raise IntakeError(
            "has no notes to find chords in, drums and melody left out; give a file with chords"
        )
    quarter = midi.ticks_per_quarter
    first = max(first, grid.before(sounds[0].start + Fraction(quarter, 8)))
    end = max(_end(midi, grid, sounds, last), first + grid.bar)
    beats = float((end - first) / quarter)
    if slices_in(grid.meter, beats) > MOST_SLICES:
        start = grid.bar_at(first)
        raise IntakeError(
            f"has {grid.bar_at(end) - start} bars, too many to find chords in their notes; take "
            f"a part of it, such as bars {start} to {start + 31}"
        )
    begin = float(first)
    notes = [
        HeardNote((start - begin) / quarter, (end - begin) / quarter, pitch, weight)
        for start, end, pitch, weight in sounds
    ]
    return [
        Span(
            first + Fraction(span.start_beats) * quarter,
            first + Fraction(span.end_beats) * quarter,
            span.chord.name,
        )
        for span in find_chords(notes, meter=grid.meter, end_beats=beats)
    ]


def check_size(spans: Sequence[Span], grid: BarGrid, quarter: int, how: str) -> None:
    """Refuse what no progression holds, and name bars that one would."""
    first, limit = grid.bar_at(spans[0].start), None
    longest = max((span.end - span.start) / quarter for span in spans)
    if len(spans) > MOST_CHORDS:
        what = f"{len(spans)} chords in its {how}, a progression {MOST_CHORDS} at most"
        limit = grid.bar_at(spans[MOST_CHORDS].start)
    elif longest > BEATS_RANGE[1]:
        what = f"a chord of {float(longest):g} beats, a progression {BEATS_RANGE[1]} at most"
        limit = first + int(BEATS_RANGE[1] * quarter // grid.bar)
    if limit is not None:
        raise IntakeError(
            f"has {what}; take a part of it, such as bars {first} to {max(first, limit - 1)}"
        )
