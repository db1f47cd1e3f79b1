"""One written line of chords, played out: bar lines, `%`, repeats and `x2` resolved."""

import re

from shinko.tables.table import TableError
from shinko.theory.symbols import in_one_word

MOST_TIMES = 32
MOST_WORDS = 10_000

_NO_CHORD = re.compile(r"\bN\.?\s?C\b\.?|\(no chord\)|\bno chord\b", re.IGNORECASE)
_SIGN = re.compile(
    r"""
    [(]?(?:[x×]\s?(?P<times>\d+)|(?P<fold>\d+)\s?[x×])[)]?(?=[\s|]|$)
    |(?P<turn>:\|+:)
    |(?P<open>\|+:)
    |(?P<close>:\|+)
    |(?P<bar>[|‖]+)
    |(?P<same>%(?=[\s|‖]|$))
    |(?P<held>[-./>]+(?=[\s|‖]|$)|[–—,;→]|->)
    |(?P<word>(?:(?!:\||->)[^\s|‖,;→–—])+)
    """,
    re.VERBOSE,
)


def play_line(line: str) -> list[str]:
    """The words of a line of chords in the order in which they are played.

    `%` alone in a bar repeats the bar before; `|: … :|` plays twice, or as often as `x3` behind
    it says; `x3` elsewhere plays what stands before it, back to the last repeat. Bar lines,
    commas, dashes between words, held beats (`.`, `/`) and `N.C.` are left out.

    Raises:
      TableError: `%` with nothing before it, or a repeat beyond 32 times or 10,000 words.
    """
    bars: list[list[str]] = [[]]
    begin = 0
    closed: list[list[str]] = []
    for sign in _SIGN.finditer(_NO_CHORD.sub(" ", in_one_word(line, mark="/"))):
        kind, text = sign.lastgroup, sign[0]
        if kind in ("times", "fold"):
            # Python reads no number of thousands of digits.
            times = int(sign[kind]) if len(sign[kind]) < 10 else MOST_TIMES + 1
            if not 1 <= times <= MOST_TIMES:
                raise TableError(f"repeat {text!r:.60}: expected 1 to {MOST_TIMES} times")
            # |: … :| stands twice already when its x3 comes.
            bars += (
                closed * (times - 2) if closed else [list(b) for b in bars[begin:]] * (times - 1)
            )
            begin, closed = _new_bar(bars), []
        elif kind in ("close", "turn"):
            closed = [list(bar) for bar in bars[begin:] if bar]
            bars += closed
            begin = _new_bar(bars)
            closed = closed if kind == "close" else []
        elif kind == "open":
            begin, closed = _new_bar(bars), []
        elif kind == "bar":
            _new_bar(bars)
        elif kind == "same" and not bars[-1]:
            if len(bars) < 2:
                raise TableError("'%' repeats the bar before it; expected a chord first")
            bars[-1].extend(bars[-2])
            closed = []
        elif kind == "word":
            bars[-1].append(text.strip("()*"))
            closed = []
        if sum(map(len, bars)) > MOST_WORDS:
            raise TableError(f"repeats make more than {MOST_WORDS} chords; write fewer")
    return [word for bar in bars for word in bar if word]


def _new_bar(bars: list[list[str]]) -> int:
    """Begin a bar unless an empty one stands there; its number."""
    if bars[-1]:
        bars.append([])
    return len(bars) - 1
