"""From what a person types to a chord of a key: chord symbols, Roman numerals, ids."""

from dataclasses import replace

from shinko.theory.degrees import (
    ChordParts,
    degree_at,
    degree_fifths,
    root_fifths,
    to_relative_frame,
)
from shinko.theory.german import english_chord
from shinko.theory.hooktheory import ids_by_sound, is_id, read_id
from shinko.theory.keys import Key
from shinko.theory.named_numerals import is_named
from shinko.theory.names import ChordName, ChordSymbolError, parse_chord_name
from shinko.theory.notes import interval_semitones
from shinko.theory.numerals import looks_roman
from shinko.theory.qualities import QUALITIES, ChordError
from shinko.theory.roman import RomanChord, Spelling, chord_of, parse_hooktheory, parse_roman

# Spellings of a root that a key takes over; others change to their twin (A♯ in C is ♭VII).
# Diminished chords also stand on ♯I, ♯II, ♯V and ♯VI, as leading tones.
_FLATTEST, _SHARPEST, _SHARPEST_DIMINISHED = -6, 6, 10
# Degrees, counted from the (relative) major, that a chord outside the key is applied to.
_TARGETS = (5, 6, 2, 3)


def roman_from_name(text: str | ChordName, key: Key, *, keep_spelling: bool = True) -> RomanChord:
    """The chord of a key that a chord symbol, a Roman numeral or a Hooktheory id means.

    The result counts from the relative major, so that `token` is the table's token, and its
    `roman(key)` is what the key shows: "Am", "i" and "6" in A minor are one chord. A chord
    symbol outside the key is read as an applied chord where that is usual: E7 in C is V7/vi.
    "C7" or "D6", which could be ids too, are chord symbols here.

    Args:
      text: what was typed, or a chord symbol that was read.
      key: to read it in.
      keep_spelling: whether a chord symbol is shown in this key as it is spelled here, C♯7 in C
        not as D♭7; for one that nobody wrote, let the key spell it.

    Raises:
      ChordError: the text is none of the three.
    """
    if isinstance(text, ChordName):
        chord = _from_name(text, key)
        return _spelled_as(text, chord, key) if keep_spelling else chord
    text = text.strip()
    if key.german and not is_id(text):
        text = english_chord(text)
    if text[:1] in tuple("ABCDEFG") and not is_named(text):
        try:
            return roman_from_name(parse_chord_name(text), key, keep_spelling=keep_spelling)
        except ChordSymbolError:
            if is_id(text):
                return parse_hooktheory(text)
            raise
    if is_id(text):
        return parse_hooktheory(text)
    if looks_roman(text):
        return _settled(parse_roman(text, key.mode).in_relative_frame(key), key)
    raise ChordError(
        f"chord {text!r}: a chord symbol with a root of a capital letter A to G ('Am7'), a Roman "
        "numeral ('bVII') or a Hooktheory id ('57/5') is expected"
    )


def _spelled_as(name: ChordName, chord: RomanChord, key: Key) -> RomanChord:
    return replace(chord, spelling=Spelling(name.root, name.bass_note, key.tonic))


def _settled(chord: RomanChord, key: Key) -> RomanChord:
    """The chord as its id says it, if that shows the same numeral."""
    token = chord.token_in(key)
    if is_id(token) and parse_hooktheory(token).roman(key) == chord.roman(key):
        return parse_hooktheory(token)
    return chord


def _from_name(name: ChordName, key: Key) -> RomanChord:
    plain = _plain_in_tonic_frame(name, key)
    parts = to_relative_frame(plain, key.mode)
    root = root_fifths(parts)
    for text in ids_by_sound(parts):
        if root_fifths(read_id(text)) == root:
            return parse_hooktheory(text)
    return chord_of(_applied(parts), from_relative_major=True)


def _plain_in_tonic_frame(name: ChordName, key: Key) -> ChordParts:
    intervals = QUALITIES[name.quality]
    sharpest = _SHARPEST_DIMINISHED if "♭5" in intervals else _SHARPEST
    root = _spelled(name.root.fifths - key.tonic.fifths, sharpest)
    degree, alteration = degree_at(root)
    parts = ChordParts(degree, alteration, name.quality)
    if name.bass is None:
        return parts
    above_root = (name.bass.pitch_class - name.root.pitch_class) % 12
    for inversion, interval in enumerate(intervals):
        if interval_semitones(interval) % 12 == above_root:
            return parts._replace(inversion=inversion)
    slash, slash_alteration = degree_at(_spelled(name.bass.fifths - key.tonic.fifths, _SHARPEST))
    return parts._replace(slash=slash, slash_alteration=slash_alteration)


def _spelled(fifths: int, sharpest: int) -> int:
    """The place of the same pitch class from the flattest to the sharpest that a key takes."""
    if _FLATTEST <= fifths <= sharpest:
        return fifths
    return _FLATTEST + 1 + (fifths - _FLATTEST - 1) % 12


def _applied(parts: ChordParts) -> ChordParts:
    """Dominants and leading-tone chords outside the key, read as applied to a degree of it."""
    intervals = QUALITIES[parts.quality]
    if parts.slash is not None:
        return parts
    if parts.quality == "°7":
        degree = 7
    elif parts.quality == "+" or {"3", "♭7"} <= set(intervals):
        degree = 5
    else:
        return parts
    for target in _TARGETS:
        if degree_fifths(degree) + degree_fifths(target) == root_fifths(parts):
            return parts._replace(degree=degree, alteration=0, applied=target)
    return parts
