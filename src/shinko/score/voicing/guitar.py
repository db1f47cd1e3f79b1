"""Guitar: chords as shapes on the neck, a bass player below.

A voicing is a shape from `shapes`, one of the cheapest `MOST_SHAPES` of its chord, and the bass's
note in the octave below the guitar's lowest string. There is one such note, so that what the bass
plays never changes what the guitarist's hand does.

standing_cost(v), what a chord costs by itself: what `shapes.shape_cost` says of the shape

moving_cost(v, w), what it costs to get from one chord to the next:
    0.25  for each fret that the hand moves along the neck, 0.5 at most: from two frets on it is a
          leap, however long; a hand lies where its lowest stopped fret is, and stays where it was
          while all strings are open
    0.25  for each finger or barre that must be put down anew
"""

from functools import lru_cache

from shinko.score.voicing.fretboard import TUNING, Frets, presses, sounding
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.shapes import shape_cost, shapes_of
from shinko.score.voicing.tones import Chord, Voicing, read_chord

MOST_SHAPES = 32

BASS_RANGE = range(TUNING[0] - 12, TUNING[0])
"""E1 to D♯2: the lowest octave of a bass guitar."""
SHIFT, LEAP, STOP = 0.25, 0.5, 0.25


def standing_cost(chord: Chord, voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of `shapes`."""
    return shape_cost(chord, voicing.frets or ())


def moving_cost(before: Voicing, after: Voicing) -> float:
    """What it costs to go from one voicing to the next; the terms stand at the module's head."""
    origin, arrival = before.frets or (), after.frets or ()
    here, there = _position(origin), _position(arrival)
    shift = abs(there - here) if here and there else 0
    anew = set(presses(arrival) or ()) - set(presses(origin) or ())
    return min(LEAP, SHIFT * shift) + STOP * len(anew)


@lru_cache(maxsize=512)
def candidates(chord: Chord) -> tuple[Voicing, ...]:
    """The cheapest shapes of a chord over its bass, the cheapest first."""
    (bass,) = (pitch for pitch in BASS_RANGE if pitch % 12 == chord.bass)
    return tuple(
        Voicing(tuple(sorted(set(sounding(frets)))), bass, frets)
        for frets in shapes_of(chord)[:MOST_SHAPES]
    )


def _position(frets: Frets) -> int | None:
    """The fret of the hand's lowest finger; None while it stops nothing."""
    return min((fret for fret in frets if fret), default=None)


@lru_cache(maxsize=512)
def _standing_costs(chord: Chord) -> tuple[float, ...]:
    return tuple(standing_cost(chord, voicing) for voicing in candidates(chord))


@lru_cache(maxsize=128)
def _moving_costs(before: Chord, after: Chord) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(moving_cost(v, w) for v in candidates(before)) for w in candidates(after))


GUITAR: VoicingStyle[Chord] = VoicingStyle(
    description="shapes on the neck of a guitar in standard tuning that four fingers can stop",
    read=read_chord,
    candidates=candidates,
    standing_costs=_standing_costs,
    moving_costs=_moving_costs,
)
