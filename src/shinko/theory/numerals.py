"""Roman numerals as text: "V65/V", "♭VIImaj7", "viiø42/iii", "IV/5", and back.

Conventions:
  - Case is the third: I is major, i is minor; ° is diminished, ø half-diminished, + augmented.
  - Figures tell inversions of triads (6, 64) and of seventh chords (65, 43, 42); an added sixth
    is "add6", because IV6 is an inversion.
  - After a slash, Roman letters are the target of an applied chord and a digit is the bass as a
    degree of the major scale: "V7/V", "IV/5". A chord without figures of its own (sus4, 9) shows
    its inversion by that digit too.
  - Where the scale of a mode has a degree lower than the major scale, a bare capital numeral is the
    scale's: in minor III, VI and VII are ♭III, ♭VI and ♭VII, as textbooks write them. The raised
    ones are ♯III, ♯VI and ♯VII; vi°, vii° and their like stand as they are. So it is with targets,
    and in what is applied to a minor target: VI/iv is ♭VI/iv.
  - N6, It6, Ger65, Fr43 and Cad64 are read as ♭II6, ♭VI7no5, ♭VI7, ♭VI7♭5 and I64 (i64 in minor).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from shinko.theory.degrees import (
    ChordParts,
    bass_fifths,
    degree_at,
    degree_fifths,
    lowered_degrees,
    root_fifths,
    target_is_minor,
)
from shinko.theory.keys import MODES, Mode
from shinko.theory.named_numerals import is_named, named_numeral
from shinko.theory.notes import accidental_semitones, accidental_text, interval_semitones
from shinko.theory.qualities import KNOWN, QUALITIES, ChordError, find_quality
from shinko.theory.symbols import plain, unified

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
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
    {chr(0x2160 + i): numeral for i, numeral in enumerate(NUMERALS)}
    | {chr(0x2170 + i): numeral.lower() for i, numeral in enumerate(NUMERALS)}
)
_HEAD = re.compile(r"([♭b♯#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)", re.DOTALL)
_TARGET = re.compile(r"([♭b♯#]{0,2})(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)[°oø]?7?")
_BASS = re.compile(r"([♭b𝄫♯#𝄪]{0,4})([1-7])")
# Figures that people write as a fraction: V6/5, I6/4, viiø4/3; and the chord 6/9.
_FRACTION = re.compile(r"^((?:[°ºoøØ+%M]|maj|dim|aug|add(?=6/9))*)(6/[459]|4/[23])(?=/|$)")
# Half-diminished as a struck-through circle is typed: vii/o7.
_IN_BRACKETS = re.compile(r"\([^()]*\)")  # whose slash is no target: V7(b9/13)
_STRUCK_CIRCLE = re.compile(r"^/[o°](?=[\d/]|$)")

_OF_TARGET = ("applied", "applied_alteration", "applied_minor")


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
def write_roman(parts: ChordParts, mode: Mode = "major") -> str:
    """The Roman numeral of a chord, with ♭ ♯ ° ø, figures, target and bass.

    Args:
      parts: counted from the tonic.
      mode: of the key, on whose scale it hangs which sign a numeral needs.
    """
    figured = (parts.quality, parts.inversion) in _texts()
    lower, ending = _texts()[parts.quality, parts.inversion if figured else 0]
    target = ""
    if parts.applied is not None:
        minor = target_is_minor(parts)
        target = "/" + _numeral(parts.applied, parts.applied_alteration, mode, lower=minor)
        mode = "minor" if minor else "major"
    text = _numeral(parts.degree, parts.alteration, mode, lower=lower) + ending + target
    if parts.slash is not None or not figured:
        degree, alteration = degree_at(bass_fifths(parts))
        text += f"/{accidental_text(alteration)}{degree}"
    return text


def looks_roman(text: str) -> bool:
    """Whether a text begins as a Roman numeral does, right or not, or is a chord like N6."""
    text = text.strip().translate(_UNICODE)
    return is_named(text) or _HEAD.match(text) is not None


@lru_cache(maxsize=8192)
def read_roman(text: str, mode: Mode = "major") -> ChordParts:
    """Read a Roman numeral; b and # stand for ♭ and ♯, o for °, % or h for ø, M7 or △7 for maj7.

    Args:
      text: the numeral; it counts from the tonic.
      mode: of the key, whose scale bare capital numerals are taken from.

    Raises:
      RomanNumeralError: the text has no degree I to VII, an unknown ending, or too many slashes.
    """
    written = text.strip().translate(_UNICODE)
    if (named := named_numeral(written)) is not None:
        return _read_named(text, *named, mode)
    match = _HEAD.fullmatch(written)
    if match is None:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: a degree I to VII is expected; write 'V7', 'bVII' or 'ii'"
        )
    accidental, numeral, rest = match.groups()
    rest = _IN_BRACKETS.sub(lambda m: m[0].replace("/", ","), _STRUCK_CIRCLE.sub("ø", rest))
    rest = _FRACTION.sub(lambda m: m[0].replace("/", ""), rest)
    ending, *slashes = rest.split("/")
    quality, inversion = _read_ending(text, numeral, ending)
    count = next(
        (n for n, slash in enumerate(slashes) if _TARGET.fullmatch(slash) is None), len(slashes)
    )
    targets, slashes = slashes[:count], slashes[count:]
    parts = ChordParts(1, 0, quality, inversion)
    if targets:
        parts = _with_targets(text, parts, targets, mode)
        mode = "minor" if target_is_minor(parts) else "major"
    capital = numeral.isupper() and not _texts()[quality, 0][0]
    alteration = _alteration(text, accidental, _degree(numeral), mode, capital=capital)
    parts = parts._replace(degree=_degree(numeral), alteration=alteration)
    if not slashes:
        return parts
    bass = _BASS.fullmatch(slashes[0])
    if bass is None or len(slashes) > 1:
        raise RomanNumeralError(
            f"Roman numeral {text!r}: after a slash comes one target I to VII or a bass 1 to 7, "
            "as in 'V7/V' or 'IV/5'"
        )
    return _with_bass(text, parts, int(bass[2]), bass[1])


def _read_named(text: str, numeral: str, slashes: str, mode: Mode) -> ChordParts:
    parts = read_roman(numeral)
    if slashes:
        target = read_roman(f"I{slashes}", mode)
        parts = parts._replace(**{name: getattr(target, name) for name in _OF_TARGET})
        mode = "minor" if target_is_minor(parts) else "major"
    if parts.degree == 1 and MODES[mode].minor_third:
        parts = parts._replace(quality="m")
    return parts


def _read_ending(text: str, numeral: str, ending: str) -> tuple[str, int]:
    lower, written, whole = numeral.islower(), unified(ending), plain(ending)
    if written.startswith("m") and not written.startswith("maj"):
        lower, written, whole = True, written[1:], whole[1:]  # IIm7 is ii7
    if (reading := _readings().get((lower, written))) is not None:
        return reading
    if written.startswith(("°", "ø", "+")):  # a sign outweighs the case: III° and iii+
        reading = _readings().get((not lower, written))
        if reading is not None:
            return reading
    quality = find_quality(whole)
    if lower:
        quality = find_quality(f"m{whole}") or _thirdless(quality)
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


def _alteration(text: str, accidental: str, degree: int, mode: Mode, *, capital: bool) -> int:
    """What signs before a numeral mean against the major scale, in the scale of a mode."""
    signs = accidental_semitones(accidental)
    lowered = degree in lowered_degrees(mode)
    # ♭VI is VI of minor; what is raised there is the major scale's.
    alteration = signs - (signs > 0 or (capital and not signs)) if lowered else signs
    if not -1 <= alteration <= 1:
        raise RomanNumeralError(f"Roman numeral {text!r}: one ♭ or ♯ at most before a degree")
    return alteration


def _with_targets(text: str, parts: ChordParts, targets: Sequence[str], mode: Mode) -> ChordParts:
    """V7/V/V is V7 of the degree that V of V is; the case is that of the first target."""
    fifths = 0
    for target in reversed(targets):
        match = _TARGET.fullmatch(target)
        assert match is not None
        capital, degree = match[2].isupper(), _degree(match[2])
        fifths += degree_fifths(degree, _alteration(text, match[1], degree, mode, capital=capital))
        mode = "major" if capital else "minor"
    applied, alteration = degree_at(fifths)
    if not -1 <= alteration <= 1:
        raise RomanNumeralError(f"Roman numeral {text!r}: applied to no degree; write the last one")
    parts = parts._replace(applied=applied, applied_alteration=alteration)
    usual, minor = target_is_minor(parts), mode == "minor"
    return parts._replace(applied_minor=None if minor == usual else minor)


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
    if not -1 <= bass.slash_alteration <= 1:
        raise RomanNumeralError(f"Roman numeral {text!r}: one ♭ or ♯ at most before a degree")
    return bass


def _degree(numeral: str) -> int:
    return NUMERALS.index(numeral.upper()) + 1


def _numeral(degree: int, alteration: int, mode: Mode, *, lower: bool) -> str:
    numeral = NUMERALS[degree - 1]
    if degree in lowered_degrees(mode) and alteration >= 0:
        # The capital alone would be the scale's; a second sharp tells ♯ from what is raised.
        signs = "♯" * (alteration + 1 if alteration or not lower else 0)
    else:
        signs = accidental_text(alteration)
    return signs + (numeral.lower() if lower else numeral)
