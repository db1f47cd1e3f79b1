"""Pitches as a staff shows them: a letter, an accidental, an octave.

Conventions: pitches are MIDI numbers (60 = C4). A note of the chord has the letter that its place
in the chord asks for; any other note is spelled by the key: its scale, then ♭2, ♭3, ♯4, ♭6 and ♭7.
More than two flats or sharps can't be written: such a note takes the name of its twin. Octaves
are 0 to 9 in MusicXML: what lies below, under any piano, is written an octave higher.
"""

from functools import lru_cache
from typing import NamedTuple

from shinko.theory import Key, Note, RomanChord
from shinko.theory.degrees import ChordParts
from shinko.theory.roman import chord_of

MOST_ACCIDENTALS = 2
_OCTAVE_FIFTHS = 12  # twelve fifths up the spelling changes, the sound doesn't
# From ♭2 to ♯4 on the line of fifths: the twelve notes around a tonic, in every mode.
_FLATTEST, _SHARPEST = -5, 6
_ABOVE_C = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


class Pitch(NamedTuple):
    """A spelled pitch: letter A to G, semitones up or down, octave (4 begins at middle C)."""

    step: str
    alter: int
    octave: int


def spell(pitch: int, chord: RomanChord | None, key: Key) -> Pitch:
    """How a MIDI pitch is written over a chord of a key; C♭ in the fourth octave is 59."""
    parts = None if chord is None else chord.in_relative_frame(key).parts
    note = _names(parts, key)[pitch % 12]
    octave = (pitch - note.accidental - _ABOVE_C[note.letter]) // 12 - 1
    return Pitch(note.letter, note.accidental, min(max(octave, 0), 9))


def writable(note: Note) -> Note:
    """The note, or its twin with at most two flats or sharps."""
    fifths = note.fifths
    while Note.from_fifths(fifths).accidental < -MOST_ACCIDENTALS:
        fifths += _OCTAVE_FIFTHS
    while Note.from_fifths(fifths).accidental > MOST_ACCIDENTALS:
        fifths -= _OCTAVE_FIFTHS
    return Note.from_fifths(fifths)


@lru_cache(maxsize=4096)
def _names(parts: ChordParts | None, key: Key) -> dict[int, Note]:
    """Pitch class -> its note."""
    around = range(key.tonic.fifths + _FLATTEST, key.tonic.fifths + _SHARPEST + 1)
    notes = [Note.from_fifths(fifths) for fifths in around]
    if parts is not None:
        chord = chord_of(parts, from_relative_major=True)
        root = chord.symbol_root(key)
        notes += [chord.symbol_bass(key), *(root.above(i) for i in chord.intervals)]
    return {note.pitch_class: writable(note) for note in notes}
