"""Keys: a tonic and a mode, with the key signature that follows from them."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from shinko.errors import ShinkoError
from shinko.theory.german import german_key
from shinko.theory.notes import Note, accidental_semitones

Mode = Literal["major", "minor", "dorian", "phrygian", "lydian", "mixolydian"]


class ModeRow(NamedTuple):
    """What a mode is; each has the notes of a major scale, from another tonic."""

    fifths: int
    """How far above the tonic of that major scale its own tonic lies, along the line of fifths."""
    minor_third: bool
    """Whether the chord on its tonic is minor."""
    words: tuple[str, ...]
    """What people write after the tonic, besides its name; a single letter keeps its case."""


# Tests check: seven notes, one step apart on the line of fifths from mode to mode; the third is
# the scale's; no word stands twice. Words are in English, as ABC has them, and in German.
MODES: dict[Mode, ModeRow] = {
    "major": ModeRow(0, False, ("", "M", "maj", "dur", "ionian", "ion")),
    "minor": ModeRow(3, True, ("m", "min", "moll", "aeolian", "aeo", "natural minor")),
    "dorian": ModeRow(2, True, ("dor", "dorisch")),
    "phrygian": ModeRow(4, True, ("phr", "phryg", "phrygisch")),
    "lydian": ModeRow(-1, False, ("lyd", "lydisch")),
    "mixolydian": ModeRow(1, False, ("mix", "mixo", "mixolyd", "mixolydisch")),
}
_WORDS: dict[str, Mode] = {word: mode for mode, row in MODES.items() for word in (mode, *row.words)}
_SIGNS = {"flat": "♭", "sharp": "♯"}
_KEY = re.compile(r"([A-Ga-g])(?:[\s-]*([Ff]lat|[Ss]harp)|([♭b♯#])|)[\s:_-]*([A-Za-z ]*?)\.?")

# Places of the major scale above its tonic, on the line of fifths.
_FLATTEST, _SHARPEST = -1, 5


class KeyNameError(ShinkoError):
    """A text is not the name of a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: a tonic, and one of the six modes that have a stable chord on it.

    Attributes:
      tonic: its first note.
      mode: major, unless it is told.
      german: whether it was told in German, so that chords beside it are read so: B as B♭. Takes
        no part in comparisons.
    """

    tonic: Note
    mode: Mode = "major"
    german: bool = field(default=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key as people write it: "C", "Am", "F# minor", "e flat major", "D dorian".

        Without a word for the mode the key is major, whatever the case of the letter; but German
        names are read as Germans write them: "fis" is F♯ minor, "B-Dur" B♭ major.

        Raises:
          KeyNameError: no letter A to G, or a mode that is not in `MODES`.
        """
        return _parse(text)

    @property
    def is_minor(self) -> bool:
        """Whether the mode is minor itself; dorian and phrygian are not."""
        return self.mode == "minor"

    @property
    def has_minor_third(self) -> bool:
        """Whether the chord on the tonic is minor: in minor, dorian and phrygian."""
        return MODES[self.mode].minor_third

    @property
    def tonic_pitch_class(self) -> int:
        """0..11, C = 0."""
        return self.tonic.pitch_class

    @property
    def fifths(self) -> int:
        """The key signature: sharps (+) or flats (-); beyond ±7 for keys such as G♯ major."""
        return self.tonic.fifths - MODES[self.mode].fifths

    @property
    def relative_major(self) -> "Key":
        """The major key of the same signature; a major key is its own."""
        return Key.of_signature(self.fifths)

    @property
    def major_or_minor(self) -> "Key":
        """The major or minor key of the same signature and third: A minor for D dorian.

        For what knows only these two, as MIDI does.
        """
        return Key.of_signature(self.fifths, "minor" if self.has_minor_third else "major")

    @classmethod
    def of_signature(cls, fifths: int, mode: Mode = "major") -> "Key":
        """The key of a mode with so many sharps (+) or flats (-)."""
        return cls(Note.from_fifths(fifths + MODES[mode].fifths), mode)

    @property
    def usual(self) -> "Key":
        """The key that sounds the same with at most seven accidentals: A♭ major for G♯ major."""
        shift = 0
        while self.fifths + shift > 7:
            shift -= 12
        while self.fifths + shift < -7:
            shift += 12
        return Key(Note.from_fifths(self.tonic.fifths + shift), self.mode)

    def moved(self, semitones: int) -> "Key":
        """The key of the same mode so many semitones higher, with at most six accidentals."""
        fifths = self.fifths + 7 * semitones
        return Key.of_signature(fifths - 12 * round(fifths / 12), self.mode)

    @property
    def midi_name(self) -> str:
        """The name in a MIDI key signature, as mido writes it: "Bb", "F#m"; always a usual key.

        MIDI knows major and minor only: D dorian is "Am", which has its signature and third.
        """
        key = self.usual.major_or_minor
        tonic = str(key.tonic).replace("♭", "b").replace("♯", "#")
        return tonic + ("m" if key.is_minor else "")

    @property
    def note_names(self) -> tuple[str, ...]:
        """The seven notes of the scale from the tonic up (natural minor in a minor key)."""
        flattest = self.fifths + _FLATTEST
        # A step up the scale is two fifths up, within the seven fifths that the scale takes.
        start = self.tonic.fifths - flattest
        return tuple(str(Note.from_fifths(flattest + (start + 2 * i) % 7)) for i in range(7))

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"


def scale_fifths(mode: Mode) -> range:
    """The seven places of a mode above its tonic, on the line of fifths: -3..3 in dorian."""
    below = MODES[mode].fifths
    return range(_FLATTEST - below, _SHARPEST - below + 1)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Key:
    if (found := german_key(text)) is not None:
        tonic, word = found
        if (german_mode := _WORDS.get(word if len(word) == 1 else word.casefold())) is not None:
            return Key(tonic, german_mode, german=True)
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise KeyNameError(
            f"key {text!r}: a letter A to G is expected, then b or #, then a mode; "
            "try 'C', 'F# minor' or 'D dorian'"
        )
    letter, word, sign, mode_text = match.groups()
    mode_text = mode_text.strip()
    mode = _WORDS.get(mode_text if len(mode_text) == 1 else mode_text.casefold())
    if mode is None:
        raise KeyNameError(
            f"key {text!r}: no mode {mode_text!r}; known: {', '.join(MODES)}; "
            "as in 'D minor' or 'D dorian'"
        )
    signs = _SIGNS[word.casefold()] if word else sign or ""
    return Key(Note(letter.upper(), accidental_semitones(signs)), mode)
