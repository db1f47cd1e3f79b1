"""From bars with repeat signs to sections, and from their chord symbols to chords with beats.

A section begins at a section mark, a repeat sign or a double bar line. What is repeated as a whole
is a section that is played several times. Endings, and repeats with a section mark inside, are
written out. Jumps (D.S., coda) aren't followed: bars are read in the order of the page.

A chord lasts until the next one. N.C. goes on with the chord before, but at the end of a section,
within its last bar: there it is the rest that fills the bar. A section that begins without a chord
of its own takes on the one before. Bars before the first chord are left out. A section's key and
tempo are those that hold where it begins.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.intake.bounded import IntakeError
from shinko.intake.musicxml_bars import UNITS, Measure
from shinko.intake.remarks import Remarks
from shinko.intake.sections import Manner, ReadSection, bar_count, take_bars
from shinko.score.progression import MOST_CHORDS, MOST_TIMES, MelodyNote
from shinko.theory import ChordName, Key


class RepeatedMeasures(NamedTuple):
    """Bars in a row, how often they are played, and the name of the section."""

    bars: tuple[Measure, ...]
    times: int = 1
    name: str = ""


def read_sections(
    bars: Sequence[Measure],
    *,
    meter: tuple[int, int],
    taken: tuple[int, int] | None,
    key_of: Callable[[Element | None], Key],
    remarks: Remarks,
) -> tuple[list[ReadSection[ChordName]], bool]:
    """The sections of a piece, and whether its end is among them.

    Args:
      taken: first and last bar to take, from 1, repeats counted once; all without it.
      key_of: what a section is in that begins under some <key>.

    Raises:
      IntakeError: more chords than a progression has, or too many endings.
    """
    sections: list[ReadSection[ChordName]] = []
    before: ChordName | None = None
    stretches = list(_repeated(bars))
    cut = list(_cut(_from_first_chord(stretches, remarks)))
    for stretch in cut:
        section, before = _section(stretch, before, remarks)
        first = stretch.bars[0]
        key = key_of(first.signature) if len(cut) > 1 else None
        sections.append(replace(section, manner=Manner(key, first.tempo_bpm)))
    _tell_changes(cut, remarks)
    ends = True
    if taken is not None and sections:
        ends = taken[1] >= bar_count(sections, meter)
        sections = take_bars(sections, meter, taken)
    chords = sum(len(section.chords) for section in sections)
    if chords > MOST_CHORDS:
        raise IntakeError(
            f"{chords} chords with repeats written out, {MOST_CHORDS} at most; "
            "take a part of it, such as bars 1 to 32"
        )
    return sections, ends


def _tell_changes(stretches: Sequence[RepeatedMeasures], remarks: Remarks) -> None:
    """A section has one key: say so where it changes within one."""
    if any(bar.turns for stretch in stretches for bar in stretch.bars[1:]):
        remarks.say(
            "the key changes, the first one is taken for all bars"
            if len(stretches) == 1
            else "the key changes within a section, which keeps the one that it begins with"
        )


def _repeated(bars: Sequence[Measure]) -> Iterator[RepeatedMeasures]:
    """The bars between repeat signs; endings are written out."""
    first = place = 0
    while place < len(bars):
        bar = bars[place]
        if bar.forward and place > first:
            yield RepeatedMeasures(tuple(bars[first:place]))
            first = place
        if bar.ending:
            endings, after = _endings(bars, place)
            for time in sorted(endings):
                yield RepeatedMeasures((*bars[first:place], *endings[time]))
            first = place = after
        elif bar.backward:
            yield RepeatedMeasures(tuple(bars[first : place + 1]), bar.backward)
            first = place = place + 1
        else:
            place += 1
    if first < len(bars):
        yield RepeatedMeasures(tuple(bars[first:]))


def _endings(bars: Sequence[Measure], place: int) -> tuple[dict[int, tuple[Measure, ...]], int]:
    """The endings that begin at a bar, by the time they are for, and the bar after the last."""
    endings: dict[int, tuple[Measure, ...]] = {}
    while place < len(bars) and (times := bars[place].ending):
        last = place
        while not (bars[last].backward or bars[last].ending_stops) and last + 1 < len(bars):
            if bars[last + 1].ending or bars[last + 1].forward:
                break
            last += 1
        for time in times:
            # Twice "1." is a slip for "1." and "2.".
            free = time if time not in endings else max(endings) + 1
            if free > MOST_TIMES:
                raise IntakeError(
                    f"bar {bars[place].number}: ending {free}; {MOST_TIMES} at most; "
                    "write some of them out"
                )
            endings[free] = tuple(bars[place : last + 1])
        place = last + 1
        if not bars[last].backward:
            break
    return endings, place


def _from_first_chord(
    stretches: Sequence[RepeatedMeasures], remarks: Remarks
) -> list[RepeatedMeasures]:
    kept: list[RepeatedMeasures] = []
    for stretch in stretches:
        bars = stretch.bars
        if not kept:
            first = next(
                (n for n, bar in enumerate(bars) if any(symbol.chord for symbol in bar.symbols)),
                len(bars),
            )
            if any(bar.notes for bar in bars[:first]):
                remarks.say("notes in bars before the first chord are left out")
            bars = bars[first:]
        if bars:
            kept.append(stretch._replace(bars=bars))
    return kept


def _cut(stretches: Sequence[RepeatedMeasures]) -> Iterator[RepeatedMeasures]:
    """The stretches cut at section marks, and at double bar lines where nothing is repeated."""
    for bars, times, _ in stretches:
        marked = [place for place, bar in enumerate(bars) if place and bar.mark is not None]
        if times > 1 and not marked:
            yield RepeatedMeasures(bars, times, bars[0].mark or "")
            continue
        doubled = [place + 1 for place, bar in enumerate(bars[:-1]) if bar.double]
        cuts = sorted({0, *marked, *(doubled if times == 1 else ()), len(bars)})
        for _ in range(times):
            for first, last in pairwise(cuts):
                yield RepeatedMeasures(bars[first:last], 1, bars[first].mark or "")


def _section(
    stretch: RepeatedMeasures, before: ChordName | None, remarks: Remarks
) -> tuple[ReadSection[ChordName], ChordName]:
    """A section, and its last chord."""
    begun: list[tuple[int, ChordName]] = []
    start, end = 0, sum(bar.length for bar in stretch.bars)
    silent_from = end
    for bar in stretch.bars:
        for symbol in bar.symbols:
            if symbol.chord is not None:
                # The first chord of a piece may come after a rest.
                at = start + symbol.start if begun or before else 0
                begun.append((at, symbol.chord))
                silent_from = end
            elif bar is stretch.bars[-1] and symbol.start and (begun or before):
                silent_from = min(silent_from, start + symbol.start)
            elif begun or before:
                remarks.say("N.C. within a section: the chord before it sounds on")
        start += bar.length
    if before is not None and (not begun or begun[0][0] > 0):
        begun.insert(0, (0, before))
    ends = [at for at, _ in begun[1:]] + [silent_from]
    chords = tuple(
        (chord, (until - at) / UNITS) for (at, chord), until in zip(begun, ends, strict=True)
    )
    sung = tuple(_melody(stretch.bars, silent_from))
    return ReadSection(stretch.name, stretch.times, chords, sung), begun[-1][1]


def _melody(bars: Sequence[Measure], end: int) -> Iterator[MelodyNote]:
    """The notes that begin while a chord sounds, cut off where it ends; ties are merged."""
    merged: list[tuple[int, int, int]] = []  # start, end, pitch
    now = 0
    for bar in bars:
        for start, length, pitch, tied in bar.notes:
            begin, until = now + start, now + start + length
            if merged:
                first, last, sounding = merged[-1]
                if tied and pitch == sounding and first < begin <= last:
                    merged[-1] = (first, until, pitch)
                    continue
                merged[-1] = (first, min(last, begin), sounding)
            merged.append((begin, until, pitch))
        now += bar.length
    for begin, until, pitch in merged:
        if begin < min(until, end):
            yield MelodyNote(begin / UNITS, (min(until, end) - begin) / UNITS, pitch)
