"""What of a text may be printed: one answer for files of every kind, and for the terminal.

May not: control characters, line and paragraph separators, halves of a character, code points
that Unicode keeps from being characters (U+FFFE, U+FFFF and 64 more), and what nobody sees:
overrides and isolates of the direction, soft hyphens, tags. A file has a space or nothing in their
place, a terminal an escape, such as \\x1b, so that two names never look the same.

May: the joiners that change letters' shapes, and the marks by which Hebrew and Arabic stand in the
right order beside other signs.
"""

import json
import unicodedata
from typing import Any

JOINERS = "\u200c\u200d"
MARKS = "\u200e\u200f\u061c"
# Of category Cf as the others, but seen: signs that Arabic, Syriac and Kaithi write round numbers.
_SEEN = {*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}
_FIRST_JOINED = "\u0600"  # Arabic, and the scripts of India after it
HALF = "\ufffd"
"""What stands for half a character where nothing may be left out."""


def is_printable(char: str) -> bool:
    """Whether a character may be printed as it is."""
    if char in JOINERS or char in MARKS or char in _SEEN:
        return True
    category = unicodedata.category(char)
    return category not in ("Cc", "Cf", "Cs", "Zl", "Zp") and not _is_noncharacter(char)


def in_one_line(text: str) -> str:
    """A text for a file: without line breaks, runs of spaces and what may not be printed.

    Joiners stay where letters change their shape by them, marks of direction in a text that has
    letters from right to left.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    has_right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL") for c in _letters(text))
    kept = ""
    for char in text:
        if char in JOINERS:
            kept += char if kept[-1:] >= _FIRST_JOINED else ""
        elif char in MARKS:
            kept += char if has_right_to_left else ""
        elif is_printable(char):
            kept += char
        elif unicodedata.category(char) != "Cf":
            kept += " "
    return " ".join(kept.split())


def escaped(text: str) -> str:
    """A text for a terminal: an escape for each character that may not be printed."""
    if text.isprintable():
        return text
    return "".join(char if is_printable(char) else _escape(char) for char in text)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON that may be printed as it is, in a file and on a terminal; no line break at the end.

    What may not be printed stands in it by its number, as JSON allows, so that it reads back the
    same; half a character becomes "\\ufffd".
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    if text.isascii() and "\x7f" not in text:
        return text
    # Line breaks are those of the layout: within texts they are escaped already.
    return "".join(
        char if char == "\n" or is_printable(char) else _json_escape(char) for char in text
    )


def _letters(text: str) -> str:
    return "".join(char for char in text if char not in MARKS)


def _is_noncharacter(char: str) -> bool:
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _escape(char: str) -> str:
    """As Python writes it; where that would be the character itself, by its number."""
    shown = repr(char)[1:-1]
    return shown if shown != char else f"\\u{ord(char):04x}"


def _json_escape(char: str) -> str:
    if unicodedata.category(char) == "Cs":
        return HALF
    return json.dumps(char)[1:-1]  # beyond U+FFFF as two halves, which belong together
