"""Where bar lines fall: the chords of a progression laid out in ticks.

Conventions: times are ticks from the start of the piece. Every section begins on a bar line. A
section whose chords don't fill its last bar rests until that bar ends, so that bars always sum to
the meter. Times are rounded from the start of the section: nothing drifts.

`written` has each section once, as it stands on a page between repeat signs; `played` has it as
often as it is heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from shinko.score.progression import MOST_TIMES, MelodyNote, Progression, Section
from shinko.score.score import TICKS_PER_QUARTER


class PlacedChord(NamedTuple):
    """A chord in time: its index in the progression, and its ticks."""

    chord: int
    start_tick: int
    end_tick: int


class Sung(NamedTuple):
    """A note of the melody in time."""

    pitch: int
    start_tick: int
    end_tick: int


@dataclass(frozen=True)
class Passage:
    """A section in time.

    Attributes:
      section: its name, and how often it is played as written here (1 in what `played` gives).
      start_tick: a bar line.
      bars: how many bars it takes, the last one filled up with rest.
      bar_ticks: the length of a bar.
      chords: in order; the first starts at start_tick.
      melody: what is sung over them.
    """

    section: Section
    start_tick: int
    bars: int
    bar_ticks: int
    chords: tuple[PlacedChord, ...]
    melody: tuple[Sung, ...] = ()

    @property
    def end_tick(self) -> int:
        """The bar line where it ends."""
        return self.start_tick + self.bars * self.bar_ticks


class Piece(NamedTuple):
    """What sounds in a part of a bar.

    Attributes:
      chord: its index in the progression; None for the rest that fills a section's last bar.
      begins: whether the chord is struck here; false where it goes on over a bar line.
    """

    chord: int | None
    start_tick: int
    end_tick: int
    begins: bool


class Bar(NamedTuple):
    """One bar: its pieces fill it without a gap."""

    start_tick: int
    end_tick: int
    pieces: tuple[Piece, ...]


def bar_ticks(meter: tuple[int, int]) -> int:
    """How long a bar is."""
    numerator, denominator = meter
    return numerator * 4 * TICKS_PER_QUARTER // denominator


def written(progression: Progression) -> tuple[Passage, ...]:
    """The sections as they stand on a page, each of them once."""
    passages: list[Passage] = []
    first, tick, beats_before = 0, 0, 0.0
    sections = progression.sections or (Section("", len(progression.chords)),)
    for section in sections:
        beats = progression.beats[first : first + section.length]
        passage = _passage(section, beats, first, tick, bar_ticks(progression.meter))
        sung = _sung(progression.melody, beats_before, beats_before + sum(beats), passage)
        passages.append(replace(passage, melody=sung))
        first, tick = first + section.length, passage.end_tick
        beats_before += sum(beats)
    return tuple(passages)


def played(progression: Progression) -> tuple[Passage, ...]:
    """The sections as they are heard: what is played three times comes three times."""
    passages: list[Passage] = []
    tick = 0
    for passage in written(progression):
        once = replace(passage.section, times=1)
        for _ in range(passage.section.times):
            passages.append(_moved(replace(passage, section=once), tick - passage.start_tick))
            tick = passages[-1].end_tick
    return tuple(passages)


def bars_of(passage: Passage) -> tuple[Bar, ...]:
    """The bars of a passage, each filled by its chords."""
    pieces: list[list[Piece]] = [[] for _ in range(passage.bars)]
    rest = PlacedChord(-1, passage.chords[-1].end_tick, passage.end_tick)
    for chord, start, end in (*passage.chords, rest):
        begin = start
        while begin < end:
            place, within = divmod(begin - passage.start_tick, passage.bar_ticks)
            stop = min(end, begin - within + passage.bar_ticks)
            pieces[place].append(
                Piece(None if chord < 0 else chord, begin, stop, begins=begin == start)
            )
            begin = stop
    ticks = range(passage.start_tick, passage.end_tick, passage.bar_ticks)
    return tuple(
        Bar(tick, tick + passage.bar_ticks, tuple(inside))
        for tick, inside in zip(ticks, pieces, strict=True)
    )


def folded(progression: Progression) -> Progression:
    """The same music with repeats where equal sections of one name follow each other."""
    passages = written(progression)
    kept: list[Passage] = []
    times: list[int] = []
    for passage in passages:
        more = passage.section.times
        if (
            kept
            and times[-1] + more <= MOST_TIMES
            and _content(progression, kept[-1]) == _content(progression, passage)
        ):
            times[-1] += more
        else:
            kept.append(passage)
            times.append(more)
    if len(kept) == len(passages):
        return progression
    indices = [placed.chord for passage in kept for placed in passage.chords]
    starts = list(accumulate(progression.beats, initial=0.0))
    melody, before = [], 0.0
    for passage in kept:
        begin, end = starts[passage.chords[0].chord], starts[passage.chords[-1].chord + 1]
        melody += [
            replace(note, start_beats=note.start_beats - begin + before)
            for note in progression.melody
            if begin <= note.start_beats < end
        ]
        before += end - begin
    return replace(
        progression,
        chords=tuple(progression.chords[index] for index in indices),
        beats=tuple(progression.beats[index] for index in indices),
        sections=tuple(
            replace(passage.section, times=n) for passage, n in zip(kept, times, strict=True)
        ),
        melody=tuple(melody),
    )


def _content(progression: Progression, passage: Passage) -> tuple[object, ...]:
    """What must be equal for two sections to be one that is played twice."""
    first, last = passage.chords[0].chord, passage.chords[-1].chord + 1
    moved = _moved(passage, -passage.start_tick)
    return (
        replace(passage.section, length=1, times=1),
        progression.chords[first:last],
        progression.beats[first:last],
        moved.melody,
    )


def _passage(
    section: Section, beats: Sequence[float], first: int, start_tick: int, bar: int
) -> Passage:
    ticks = [
        start_tick + round(beats * TICKS_PER_QUARTER) for beats in accumulate(beats, initial=0.0)
    ]
    chords = tuple(
        PlacedChord(first + place, start, end) for place, (start, end) in enumerate(pairwise(ticks))
    )
    return Passage(section, start_tick, -(-(ticks[-1] - start_tick) // bar), bar, chords)


def _sung(
    melody: Sequence[MelodyNote], begin: float, end: float, passage: Passage
) -> tuple[Sung, ...]:
    """The notes that begin in a passage, cut off where it ends."""
    notes = []
    for note in melody:
        if begin <= note.start_beats < end:
            start = passage.start_tick + round((note.start_beats - begin) * TICKS_PER_QUARTER)
            stop = start + max(1, round(note.beats * TICKS_PER_QUARTER))
            notes.append(Sung(note.pitch, start, min(stop, passage.end_tick)))
    return tuple(notes)


def _moved(passage: Passage, ticks: int) -> Passage:
    if not ticks:
        return passage
    return replace(
        passage,
        start_tick=passage.start_tick + ticks,
        chords=tuple(
            PlacedChord(c.chord, c.start_tick + ticks, c.end_tick + ticks) for c in passage.chords
        ),
        melody=tuple(
            Sung(n.pitch, n.start_tick + ticks, n.end_tick + ticks) for n in passage.melody
        ),
    )
