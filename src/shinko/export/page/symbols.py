"""Words and symbols for print: chord symbols, Roman numerals, titles of any length.

Conventions: a symbol is a row of `TextRun`s, lengths are 1/100 mm.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from shinko.export.page.svg import TextRun, advances_em, width
from shinko.theory import Key, RomanChord

# Of the size of the whole: how large, and how much higher.
SUPERSCRIPT, RAISED = 0.7, 0.33
FIGURES, UPPER_FIGURE, LOWER_FIGURE = 0.62, 0.4, -0.12

# What may not begin a line, and what may not end one (JIS X 4051, the usual ones); how many
# characters are carried over to the next line at most for that.
_NOT_FIRST = (
    "、。，．・：；？！ー々ゝゞ〜～…‥）］｝〕〉》」』】)]},.:;!?"
    "ぁぃぅぇぉっゃゅょァィゥェォッャュョヶ"
)
_NOT_LAST = "（［｛〔〈《「『【([{"
_MOST_CARRIED = 4

_BELOW = re.compile("/[^/]+")
_ALTERATIONS = re.compile(r"((?:[♭♯][0-9]+){2,})")
_NUMERAL = re.compile(
    r"(?P<sign>[♭♯]*)(?P<numeral>[IViv]+)(?P<ending>.*?)(?P<figures>6[45]|4[23]|)"
    r"(?P<below>(?:/[♭♯𝄫𝄪]*(?:[IViv]+|[1-7]))*)"
)


def chord_runs(chord: RomanChord, key: Key) -> tuple[TextRun, ...]:
    """A chord symbol for print: what follows root and "m" is raised, the bass is not.

    Brackets part what would run together: Cm(maj7), G7(♭9♭13).
    """
    minor = chord.quality[: chord.quality.startswith("m") and not chord.quality.startswith("maj")]
    raised = chord.quality[len(minor) :]
    if minor and raised.startswith("Maj"):
        raised = f"({raised.lower()})"
    raised = _ALTERATIONS.sub(r"(\1)", raised)
    root, bass = chord.symbol_root(key), chord.symbol_bass(key)
    runs = [TextRun(f"{root}{minor}")]
    if raised:
        runs.append(TextRun(raised, SUPERSCRIPT, RAISED))
    if bass != root:
        runs.append(TextRun(f"/{bass}"))
    return tuple(runs)


def numeral_runs(numeral: str) -> tuple[TextRun, ...]:
    """A Roman numeral for print: signs raised, the figures of an inversion on top of each other.

    What it is applied to is as large as the numeral (V/ii), a bass beside it small and low (V/4).
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None:
        return (TextRun(numeral),)
    runs = [TextRun(match["sign"] + match["numeral"])]
    if match["ending"]:
        runs.append(TextRun(match["ending"], SUPERSCRIPT, RAISED))
    if match["figures"]:
        upper = TextRun(match["figures"][0], FIGURES, UPPER_FIGURE, over=True)
        runs += [upper, TextRun(match["figures"][1], FIGURES, LOWER_FIGURE)]
    for part in _BELOW.findall(match["below"]):
        is_bass = part[-1].isdigit()
        runs.append(TextRun(part, FIGURES, LOWER_FIGURE) if is_bass else TextRun(part))
    return tuple(runs)


def title_lines(
    title: str, line_width: float, sizes: Sequence[tuple[float, int]]
) -> tuple[float, tuple[str, ...]]:
    """The size and the lines of a title: as large as it can be without many lines.

    Args:
      sizes: each with the most lines that it may take, the largest size first.
    """
    if not title:
        return 0.0, ()
    for size, most in sizes:
        lines = wrapped(title, size, line_width)
        if len(lines) <= most:
            return size, tuple(lines)
    last = cut("".join((lines[most - 1], " ", lines[most])), size, line_width)
    return size, (*lines[: most - 1], last)


def wrapped(text: str, size: float, line_width: float) -> list[str]:
    """Lines of at most some width, broken at spaces, or anywhere where a word is too long."""
    lines, line = [], ""
    for word in text.split():
        candidate = f"{line} {word}".strip()
        if fitting(candidate, size, line_width) == len(candidate):
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
        while (fits := fitting(line, size, line_width)) < len(line):
            end = _line_end(line, fits)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line]


def _line_end(text: str, most: int) -> int:
    """Where to break a text without spaces, after some characters at most (Japanese kinsoku)."""
    for end in range(most, max(0, most - _MOST_CARRIED), -1):
        if text[end] not in _NOT_FIRST and text[end - 1] not in _NOT_LAST:
            return end
    return most


def cut(text: str, size: float, line_width: float, *, bold: bool = False) -> str:
    """The text, or as much of it as there is room for, and "…"."""
    if fitting(text, size, line_width, bold=bold) == len(text):
        return text
    room = line_width - width((TextRun("…"),), size, bold=bold)
    return text[: fitting(text, size, room, bold=bold)].rstrip() + "…"


def fitting(text: str, size: float, line_width: float, *, bold: bool = False) -> int:
    """How many characters fit a width."""
    reaches = accumulate(advances_em(text, bold=bold))
    return sum(reach * size <= line_width for reach in reaches)
