"""The staff of a lead sheet: the melody, or a slash for each beat where there is none.

A slash is a note on the middle line with a slash for its head. On the beat it has no stem; a beat
in which another chord begins, or the last one ends, shows the rhythm of its chords, with stems.
Verovio, MuseScore and music21 all show or read it so; <measure-style><slash/> shows plain notes in
two of them.
"""

from collections.abc import Iterator
from itertools import pairwise

from shinko.export.notation.rhythm import beat_ticks
from shinko.export.notation.spelling import Pitch, spell
from shinko.export.notation.staff import Look, Placed, Staff, Stretch, signature_alter, staff_bars
from shinko.score.bars import Passage, Sung
from shinko.score.progression import Progression


def lead_bars(passage: Passage, progression: Progression, staff: Staff) -> list[list[Placed]]:
    """The notes of each bar of a passage: its melody; slashes if the piece has no melody."""
    notes = _melody(passage, progression) if progression.melody else _slashes(passage, staff)
    return staff_bars(list(notes), passage, staff)


def _melody(passage: Passage, progression: Progression) -> Iterator[Stretch]:
    """The notes of a passage, each spelled by the chord that it begins over."""
    ends = [after.start_tick for _, after in pairwise(passage.melody)] + [passage.end_tick]
    for note, end in zip(passage.melody, ends, strict=False):
        pitch = _spelled(note, passage, progression)
        yield Stretch(note.start_tick, min(note.end_tick, end), (pitch,))


def _spelled(note: Sung, passage: Passage, progression: Progression) -> Pitch:
    below = [c.chord for c in passage.chords if c.start_tick <= note.start_tick < c.end_tick]
    chord = progression.chords[below[0]] if below else None
    return spell(note.pitch, chord, progression.key_of(passage.section))


def _slashes(passage: Passage, staff: Staff) -> Iterator[Stretch]:
    """A slash for each beat that a chord sounds in, and for each chord that begins in one."""
    # In the key: another note would show an accidental.
    line = (Pitch("B", signature_alter("B", staff.fifths), 4),)
    chords_begin = [placed.start_tick for placed in passage.chords]
    beat, last = beat_ticks(staff.meter), passage.chords[-1].end_tick
    for start in range(passage.start_tick, last, beat):
        stop = min(start + beat, last)
        inside = [tick for tick in chords_begin if start < tick < stop]
        look = Look.SLASH if inside or stop < start + beat else Look.BARE_SLASH
        for begin, end in pairwise((start, *inside, stop)):
            yield Stretch(begin, end, line, look)
