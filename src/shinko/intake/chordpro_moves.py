"""Transpositions of ChordPro: they add up, and a directive without a value takes one off.

Conventions: accidentals are sharps where all of them together go up, and flats where they go
down, unless an "s" or an "f" behind the number says which. A key keeps to seven accidentals.

Source: chordpro.org, "Directives: transpose" and "Keys and Transpositions".
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from shinko.errors import ShinkoError
from shinko.intake.chart_cells import chord_word
from shinko.intake.draft import LONGEST_WORD, SILENCE
from shinko.theory import ChordName, Key, Note, parse_chord_name

_MOVE = re.compile(r"([+−-]?)\s?(\d{1,3})\s?([sfkb#♯♭]?)")
_SPELLINGS = {"s": "s", "#": "s", "♯": "s", "f": "f", "b": "f", "♭": "f"}


class Move(NamedTuple):
    """So many semitones up; accidentals as sharps ("s"), flats ("f"), or as usual ("")."""

    semitones: int = 0
    spelling: str = ""

    def note(self, note: Note) -> Note:
        """A note that is moved."""
        if self.semitones % 12 == 0 and not self.spelling:
            return note
        pitch = (note.pitch_class + self.semitones) % 12
        in_sharps = self.spelling == "s" or (self.semitones >= 0 and self.spelling != "f")
        # Fifths above C: sharps lie from F up to A♯, flats from G♭ up to B.
        lowest = -1 if in_sharps else -6
        return Note.from_fifths((7 * pitch - lowest) % 12 + lowest)

    def chord(self, text: str) -> str:
        """A chord that is moved; what can't be read stays as it is."""
        text = chord_word(text)
        if not self or text == SILENCE or len(text) > LONGEST_WORD:
            return text
        try:
            name = parse_chord_name(text)
        except ShinkoError:
            return text
        return str(
            ChordName(self.note(name.root), name.quality, name.bass and self.note(name.bass))
        )

    def key(self, key: Key) -> Key:
        """A key that is moved."""
        return Key(self.note(key.tonic), key.mode).usual if self else key

    def __bool__(self) -> bool:
        """Whether it moves anything."""
        return self.semitones % 12 != 0 or bool(self.spelling)


def read_move(text: str) -> Move | None:
    """ "2", "-3", "+5s" or "2f" as a move; None where it is none."""
    match = _MOVE.fullmatch(text.strip())
    if match is None:
        return None
    semitones = int(match[2]) * (1 if match[1] in ("", "+") else -1)
    return Move(semitones, _SPELLINGS.get(match[3], ""))


@dataclass
class Moves:
    """The transpositions that hold, the last one on top."""

    held: list[Move] = field(default_factory=list)

    def push(self, move: Move) -> None:
        """One more; its spelling holds for all of them, if it tells one."""
        self.held.append(move)

    def pop(self) -> bool:
        """Take the last one off; whether there was any."""
        if not self.held:
            return False
        self.held.pop()
        return True

    @property
    def now(self) -> Move:
        """All of them together."""
        spelling = next((move.spelling for move in reversed(self.held) if move.spelling), "")
        return Move(sum(move.semitones for move in self.held), spelling)
