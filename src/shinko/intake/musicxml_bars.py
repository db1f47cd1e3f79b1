"""The bars of a MusicXML part: chord symbols, notes, section marks and repeat signs in time.

Conventions: times are units from the start of the bar, 10,080 per quarter: a multiple of the
ticks that Shinko writes, and enough for triplets, quintuplets and septuplets. Whatever a program
writes beyond that is ignored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.errors import ShinkoError
from shinko.intake.bounded import IntakeError
from shinko.intake.musicxml_marks import Transposition, meter, tempo_in, told
from shinko.intake.musicxml_symbols import Symbol, read_symbol
from shinko.intake.remarks import Remarks
from shinko.intake.xml import number, one_line, whole
from shinko.score.progression import MOST_TIMES
from shinko.theory import ChordName, Key, Note

UNITS = 10_080  # 2⁵ · 3² · 5 · 7
MOST_QUARTERS = 1024  # in a bar
MOST_SYMBOLS = 256  # in a bar
_MOST_UNITS = MOST_QUARTERS * UNITS
_JUMPS = ("dacapo", "dalsegno", "tocoda", "coda")  # attributes of <sound>
_JUMP = re.compile(r"\bD\. ?[CS]\.|da capo|dal segno|to coda", re.IGNORECASE)
_SLOWER = re.compile(r"(?:\w+ ){0,3}(?:rit|rall)(?:\.|en|ard|\b)", re.IGNORECASE)
_ABOVE_C = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


class MeasureNote(NamedTuple):
    """A note of the melody: its time, and whether it goes on from the note before."""

    start: int
    length: int
    pitch: int
    tied: bool


@dataclass
class Measure:
    """One bar as written.

    Attributes:
      number: as the file has it, for messages.
      length: in units.
      symbols: in the order of their time.
      notes: of the first voice, the highest of each chord.
      chords: how many notes sounded below others.
      mark: the section that begins here.
      forward, backward: repeat signs; backward is how often the music is played, or 0.
      ending: for which times this ending is; begins here.
      double: whether a double bar line ends it.
      signature: the <key> that holds where it begins; None where none was told.
      turns: whether the key changes in it, be it at its start.
      tempo_bpm: that holds where it begins; None where none was told.
      slows: whether words say that it slows down.
    """

    number: str
    length: int = 0
    symbols: list[Symbol] = field(default_factory=list)
    notes: list[MeasureNote] = field(default_factory=list)
    chords: int = 0
    mark: str | None = None
    forward: bool = False
    backward: int = 0
    ending: tuple[int, ...] = ()
    ending_stops: bool = False
    double: bool = False
    signature: Element | None = None
    turns: bool = False
    tempo_bpm: float | None = None
    slows: bool = False


class BarReader:
    """Reads the measures of a part in their order; divisions, meter, key and tempo carry over."""

    def __init__(
        self,
        key_of: Callable[[Element | None], Key],
        transposition: Transposition,
        remarks: Remarks,
    ) -> None:
        self._key_of = key_of
        self._key = key_of(None)  # as written
        self._signature: Element | None = None
        self._tempo_bpm: float | None = None
        self._transposition = transposition
        self._remarks = remarks
        self._divisions = Fraction(1)
        self._nominal = 4 * UNITS
        self._voice: str | None = None
        self._slashes = False
        self._first = True
        self._late: list[Symbol] = []  # their offsets reach into the next bar

    def read(self, measure: Element) -> Measure:
        """One bar.

        Raises:
          IntakeError: something in it can't be read; the message names the bar.
        """
        bar = Measure(one_line(measure.get("number"), 10) or "?")
        try:
            self._fill(bar, measure)
        except ShinkoError as error:
            raise IntakeError(f"bar {bar.number}: {error}") from error
        return bar

    def _fill(self, bar: Measure, measure: Element) -> None:
        now = furthest = note_start = 0
        symbols, self._late = self._late, []
        bar.signature, bar.tempo_bpm = self._signature, self._tempo_bpm
        for element in measure:
            match element.tag:
                case "attributes":
                    self._attributes(element)
                    self._turn(bar, element.find("key"), at_start=not now)
                case "note":
                    length = self._length(element)
                    if element.find("chord") is None:
                        note_start, now = now, now + length
                    self._note(bar, element, note_start, length)
                case "backup":
                    now = max(0, now - self._length(element))
                case "forward":
                    now += self._length(element)
                case "harmony":
                    at = max(0, now + self._offset(element))
                    symbol = read_symbol(element, at, self._key, self._remarks)
                    symbols += [self._sounding(symbol)] if symbol else []
                    if len(symbols) > MOST_SYMBOLS:
                        raise IntakeError(f"more than {MOST_SYMBOLS} chord symbols; delete some")
                case "sound":
                    self._tempo(bar, element, at_start=not now)
                    if _jumps(element):
                        self._tell_jumps()
                case "direction":
                    self._tempo(bar, element, at_start=not now)
                    words = one_line(" ".join(w.text or "" for w in element.iter("words")), 80)
                    if any(map(_jumps, element.iter("sound"))) or _JUMP.search(words):
                        self._tell_jumps()
                    bar.slows |= bool(_SLOWER.match(words))
                    mark = one_line(" ".join(t.text or "" for t in element.iter("rehearsal")), 80)
                    bar.mark = mark or bar.mark
                case "barline":
                    _barline(bar, element)
            furthest = max(furthest, now)
            if furthest > _MOST_UNITS:
                raise IntakeError(f"longer than {MOST_QUARTERS} quarters; check its durations")
        empty = measure.find("note") is None
        bar.length = max(furthest, self._nominal) if empty or not furthest else furthest
        if self._first and bar.length < self._nominal:  # an upbeat: the bar is filled up before it
            shift, bar.length = self._nominal - bar.length, self._nominal
            symbols = [symbol._replace(start=symbol.start + shift) for symbol in symbols]
            bar.notes = [note._replace(start=note.start + shift) for note in bar.notes]
        self._first = False
        # Of two symbols at one time the later one counts.
        times = {symbol.start: symbol for symbol in symbols if symbol.start < bar.length}
        bar.symbols = [times[start] for start in sorted(times)]
        self._late = [
            symbol._replace(start=symbol.start - bar.length)
            for symbol in symbols
            if symbol.start >= bar.length
        ]

    def _sounding(self, symbol: Symbol) -> Symbol:
        fifths = self._transposition.fifths
        if symbol.chord is None or not fifths:
            return symbol
        root, quality, bass = symbol.chord.root, symbol.chord.quality, symbol.chord.bass
        moved = [note and Note.from_fifths(note.fifths + fifths) for note in (root, bass)]
        return symbol._replace(chord=ChordName(moved[0] or root, quality, moved[1]))

    def _tell_jumps(self) -> None:
        self._remarks.say("jumps (D.C., D.S., coda) aren't followed: bars in their order")

    def _attributes(self, element: Element) -> None:
        if element.find("divisions") is not None:
            self._divisions = number(element, "divisions")
            if self._divisions <= 0:
                raise IntakeError(f"<divisions> is {self._divisions}; more than 0 is expected")
        if (time := element.find("time")) is not None and time.find("beats") is not None:
            numerator, denominator = meter(time)
            self._nominal = 4 * UNITS * numerator // denominator
        for slash in element.iter("slash"):
            self._slashes = slash.get("type") == "start"

    def _turn(self, bar: Measure, signature: Element | None, *, at_start: bool) -> None:
        if signature is None:
            return
        try:
            self._key = self._key_of(signature)
        except IntakeError:
            if self._signature is None:
                raise
            self._remarks.say("a change of key that can't be read is passed over")
            return
        (fifths, mode), before = told(signature), told(self._signature)
        if fifths == before[0] and not mode and self._signature is not None:
            return  # the same again
        bar.turns |= self._signature is not None and (fifths, mode) != before
        self._signature = signature
        if at_start:
            bar.signature = signature

    def _tempo(self, bar: Measure, element: Element, *, at_start: bool) -> None:
        self._tempo_bpm = tempo_in(element) or self._tempo_bpm
        if at_start:
            bar.tempo_bpm = self._tempo_bpm

    def _length(self, element: Element) -> int:
        if element.find("grace") is not None:
            return 0
        value = number(element, "duration")
        if value < 0:
            raise IntakeError(f"<duration> is {float(value):g}; 0 or more is expected")
        length = round(value * UNITS / self._divisions)
        if length > _MOST_UNITS:
            raise IntakeError(f"longer than {MOST_QUARTERS} quarters; check its durations")
        return length

    def _note(self, bar: Measure, element: Element, start: int, length: int) -> None:
        if element.findtext("staff", "1").strip() != "1":
            return
        voice = element.findtext("voice", "1").strip()
        self._voice = self._voice or voice
        pitch = element.find("pitch")
        if (
            voice != self._voice
            or pitch is None
            or not length
            or self._slashes
            or element.find("cue") is not None
            or element.findtext("notehead", "").strip() == "slash"
        ):
            return
        sounds = _pitch(pitch) + self._transposition.semitones
        sounding = MeasureNote(start, length, sounds, _is_tied(element))
        if element.find("chord") is None or not bar.notes:
            bar.notes.append(sounding)
            return
        bar.chords += 1
        if sounding.pitch > bar.notes[-1].pitch:
            bar.notes[-1] = sounding

    def _offset(self, element: Element) -> int:
        if element.find("offset") is None:
            return 0
        offset = number(element, "offset") * UNITS / self._divisions
        return max(-_MOST_UNITS, min(_MOST_UNITS, round(offset)))


def _jumps(sound: Element) -> bool:
    return any(sound.get(jump) for jump in _JUMPS)


def _barline(bar: Measure, element: Element) -> None:
    repeat, ending = element.find("repeat"), element.find("ending")
    if repeat is not None:
        if repeat.get("direction") == "forward":
            bar.forward = True
        else:
            times = one_line(repeat.get("times")) or "2"
            bar.backward = int(times) if times.isdecimal() else 0
            if not 1 <= bar.backward <= MOST_TIMES:
                raise IntakeError(f"repeated {times[:20]} times; 1 to {MOST_TIMES} is expected")
    if ending is not None:
        if ending.get("type") == "start":
            bar.ending = _times(ending.get("number", ""))
        else:
            bar.ending_stops = True
    if element.get("location", "right") == "right":
        bar.double = one_line(element.findtext("bar-style")) == "light-light"


def _times(text: str) -> tuple[int, ...]:
    """For which times an ending is: "1, 2" or "1-3"; 1 if it doesn't say."""
    found = [int(digits) for digits in re.findall(r"\d{1,4}", text[:100])] or [1]
    if "-" in text and len(found) == 2:
        found = list(range(found[0], found[1] + 1))
    if any(not 1 <= time <= MOST_TIMES for time in found):
        raise IntakeError(f"an ending for times {text[:40]!r}; 1 to {MOST_TIMES} is expected")
    return tuple(found)


def _pitch(element: Element) -> int:
    step = one_line(element.findtext("step")).upper()
    if step not in _ABOVE_C:
        raise IntakeError(f"<step> is {step[:20]!r}; a letter A to G is expected")
    alter = round(number(element, "alter", "0"))
    return 12 * (whole(element, "octave", 0, 9) + 1) + _ABOVE_C[step] + alter


def _is_tied(element: Element) -> bool:
    return any(tie.get("type") == "stop" for tie in element.findall("tie"))
