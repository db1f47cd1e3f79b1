"""One voice on one staff: from notes in time to the <note> elements of each bar.

Conventions: times are ticks. A *stretch* is a note, a chord or a rest in a passage; where it
crosses a bar line, or can't be written as one value, its parts are tied. Accidentals hold until
the bar line, in their octave.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.export.notation.beams import Flagged, beams
from shinko.export.notation.grids import ruler, wide_windows
from shinko.export.notation.rhythm import Ruler, Value, Window, values
from shinko.export.notation.spelling import Pitch
from shinko.export.notation.tuplets import bracket, in_three
from shinko.export.notation.xml_tree import node
from shinko.score.bars import Passage

ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_SHARPS = "FCGDAEB"


class Look(Enum):
    """What a note looks like: as usual, a slash with a stem, or a slash without."""

    NOTE = 0
    SLASH = 1
    BARE_SLASH = 2


class Stretch(NamedTuple):
    """What sounds from one tick to another; no pitches for a rest."""

    start_tick: int
    end_tick: int
    pitches: tuple[Pitch, ...] = ()
    look: Look = Look.NOTE


class Staff(NamedTuple):
    """Where notes are written.

    Attributes:
      meter: numerator and denominator.
      fifths: the key signature, -7..7.
      voice: MusicXML's number of the voice.
      number: of the staff in its part; None where the part has one.
    """

    meter: tuple[int, int]
    fifths: int
    voice: int = 1
    number: int | None = None


class Placed(NamedTuple):
    """An element and where it begins, in ticks from the start of its bar."""

    tick: int
    element: Element


class _Piece(NamedTuple):
    """One note value of a stretch, its tick counted from the start of the bar."""

    tick: int
    value: Value
    stretch: Stretch
    tied_before: bool
    tied_after: bool
    triplet: Window | None


def staff_bars(stretches: Sequence[Stretch], passage: Passage, staff: Staff) -> list[list[Placed]]:
    """The notes of each bar of a passage.

    Args:
      stretches: in order, not overlapping; what they leave free becomes rest.
      passage: says where the bars are.
      staff: where to write them.
    """
    bars = list(pairwise(range(passage.start_tick, passage.end_tick + 1, passage.bar_ticks)))
    stretches = _in_rhythm(stretches, bars, passage, staff)
    times = {tick for stretch in stretches for tick in stretch[:2]}
    chords_begin = [chord.start_tick for chord in passage.chords]
    rulers = [
        ruler(_within(times, bar), staff.meter, changes=_within(chords_begin, bar)) for bar in bars
    ]
    places = {
        start + time: start + place
        for (start, _), measure in zip(bars, rulers, strict=True)
        for time, place in measure.places.items()
    }
    filled = list(_filled(stretches, places, passage))
    return [
        _bar(list(_pieces(filled, start, end, measure)), end - start, measure, staff)
        for (start, end), measure in zip(bars, rulers, strict=True)
    ]


def signature_alter(step: str, fifths: int) -> int:
    """What a key signature does to a letter: F is +1 in one sharp."""
    place = _SHARPS.index(step)
    return (place < fifths) - (6 - place < -fifths)


def _within(ticks: Iterable[int], bar: tuple[int, int]) -> list[int]:
    """The ticks of a bar, its end included, from its start."""
    return [tick - bar[0] for tick in ticks if bar[0] <= tick <= bar[1]]


def _in_rhythm(
    stretches: Iterable[Stretch], bars: Iterable[tuple[int, int]], passage: Passage, staff: Staff
) -> list[Stretch]:
    """The stretches, with slashes that show chords alone, not beats, where these are wide triplets.

    A slash on each beat would hide that three chords share a bar.
    """
    times = {tick for chord in passage.chords for tick in chord[1:]}
    wide = [
        range(bar[0] + window.start, bar[0] + window.end)
        for bar in bars
        for window in wide_windows(_within(times, bar), staff.meter)
    ]
    kept: list[Stretch] = []
    for stretch in stretches:
        window = next((window for window in wide if stretch.start_tick in window), None)
        if stretch.look == Look.NOTE or window is None:
            kept.append(stretch)
        elif stretch.start_tick in times or stretch.start_tick == window.start:
            kept.append(stretch._replace(look=Look.SLASH))
        else:
            kept[-1] = kept[-1]._replace(end_tick=stretch.end_tick)
    return kept


def _filled(
    stretches: Iterable[Stretch], places: dict[int, int], passage: Passage
) -> Iterator[Stretch]:
    """The stretches where they are written, rests between them; none is empty."""
    now = passage.start_tick
    for stretch in stretches:
        start, end = max(now, places[stretch.start_tick]), places[stretch.end_tick]
        if start < end:
            if now < start:
                yield Stretch(now, start)
            yield stretch._replace(start_tick=start, end_tick=end)
            now = end
    if now < passage.end_tick:
        yield Stretch(now, passage.end_tick)


def _pieces(stretches: Iterable[Stretch], start: int, end: int, measure: Ruler) -> Iterator[_Piece]:
    """What a bar has of the stretches, as note values."""
    for stretch in stretches:
        now, stop = max(stretch.start_tick, start), min(stretch.end_tick, end)
        if now < stop:
            for value in values(now - start, stop - start, measure):
                after = now + value.ticks
                sounds = bool(stretch.pitches)
                yield _Piece(
                    now - start,
                    value,
                    stretch,
                    tied_before=sounds and now > stretch.start_tick,
                    tied_after=sounds and after < stretch.end_tick,
                    triplet=measure.triplet_at(now - start),
                )
                now = after


def _bar(pieces: Sequence[_Piece], length: int, measure: Ruler, staff: Staff) -> list[Placed]:
    if not any(piece.stretch.pitches for piece in pieces):
        return [Placed(0, _whole_rest(length, staff))]
    flagged = [
        Flagged(p.tick, p.value, bool(p.stretch.pitches) and p.stretch.look != Look.BARE_SLASH)
        for p in pieces
    ]
    beamed = beams(flagged, measure)
    shown: dict[tuple[str, int], int] = {}
    placed = []
    for index, piece in enumerate(pieces):
        for place, pitch in enumerate(piece.stretch.pitches or (None,)):
            element = _note(piece, pitch, shown, staff, chord=place > 0)
            element.extend(beamed.get(index, ()) if place == 0 else ())
            notations = _notations(piece, chord=place > 0)
            if notations is not None:
                element.append(notations)
            placed.append(Placed(piece.tick, element))
    return placed


def _whole_rest(length: int, staff: Staff) -> Element:
    return node(
        "note",
        node("rest", measure="yes"),
        node("duration", length),
        node("voice", staff.voice),
        _staff_element(staff),
    )


def _note(
    piece: _Piece,
    pitch: Pitch | None,
    shown: dict[tuple[str, int], int],
    staff: Staff,
    *,
    chord: bool,
) -> Element:
    """<note> up to <staff>; `shown` holds the accidentals of the bar so far."""
    value, look = piece.value, piece.stretch.look
    ties = (("stop", piece.tied_before), ("start", piece.tied_after))
    return node(
        "note",
        node("chord") if chord else None,
        node("rest") if pitch is None else _pitch(pitch),
        node("duration", value.ticks),
        *(node("tie", type=kind) for kind, tied in ties if tied),
        node("voice", staff.voice),
        node("type", value.type),
        *(node("dot") for _ in range(value.dots)),
        None if pitch is None else _accidental(pitch, piece, shown, staff),
        in_three(piece.triplet) if piece.triplet else None,
        node("stem", "none") if look == Look.BARE_SLASH else None,
        node("notehead", "slash") if look != Look.NOTE else None,
        _staff_element(staff),
    )


def _accidental(
    pitch: Pitch, piece: _Piece, shown: dict[tuple[str, int], int], staff: Staff
) -> Element | None:
    line = (pitch.step, pitch.octave)
    holds = shown.get(line, signature_alter(pitch.step, staff.fifths))
    # What is tied from the bar before shows no accidental, and none holds after it.
    if pitch.alter == holds or piece.tied_before:
        return None
    shown[line] = pitch.alter
    return node("accidental", ACCIDENTALS[pitch.alter])


def _pitch(pitch: Pitch) -> Element:
    return node(
        "pitch",
        node("step", pitch.step),
        node("alter", pitch.alter) if pitch.alter else None,
        node("octave", pitch.octave),
    )


def _staff_element(staff: Staff) -> Element | None:
    return None if staff.number is None else node("staff", staff.number)


def _notations(piece: _Piece, *, chord: bool) -> Element | None:
    marks = [
        node("tied", type=kind)
        for kind, tied in (("stop", piece.tied_before), ("start", piece.tied_after))
        if tied
    ]
    if piece.triplet and not chord:
        marks += bracket(piece.triplet, piece.tick, piece.tick + piece.value.ticks)
    return node("notations", *marks) if marks else None
