"""Lines of chords over lines of words, as song sheets in plain text have them.

    [Verse 1]            or "Verse 1" or "Verse 1:"
    G           D/F#
    Words are sung here

Conventions:
  - A line is words if most of it neither is a chord nor was meant as one, and the text has a line
    of chords as well. "A" and "I" count as words beside other words.
  - Lines with bar lines are never words. Tablature, and lines that tell capo, tuning or artist,
    are passed over.
  - Marks of web pages, "[ch]G[/ch]", are passed over, and so are comments ("# …") and fingerings
    ("Am7 x02010").
  - Words belong to the chord that stands above them or before; a wide character takes two columns.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shinko.intake.chart_head import PLAIN
from shinko.intake.hints import chord_in, was_meant_as_chord
from shinko.intake.remarks import Remarks

_PART = (
    r"(?:intro|verse|pre-?chorus|chorus|bridge|refrain|hook|interlude|instrumental|solo|break|coda|"
    r"ending|outro|tag|turnaround|part|section|"
    r"[A-DＡ-Ｄ]メロ|(?:大|ラス|落ち)?サビ|イントロ|間奏|アウトロ|エンディング|コーラス|ブリッジ)"
)
_HEADING = re.compile(rf"\s*\(?({_PART}(?:[ \t]{{1,8}}\w{{1,8}})?)\)?\s*", re.IGNORECASE)
_OTHERS = re.compile(
    r"\s*(?:capo\b|(?:tuning|artist|composer|album|strumming|by|author)[ \t]{0,8}[:=]"
    r"|#(?:\s|$)|//\s{0,3}[^\W\d])",
    re.IGNORECASE,
)
# Four strings to seven, "x02010", "x-0-2-2-1-0" or "(x 0 2 0 1 0)" without its spaces.
_SHAPE = re.compile(r"\(?(?:[xX\d]{4,7}|[xX\d]{1,2}(?:-[xX\d]{1,2}){3,6})\)?")
_JOINED = re.compile(r"(?<=\S)\s{0,3}[:=](?=\s|[xX\d])|,")
_TAB = re.compile(r"\s*[A-Ga-g][#b]?\s{0,3}[|:].*--")
_MARKS = re.compile(r"\[/?(?:ch|tab)\]", re.IGNORECASE)
_SIGN = re.compile(r"[-–—/.%,;~→>()_]{1,9}|\(?[x×*]\d{1,6}\)?|\d{1,6}x|[Nn]\.?[Cc]\.?")
_BAR_LINES = re.compile(r"[|│┃｜𝄆𝄇]")
_NUMERAL = re.compile(
    r"[b#♭♯]?(?:[IV]+|[iv]+|[ⅠⅡⅢⅣⅤⅥⅦⅰⅱⅲⅳⅴⅵⅶ])\S{0,9}|[bDYLMC]?[1-7]\d{0,2}(?:/[1-7])?"
)
MOST_ASKED = 64  # words of a line
_IN_ENGLISH = ("A", "I", "i")


class SheetLine(NamedTuple):
    """A line with its number: of chords, or of words."""

    number: int
    text: str
    is_words: bool = False


def chord_lines(lines: Sequence[tuple[int, str]], remarks: Remarks) -> Iterator[SheetLine]:
    """The lines of chords and those of words; headings as "[Verse 1]"."""
    plain = [(number, _MARKS.sub("", line)) for number, line in lines]
    sung = any(map(is_chord_line, (line for _, line in plain))) and len(plain) > 1
    for number, line in plain:
        if (heading := heading_in(line)) and len(plain) > 1:
            yield SheetLine(number, f"[{heading}]")
        elif is_aside(line):
            remarks.count("lines passed over", line.strip())
        elif is_fingerings(line):
            remarks.count("fingerings passed over", line.strip())
        elif sung and is_words(line):
            remarks.say("chords over words: each is one bar long, unless bars are drawn")
            remarks.count("lines of words", line.strip())
            yield SheetLine(number, line, is_words=True)
        else:
            yield SheetLine(number, line)


def is_fingerings(line: str) -> bool:
    """Whether a line tells how chords are fingered: "Am7 x02010   F: 133211"."""
    words = _JOINED.sub(" ", line.translate(PLAIN)).split(maxsplit=MOST_ASKED)
    shapes = [_SHAPE.fullmatch(word) is not None for word in words]
    return any(shapes) and all(
        shapes[place - 1] != shape and (shape or chord_in(word) is not None)
        for place, (word, shape) in enumerate(zip(words, shapes, strict=True))
    )


def parted(chords: str, words: str) -> list[str]:
    """A line of words, cut where chords stand above it: before the first, and from each on."""
    columns = [found.start() for found in re.finditer(r"\S+", chords) if chord_in(found[0])]
    columns = [_width(chords[:column]) for column in columns]
    parts, place, width = [""], 0, 0
    for character in words:
        while place < len(columns) and width >= columns[place]:
            parts.append("")
            place += 1
        parts[-1] += character
        width += _width(character)
    return parts + [""] * (len(columns) + 1 - len(parts))


def _width(text: str) -> int:
    """How many columns a text takes."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def heading_in(line: str) -> str:
    """The name of a section that stands alone on a line, "Verse 1"; "" if none does."""
    found = _HEADING.fullmatch(line)
    return found[1] if found else ""


def is_chord_line(line: str) -> bool:
    """Whether a line has chord symbols and nothing else."""
    words = [word for word in line.translate(PLAIN).split() if not _SIGN.fullmatch(word)]
    return bool(words) and all(chord_in(word) is not None for word in words)


def is_aside(line: str) -> bool:
    """Whether a line is tablature, a comment, or tells capo, tuning or artist."""
    return _OTHERS.match(line) is not None or _TAB.match(line) is not None


def is_words(line: str) -> bool:
    """Whether most of a line neither is a chord nor was meant as one."""
    line = line.translate(PLAIN)
    if _BAR_LINES.search(line):
        return False
    # After "Verse:" the line goes on.
    words = [word for word in line.split(maxsplit=MOST_ASKED) if not word.endswith(":")]
    words = words[:MOST_ASKED]  # the last one is the rest of the line
    other = [word for word in words if not _SIGN.fullmatch(word)]
    sung = [word for word in other if not _is_chord(word, alone=len(other) == 1)]
    return 2 * len(sung) > len(other)


def _is_chord(word: str, *, alone: bool) -> bool:
    """Whether a word is a chord, or was meant as one."""
    if word in _IN_ENGLISH and not alone:
        return False
    if chord_in(word.strip("()*")) is not None:  # with marks for the reader
        return True
    return (
        "[" in word
        or "]" in word
        or chord_in(word) is not None
        or was_meant_as_chord(word)
        or _NUMERAL.fullmatch(word) is not None
    )
