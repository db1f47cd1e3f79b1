"""A progression while it is read: sections, bars, repeats, and chords as they were typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from shinko.errors import ShinkoError
from shinko.intake.bounded import IntakeError
from shinko.intake.hints import chord_in, hint
from shinko.intake.remarks import Remarks
from shinko.intake.sections import (
    AS_THE_PIECE,
    Manner,
    ReadSection,
    bar_count,
    take_bars,
    told_sections,
)
from shinko.score.progression import MOST_CHORDS, Progression
from shinko.theory import ChordName, Key, RomanChord, roman_from_name
from shinko.theory.bare_numerals import bare_told, is_bare
from shinko.theory.hooktheory import is_id
from shinko.theory.key_of_words import key_of_words

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
            raise ChartError("a repeat '|:' has no end; write ':|' after its last bar")
        self._end_endings()
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
            self.parts.append(RepeatedBars(self.name, self.struck, times, self.manner))
        self.struck = []

    def begin_repeat(self) -> None:
        """A "|:"."""
        if self.repeat_is_open:
            raise ChartError("a repeat '|:' begins inside another one; write ':|' before it")
        self._end_endings()
        self.end_part(1)
        self.repeat_is_open = True

    def end_repeat(self) -> None:
        """A ":|", twice until it is told otherwise."""
        if not self.struck:
            raise ChartError("a repeat ends (':|') before any chord; write its bars before it")
        self.end_part(1 if self.ending else 2)
        self.repeat_is_open = False

    def begin_ending(self, number: int) -> None:
        """A "|1" or "|2": bars for one time through; all of them are written out."""
        if number != self.ending + 1 or (self.ending and self.struck):
            raise ChartError(
                f"ending {number} comes at the wrong place; write '|: C |1 G :|2 F |', or the "
                "repeat out in full"
            )
        if number == 1:
            self.before_endings = self.struck
        self.struck = [replace(one) for one in self.before_endings]
        self.ending = number

    def _end_endings(self) -> None:
        if self.ending == 1:
            raise ChartError("ending 1 has no ending 2; write '|: C |1 G :|2 F |'")
        self.before_endings, self.ending = [], 0

    def play(self, text: str, beats: Fraction) -> None:
        """A chord, silence, or more of what sounds."""
        self.cells += 1
        self.chords += text != GOES_ON
        for count, most in ((self.chords, MOST_STRUCK), (self.cells, MOST_CELLS_IN_ALL)):
            if count > most:
                raise ChartError(
                    f"chart has more than {most} chords and beats; a progression has "
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
    draft: Draft,
    *,
    key: Key | None,
    tempo_bpm: float | None,
    title: str,
    bars: tuple[int, int] | None = None,
    remarks: Remarks,
    free: list[int] | None = None,
    ritardando: bool = False,
) -> Progression:
    """The progression of all that a draft holds, or of some bars; no key: the chords' own.

    Args:
      free: where to say which slots are free; a tonic stands in for them. None where none may be.
    """
    draft.end_section()
    sections = every = [
        ReadSection(part.name, part.times, struck, manner=part.manner)
        for part in draft.parts
        if (struck := _without_silence(part.struck, draft.bar_beats, remarks))
    ]
    if bars is not None and sections:
        sections = take_bars(sections, draft.meter, bars)
        ritardando = ritardando and bars[1] >= bar_count(every, draft.meter)
    rows = [row for section in sections for row in section.chords]
    if not rows:
        raise ChartError("no chords in the chart; type some, such as 'Am7 D7 Gmaj7'")
    if len(rows) > MOST_CHORDS:
        raise ChartError(
            f"chart has {len(rows)} chords; give {MOST_CHORDS} at most, or take some of its bars"
        )
    texts = [text for text, _ in rows]
    _check_kinds(texts)
    told = [section.manner.key for section in sections for _ in section.chords]
    # The piece's key is found from the chords that no section's key is told for.
    open_ones = [text for text, own in zip(texts, told, strict=True) if own is None] or texts
    found, name = key_of_words(t.replace(":", "") for t in open_ones if len(t) <= LONGEST_WORD)
    was_found = key is None and name != found.mode
    key = key or found
    tempo_bpm = 120.0 if tempo_bpm is None else tempo_bpm
    pairs = zip(texts, told, strict=True)
    for text, own in zip(texts, told, strict=True):
        mode = (own or key).mode
        if len(text) <= LONGEST_WORD and is_bare(text, mode):
            remarks.say(bare_told(mode))
    return Progression(
        chords=tuple(
            _chord(place, text, own or key, free) for place, (text, own) in enumerate(pairs)
        ),
        key=key,
        beats=tuple(beats for _, beats in rows),
        tempo_bpm=tempo_bpm,
        meter=draft.meter,
        title=title,
        sections=told_sections(sections, key=key, tempo_bpm=tempo_bpm),
        key_was_found=was_found,
        ritardando=ritardando,
    )


def _chord(index: int, text: str, key: Key, free: list[int] | None) -> RomanChord:
    """A chord as it was typed, in the key of its section; its index in the progression."""
    if text == FREE and free is not None:
        free.append(index)
        return roman_from_name(str(key.tonic), key)
    with_place = f"chord {index + 1}, {shortened(text)!r}"
    if len(text) > LONGEST_WORD:
        raise ChartError(f"{with_place}: {len(text)} characters; put spaces in between")
    try:
        return roman_from_name(text.replace(":", ""), key)
    except ShinkoError as error:
        if text == FREE:
            raise ChartError(f"{with_place}: a free slot; shinko compose fills it") from None
        reasons = [str(error).partition("': ")[2] or str(error), hint(text)]
        raise ChartError(f"{with_place}: {'; '.join(filter(None, reasons))}") from error


def shortened(text: str) -> str:
    """The beginning of a text, for a message of one line."""
    return text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "…"


def _without_silence(
    struck: Sequence[Struck], bar: Fraction, remarks: Remarks
) -> tuple[tuple[str, float], ...]:
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
                _hold(chords[-1], silent, remarks)
            if early:
                remarks.say("N.C. at the start of a section: the chord after it begins there")
            chords.append(Struck(text, early + beats))
            early = silent = Fraction()
    if chords and silent > -sum(chord.beats for chord in chords) % bar + ROUNDING:
        _hold(chords[-1], silent, remarks)
    return tuple((chord.text, float(chord.beats)) for chord in chords)


def _hold(chord: Struck, silent: Fraction, remarks: Remarks) -> None:
    if silent:
        chord.beats += silent
        remarks.say("N.C. within a section: the chord before it sounds on")


def _check_kinds(texts: Sequence[str]) -> None:
    """Refuse ids among chord symbols: they are meters, endings or numbers of times."""
    if any(not is_id(text) and _symbol(text) is not None for text in texts):
        for place, text in enumerate(texts, start=1):
            if is_id(text) and _symbol(text) is None:
                raise ChartError(
                    f"chord {place}, {text!r}: a number among chord symbols; a meter stands "
                    "before the first chord, endings are '|1 C :|2 G |', repeats 'x2'; or write "
                    "all chords as numbers"
                )


def _symbol(text: str) -> ChordName | None:
    return chord_in(text.replace(":", ""))
