"""Notes and intervals, both as places on the line of fifths.

Conventions:
  - The line of fifths is … B♭ = -2, F = -1, C = 0, G = 1, D = 2 …: every spelling has its own
    place, so adding two places never loses a flat or a sharp.
  - An interval is written as in a chord chart, above the root and against the major scale:
    "1", "♭3", "5", "𝄫7", "♯11".
  - Pitch classes are 0..11 with C = 0.
"""

import re
from dataclasses import dataclass
from functools import cache

from shinko.errors import ShinkoError

_LETTERS_IN_FIFTHS = "FCGDAEB"  # places -1..5 of the line of fifths
# Fifths above the tonic of the seven degrees of the major scale.
MAJOR_SCALE_FIFTHS = (0, 2, 4, -1, 1, 3, 5)

# How people write accidentals, in semitones.
ACCIDENTALS = {"♭": -1, "b": -1, "𝄫": -2, "♯": 1, "#": 1, "𝄪": 2, "x": 2, "♮": 0}

_NOTE = re.compile(r"([A-G])([♭b𝄫♯#𝄪x♮]*)")
_INTERVAL = re.compile(r"([♭𝄫♯𝄪]*)([1-9]\d?)")


class NoteNameError(ShinkoError):
    """A text is not the name of a note."""


@dataclass(frozen=True, slots=True)
class Note:
    """A spelled note without an octave: a letter A to G and semitones up (+) or down (-)."""

    letter: str
    accidental: int = 0

    @classmethod
    def from_fifths(cls, fifths: int) -> "Note":
        """The note at a place on the line of fifths (C = 0, G = 1, F = -1)."""
        octaves, index = divmod(fifths + 1, 7)
        return cls(_LETTERS_IN_FIFTHS[index], octaves)

    @property
    def fifths(self) -> int:
        """The place on the line of fifths."""
        return _LETTERS_IN_FIFTHS.index(self.letter) - 1 + 7 * self.accidental

    @property
    def pitch_class(self) -> int:
        """0..11, C = 0."""
        return self.fifths * 7 % 12

    def above(self, interval: str) -> "Note":
        """The note an interval ("♭3", "5", "♯11") above this one, rightly spelled."""
        return Note.from_fifths(self.fifths + interval_fifths(interval))

    def __str__(self) -> str:
        return self.letter + accidental_text(self.accidental)


def parse_note(text: str) -> Note:
    """Read "C", "F#", "B♭", "Ebb", "Fx" or "G𝄪".

    Raises:
      NoteNameError: the text is anything else (also a letter in lower case).
    """
    match = _NOTE.fullmatch(text.strip())
    if match is None:
        raise NoteNameError(
            f"note {text!r}: a letter A to G is expected, then flats (b) or sharps (#); try 'Bb'"
        )
    return Note(match[1], accidental_semitones(match[2]))


def accidental_semitones(text: str) -> int:
    """Add up accidentals such as "♭", "bb", "#" or "𝄪"; "" is 0."""
    return sum(ACCIDENTALS[sign] for sign in text)


def accidental_text(semitones: int) -> str:
    """Write accidentals: -1 is "♭", 2 is "𝄪", -3 is "♭𝄫", 0 is ""."""
    single, double = ("♯", "𝄪") if semitones > 0 else ("♭", "𝄫")
    pairs, odd = divmod(abs(semitones), 2)
    return single * odd + double * pairs


@cache
def interval_fifths(interval: str) -> int:
    """How far along the line of fifths an interval goes: "5" is 1, "3" is 4, "♭3" is -3."""
    signs, number = _split(interval)
    return MAJOR_SCALE_FIFTHS[(number - 1) % 7] + 7 * accidental_semitones(signs)


@cache
def interval_semitones(interval: str) -> int:
    """Semitones above the root, not folded into an octave: "♭3" is 3, "9" is 14."""
    signs, number = _split(interval)
    octaves, step = divmod(number - 1, 7)
    within = MAJOR_SCALE_FIFTHS[step] * 7 % 12
    return 12 * octaves + within + accidental_semitones(signs)


@cache
def interval_number(interval: str) -> int:
    """The number of an interval: 3 for "♭3" and for "3", 11 for "♯11"."""
    return _split(interval)[1]


def _split(interval: str) -> tuple[str, int]:
    match = _INTERVAL.fullmatch(interval)
    if match is None:
        raise NoteNameError(f"interval {interval!r}: a number with ♭ or ♯ before it is expected")
    return match[1], int(match[2])
