"""Keys: a tonic and a mode, with the key signature that follows from them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from shinko.errors import ShinkoError
from shinko.theory.notes import MAJOR_SCALE_FIFTHS, Note, accidental_semitones

Mode = Literal["major", "minor"]

# Words for a mode, as people write them after the tonic; a single letter keeps its case.
_MODES: dict[str, Mode] = {
    **dict.fromkeys(("", "M", "maj", "major", "dur", "ionian"), "major"),
    **dict.fromkeys(("m", "min", "minor", "moll", "aeolian", "natural minor"), "minor"),
}
_SIGNS = {"flat": "♭", "sharp": "♯"}
_KEY = re.compile(r"([A-Ga-g])(?:[\s-]*([Ff]lat|[Ss]harp)|([♭b♯#])|)[\s:_-]*([A-Za-z ]*?)\.?")

# A minor key has the signature of the major key three fifths below its tonic.
RELATIVE_FIFTHS = 3
_NATURAL_MINOR_FIFTHS = (0, 2, -3, -1, 1, -4, -2)


class KeyNameError(ShinkoError):
    """A text is not the name of a major or minor key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A major or minor key."""

    tonic: Note
    mode: Mode = "major"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key as people write it: "C", "Am", "F# minor", "B♭", "e flat major", "C:min".

        Without a word for the mode the key is major, whatever the case of the letter.

        Raises:
          KeyNameError: no letter A to G, or a mode other than major and minor.
        """
        return _parse(text)

    @property
    def is_minor(self) -> bool:
        """Whether the mode is minor."""
        return self.mode == "minor"

    @property
    def tonic_pitch_class(self) -> int:
        """0..11, C = 0."""
        return self.tonic.pitch_class

    @property
    def fifths(self) -> int:
        """The key signature: sharps (+) or flats (-); beyond ±7 for keys such as G♯ major."""
        return self.tonic.fifths - (RELATIVE_FIFTHS if self.is_minor else 0)

    @property
    def relative_major(self) -> "Key":
        """The major key of the same signature; a major key is its own."""
        return Key(Note.from_fifths(self.fifths), "major")

    @property
    def usual(self) -> "Key":
        """The key that sounds the same with at most seven accidentals: A♭ major for G♯ major."""
        shift = 0
        while self.fifths + shift > 7:
            shift -= 12
        while self.fifths + shift < -7:
            shift += 12
        return Key(Note.from_fifths(self.tonic.fifths + shift), self.mode)

    @property
    def midi_name(self) -> str:
        """The name in a MIDI key signature, as mido writes it: "Bb", "F#m"; always a usual key."""
        tonic = str(self.usual.tonic).replace("♭", "b").replace("♯", "#")
        return tonic + ("m" if self.is_minor else "")

    @property
    def note_names(self) -> tuple[str, ...]:
        """The seven notes of the scale from the tonic up (natural minor in a minor key)."""
        scale = _NATURAL_MINOR_FIFTHS if self.is_minor else MAJOR_SCALE_FIFTHS
        return tuple(str(Note.from_fifths(self.tonic.fifths + step)) for step in scale)

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"


@lru_cache(maxsize=1024)
def _parse(text: str) -> Key:
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise KeyNameError(
            f"key {text!r}: a letter A to G is expected, then b or #, then major or minor; "
            "try 'C', 'Am' or 'F# minor'"
        )
    letter, word, sign, mode_text = match.groups()
    mode_text = mode_text.strip()
    mode = _MODES.get(mode_text if len(mode_text) == 1 else mode_text.casefold())
    if mode is None:
        raise KeyNameError(
            f"key {text!r}: no mode {mode_text!r}; write major or minor, as in 'D minor' or 'Dm'"
        )
    signs = _SIGNS[word.casefold()] if word else sign or ""
    return Key(Note(letter.upper(), accidental_semitones(signs)), mode)
