"""Standard MIDI Files as chord progressions: from their chord markers, or from their notes.

Conventions:
  - Markers that are chord names tell the chords, if the notes don't contradict them; markers in
    brackets, "[verse]", and other words name sections, if they stand at a bar line.
  - Without such markers chords are found in the notes.
  - The progression begins on the first bar line before a chord.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from shinko.intake.bounded import IntakeError, read_bytes
from shinko.intake.midi_chords import (
    SILENCE,
    Span,
    accompaniment,
    check_size,
    chord_marks,
    chord_name,
    marks_fit,
    spans_of_marks,
    spans_of_notes,
)
from shinko.intake.midi_file import CUE, MARKER, Midi, clean, read_file
from shinko.intake.midi_pickup import has_chord, with_pickup
from shinko.intake.midi_time import BarGrid, bar_grid_of, key_of, signature_of, taken, tempo_of
from shinko.intake.midi_title import title_of
from shinko.score.progression import MOST_TIMES, Progression, Section
from shinko.theory import Key, roman_from_name

MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class Found:
    """A progression that was found in a file.

    Attributes:
      how: where it was found.
      told: remarks for the user in one line; may be empty.
    """

    progression: Progression
    how: Literal["markers", "notes"]
    told: str = ""


def read_midi(
    path: str | os.PathLike[str], *, key: Key | None = None, bars: tuple[int, int] | None = None
) -> Found:
    """The chords of a MIDI file.

    Args:
      key: of the progression; without it the file's, or the one that its chords are in.
      bars: first and last bar to take, from 1; all of them without it.

    Raises:
      IntakeError: the file can't be read, is damaged or too long, has no notes or more chords
        than a progression; the message is one line.
      ShinkoError: a value is beyond what a progression holds.
    """
    data = read_bytes(path, most_bytes=MOST_BYTES)
    try:
        return find_progression(data, key=key, bars=bars)
    except IntakeError as error:
        raise IntakeError(f"{os.fspath(path)!r}: {error}") from error


def find_progression(
    data: bytes, *, key: Key | None = None, bars: tuple[int, int] | None = None
) -> Found:
    """The chords of a MIDI file's bytes; see read_midi."""
    midi = read_file(data)
    grid = bar_grid_of(midi)
    marks = chord_marks(midi)
    # A last chord that is marked where the tracks end has a bar, too.
    end = grid.after(max(midi.end, marks[-1][0] + 1 if marks else 1))
    told = ""
    full = grid
    if not marks:
        grid = with_pickup(midi, full, accompaniment(midi, full.origin, end))
    end = grid.after(end)
    first, last = taken(grid, end, bars)
    sounds = accompaniment(midi, first, last)
    if grid != full:
        beats = float(grid.line(2) / midi.ticks_per_quarter)
        told = f"bars begin where chords change, {beats:g} quarter notes after the start"
        if first < grid.line(2) and not has_chord(sounds, grid.line(2)):
            first = grid.line(2)
            sounds = accompaniment(midi, first, last)
    how: Literal["markers", "notes"] = "notes"
    spans: list[Span] = []
    if marks and marks_fit(marks, sounds, midi.ticks_per_quarter):
        how, spans = "markers", spans_of_marks(midi, grid, marks, sounds, first, last)
    if not spans:
        how, spans = "notes", spans_of_notes(midi, grid, sounds, first, last)
    parts = _sections(midi, grid, spans)
    spans = [span for part in parts for span in part.spans]
    if not spans:
        raise IntakeError("has no chord that lasts; give a file with chords")
    names = [span.name for span in spans if span.name is not None]
    check_size(spans, grid, midi.ticks_per_quarter, how)
    asked, key = key, key or key_of(midi, names, trusted=how == "markers")
    sections = tuple(Section(part.name, len(part.spans), part.times) for part in parts)
    progression = Progression(
        chords=tuple(roman_from_name(name, key) for name in names),
        key=key,
        beats=tuple(float((s.end - s.start) / midi.ticks_per_quarter) for s in spans),
        tempo_bpm=tempo_of(midi, first, last),
        meter=grid.meter,
        title=title_of(midi),
        sections=() if sections == (Section("", len(names)),) else sections,
        key_was_found=key not in (asked, signature_of(midi)),
    )
    return Found(progression, how, told)


@dataclass(frozen=True)
class _Section:
    """Chords from one bar line to another, and how often they are played."""

    name: str
    spans: tuple[Span, ...]
    times: int = 1


def _section_marks(midi: Midi, grid: BarGrid) -> dict[Fraction, str]:
    """Names of sections by the bar line that they stand at; others are left out."""
    marks = {}
    for kind in (CUE, MARKER):
        for tick, text in midi.texts[kind]:
            if chord_name(text) is not None or text in SILENCE:
                continue
            line = grid.nearest(tick)
            if 4 * abs(line - tick) <= midi.ticks_per_quarter:
                bracketed = text.startswith("[") and text.endswith("]")
                marks[line] = clean(text[1:-1] if bracketed else text)
    return marks


def _sections(midi: Midi, grid: BarGrid, spans: Sequence[Span]) -> list[_Section]:
    """The spans by section, each beginning on a bar line; neighbours that are equal as one."""
    marks = _section_marks(midi, grid)
    quarter = midi.ticks_per_quarter
    begin = grid.before(spans[0].start + Fraction(quarter, 8))
    end = spans[-1].end
    before = [line for line in marks if line <= begin]
    lines = sorted(line for line in marks if begin < line < end)
    names = [marks[max(before)] if before else "", *(marks[line] for line in lines)]
    sections: list[_Section] = []
    for name, (start, stop) in zip(names, pairwise([begin, *lines, end]), strict=True):
        inside = _without_silence(_cut(spans, start, stop, Fraction(quarter, 8)), grid)
        if not inside:
            continue
        section = _Section(name, tuple(inside))
        if sections and sections[-1].times < MOST_TIMES and _equal(sections[-1], section):
            sections[-1] = replace(sections[-1], times=sections[-1].times + 1)
        else:
            sections.append(section)
    return sections


def _cut(spans: Sequence[Span], start: Fraction, stop: Fraction, least: Fraction) -> list[Span]:
    """The spans between two bar lines; what is shorter than the least joins its neighbour."""
    inside = [
        span._replace(start=max(span.start, start), end=min(span.end, stop))
        for span in spans
        if min(span.end, stop) - max(span.start, start) >= min(least, span.end - span.start)
    ]
    if inside:
        inside[0] = inside[0]._replace(start=start)
        inside[-1] = inside[-1]._replace(end=stop)
    return inside


def _without_silence(spans: Sequence[Span], grid: BarGrid) -> list[Span]:
    """The chords of a section; each sounds on in the silence after it, but in the last bar."""
    chords: list[Span] = []
    for place, span in enumerate(spans):
        if span.name is not None:
            chords.append(span if chords else span._replace(start=spans[0].start))
        elif chords and (place < len(spans) - 1 or span.end - span.start >= grid.bar):
            chords[-1] = chords[-1]._replace(end=span.end)
    return chords


def _equal(one: _Section, other: _Section) -> bool:
    """Whether two sections have one name and the same chords as long."""
    rows = [[(s.name, s.end - s.start) for s in section.spans] for section in (one, other)]
    return one.name == other.name and rows[0] == rows[1]
