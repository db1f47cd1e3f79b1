"""The two staves of a piano: the voicing of each chord, high notes on one, low on the other.

Conventions: what lies below G3 is written on the bass staff, where it needs no ledger lines. In
the usual voicing that is the bass alone.
"""

from collections.abc import Iterable, Sequence

from shinko.export.notation.spelling import spell
from shinko.export.notation.staff import Placed, Staff, Stretch, staff_bars
from shinko.score.bars import Passage
from shinko.score.progression import Progression
from shinko.score.voicing import Voicing

LOWEST_ON_TREBLE = 55


def treble_bars(
    passage: Passage, progression: Progression, voicings: Sequence[Voicing], staff: Staff
) -> list[list[Placed]]:
    """The upper staff of each bar of a passage; one voicing for each chord of the piece."""
    high = [[p for p in voicing.upper if p >= LOWEST_ON_TREBLE] for voicing in voicings]
    return staff_bars(_stretches(passage, progression, high), passage, staff)


def bass_bars(
    passage: Passage, progression: Progression, voicings: Sequence[Voicing], staff: Staff
) -> list[list[Placed]]:
    """The lower staff of each bar of a passage; it has the bass wherever that lies."""
    low = [
        sorted({voicing.bass, *(p for p in voicing.upper if p < LOWEST_ON_TREBLE)})
        for voicing in voicings
    ]
    return staff_bars(_stretches(passage, progression, low), passage, staff)


def _stretches(
    passage: Passage, progression: Progression, pitches: Sequence[Iterable[int]]
) -> list[Stretch]:
    key = progression.key_of(passage.section)
    return [
        Stretch(
            placed.start_tick,
            placed.end_tick,
            tuple(
                spell(pitch, progression.chords[placed.chord], key)
                for pitch in pitches[placed.chord]
            ),
        )
        for placed in passage.chords
    ]
