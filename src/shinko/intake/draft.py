"""A progression while it is read: sections, bars, repeats, and chords as they were typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from shinko.errors import ShinkoError
from shinko.intake.bounded import IntakeError
from shinko.score.progression import MOST_CHORDS, Progression, Section
from shinko.theory import (
    ChordError,
    ChordName,
    Key,
    NoteNameError,
    parse_chord_name,
    roman_from_name,
)
from shinko.theory.find_key import find_key

MOST_CELLS = 256  # of a bar
MOST_CELLS_IN_ALL = 20_000  # 64 chords of 256 beats each, and more
LONGEST_WORD = 40
GOES_ON, SAME_BAR, SILENCE = "/", "%", "N.C."
# Quarter notes that numbers may miss a bar by: `export.chart` rounds bar lines to ticks of 1/480.
ROUNDING = Fraction(1, 100)


class ChartError(IntakeError):
    """A text is not a chord chart, or one that no progression can hold."""


class Cell(NamedTuple):
    """One chord (or "/", "%", "N.C.") of a bar; beats are quarter notes, None for a share."""

    text: str
    beats: Fraction | None = None


@dataclass
class Struck:
    """A chord as typed, or silence, that sounds for some quarter notes."""

    text: str
    beats: Fraction


@dataclass
class Part:
    """Some bars in a row that are played so many times."""

    name: str
    struck: list[Struck]
    times: int = 1


@dataclass
class Draft:
    """The sections that a reader has so far; it grows bar by bar.

    Attributes:
      meter: numerator and denominator of all bars.
    """

    meter: tuple[int, int]
    parts: list[Part] = field(default_factory=list)
    name: str = ""
    struck: list[Struck] = field(default_factory=list)
    last_bar: list[Struck] = field(default_factory=list)
    repeat_is_open: bool = False
    section_times: int = 1
    section_start: int = 0
    bars: int = 0
    cells: int = 0

    @property
    def bar_beats(self) -> Fraction:
        """Quarter notes in a bar."""
        return Fraction(4 * self.meter[0], self.meter[1])

    def begin_section(self, name: str, times: int = 1) -> None:
        """What follows belongs to a new section."""
        self.end_section()
        self.name, self.section_times, self.section_start = name, times, len(self.parts)

    def end_section(self) -> None:
        """Close the section; all of it may be played several times."""
        if self.repeat_is_open:
            raise ChartError("a repeat '|:' has no end; write ':|' after its last bar")
        self.end_part(1)
        if self.section_times != 1:
            parts = self.parts[self.section_start :]
            if len(parts) != 1 or parts[0].times != 1:
                raise ChartError(
                    f"section {shortened(self.name)!r} is played {self.section_times} times and "
                    "isn't one run of bars; give it bars and no repeats of its own"
                )
            parts[0].times = self.section_times
            self.section_times = 1

    def end_part(self, times: int) -> None:
        """What was played since the last part is one that is played so many times."""
        if self.struck:
            self.parts.append(Part(self.name, self.struck, times))
        self.struck = []

    def begin_repeat(self) -> None:
        """A "|:"."""
        if self.repeat_is_open:
            raise ChartError("a repeat '|:' begins inside another one; write ':|' before it")
        self.end_part(1)
        self.repeat_is_open = True

    def end_repeat(self) -> None:
        """A ":|", twice until it is told otherwise."""
        if not self.struck:
            raise ChartError("a repeat ends (':|') before any chord; write its bars before it")
        self.end_part(2)
        self.repeat_is_open = False

    def play(self, text: str, beats: Fraction) -> None:
        """A chord, silence, or more of what sounds."""
        self.cells += 1
        if self.cells > MOST_CELLS_IN_ALL:
            raise ChartError(
                f"chart has more than {MOST_CELLS_IN_ALL} chords and beats; a progression has "
                f"{MOST_CHORDS} chords at most"
            )
        if text == GOES_ON and self.struck:
            self.struck[-1].beats += beats
        elif text == GOES_ON and not self.last_bar:
            raise ChartError("the chart begins with '/' or '%'; begin with a chord")
        else:
            # A section strikes the chord anew that goes on from the one before.
            text = self.last_bar[-1].text if text == GOES_ON else text
            self.struck.append(Struck(text, beats))

    def add_bar(self, cells: Sequence[Cell]) -> None:
        """A bar between two bar lines: what its numbers leave, the other cells share evenly."""
        self.bars += 1
        if len(cells) > MOST_CELLS:
            raise ChartError(
                f"bar {self.bars} has {len(cells)} chords and beats; give {MOST_CELLS} at most"
            )
        if [cell.text for cell in cells] == [SAME_BAR]:
            if len(self.last_bar) > 1:
                for again in self.last_bar:
                    self.play(again.text, again.beats)
                return
            cells = [Cell(GOES_ON, cells[0].beats)]
        told = sum((cell.beats for cell in cells if cell.beats), Fraction())
        free = sum(cell.beats is None for cell in cells)
        left = self.bar_beats - told
        if left <= 0 if free else abs(left) > ROUNDING:
            raise ChartError(
                f"bar {self.bars} has {float(told):g} beats{' and more' if free else ''}; a bar "
                f"of {self.meter[0]}/{self.meter[1]} has {float(self.bar_beats):g} quarter notes"
            )
        now: list[Struck] = []
        for text, beats in cells:
            lasting = left / free if beats is None else beats
            text = GOES_ON if text == SAME_BAR else text
            self.play(text, lasting)
            if text == GOES_ON and now:
                now[-1].beats += lasting
            else:
                now.append(Struck(self.struck[-1].text, lasting))
        self.last_bar = now

    def add_freely(self, text: str, beats: Fraction) -> None:
        """A chord without bar lines."""
        self.play(GOES_ON if text == SAME_BAR else text, beats)
        self.last_bar = [Struck(self.struck[-1].text, beats)]


def progression_of(
    draft: Draft, *, key: Key | None, tempo_bpm: float | None, title: str
) -> Progression:
    """The progression of all that a draft holds; a key of None is found from the chords."""
    draft.end_section()
    parts = [
        Part(part.name, struck, part.times)
        for part in draft.parts
        if (struck := _without_silence(part.struck, draft.bar_beats))
    ]
    struck = [chord for part in parts for chord in part.struck]
    if not struck:
        raise ChartError("no chords in the chart; type some, such as 'Am7 D7 Gmaj7'")
    if len(struck) > MOST_CHORDS:
        raise ChartError(f"chart has {len(struck)} chords; give {MOST_CHORDS} at most")
    key = key or _found_key(struck)
    sections = tuple(Section(part.name, len(part.struck), part.times) for part in parts)
    plain = sections == (Section("", len(struck)),)
    chords = []
    for place, chord in enumerate(struck, start=1):
        with_place = f"chord {place}, {shortened(chord.text)!r}"
        if len(chord.text) > LONGEST_WORD:
            raise ChartError(f"{with_place}: {len(chord.text)} characters; put spaces in between")
        try:
            chords.append(roman_from_name(chord.text.replace(":", ""), key))
        except ShinkoError as error:
            reason = str(error).partition("': ")[2] or str(error)
            raise ChartError(f"{with_place}: {reason}") from error
    return Progression(
        chords=tuple(chords),
        key=key,
        beats=tuple(float(chord.beats) for chord in struck),
        tempo_bpm=120.0 if tempo_bpm is None else tempo_bpm,
        meter=draft.meter,
        title=title,
        sections=() if plain else sections,
    )


def shortened(text: str) -> str:
    """The beginning of a text, for a message of one line."""
    return text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "…"


def _without_silence(struck: Sequence[Struck], bar: Fraction) -> list[Struck]:
    """The chords alone: silence that no progression has lengthens its neighbour."""
    chords: list[Struck] = []
    early = Fraction()
    silent = Fraction()  # after the last chord
    for text, beats in ((one.text, one.beats) for one in struck):
        if text == SILENCE and chords:
            silent += beats
        elif text == SILENCE:
            early += beats
        else:
            if chords:
                chords[-1].beats += silent
            chords.append(Struck(text, early + beats))
            early = silent = Fraction()
    if chords and silent > -sum(chord.beats for chord in chords) % bar + ROUNDING:
        chords[-1].beats += silent
    return chords


def _found_key(struck: Sequence[Struck]) -> Key:
    names: list[ChordName] = []
    for chord in struck:
        if chord.text[:1] in tuple("ABCDEFG") and len(chord.text) <= LONGEST_WORD:
            try:
                names.append(parse_chord_name(chord.text.replace(":", "")))
            except (ChordError, NoteNameError):
                continue  # told later, with its place
    return find_key(names)
