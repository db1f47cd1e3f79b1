"""Numerals that stand bare for a lowered degree: VI of minor, which is ♭VI.

Until version 0.2 they were the major scale's, so whoever writes them is told once.
"""

import re
from collections.abc import Iterable

from shinko.theory.degrees import lowered_degrees
from shinko.theory.keys import Mode
from shinko.theory.named_numerals import is_named
from shinko.theory.numerals import NUMERALS, RomanNumeralError, read_roman

_NUMERAL = re.compile(r"[♭b♯#]?[IViv]+")
# What stands between the chords of a wish: "chorus.1=VI 4=III|V".
_BETWEEN = re.compile(r"[\s,=|.:;]+")


def is_bare(text: str, mode: Mode) -> bool:
    """Whether a numeral, or its target, is a bare capital that the mode's scale lowers."""
    try:
        read, plain = read_roman(text, mode), read_roman(text)
    except RomanNumeralError:
        return False
    if read == plain or is_named(text):
        return False
    bare = {*_NUMERAL.findall(text)} & {*NUMERALS}
    return any(NUMERALS.index(numeral) + 1 in lowered_degrees(mode) for numeral in bare)


def bare_told(mode: Mode) -> str:
    """What to tell somebody who wrote one: "III, VI and VII of minor are the scale's, ♭III …"."""
    numerals = [NUMERALS[degree - 1] for degree in sorted(lowered_degrees(mode))]
    every = " and ".join(filter(None, [", ".join(numerals[:-1]), numerals[-1]]))
    are = "are" if len(numerals) > 1 else "is"
    lowered = " ".join(f"♭{numeral}" for numeral in numerals)
    return f"{every} of {mode} {are} the scale's, {lowered}; ♯{numerals[-1]} is the raised one"


def bare_in(texts: Iterable[str], mode: Mode) -> str:
    """What to tell of chords and wishes in which one is bare; "" if none is."""
    words = (word for text in texts for word in _BETWEEN.split(text))
    return bare_told(mode) if any(is_bare(word, mode) for word in words if word) else ""
