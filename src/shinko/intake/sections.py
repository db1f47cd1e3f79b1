"""Sections as every reader has them before they are a progression; some bars of them.

Conventions: bars count from 1 as they are written: what is repeated counts once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from shinko.intake.bounded import IntakeError
from shinko.score.progression import ROUNDING, MelodyNote, Progression, Section, bar_beats
from shinko.theory import Key

Chord = TypeVar("Chord")


class Manner(NamedTuple):
    """What a section tells of its key, tempo and style; None or "" where it tells nothing."""

    key: Key | None = None
    tempo_bpm: float | None = None
    style: str = ""


AS_THE_PIECE = Manner()


@dataclass(frozen=True)
class ReadSection(Generic[Chord]):
    """A section whose chords have their time.

    Attributes:
      name: of the section; may be empty.
      times: how often it is played.
      chords: with their quarter notes, from the start of the section without a gap.
      melody: its times count from the start of the section.
      manner: its key, tempo and style, where it tells them.
    """

    name: str
    times: int
    chords: tuple[tuple[Chord, float], ...]
    melody: tuple[MelodyNote, ...] = ()
    manner: Manner = AS_THE_PIECE

    @property
    def beats(self) -> float:
        """Its quarter notes; the last bar may have more, which are silent."""
        return sum(beats for _, beats in self.chords)


def take_bars(
    sections: Sequence[ReadSection[Chord]], meter: tuple[int, int], bars: tuple[int, int]
) -> list[ReadSection[Chord]]:
    """The sections in some bars, first and last; one of which a part is taken is played once.

    Raises:
      IntakeError: the first bar comes after the last one that there is.
    """
    bar = bar_beats(meter)
    first, last = bars
    taken: list[ReadSection[Chord]] = []
    before = 0  # bars
    for section in sections:
        count = _bars_in(section, bar)
        begin, end = max(first - 1 - before, 0), min(last - before, count)
        before += count
        if begin == 0 and end == count:
            taken.append(section)
        elif begin < end:
            taken.append(_cut(section, begin * bar, end * bar))
    if not 1 <= first <= last or first > before:
        raise IntakeError(
            f"bars {first} to {last}: there are {before}, repeats counted once; give the first "
            "and the last of some of them"
        )
    return [section for section in taken if section.chords]


def bar_count(sections: Sequence[ReadSection[Chord]], meter: tuple[int, int]) -> int:
    """How many bars there are, repeats counted once."""
    return sum(_bars_in(section, bar_beats(meter)) for section in sections)


def _bars_in(section: ReadSection[Chord], bar: float) -> int:
    return max(1, math.ceil(section.beats / bar - ROUNDING))


def _cut(section: ReadSection[Chord], begin: float, end: float) -> ReadSection[Chord]:
    chords = []
    start = 0.0
    for chord, beats in section.chords:
        inside = min(start + beats, end) - max(start, begin)
        # A whole chord keeps its beats to the last digit.
        whole = begin <= start and start + beats <= end
        if inside > ROUNDING:
            chords.append((chord, beats if whole else inside))
        start += beats
    melody = tuple(
        replace(note, start_beats=note.start_beats - begin)
        for note in section.melody
        if begin <= note.start_beats < end
    )
    return ReadSection(section.name, 1, tuple(chords), melody, section.manner)


def sections_of(progression: Progression) -> list[ReadSection[int]]:
    """A progression's sections; each chord by its place."""
    sections: list[ReadSection[int]] = []
    first, before = 0, 0.0
    whole = (Section("", len(progression.chords)),)
    for one in progression.sections or whole:
        length, manner = one.length, Manner(one.key, one.tempo_bpm, one.style)
        beats = progression.beats[first : first + length]
        end = before + sum(beats)
        melody = tuple(
            replace(note, start_beats=note.start_beats - before)
            for note in progression.melody
            if before <= note.start_beats < end
        )
        chords = tuple(zip(range(first, first + length), beats, strict=True))
        sections.append(ReadSection(one.name, one.times, chords, melody, manner))
        first, before = first + length, end
    return sections


def told_sections(
    sections: Sequence[ReadSection[Chord]], *, key: Key, tempo_bpm: float
) -> tuple[Section, ...]:
    """As a progression has them: none, if one without a name is all there is.

    Args:
      key, tempo_bpm: of the piece; a section has its own only where they are others.
    """
    told = tuple(
        Section(
            one.name,
            len(one.chords),
            one.times,
            key=one.manner.key if one.manner.key != key else None,
            tempo_bpm=one.manner.tempo_bpm if one.manner.tempo_bpm != tempo_bpm else None,
            style=one.manner.style,
        )
        for one in sections
    )
    whole = Section("", sum(section.length for section in told))
    return () if told == (whole,) else told


def melody_of(sections: Sequence[ReadSection[Chord]]) -> tuple[MelodyNote, ...]:
    """All notes; their times count from the start of the progression."""
    notes: list[MelodyNote] = []
    before = 0.0
    for section in sections:
        notes += (replace(n, start_beats=before + n.start_beats) for n in section.melody)
        before += section.beats
    return tuple(notes)


def bars_of(progression: Progression, bars: tuple[int, int]) -> Progression:
    """Some bars of a progression.

    Raises:
      IntakeError: it hasn't so many.
    """
    every = sections_of(progression)
    sections = take_bars(every, progression.meter, bars)
    rows = [row for section in sections for row in section.chords]
    if not rows:
        raise IntakeError(f"bars {bars[0]} to {bars[1]} have no chord; take others")
    return replace(
        progression,
        chords=tuple(progression.chords[place] for place, _ in rows),
        beats=tuple(beats for _, beats in rows),
        sections=told_sections(sections, key=progression.key, tempo_bpm=progression.tempo_bpm),
        melody=melody_of(sections),
        ritardando=progression.ritardando and bars[1] >= bar_count(every, progression.meter),
    )
