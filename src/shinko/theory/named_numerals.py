"""Chords of a key that have a name of their own: Neapolitan, augmented sixths, cadential six-four.

A figure counts from the note that the chord is built on in figured bass, which of the augmented
sixths is ♯4, of the French one 2. As chord symbols they stand on ♭6, spelled with ♭5 for ♯4: Ger65
is ♭VI7, whose seventh is that ♯4.
"""

import re

# Chords that have a name of their own -> the numeral they are, by their figures.
_NAMED = {
    "N": {"": "♭II6", "6": "♭II6", "53": "♭II", "64": "♭II64"},
    "It": {"": "♭VI7no5", "6": "♭VI7no5", "53": "♭VI7no5/♯4", "64": "♭VI7no5/1"},
    "Ger": {
        **dict.fromkeys(("", "6", "65"), "♭VI7"),
        "7": "♭VI42",
        "43": "♭VI65",
        "42": "♭VI43",
        "2": "♭VI43",
    },
    "Fr": {
        **dict.fromkeys(("", "6", "43"), "♭VI7♭5"),
        "7": "♭VI7♭5/2",
        "65": "♭VI7♭5/♯4",
        "42": "♭VI7♭5/1",
        "2": "♭VI7♭5/1",
    },
    "Cad": {"64": "I64"},
}
_NAMED_TEXT = re.compile(
    r"(N|It|Ger|Gr|Fr|Cad)(?:\+(?=6))?(|2|7|6/?4|6/?5|4/?2|4/?3|5/?3|6)(?=/[♭b♯#]{0,2}[IViv]|$)(.*)"
)


def is_named(text: str) -> bool:
    """Whether a text is a chord that has a name of its own, such as N6 or Ger65/V."""
    return named_numeral(text.strip()) is not None


def named_numeral(text: str) -> tuple[str, str] | None:
    """The numeral of such a chord, and what follows its figures: ("♭VI7", "/V") of Ger65/V."""
    match = _NAMED_TEXT.fullmatch(text)
    if match is None:
        return None
    name = {"Gr": "Ger"}.get(match[1], match[1])
    numeral = _NAMED[name].get(match[2].replace("/", ""))
    return None if numeral is None else (numeral, match[3])
