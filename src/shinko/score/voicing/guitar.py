"""Guitar: chords as shapes on the neck, a bass player below.

A voicing is a shape from `shapes`, one of the cheapest `MOST_SHAPES` of its chord, and a note of
the bass below all of its strings.

standing_cost(v), what a chord costs by itself:
    what `shapes.shape_cost` says of the shape
    0.25  for each semitone between the bass and A1

moving_cost(v, w), what it costs to get from one chord to the next:
    0.5   for each fret that the hand moves along the neck; a hand lies where its lowest stopped
          fret is, and stays where it was while all strings are open
    0.25  for each string that a finger must newly stop
    0.25  for each semitone that the bass moves
"""

from functools import lru_cache

from shinko.score.voicing.fretboard import Frets, sounding
from shinko.score.voicing.keyboard import basses
from shinko.score.voicing.lead import Style
from shinko.score.voicing.shapes import shape_cost, shapes_of
from shinko.score.voicing.tones import Chord, Voicing, read_chord

MOST_SHAPES = 32

BASS_CENTRE, BASS_DRIFT = 33, 0.25
SHIFT, STOP, BASS_MOTION = 0.5, 0.25, 0.25


def standing_cost(chord: Chord, voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    drift = BASS_DRIFT * abs(voicing.bass - BASS_CENTRE)
    return drift + shape_cost(chord, voicing.frets or ())


def moving_cost(before: Voicing, after: Voicing) -> float:
    """What it costs to go from one voicing to the next; the terms stand at the module's head."""
    hand = _hand_cost(before.frets or (), after.frets or ())
    return hand + BASS_MOTION * abs(after.bass - before.bass)


@lru_cache(maxsize=512)
def candidates(chord: Chord) -> tuple[Voicing, ...]:
    """The cheapest shapes of a chord, each with every bass below it, the cheapest first."""
    return tuple(
        Voicing(upper, bass, frets)
        for frets in shapes_of(chord)[:MOST_SHAPES]
        for upper in [tuple(sorted(set(sounding(frets))))]
        for bass in basses(chord.bass)
        if bass < upper[0]
    )


def _hand_cost(before: Frets, after: Frets) -> float:
    here, there = _position(before), _position(after)
    shift = abs(there - here) if here and there else 0
    stops = sum(bool(y) and x != y for x, y in zip(before, after, strict=True))
    return SHIFT * shift + STOP * stops


def _position(frets: Frets) -> int | None:
    """The fret of the hand's lowest finger; None while it stops nothing."""
    return min((fret for fret in frets if fret), default=None)


@lru_cache(maxsize=512)
def _standing_costs(chord: Chord) -> tuple[float, ...]:
    return tuple(standing_cost(chord, voicing) for voicing in candidates(chord))


@lru_cache(maxsize=128)
def _moving_costs(before: Chord, after: Chord) -> tuple[tuple[float, ...], ...]:
    origins, arrivals = candidates(before), candidates(after)
    hands = {
        (x, y): _hand_cost(x or (), y or ())
        for x in {voicing.frets for voicing in origins}
        for y in {voicing.frets for voicing in arrivals}
    }
    return tuple(
        tuple(hands[v.frets, w.frets] + BASS_MOTION * abs(w.bass - v.bass) for v in origins)
        for w in arrivals
    )


GUITAR: Style[Chord] = Style(
    description="shapes on the neck of a guitar in standard tuning that four fingers can stop",
    read=read_chord,
    candidates=candidates,
    standing_costs=_standing_costs,
    moving_costs=_moving_costs,
)
