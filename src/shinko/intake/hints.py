"""Words that were meant as chords, and what to write instead."""

import re

from shinko.errors import ShinkoError
from shinko.theory import ChordName, parse_chord_name, parse_roman
from shinko.theory.german import english_chord
from shinko.theory.hooktheory import is_id

# What follows a root in a chord symbol, known or not: "Hm", "C7b9#11", but not "Hello" or "Bridge".
_ATTEMPT = re.compile(
    r"[A-H][#b♯♭x]?"
    r"(?:(?:M|maj|Maj|min|mi|m|dim|aug|sus|add|alt|no|[-+°ø△Δ^]|o(?=[\d/]|$)|\d|[/(]).{0,40})?"
)
_LOWER = re.compile(r"([ac-h])([#b♯♭]?)(m|min)?(7?)")
_LONGEST = 40


def chord_in(text: str) -> ChordName | None:
    """The chord symbol that a text is; None if it is none."""
    if not 0 < len(text) <= _LONGEST:
        return None
    try:
        return parse_chord_name(text)
    except ShinkoError:
        return None


def is_degree(text: str) -> bool:
    """Whether a text is a Roman numeral or a Hooktheory id."""
    if is_id(text):
        return True
    try:
        parse_roman(text[:_LONGEST])
    except ShinkoError:
        return False
    return True


def was_meant_as_chord(text: str) -> bool:
    """Whether a text looks like a chord symbol, readable or not."""
    return _ATTEMPT.fullmatch(text) is not None


def hint(text: str) -> str:
    """What to write instead of a chord that can't be read: "write B7"; "" without an idea."""
    english = english_chord(text)  # H7, Es
    if text[:1].isupper() and english != text and chord_in(english) is not None:
        return f"write {english}, or tell the key as in 'h moll' or 'Es-Dur'"
    if (lower := _LOWER.fullmatch(text)) is not None:
        root = "B" if lower[1] == "h" else lower[1].upper()
        return f"write {root}{lower[2]}{'m' if lower[3] else ''}{lower[4]}"
    for end in range(min(len(text), _LONGEST) - 1, 1, -1):
        shorter = text[:end].rstrip("(,")
        shorter += ")" * (shorter.count("(") - shorter.count(")"))
        name = chord_in(shorter)
        if name is not None and name.quality:
            return f"the nearest is {shorter}"
    return ""
