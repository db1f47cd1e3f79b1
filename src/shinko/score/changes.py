"""What changes where a section begins: its key, its tempo.

One answer for all that write or play. A section tells what is its own; who reads a page from its
top needs what is another than just before, also where a section is back in the piece's own key.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shinko.score.bars import Passage
from shinko.score.progression import Progression
from shinko.theory import Key


class Turn(NamedTuple):
    """A section in time, and what is new there.

    Attributes:
      key: that it is in.
      tempo_bpm: that it begins in.
      new_key: whether it is another key than before; of the first section, than the piece's.
      new_tempo: the same of its tempo.
    """

    passage: Passage
    key: Key
    tempo_bpm: float
    new_key: bool
    new_tempo: bool


def turns_of(progression: Progression, passages: Sequence[Passage]) -> tuple[Turn, ...]:
    """The sections of a progression as `written` or `played` has laid them out."""
    turns = []
    key, tempo_bpm = progression.key, progression.tempo_bpm
    for passage in passages:
        before = key, tempo_bpm
        key, tempo_bpm = progression.key_of(passage.section), progression.tempo_of(passage.section)
        turns.append(Turn(passage, key, tempo_bpm, key != before[0], tempo_bpm != before[1]))
    return tuple(turns)


def in_usual_keys(progression: Progression) -> Progression:
    """The same music with at most seven accidentals in each key: A♭ major for G♯ major."""
    sections = tuple(
        section if section.key is None else replace(section, key=section.key.usual)
        for section in progression.sections
    )
    return replace(progression, key=progression.key.usual, sections=sections)
