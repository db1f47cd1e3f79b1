"""The sections of songs side by side, as their rhythm is counted from them.

Conventions: as in `rhythm`; N sections, the longest first, T chords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shinko.planning.process import Ints
from shinko.tables.memory import MODES, SongStyle
from shinko.tables.memory_fitting import CountedSection, freely_drawn
from shinko.tables.rhythm import LONGEST
from shinko.tables.table import Floats
from shinko.tables.voices import voice_of


@dataclass(frozen=True, eq=False)
class TimedGroup:
    """Sections of a mode: chords and lengths (N, T), where chords begin and the last one ends,
    (N, T + 1), how many there are, (N,); and P of each chord drawn freely, (N, T).
    """

    chords: Ints
    lengths: Ints
    places: Ints
    sizes: Ints
    free: Floats

    def going(self, number: int) -> int:
        """How many have more than so many chords; they come first."""
        return int((self.sizes > number).sum())


def side_by_side(
    sections: Sequence[CountedSection], mode: int, style: SongStyle, vocabulary: tuple[str, ...]
) -> TimedGroup:
    own = sorted((one for one in sections if one.mode == mode), key=lambda one: -len(one.chords))
    sizes = np.array([len(one.chords) for one in own], np.int64)
    shape = (len(own), sizes.max(initial=0))
    chords, places = np.zeros(shape, np.int64), np.zeros((shape[0], shape[1] + 1), np.int64)
    for number, one in enumerate(own):
        chords[number, : len(one.chords)] = one.chords
        places[number] = one.places[-1]
        places[number, : len(one.places)] = one.places
    lengths = np.clip(np.diff(places, axis=1), 1, LONGEST)
    voice, free = voice_of(style, vocabulary, MODES[mode]), np.zeros(shape)
    for place in range(shape[1]):
        going = int((sizes > place).sum())
        played, chord = chords[:going, :place], chords[:going, place]
        free[:going, place], _ = freely_drawn(voice.innovations, voice.recall.trust, played, chord)
    return TimedGroup(chords, lengths, places, sizes, free)
