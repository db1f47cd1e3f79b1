"""A progression while it is read: sections, bars, repeats, and chords as they were typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from shinko.intake.bounded import IntakeError
from shinko.intake.remarks import Remarks
from shinko.intake.sections import AS_THE_PIECE, Manner
from shinko.score.progression import MOST_CHORDS

MOST_CELLS = 256  # of a bar
# Of which a progression takes some bars; and, in bars of a 32nd, many that go on.
MOST_STRUCK, MOST_CELLS_IN_ALL = 20_000, 80_000
LONGEST_WORD = 40
GOES_ON, SAME_BAR, SILENCE = "/", "%", "N.C."
FREE = "_"
"""A slot whose chord is open."""
# Quarter notes that numbers may miss a bar by: `export.chart` rounds bar lines to ticks of 1/480.
ROUNDING = Fraction(1, 100)


class ChartError(IntakeError):
    """A text is not a chord chart, or one that no progression can hold."""


class TooMuchError(ChartError):
    """A text has more chords than can be counted."""


class Cell(NamedTuple):
    """One chord (or "/", "%", "N.C.") of a bar; beats are quarter notes, None for a share."""

    text: str
    beats: Fraction | None = None


@dataclass
class Struck:
    """A chord as typed, or silence, that sounds for some quarter notes.

    Attributes:
      words: that are sung from there on; a line of them ends in a line break.
      line: that it was typed in, from 1; 0 where there are none.
    """

    text: str
    beats: Fraction
    words: str = ""
    line: int = 0


@dataclass
class RepeatedBars:
    """Some bars in a row that are played so many times."""

    name: str
    struck: list[Struck]
    times: int = 1
    manner: Manner = AS_THE_PIECE


@dataclass
class Draft:
    """The sections that a reader has so far; it grows bar by bar.

    Attributes:
      meter: numerator and denominator of all bars.
      manner: the key, the tempo and the style of the section.
      coming: the key and the tempo of what comes after it, as they were told last.
      words_before: that are sung before the section's first chord.
      unsung: words of sections that have no chord.
      remarks: where to tell what can't be read, to go on after it; None to refuse it.
    """

    meter: tuple[int, int]
    parts: list[RepeatedBars] = field(default_factory=list)
    manner: Manner = AS_THE_PIECE
    coming: Manner = AS_THE_PIECE
    name: str = ""
    struck: list[Struck] = field(default_factory=list)
    last_bar: list[Struck] = field(default_factory=list)
    repeat_is_open: bool = False
    section_times: int = 1
    section_start: int = 0
    bars: int = 0
    cells: int = 0
    chords: int = 0
    before_endings: list[Struck] = field(default_factory=list)
    ending: int = 0
    words_before: str = ""
    unsung: str = ""
    remarks: Remarks | None = None

    def fault(self, message: str) -> None:
        """Tell what is wrong, to go on as well as it goes; raises ChartError where nobody hears."""
        if self.remarks is None:
            raise ChartError(message)
        self.remarks.fault(message)

    @property
    def bar_beats(self) -> Fraction:
        """Quarter notes in a bar."""
        return Fraction(4 * self.meter[0], self.meter[1])

    def begin_section(self, name: str, times: int = 1) -> None:
        """What follows belongs to a new section."""
        self.end_section()
        self.name, self.section_times, self.section_start = name, times, len(self.parts)
        self.manner = self.coming

    def turn(self, manner: Manner) -> None:
        """Another key, tempo or style from here on; after chords, a section without a name."""
        if self.struck and manner != self.manner:
            self.begin_section("")
        self.manner, self.coming = manner, manner._replace(style="")

    def end_section(self) -> None:
        """Close the section; all of it may be played several times."""
        if self.repeat_is_open:
            self.fault("a repeat '|:' has no end; write ':|' after its last bar")
            self.repeat_is_open = False
        self._end_endings()
        self.end_part(1)
        if self.section_times != 1:
            self._repeat_section(self.parts[self.section_start :])
            self.section_times = 1
        self.unsung += self.words_before
        self.words_before = ""

    def _repeat_section(self, parts: list[RepeatedBars]) -> None:
        if len(parts) == 1 and parts[0].times == 1:
            parts[0].times = self.section_times
            return
        self.fault(
            f"section {shortened(self.name)!r} is played {self.section_times} times and "
            "isn't one run of bars; give it bars and no repeats of its own"
        )

    def end_part(self, times: int) -> None:
        """What was played since the last part is one that is played so many times."""
        if self.struck:
            self.parts.append(RepeatedBars(self.name, self.struck, times, self.manner))
        self.struck = []

    def begin_repeat(self) -> None:
        """A "|:"."""
        if self.repeat_is_open:
            self.fault("a repeat '|:' begins inside another one; write ':|' before it")
        self._end_endings()
        self.end_part(1)
        self.repeat_is_open = True

    def end_repeat(self) -> None:
        """A ":|", twice until it is told otherwise."""
        if not self.struck:
            self.fault("a repeat ends (':|') before any chord; write its bars before it")
            return
        self.end_part(1 if self.ending else 2)
        self.repeat_is_open = False

    def begin_ending(self, number: int) -> None:
        """A "|1" or "|2": bars for one time through; all of them are written out."""
        if number != self.ending + 1 or (self.ending and self.struck):
            self.fault(
                f"ending {number} comes at the wrong place; write '|: C |1 G :|2 F |', or the "
                "repeat out in full"
            )
            if number != self.ending + 1:
                return
            self.end_part(1)
        if number == 1:
            self.before_endings = self.struck
        self.struck = [replace(one) for one in self.before_endings]
        self.ending = number

    def _end_endings(self) -> None:
        if self.ending == 1:
            self.fault("ending 1 has no ending 2; write '|: C |1 G :|2 F |'")
        self.before_endings, self.ending = [], 0

    def play(self, text: str, beats: Fraction) -> None:
        """A chord, silence, or more of what sounds."""
        self.cells += 1
        self.chords += text != GOES_ON
        for count, most in ((self.chords, MOST_STRUCK), (self.cells, MOST_CELLS_IN_ALL)):
            if count > most:
                raise TooMuchError(
                    f"chart has more than {most} chords and beats; a progression has "
                    f"{MOST_CHORDS} chords at most"
                )
        if text == GOES_ON and self.struck:
            self.struck[-1].beats += beats
        else:
            if text == GOES_ON and not self.last_bar:
                self.fault("the chart begins with '/' or '%'; begin with a chord")
                text = SILENCE
            # A section strikes the chord anew that goes on from the one before.
            text = self.last_bar[-1].text if text == GOES_ON else text
            self.struck.append(Struck(text, beats, self.words_before, self._line))
            self.words_before = ""

    @property
    def _line(self) -> int:
        return self.remarks.line if self.remarks is not None else 0

    def sing(self, words: str) -> None:
        """Words that are sung from the last chord on, or from the next where none is there yet."""
        if self.struck:
            self.struck[-1].words += words
        else:
            self.words_before += words

    def add_bar(self, cells: Sequence[Cell]) -> None:
        """A bar between two bar lines: what its numbers leave, the other cells share evenly."""
        self.bars += 1
        if len(cells) > MOST_CELLS:
            raise TooMuchError(
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
            self.fault(
                f"bar {self.bars} has {float(told):g} beats{' and more' if free else ''}; a bar "
                f"of {self.meter[0]}/{self.meter[1]} has {float(self.bar_beats):g} quarter notes"
            )
            cells = [Cell(cell.text, self.bar_beats / len(cells)) for cell in cells]
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


def shortened(text: str) -> str:
    """The beginning of a text, for a message of one line."""
    return text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "…"
