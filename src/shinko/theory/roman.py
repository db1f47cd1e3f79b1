"""RomanChord: a chord as a degree of a key, and its notes once the key is known."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from shinko.theory.degrees import (
    ChordParts,
    bass_fifths,
    root_fifths,
    target_is_minor,
    to_relative_frame,
    to_tonic_frame,
)
from shinko.theory.hooktheory import MODES, ids_that_sound, read_id
from shinko.theory.keys import Key, Mode
from shinko.theory.notes import Note, interval_semitones
from shinko.theory.numerals import looks_roman, read_roman, write_roman
from shinko.theory.qualities import KNOWN, QUALITIES, ChordError

_ENHARMONIC = 12  # so many fifths up the spelling changes, the sound doesn't


class Spelling(NamedTuple):
    """How somebody wrote a chord symbol: its root and bass, and the tonic of the key around it."""

    root: Note
    bass: Note
    tonic: Note


@dataclass(frozen=True)
class RomanChord:
    """A chord by its place in a key.

    Degrees count from the *major* scale of the tonic. In a major key that is all. In a minor
    key, and in any other mode, there are two ways to count, and a chord knows which one is meant:

      - from the tonic, as people write: i, ♭III, V7 (`parse_roman`);
      - from the relative major, as Hooktheory's ids do: in A minor, id 6 is A minor, and id 2 is
        D minor in D dorian (`parse_hooktheory`, `parse_token`); then `from_relative_major` is true.

    `in_tonic_frame` and `in_relative_frame` change one into the other.

    Attributes:
      degree: 1..7.
      alteration: -1 (♭), 0 or +1 (♯).
      quality: a key into QUALITIES.
      inversion: which of the chord's intervals is the bass; 0 is root position.
      applied: the degree this chord is applied to (5 in V7/V). `degree` then counts from the
        major scale of that target, so 77/2 is viiø7/ii; None if not applied.
      applied_alteration: -1, 0 or +1 for that target, as in V7/♭VI.
      applied_minor: whether the target is written in lower case; None for the usual case.
      mode: the letter of the mode it is borrowed from, as Hooktheory writes it (b D Y L M C),
        or "".
      slash: a bass that is no note of the chord, as a degree of the scale: 5 in IV/5.
      slash_alteration: -1, 0 or +1 for that bass.
      from_relative_major: see above. Takes no part in comparisons, so a chord is never the
        key of a cache; its `parts` are.
      spelling: of the chord symbol that somebody wrote, which stays in its key: C♯7 in C isn't
        D♭7. None where the key spells it. Takes no part in comparisons either.
    """

    degree: int
    alteration: int = 0
    quality: str = ""
    inversion: int = 0
    applied: int | None = None
    applied_alteration: int = 0
    applied_minor: bool | None = None
    mode: str = ""
    slash: int | None = None
    slash_alteration: int = 0
    from_relative_major: bool = field(default=False, compare=False)
    spelling: Spelling | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        _check(self.parts)
        if self.applied is None or self.applied_minor == target_is_minor(
            self.parts._replace(applied_minor=None)
        ):
            object.__setattr__(self, "applied_minor", None)

    @property
    def parts(self) -> ChordParts:
        """The fields as a tuple, without the frame they are read in."""
        return ChordParts(
            self.degree,
            self.alteration,
            self.quality,
            self.inversion,
            self.applied,
            self.applied_alteration,
            self.applied_minor,
            self.mode,
            self.slash,
            self.slash_alteration,
        )

    @property
    def intervals(self) -> tuple[str, ...]:
        """Intervals above the root, one for each pitch class: ("1", "3", "5", "♭7")."""
        return QUALITIES[self.quality]

    @property
    def token(self) -> str:
        """The Hooktheory id, or the Roman numeral where no id fits, of the chord as it counts.

        For a chord that counts from the tonic of another mode, ask `token_in` with its key.
        """
        ids = ids_that_sound(self.parts)
        return ids[0] if ids else write_roman(self.parts)

    def token_in(self, key: Key) -> str:
        """The token of this chord in a key: i in A minor is "6", V7 is "57/6"."""
        return self.tokens_in(key)[0]

    def tokens_in(self, key: Key) -> tuple[str, ...]:
        """All tokens that sound like this chord in a key, the best one first.

        For who looks for the one that a table knows: I7 is M17 and also 57/4. An id may spell
        the chord in another way, as b7 does for ♯VI; a numeral stands alone.
        """
        parts = self.in_relative_frame(key).parts
        return ids_that_sound(parts, key.mode) or (write_roman(parts),)

    def in_tonic_frame(self, key: Key) -> "RomanChord":
        """The same chord counted from the tonic of the key: id 6 in A minor becomes i."""
        chord = chord_of(self._tonic_parts(key), from_relative_major=False)
        return replace(chord, spelling=self.spelling) if self.spelling else chord

    def in_relative_frame(self, key: Key) -> "RomanChord":
        """The same chord counted from the relative major: i in A minor becomes id 6."""
        parts = self.parts
        if not self.from_relative_major:
            parts = to_relative_frame(parts, key.mode)
        chord = chord_of(parts, from_relative_major=True)
        return replace(chord, spelling=self.spelling) if self.spelling else chord

    def roman(self, key: Key) -> str:
        """The Roman numeral as shown in a key, from its tonic: id 57/6 is V7 in minor."""
        return write_roman(self._tonic_parts(key), key.mode)

    def root(self, key: Key) -> Note:
        """The spelled root."""
        return Note.from_fifths(key.tonic.fifths + root_fifths(self._tonic_parts(key)))

    def bass_note(self, key: Key) -> Note:
        """The spelled bass."""
        return Note.from_fifths(key.tonic.fifths + bass_fifths(self._tonic_parts(key)))

    def notes(self, key: Key) -> tuple[Note, ...]:
        """The spelled notes from the root up, one for each interval; a slash bass is not one."""
        return _notes(self.root(key).fifths, self.quality)

    def note_names(self, key: Key) -> tuple[str, ...]:
        """The names of the notes from the root up: ("G", "B", "D", "F")."""
        return tuple(str(note) for note in self.notes(key))

    def pitch_classes(self, key: Key) -> tuple[int, ...]:
        """Pitch classes 0..11 from the root up, whatever the inversion; no slash bass."""
        return _pitch_classes(self.root(key).pitch_class, self.quality)

    def bass(self, key: Key) -> int:
        """The pitch class of the bass, 0..11."""
        return self.bass_note(key).pitch_class

    def symbol_root(self, key: Key) -> Note:
        """The root as chord symbols have it, with one flat or sharp at most.

        ♭VI of D♭ major, whose root is B𝄫, is written A. A spelling of its own stays.
        """
        if (spelling := self._spelling_in(key)) is not None:
            return spelling.root
        return _plain(self.root(key).fifths)

    def symbol_bass(self, key: Key) -> Note:
        """The bass as chord symbols have it, spelled as the root beside it."""
        if (spelling := self._spelling_in(key)) is not None:
            return spelling.bass
        above_root = self.bass_note(key).fifths - self.root(key).fifths
        return _plain(self.symbol_root(key).fifths + above_root)

    def name(self, key: Key) -> str:
        """The chord symbol in a key: "Am7", "F♯ø7", "G/B"."""
        root, bass = self.symbol_root(key), self.symbol_bass(key)
        return f"{root}{self.quality}" + (f"/{bass}" if bass != root else "")

    def __str__(self) -> str:
        """The Roman numeral as the chord counts: "♭VII", "viiø7", "V65/V"."""
        return write_roman(self.parts)

    def _spelling_in(self, key: Key) -> Spelling | None:
        """Its own spelling, unless it was transposed or became another chord since."""
        spelling = self.spelling
        if spelling is None or spelling.tonic != key.tonic:
            return None
        same = spelling.root.pitch_class == self.root(key).pitch_class
        return spelling if same and spelling.bass.pitch_class == self.bass(key) else None

    def _tonic_parts(self, key: Key) -> ChordParts:
        parts = self.parts
        return to_tonic_frame(parts, key.mode) if self.from_relative_major else parts


def parse_roman(text: str, mode: Mode = "major") -> RomanChord:
    """Read a Roman numeral as a person types it: in every key it counts from the tonic.

    In a mode, bare capitals are of its scale: VI of minor is ♭VI.

    Raises:
      RomanNumeralError: the text is not a Roman numeral.
    """
    return chord_of(read_roman(text, mode), from_relative_major=False)


def parse_hooktheory(text: str) -> RomanChord:
    """Read a Hooktheory id: in every mode it counts from the relative major.

    Raises:
      ChordIdError: the text is not a chord id.
    """
    return chord_of(read_id(text), from_relative_major=True)


def parse_token(text: str) -> RomanChord:
    """Read a token of a table: an id, or a Roman numeral where no id fits.

    All tokens of a table count alike, so here a Roman numeral counts from the relative major
    too. What a person types goes through `parse_roman` or `roman_from_name`.

    Raises:
      ChordError: the text is neither.
    """
    return chord_of(
        read_roman(text) if looks_roman(text) else read_id(text), from_relative_major=True
    )


@lru_cache(maxsize=8192)
def chord_of(parts: ChordParts, *, from_relative_major: bool) -> RomanChord:
    """The chord of some fields in one of the two frames; the same object each time."""
    return RomanChord(*parts, from_relative_major=from_relative_major)


@lru_cache(maxsize=256)
def _plain(fifths: int) -> Note:
    """The note at a place on the line of fifths, or its twin with one flat or sharp at most."""
    note = Note.from_fifths(fifths)
    while abs(note.accidental) > 1:
        fifths += _ENHARMONIC if note.accidental < 0 else -_ENHARMONIC
        note = Note.from_fifths(fifths)
    return note


@lru_cache(maxsize=4096)
def _notes(root: int, quality: str) -> tuple[Note, ...]:
    return tuple(Note.from_fifths(root).above(interval) for interval in QUALITIES[quality])


@lru_cache(maxsize=4096)
def _pitch_classes(root: int, quality: str) -> tuple[int, ...]:
    return tuple((root + interval_semitones(i)) % 12 for i in QUALITIES[quality])


def _check(parts: ChordParts) -> None:
    for name, degree, alteration in (
        ("degree", parts.degree, parts.alteration),
        ("applied", parts.applied, parts.applied_alteration),
        ("slash", parts.slash, parts.slash_alteration),
    ):
        possible = not alteration if degree is None else 1 <= degree <= 7
        if not possible or not -1 <= alteration <= 1:
            raise ChordError(
                f"chord with {name} {degree} and alteration {alteration}: "
                "a degree is 1 to 7, an alteration -1, 0 or 1"
            )
    if parts.quality not in QUALITIES:
        raise ChordError(f"chord with quality {parts.quality!r}: not a quality; known: {KNOWN}")
    if not 0 <= parts.inversion < len(QUALITIES[parts.quality]):
        raise ChordError(
            f"chord with inversion {parts.inversion}: {parts.quality or 'major'!r} has "
            f"inversions 0 to {len(QUALITIES[parts.quality]) - 1}"
        )
    if parts.slash is not None and (parts.inversion or _in_chord(parts)):
        raise ChordError(
            f"chord with slash bass {parts.slash}: it is a note of the chord, or the chord is "
            "inverted already; say either inversion or slash"
        )
    if parts.mode and parts.applied is not None:
        raise ChordError(
            f"chord with mode {parts.mode!r}: it is applied too; leave one of them out"
        )
    if parts.mode not in MODES:
        raise ChordError(f"chord with mode {parts.mode!r}: one of b D Y L M C, or none")


def _in_chord(parts: ChordParts) -> bool:
    above_root = (bass_fifths(parts) - root_fifths(parts)) * 7 % 12
    return any(interval_semitones(i) % 12 == above_root for i in QUALITIES[parts.quality])
