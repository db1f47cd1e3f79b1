"""Standard MIDI Files as chord progressions: from their chord markers, or from their notes.

Conventions:
  - Markers that are chord names tell the chords, if the notes don't contradict them; markers in
    brackets, "[verse]", and other words name sections, if they stand at a bar line.
  - Without such markers chords are found in the notes.
  - Where sections are named, each has the key that is told where it begins, and the tempo of most
    of its beats. Else the first key and the tempo of most beats are those of all bars.
  - The progression begins on the first bar line before a chord.
"""

import os
from collections import Counter
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
from shinko.intake.midi_time import (
    BarGrid,
    bar_grid_of,
    held_tempo,
    key_of,
    signature_at,
    signature_of,
    taken,
    tempo_of,
    without_ritardando,
)
from shinko.intake.midi_title import title_of
from shinko.score.progression import MOST_TIMES, Progression, Section
from shinko.theory import ChordName, Key, roman_from_name

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
    slowed = None
    if last >= end:
        slowed = without_ritardando(midi, grid, end, _section_marks(midi, grid))
    midi = slowed or midi
    parts = _sections(midi, grid, spans)
    if len(parts) == 1:  # the piece itself
        parts = [replace(parts[0], tempo_bpm=None)]
    spans = [span for part in parts for span in part.spans]
    if not spans:
        raise IntakeError("has no chord that lasts; give a file with chords")
    names = [span.name for span in spans if span.name is not None]
    check_size(spans, grid, midi.ticks_per_quarter, how)
    keys = _keys(midi, parts, key, trusted=how == "markers")
    tempo_bpm = _tempo(midi, parts, first, last)
    if len({key for _, key in midi.keys}) > 1 and len({p.signature for p in parts}) == 1:
        changes = "the key changes, the first one is taken for all bars"
        told = "; ".join(filter(None, (told, changes)))
    sections = tuple(
        Section(
            part.name,
            len(part.spans),
            part.times,
            key=own if own != keys[0] else None,
            tempo_bpm=part.tempo_bpm if part.tempo_bpm != tempo_bpm else None,
        )
        for part, own in zip(parts, keys[1:], strict=True)
    )
    each = (own for part, own in zip(parts, keys[1:], strict=True) for _ in part.spans)
    progression = Progression(
        chords=tuple(
            roman_from_name(name, own, keep_spelling=how == "markers")
            for name, own in zip(names, each, strict=True)
        ),
        key=keys[0],
        beats=tuple(float((s.end - s.start) / midi.ticks_per_quarter) for s in spans),
        tempo_bpm=tempo_bpm,
        meter=grid.meter,
        title=title_of(midi),
        sections=() if sections == (Section("", len(names)),) else sections,
        key_was_found=keys[0] not in (key, signature_of(midi)),
        ritardando=slowed is not None,
    )
    return Found(progression, how, told)


@dataclass(frozen=True)
class _Section:
    """Chords from one bar line to another, and how often they are played."""

    name: str
    spans: tuple[Span, ...]
    times: int = 1
    signature: Key | None = None
    tempo_bpm: float | None = None

    @property
    def names(self) -> list[ChordName]:
        """Its chords."""
        return [span.name for span in self.spans if span.name is not None]


def _keys(midi: Midi, parts: Sequence[_Section], asked: Key | None, *, trusted: bool) -> list[Key]:
    """The piece's key, and that of each section: those under one signature share one."""
    first = parts[0].signature
    told = list(dict.fromkeys(part.signature for part in parts))
    under = {
        key: key_of(key, [n for p in parts if p.signature == key for n in p.names], trusted=trusted)
        for key in told
    }
    if asked is not None:
        under[first] = asked
    return [under[first], *(under[part.signature] for part in parts)]


def _tempo(midi: Midi, parts: Sequence[_Section], first: Fraction, last: Fraction) -> float:
    """The tempo of most beats: of the sections', if each has one."""
    held: Counter[float] = Counter()
    for part in parts:
        if part.tempo_bpm is None:
            return tempo_of(midi, first, last)
        held[part.tempo_bpm] += int(part.times * (part.spans[-1].end - part.spans[0].start))
    return held.most_common(1)[0][0]


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
        section = _Section(
            name,
            tuple(inside),
            signature=signature_at(midi, start + Fraction(quarter, 4)),
            tempo_bpm=held_tempo(midi, start, stop),
        )
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
    """Whether two sections have one name, key and tempo, and the same chords as long."""
    rows = [[(s.name, s.end - s.start) for s in section.spans] for section in (one, other)]
    told = [(section.name, section.signature, section.tempo_bpm) for section in (one, other)]
    return told[0] == told[1] and rows[0] == rows[1]
