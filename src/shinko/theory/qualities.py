"""Chord qualities: which intervals a chord has, and the many ways to write it."""

import re
from functools import lru_cache

from shinko.errors import ShinkoError

# Intervals above the root, lowest first. The key is what a chord symbol shows after the root.
# An eleventh above a major third is left out of the thirteenths, as players do.
# Source: Harte et al. (2005), "Symbolic representation of musical chords", for the triads,
# sevenths, ninths and sixths; the rest is spelled out by its own name.
# Tests check: root first, rising, no two alike, and the sounds against music21.
QUALITIES: dict[str, tuple[str, ...]] = {
    "": ("1", "3", "5"),
    "m": ("1", "♭3", "5"),
    "°": ("1", "♭3", "♭5"),
    "+": ("1", "3", "♯5"),
    "5": ("1", "5"),
    "sus2": ("1", "2", "5"),
    "sus4": ("1", "4", "5"),
    "6": ("1", "3", "5", "6"),
    "m6": ("1", "♭3", "5", "6"),
    "6/9": ("1", "3", "5", "6", "9"),
    "m6/9": ("1", "♭3", "5", "6", "9"),
    "add9": ("1", "3", "5", "9"),
    "madd9": ("1", "♭3", "5", "9"),
    "add11": ("1", "3", "5", "11"),
    "madd11": ("1", "♭3", "5", "11"),
    "7": ("1", "3", "5", "♭7"),
    "maj7": ("1", "3", "5", "7"),
    "m7": ("1", "♭3", "5", "♭7"),
    "mMaj7": ("1", "♭3", "5", "7"),
    "ø7": ("1", "♭3", "♭5", "♭7"),
    "°7": ("1", "♭3", "♭5", "𝄫7"),
    "°maj7": ("1", "♭3", "♭5", "7"),
    "+7": ("1", "3", "♯5", "♭7"),
    "+maj7": ("1", "3", "♯5", "7"),
    "7♭5": ("1", "3", "♭5", "♭7"),
    "maj7♭5": ("1", "3", "♭5", "7"),
    "7sus2": ("1", "2", "5", "♭7"),
    "7sus4": ("1", "4", "5", "♭7"),
    "maj7sus2": ("1", "2", "5", "7"),
    "maj7sus4": ("1", "4", "5", "7"),
    "9": ("1", "3", "5", "♭7", "9"),
    "maj9": ("1", "3", "5", "7", "9"),
    "m9": ("1", "♭3", "5", "♭7", "9"),
    "mMaj9": ("1", "♭3", "5", "7", "9"),
    "ø9": ("1", "♭3", "♭5", "♭7", "9"),
    "9sus4": ("1", "4", "5", "♭7", "9"),
    "+9": ("1", "3", "♯5", "♭7", "9"),
    "9♭5": ("1", "3", "♭5", "♭7", "9"),
    "7♭9": ("1", "3", "5", "♭7", "♭9"),
    "7♯9": ("1", "3", "5", "♭7", "♯9"),
    "7♭9sus4": ("1", "4", "5", "♭7", "♭9"),
    "7♭5♭9": ("1", "3", "♭5", "♭7", "♭9"),
    "7♭5♯9": ("1", "3", "♭5", "♭7", "♯9"),
    "7♯5♭9": ("1", "3", "♯5", "♭7", "♭9"),
    "7♯5♯9": ("1", "3", "♯5", "♭7", "♯9"),
    "11": ("1", "3", "5", "♭7", "9", "11"),
    "maj11": ("1", "3", "5", "7", "9", "11"),
    "m11": ("1", "♭3", "5", "♭7", "9", "11"),
    "7♯11": ("1", "3", "5", "♭7", "♯11"),
    "9♯11": ("1", "3", "5", "♭7", "9", "♯11"),
    "maj7♯11": ("1", "3", "5", "7", "♯11"),
    "maj9♯11": ("1", "3", "5", "7", "9", "♯11"),
    "13": ("1", "3", "5", "♭7", "9", "13"),
    "maj13": ("1", "3", "5", "7", "9", "13"),
    "m13": ("1", "♭3", "5", "♭7", "9", "11", "13"),
    "13sus4": ("1", "4", "5", "♭7", "9", "13"),
    "13♭9": ("1", "3", "5", "♭7", "♭9", "13"),
    "13♯11": ("1", "3", "5", "♭7", "9", "♯11", "13"),
    "7♭13": ("1", "3", "5", "♭7", "♭13"),
    "7♭9♭13": ("1", "3", "5", "♭7", "♭9", "♭13"),
    "7♯9♭13": ("1", "3", "5", "♭7", "♯9", "♭13"),
}

# What an error message offers, in a form that any keyboard has.
COMMON = "m, 7, maj7, m7, dim, dim7, m7b5, aug, sus2, sus4, 7sus4, 6, m6, add9, 9, maj9, m9, 13"

# One spelling for each sign or word; the first alternative that fits wins.
_WORDS = (
    (r"△(?!\d)", "maj7"),
    (r"[Mm]ajor|[Mm]aj|MAJ|Ma(?=\d|$)|ma(?=\d|$)|M(?!in|i\d|i$)|j(?=\d|$)|△", "maj"),
    (r"half-?dim(?:inished)?|hdim|h(?=\d|$)|ø", "ø"),
    (r"[Dd]im(?:inished)?|°|o(?=\d|$|maj|M)", "°"),
    (r"[Mm]inor|[Mm]in|Mi(?=\d|$)|mi|m|-", "m"),
    (r"[Aa]ug(?:mented)?|\+", "+"),
    (r"dom(?:inant)?", ""),
)
_WORD = re.compile("|".join(f"({pattern})" for pattern, _ in _WORDS))
_SAME_SIGN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "º": "°",
        "˚": "°",
        "Δ": "△",
        "∆": "△",
        "^": "△",
        "Ø": "ø",
        "%": "ø",
        "#": "♯",
    }
)
# A lone number in brackets is added to the triad: C(9) has no seventh.
_ADDED = re.compile(r"^((?:m|min|-)?)\((9|11)\)$")
_ALTERED = re.compile(r"[♭♯](?:1[13]|[2-9])(?!\d)")

# Other names, after the words above are unified; alterations come last but for "sus".
_ALIASES = {
    "maj": "",
    "n°3": "5",
    "5add9": "sus2",
    "7/4": "7sus4",
    "♯5": "+",
    "+5": "+",
    "m♭5": "°",
    "sus": "sus4",
    "4": "sus4",
    "2": "add9",
    "m2": "madd9",
    "add2": "add9",
    "madd2": "madd9",
    "add4": "add11",
    "madd4": "madd11",
    "add6": "6",
    "madd6": "m6",
    "add13": "6",
    "maj6": "6",
    "69": "6/9",
    "6add9": "6/9",
    "add69": "6/9",
    "add6add9": "6/9",
    "maj6/9": "6/9",
    "maj69": "6/9",
    "m69": "m6/9",
    "m6add9": "m6/9",
    "madd69": "m6/9",
    "ø": "ø7",
    "m7♭5": "ø7",
    "m9♭5": "ø9",
    "mmaj7♭5": "°maj7",
    "7♯5": "+7",
    "7+": "+7",
    "maj7♯5": "+maj7",
    "maj7+": "+maj7",
    "9♯5": "+9",
    "9+": "+9",
    "+7♭9": "7♯5♭9",
    "+7♯9": "7♯5♯9",
    "alt": "7♯5♯9",
    "7alt": "7♯5♯9",
    "7sus": "7sus4",
    "sus7": "7sus4",
    "sus47": "7sus4",
    "maj7sus": "maj7sus4",
    "9sus": "9sus4",
    "sus9": "9sus4",
    "7sus49": "9sus4",
    "13sus": "13sus4",
    "7♭9sus": "7♭9sus4",
    "7add9": "9",
    "79": "9",
    "maj79": "maj9",
    "m79": "m9",
    "m711": "m11",
    "m7add11": "m11",
    "713": "13",
    "913": "13",
    "7913": "13",
    "7add13": "13",
    "maj713": "maj13",
    "7maj": "maj7",
    "m7maj": "mmaj7",
}


class ChordError(ShinkoError):
    """A chord can't be read; the message says how it should be written."""


def unified(text: str) -> str:
    """One spelling for what follows a root or a numeral: "Min7(b5)" and "-7-5" are "m7♭5"."""
    text = _ADDED.sub(r"\1add\2", text.translate(_SAME_SIGN))
    text = re.sub(r"[()\[\]\s,]", "", text)
    text = re.sub(r"(?<=\d)-(?=\d)|b(?=\d)", "♭", text)
    text = re.sub(r"(?<=\d)\+(?=\d)", "♯", text)
    text = _WORD.sub(lambda match: _WORDS[(match.lastindex or 1) - 1][1], text)
    altered = sorted(_ALTERED.findall(text), key=lambda a: (int(a[1:]), a))
    head, sus, tail = _ALTERED.sub("", text).partition("sus")
    return head + "".join(altered) + sus + tail


@lru_cache(maxsize=4096)
def find_quality(text: str) -> str | None:
    """The key into QUALITIES of a chord symbol's ending ("min7b5" is "ø7"); None if unknown."""
    text = unified(text)
    return _known().get(_ALIASES.get(text, text))


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return {unified(quality): quality for quality in QUALITIES}
