"""Chord symbols as people write them: "Am7", "C△7", "F#m7b5", "B♭m7/A♭"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from shinko.theory.notes import Note, parse_note
from shinko.theory.qualities import KNOWN, QUALITIES, ChordError, find_quality

# A flat or sharp after the letter belongs to the root: C♭5 is a power chord on C♭. There are two of
# them at most.
_NOTE = "[A-G](?:[♭b]{1,2}|[♯#]{1,2}|[♮𝄫𝄪x])?"
_ROOT = re.compile(rf"({_NOTE})(.*)", re.DOTALL)
_BASS = re.compile(rf"(.*)/\s*({_NOTE})\s*", re.DOTALL)


class ChordSymbolError(ChordError):
    """A text is not a chord symbol."""


@dataclass(frozen=True, slots=True)
class ChordName:
    """A chord by its own name, in no key: root, quality, and the bass if it isn't the root."""

    root: Note
    quality: str = ""
    bass: Note | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """The spelled notes from the root up; a bass outside the chord is not one of them."""
        return tuple(self.root.above(interval) for interval in QUALITIES[self.quality])

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes 0..11 from the root up."""
        return tuple(note.pitch_class for note in self.notes)

    @property
    def bass_note(self) -> Note:
        """The bass: the root, unless another one is told."""
        return self.bass or self.root

    def __str__(self) -> str:
        return f"{self.root}{self.quality}" + (f"/{self.bass}" if self.bass else "")


@lru_cache(maxsize=4096)
def parse_chord_name(text: str) -> ChordName:
    """Read a chord symbol; the root and the bass are capital letters A to G.

    C2 is Cadd9, C△ is Cmaj7, Calt is C7♯5♯9.

    Raises:
      ChordSymbolError: the root is no letter A to G, or the quality is unknown.
    """
    body, bass = text.strip(), None
    if (slashed := _BASS.fullmatch(body)) is not None:
        body, bass = slashed[1], parse_note(slashed[2])
    match = _ROOT.fullmatch(body)
    if match is None:
        raise ChordSymbolError(
            f"chord {text!r}: a root is a capital letter A to G, with b or # after it; try 'Am7'"
        )
    root, ending = parse_note(match[1]), match[2]
    quality = find_quality(ending)
    if quality is None:
        head, slash, end = ending.rpartition("/")
        if slash and "(" not in end + head.rpartition(")")[2] and find_quality(head) is not None:
            raise ChordSymbolError(
                f"chord {text!r}: a bass is a capital letter A to G, with b or # after it, "
                f"not {end.strip()!r}; try 'C/G'"
            )
        raise ChordSymbolError(f"chord {text!r}: no quality {ending.strip()!r}; known: {KNOWN}")
    return ChordName(root, quality, None if bass == root else bass)
