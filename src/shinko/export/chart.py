"""Plain chord charts, as musicians type them; `intake.chart` reads them again.

    key: C major  tempo: 120  meter: 4/4  title: Two doors

    [verse]
    |: C      | G / / D/F♯ :| x2
    [chorus]
    key: A minor  tempo: 96  style: bossa
    |  Am     | %          | F*1.5 C*2.5 | G N.C. |
    rit.

Conventions:
  - The head is one line, the title last: it may hold anything.
  - A key or a tempo that is new stands below the name of its section, and holds until the next
    one; a style is that of its section alone.
  - A bar's cells share the bar evenly: "C G" is two halves, "C / / G" is 3 to 1. Without "/" they
    share it in whole beats, as `score.cells` tells; such bars are written only where that is even.
  - "/" goes on with the chord before it. "%" alone in a bar goes on for that bar; it comes only
    after a bar of one chord, because after others readers take it for "the same bar again".
  - What cells of a beat can't say is written in quarter notes: "F*1.5", "/*1/3".
  - "N.C." is the silence that fills the last bar of a section.
  - "|: … :| x3" is played three times. A section without a name after another one is "[]".

What is not written: the melody, and how the chords were drawn (seed, policy, probability).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from shinko.printable import in_one_line
from shinko.score.bars import Passage, bars_of, folded, written
from shinko.score.cells import beat_units, cell_beats
from shinko.score.changes import Turn, turns_of
from shinko.score.progression import Progression
from shinko.score.score import TICKS_PER_QUARTER
from shinko.score.text import RITARDANDO

BARS_A_LINE = 4
GOES_ON, SAME_BAR, SILENCE = "/", "%", "N.C."
MOST_CELLS = 16  # of a bar, before numbers are easier to read
# The brackets, bars and breaks that a name between brackets can't hold.
_IN_A_NAME = str.maketrans({"[": "(", "]": ")"})


class Share(NamedTuple):
    """A chord's part of a bar.

    Attributes:
      chord: its index in the progression; None for the silence that fills a section's last bar.
      begins: whether the chord is struck here.
      beats: quarter notes; a chord's shares sum to exactly its beats.
    """

    chord: int | None
    begins: bool
    beats: Fraction


def chart_text(progression: Progression) -> str:
    """The progression as a chord chart, with a line break at its end.

    Equal neighbouring sections are written once, with how often they are played.
    """
    progression = folded(progression)
    lines = [head_line(progression)]
    for number, turn in enumerate(turns_of(progression, written(progression))):
        section = turn.passage.section
        name = in_one_line(section.name).translate(_IN_A_NAME)
        told = turn_fields(turn)
        if section.style:
            told.append(f"style: {in_one_line(section.style)}")
        lines += ["", f"[{name}]"] if name or number or told else [""]
        lines += ["  ".join(told)] if told else []
        lines += columns(_bars(progression, turn.passage), section.times)
    return "\n".join([*lines, *closing(progression)]) + "\n"


def one_line(progression: Progression) -> str:
    """The chords in one line for the clipboard, without a line break: "Am7 | D7 G7 | Cmaj7".

    Bars are written as in `chart_text`; repeats stand between |: and :|, sections apart by ||.
    Where bars tell their beats in numbers, a meter other than 4/4 stands first, or they would not
    add up for who reads it: "3/4 | C*1.5 G*1.5 |".
    """
    progression = folded(progression)
    parts = []
    for passage in written(progression):
        bars, times = " | ".join(_bars(progression, passage)), passage.section.times
        parts.append(bars if times == 1 else f"|: {bars} :| x{times}")
    line = " || ".join(parts)
    # Without a bar line in it, a bar of several chords would read as several bars.
    line = line if "|" in line or " " not in line else f"| {line} |"
    numerator, denominator = progression.meter
    told = "*" in line and (numerator, denominator) != (4, 4)
    return f"{numerator}/{denominator} {line}" if told else line


def head_line(progression: Progression) -> str:
    """Key, tempo, meter and title."""
    numerator, denominator = progression.meter
    head = f"key: {progression.key}  tempo: {number_text(progression.tempo_bpm)}"
    head += f"  meter: {numerator}/{denominator}"
    title = in_one_line(progression.title)
    return f"{head}  title: {title}" if title else head


def turn_fields(turn: Turn) -> list[str]:
    """Key and tempo of a section, where they are new, as the head has them."""
    told = [f"key: {turn.key}"] if turn.new_key else []
    return told + ([f"tempo: {number_text(turn.tempo_bpm)}"] if turn.new_tempo else [])


def closing(progression: Progression) -> list[str]:
    """The last line of a piece that slows down."""
    return [RITARDANDO] if progression.ritardando else []


def number_text(value: float) -> str:
    """A number that reads back as the same one: "120", "92.5"."""
    return str(int(value)) if value == int(value) else repr(float(value))


def shares_of(progression: Progression, passage: Passage) -> list[list[Share]]:
    """The bars of a passage as shares of its chords, free of rounding.

    Bar lines fall where `bars_of` puts them. Where ticks had to round a chord, its longest share
    takes up the difference, so that sums of shares are exact; such a bar may miss the meter by a
    tick or two.
    """
    bars = [
        [
            Share(p.chord, p.begins, Fraction(p.end_tick - p.start_tick, TICKS_PER_QUARTER))
            for p in bar.pieces
        ]
        for bar in bars_of(passage)
    ]
    for placed in passage.chords:
        places = [
            (share.beats, bar, place)
            for bar, shares in enumerate(bars)
            for place, share in enumerate(shares)
            if share.chord == placed.chord
        ]
        missing = exact(progression.beats[placed.chord]) - sum(beats for beats, *_ in places)
        if missing:
            beats, bar, place = max(places, key=lambda row: row[0])
            bars[bar][place] = bars[bar][place]._replace(beats=beats + missing)
    return bars


def exact(beats: float) -> Fraction:
    """The simplest fraction that is this number in floating point: 1/3 for 0.333…"""
    simple = Fraction(beats).limit_denominator(TICKS_PER_QUARTER)
    return simple if float(simple) == beats else Fraction(repr(float(beats)))


def _bars(progression: Progression, passage: Passage) -> list[str]:
    names = progression.names
    before: list[Share] = []
    texts = []
    for shares in shares_of(progression, passage):
        alone = len(shares) == 1 and not shares[0].begins
        same = alone and len(before) == 1 and _fills(shares, progression.meter)
        texts.append(SAME_BAR if same else cells_text(shares, progression.meter, names))
        before = shares
    return texts


def cells_text(shares: Sequence[Share], meter: tuple[int, int], names: Sequence[str]) -> str:
    """The cells of a bar: chords by their names, "/" where one goes on, "N.C." for silence."""
    texts = [
        SILENCE if share.chord is None else names[share.chord] if share.begins else GOES_ON
        for share in shares
    ]
    if _fills(shares, meter):
        even = len({share.beats for share in shares}) == 1
        if even and shares[0].beats == cell_beats(len(shares), meter)[-1]:
            return " ".join(texts)
        for unit in beat_units(meter):
            counts = [share.beats / unit for share in shares]
            if all(count.denominator == 1 for count in counts) and sum(counts) <= MOST_CELLS:
                beats = zip(texts, counts, strict=True)
                return " ".join(" ".join([text, *[GOES_ON] * (int(n) - 1)]) for text, n in beats)
    numbered = zip(texts, shares, strict=True)
    return " ".join(f"{text}*{fraction_text(share.beats)}" for text, share in numbered)


def _fills(shares: Sequence[Share], meter: tuple[int, int]) -> bool:
    return sum(share.beats for share in shares) == Fraction(4 * meter[0], meter[1])


def fraction_text(value: Fraction) -> str:
    """A number that `Fraction` reads: "4", "1.5", "1/3"."""
    decimal = number_text(float(value))
    return decimal if Fraction(decimal) == value else str(value)


def columns(bars: Sequence[str], times: int, *, between: str = " | ") -> list[str]:
    """Lines of four bars in columns, repeat signs around them if they are played several times."""
    lines = [bars[start : start + BARS_A_LINE] for start in range(0, len(bars), BARS_A_LINE)]
    widths = [max(map(len, column)) for column in zip(*_padded(lines), strict=True)]
    rows = []
    for number, line in enumerate(lines):
        cells = between.join(bar.ljust(width) for bar, width in zip(line, widths, strict=False))
        edge = between.strip()
        left, right = edge, edge
        if times > 1:
            left = "|:" if number == 0 else edge.ljust(2)
            right = f":| x{times}" if number == len(lines) - 1 else edge
        rows.append(f"{left} {cells} {right}".rstrip() if times > 1 or edge else cells.rstrip())
    return rows


def _padded(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[*line, *[""] * (len(lines[0]) - len(line))] for line in lines]
