"""Open position: the close chord spread over two hands, with the air that a choir's chords have.

A close chord is opened by letting its second highest note fall an octave ("drop 2"), or its
second and fourth highest ("drop 2 and 4"); a triad opened by drop 2 spans a tenth or so. The left
hand takes the bass and what fell, the right hand what stays. One pianist plays it all:

  - the left hand spans a major tenth at most, the bass included;
  - the right hand spans an octave at most, from G3 up;
  - no interval lies below the arrangers' low interval limits, the bass included.

standing_cost(v), what a chord costs by itself:
    0.25  for each semitone between the top note and C5
    0.25  for each semitone between the bass and C3
    1     for each minor second between neighbours, 2 more between the top two
    1     if two notes fell, which is one note in the right hand less

What it costs to move is told in `keyboard`.

Source: Levine (1989), "The Jazz Piano Book", for both ways to open a chord.
"""

from functools import lru_cache

from shinko.score.voicing.close import clash_cost, upper_tones
from shinko.score.voicing.keyboard import basses, moving_costs, stackings
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.tones import ChordTones, Voicing, is_clear, read_chord

LEFT_HAND_SPAN = 16
RIGHT_HAND_SPAN = 12
CLOSE_RANGE = range(55, 82)
"""G3 to A5: where the chord lies before notes fall."""
DROPS = ((2,), (2, 4))
"""Which notes fall an octave, counted from the top."""

TOP_CENTRE, TOP_DRIFT = 72, 0.25
BASS_CENTRE, BASS_DRIFT = 48, 0.25
TWO_FELL = 1.0


def standing_cost(voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    upper, bass = voicing.upper, voicing.bass
    drift = TOP_DRIFT * abs(upper[-1] - TOP_CENTRE) + BASS_DRIFT * abs(bass - BASS_CENTRE)
    # What fell is what lies more than an octave below the top.
    fallen = sum(upper[-1] - pitch > RIGHT_HAND_SPAN for pitch in upper)
    return drift + clash_cost(upper) + TWO_FELL * (fallen > 1)


@lru_cache(maxsize=4096)
def candidates(chord: ChordTones) -> tuple[Voicing, ...]:
    """Every way to play the chord in open position with two hands, lowest first."""
    opened = sorted(
        {
            (left, right)
            for tones in upper_tones(chord)
            for close in stackings(tones, CLOSE_RANGE)
            for drop in DROPS
            if drop[-1] <= len(close)
            for left, right in [_opened(close, drop)]
        }
    )
    return tuple(
        Voicing(left + right, bass)
        for left, right in opened
        for bass in basses(chord.bass)
        if bass < left[0] and left[-1] - bass <= LEFT_HAND_SPAN and is_clear((bass, *left, *right))
    )


def _opened(close: tuple[int, ...], drop: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """What the left hand takes and what the right hand keeps, each lowest first."""
    falling = sorted(len(close) - place for place in drop)
    left = tuple(close[index] - 12 for index in falling)
    right = tuple(pitch for index, pitch in enumerate(close) if index not in falling)
    return left, right


@lru_cache(maxsize=4096)
def _standing_costs(chord: ChordTones) -> tuple[float, ...]:
    return tuple(standing_cost(voicing) for voicing in candidates(chord))


@lru_cache(maxsize=512)
def _moving_costs(before: ChordTones, after: ChordTones) -> tuple[tuple[float, ...], ...]:
    return moving_costs(candidates(before), candidates(after))


OPEN: VoicingStyle[ChordTones] = VoicingStyle(
    description="the same notes spread over both hands, about a tenth wide",
    read=lambda chord, key: read_chord(chord, key).tones,
    candidates=candidates,
    standing_costs=_standing_costs,
    moving_costs=_moving_costs,
)
