"""Close position: one bass note for the left hand, three or four upper notes for the right.

An octave lies under any hand, and no chord of four notes needs more. The upper notes hold every
chord of up to four notes whole, root included, so that the chord track stands on its own under
another bass line; larger chords leave out what the bass sounds anyway. The two ranges alone keep
every interval above the arrangers' low interval limits: nothing muddy.

standing_cost(v), what a chord costs by itself:
    0.25  for each semitone between the top note and A4, so that long pieces don't drift
    0.25  for each semitone between the bass and A2
    1     for each minor second between neighbours in the right hand, 2 more between the top two

What it costs to move is told in `keyboard`.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from shinko.score.voicing.keyboard import basses, moving_costs, stackings
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.tones import (
    ChordTones,
    Voicing,
    by_importance,
    quality_of,
    read_chord,
)
from shinko.theory import interval_semitones

UPPER_RANGE = range(55, 78)
"""G3, a third above the highest bass note, to F5, the top line of the treble staff."""
MOST_UPPER_VOICES = 4

TOP_CENTRE, TOP_DRIFT = 69, 0.25
BASS_CENTRE, BASS_DRIFT = 45, 0.25
CLASH, CLASH_ON_TOP = 1.0, 2.0


def standing_cost(voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    upper, bass = voicing.upper, voicing.bass
    drift = TOP_DRIFT * abs(upper[-1] - TOP_CENTRE) + BASS_DRIFT * abs(bass - BASS_CENTRE)
    return drift + clash_cost(upper)


def clash_cost(upper: Sequence[int]) -> float:
    """What the minor seconds between neighbours cost, the one on top most."""
    cost = CLASH * sum(high - low == 1 for low, high in pairwise(upper))
    return cost + CLASH_ON_TOP * (upper[-1] - upper[-2] == 1)


@lru_cache(maxsize=4096)
def candidates(chord: ChordTones) -> tuple[Voicing, ...]:
    """Every way to play the chord in close position within the ranges, lowest first."""
    uppers = sorted(
        {upper for tones in upper_tones(chord) for upper in stackings(tones, UPPER_RANGE)}
    )
    return tuple(Voicing(upper, bass) for upper in uppers for bass in basses(chord.bass))


def upper_tones(chord: ChordTones) -> list[tuple[int, ...]]:
    """The pitch classes above the bass: three or four, in one or several choices.

    Up to four chord tones are all played. Of more, what the bass sounds anyway goes first, then
    what is least important (see `tones.by_importance`): the perfect fifth, extensions, the root.
    Two are filled up to three by doubling one of them.
    """
    tones = list(dict.fromkeys(chord.pitch_classes))
    root = tones[0]
    quality = quality_of(frozenset((tone - root) % 12 for tone in tones))
    ranked = by_importance(quality) if quality is not None else ()
    least_first = [(root + interval_semitones(interval)) % 12 for interval in reversed(ranked)]
    for tone in (chord.bass, *least_first):
        if len(tones) > MOST_UPPER_VOICES and tone in tones:
            tones.remove(tone)
    if len(tones) == 2:
        return [(*tones, doubled) for doubled in tones]
    return [tuple(tones[:MOST_UPPER_VOICES])]


@lru_cache(maxsize=4096)
def _standing_costs(chord: ChordTones) -> tuple[float, ...]:
    return tuple(standing_cost(voicing) for voicing in candidates(chord))


@lru_cache(maxsize=512)
def _moving_costs(before: ChordTones, after: ChordTones) -> tuple[tuple[float, ...], ...]:
    return moving_costs(candidates(before), candidates(after))


CLOSE: VoicingStyle[ChordTones] = VoicingStyle(
    description="three or four notes within an octave over a bass: what a right hand holds",
    read=lambda chord, key: read_chord(chord, key).tones,
    candidates=candidates,
    standing_costs=_standing_costs,
    moving_costs=_moving_costs,
)
