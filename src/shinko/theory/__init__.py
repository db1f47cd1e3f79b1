"""Pitches, keys, chords, Roman numerals and Hooktheory's chord ids: music theory, no torch."""

from shinko.theory.analysis import roman_from_name
from shinko.theory.hooktheory import ChordIdError
from shinko.theory.keys import Key, KeyNameError
from shinko.theory.names import ChordName, ChordSymbolError, parse_chord_name
from shinko.theory.notes import (
    Note,
    NoteNameError,
    interval_number,
    interval_semitones,
    parse_note,
)
from shinko.theory.numerals import RomanNumeralError
from shinko.theory.qualities import QUALITIES, ChordError
from shinko.theory.roman import RomanChord, parse_hooktheory, parse_roman, parse_token

__all__ = [
    "QUALITIES",
    "ChordError",
    "ChordIdError",
    "ChordName",
    "ChordSymbolError",
    "Key",
    "KeyNameError",
    "Note",
    "NoteNameError",
    "RomanChord",
    "RomanNumeralError",
    "interval_number",
    "interval_semitones",
    "parse_chord_name",
    "parse_hooktheory",
    "parse_note",
    "parse_roman",
    "parse_token",
    "roman_from_name",
]
