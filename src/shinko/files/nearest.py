"""What a format or a diagram can't hold of a chord: it gets the nearest one, and this tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from shinko.score.progression import Progression
from shinko.theory import Key, RomanChord

_MOST_NAMED = 3
_PAGES, _SHEETS = {"pdf", "svg"}, {"diagrams", "diagrams-pdf"}


def nearest_told(
    progression: Progression, formats: Collection[str], *, diagrams: bool = False
) -> str:
    """What is written or drawn simpler than it is, in one line; empty if nothing is.

    Args:
      progression: that is written.
      formats: their names.
      diagrams: whether pages have diagrams.
    """
    chords = list(zip(progression.chords, progression.keys, strict=True))
    told = []
    if "ireal" in formats:
        told.append(_listed("iReal Pro has no", _in_ireal(chords)))
    if "abc" in formats:
        told.append(_listed("ABC has no", _in_abc(chords)))
    if set(formats) & (_PAGES | _SHEETS if diagrams else _SHEETS):
        told.append(_listed("diagrams hold four tones beside the bass:", _in_diagrams(chords)))
    return "; ".join(filter(None, told))


def _in_ireal(chords: Sequence[tuple[RomanChord, Key]]) -> Iterator[str]:
    from shinko.export.ireal import NEAREST, ireal_chord

    for chord, key in chords:
        if chord.quality in NEAREST:
            yield f"{chord.name(key)}, written as {ireal_chord(chord, key)}"


def _in_abc(chords: Sequence[tuple[RomanChord, Key]]) -> Iterator[str]:
    from shinko.export.abc import NEAREST

    for chord, key in chords:
        if chord.quality in NEAREST:
            name = chord.name(key)
            simpler = name.replace(chord.quality, NEAREST[chord.quality])
            yield f"{name}, written as {simpler}"


def _in_diagrams(chords: Sequence[tuple[RomanChord, Key]]) -> Iterator[str]:
    from shinko.score.voicing.tones import beyond_a_hand

    for chord, key in chords:
        if left_out := beyond_a_hand(chord.quality):
            yield f"{chord.name(key)} without {' and '.join(left_out)}"


def _listed(head: str, told: Iterator[str]) -> str:
    every = list(dict.fromkeys(told))
    more = f"; and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return f"{head} {'; '.join(every[:_MOST_NAMED])}{more}" if every else ""
