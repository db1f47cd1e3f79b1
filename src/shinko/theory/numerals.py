"""Roman numerals as text: "V65/V", "♭VIImaj7", "viiø42/iii", "IV/5", and back.

Conventions:
  - Case is the third: I is major, i is minor; ° is diminished, ø half-diminished, + augmented.
  - Figures tell inversions of triads (6, 64) and of seventh chords (65, 43, 42); an added sixth
    is "add6", because IV6 is an inversion.
  - After a slash, Roman letters are the target of an applied chord and a digit is the bass as a
    degree of the scale: "V7/V", "IV/5". A chord without figures of its own (sus4, 9) shows its
    inversion by that digit too.
"""

import re
from functools import lru_cache

from shinko.theory.degrees import ChordParts, bass_fifths, degree_at, root_fifths, target_is_minor
from shinko.theory.notes import accidental_semitones, accidental_text, interval_semitones
from shinko.theory.qualities import KNOWN, QUALITIES, ChordError, find_quality, unified

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_TRIAD_FIGURES = ("", "6", "64")
_SEVENTH_FIGURES = ("7", "65", "43", "42")
_TRIADS = ("", "m", "°", "+")
# A seventh chord's sign, to which the figures are added.
_SEVENTHS = {
    "7": "",
    "maj7": "maj",
    "m7": "m",
    "mMaj7": "mmaj",
    "ø7": "ø",
    "°7": "°",
    "+7": "+",
    "+maj7": "+maj",
}
_ADDED_SIXTHS = {"6": "add6", "m6": "madd6"}

# The one-character numerals of Unicode, as Japanese charts have them.
_UNICODE = str.maketrans(
    {chr(0x2160 + i): numeral for i, numeral in enumerate(_NUMERALS)}
    | {chr(0x2170 + i): numeral.lower() for i, numeral in enumerate(_NUMERALS)}
)
_HEAD = re.compile(r"([♭b♯#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)", re.DOTALL)
_TARGET = re.compile(r"([♭b♯#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)[°oø]?7?")
_BASS = re.compile(r"([♭b𝄫♯#𝄪]{0,4})([1-7])")
# Figures that people write as a fraction: V6/5, I6/4, viiø4/3; and the chord 6/9.
_FRACTION = re.compile(r"^((?:[°ºoøØ+%M]|maj|dim|aug|add(?=6/9))*)(6/[459]|4/[23])(?=/|$)")


class RomanNumeralError(ChordError):
    """A text is not a Roman numeral with figures."""


@lru_cache(maxsize=1)
def _texts() -> dict[tuple[str, int], tuple[bool, str]]:
    """(quality, inversion) -> (lower case, what follows the numeral)."""
    texts = {}
    for quality in _TRIADS:
        for inversion, figures in enumerate(_TRIAD_FIGURES):
            texts[quality, inversion] = _cased(quality + figures)
    for quality, sign in _SEVENTHS.items():
        for inversion, figures in enumerate(_SEVENTH_FIGURES):
            texts[quality, inversion] = _cased(sign + figures)
    for quality in QUALITIES:
        ending = quality.replace("mMaj", "mmaj").replace("6/9", "add69")
        ending = _ADDED_SIXTHS.get(quality, ending)
        texts.setdefault((quality, 0), _cased(ending))
    return texts


def _cased(ending: str) -> tuple[bool, str]:
    if ending.startswith(("°", "ø")):
        return True, ending
    if ending.startswith("m") and not ending.startswith("maj"):
        return True, ending[1:]
    return False, ending


@lru_cache(maxsize=1)
def _readings() -> dict[tuple[bool, str], tuple[str, int]]:
    readings = {(lower, unified(text)): chord for chord, (lower, text) in _texts().items()}
    readings[False, "2"] = ("7", 3)  # V2 is the older way to write V42
    readings[True, "2"] = ("m7", 3)
    return readings


@lru_cache(maxsize=8192)
def write_roman(parts: ChordParts) -> str:
    """The Roman numeral of a chord, with ♭ ♯ ° ø, figures, target and bass."""
    figured = (parts.quality, parts.inversion) in _texts()
    lower, ending = _texts()[parts.quality, parts.inversion if figured else 0]
    text = _numeral(parts.degree, parts.alteration, lower=lower) + ending
    if parts.applied is not None:
        target = _numeral(parts.applied, parts.applied_alteration, lower=target_is_minor(parts))
        text += "/" + target
    if parts.slash is not None or not figured:
        degree, alteration = degree_at(bass_fifths(parts))
        text += f"/{accidental_text(alteration)}{degree}"
    return text


def looks_roman(text: str) -> bool:
    """Whether a text begins as a Roman numeral does, right or not."""
    return _HEAD.match(text.strip().translate(_UNICODE)) is not None


@lru_cache(maxsize=8192)
def read_roman(text: str) -> ChordParts:
    """Read a Roman numeral; b and # stand for ♭ and ♯, o for °, % or h for ø, M7 or △7 for maj7.

    Raises:
      RomanNumeralError: the text has no degree I to VII, an unknown ending, or too many slashes.
    """
    match = _HEAD.fullmatch(text.strip().translate(_UNICODE))
    if match is None:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: a degree I to VII is expected; write 'V7', 'bVII' or 'ii'"
        )
    accidental, numeral, rest = match.groups()
    ending, *slashes = _FRACTION.sub(lambda m: m[0].replace("/", ""), rest).split("/")
    quality, inversion = _read_ending(text, numeral, ending)
    parts = ChordParts(_degree(numeral), _alteration(text, accidental), quality, inversion)
    if slashes and (target := _TARGET.fullmatch(slashes[0])) is not None:
        parts = _with_target(text, parts, target[2], target[1])
        slashes = slashes[1:]
    if not slashes:
        return parts
    bass = _BASS.fullmatch(slashes[0])
    if bass is None or len(slashes) > 1:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: after a slash comes one target I to VII or a bass 1 to 7, "
            "as in 'V7/V' or 'IV/5'"
        )
    return _with_bass(text, parts, int(bass[2]), bass[1])


def _read_ending(text: str, numeral: str, ending: str) -> tuple[str, int]:
    lower, written = numeral.islower(), unified(ending)
    if written.startswith("m") and not written.startswith("maj"):
        lower, written = True, written[1:]  # IIm7 is ii7
    if (reading := _readings().get((lower, written))) is not None:
        return reading
    if written.startswith(("°", "ø", "+")):  # a sign outweighs the case: III° and iii+
        reading = _readings().get((not lower, written))
        if reading is not None:
            return reading
    plain = find_quality(written)
    quality = (find_quality("m" + written) or _thirdless(plain)) if lower else plain
    if quality is None:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: no quality {ending!r} on {numeral}; known: {KNOWN}"
        )
    return quality, 0


def _thirdless(quality: str | None) -> str | None:
    """The quality if case says nothing about it: sus4, 5, and what a sign made plain."""
    if quality is None or ("3" in QUALITIES[quality] and not quality.startswith("+")):
        return None
    return quality


def _alteration(text: str, accidental: str) -> int:
    alteration = accidental_semitones(accidental)
    if not -1 <= alteration <= 1:
        raise RomanNumeralError(f"Roman numeral {text!r}: one ♭ or ♯ at most before a degree")
    return alteration


def _with_target(text: str, parts: ChordParts, numeral: str, accidental: str) -> ChordParts:
    parts = parts._replace(
        applied=_degree(numeral), applied_alteration=_alteration(text, accidental)
    )
    usual = target_is_minor(parts)
    return parts._replace(applied_minor=None if numeral.islower() == usual else not usual)


def _with_bass(text: str, parts: ChordParts, degree: int, accidental: str) -> ChordParts:
    if parts.inversion:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: figures and a bass after the slash; leave one of them out"
        )
    bass = parts._replace(slash=degree, slash_alteration=accidental_semitones(accidental))
    above_root = (bass_fifths(bass) - root_fifths(parts)) * 7 % 12
    for inversion, interval in enumerate(QUALITIES[parts.quality]):
        if interval_semitones(interval) % 12 == above_root:
            return parts._replace(inversion=inversion)
    _alteration(text, accidental)
    return bass


def _degree(numeral: str) -> int:
    return _NUMERALS.index(numeral.upper()) + 1


def _numeral(degree: int, alteration: int, *, lower: bool) -> str:
    numeral = _NUMERALS[degree - 1]
    return accidental_text(alteration) + (numeral.lower() if lower else numeral)
