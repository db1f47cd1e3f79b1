"""Ukulele shapes: the easiest way to stop a chord on four strings tuned G4 C4 E4 A4.

Conventions: `Frets` has one entry for each string, the G string first: 0 is an open string. All
four sound. Strings are counted 0..3, fingers 1..4 from the index. The G string is tuned above C
and E, so a shape has no bass of its own: which tone lies lowest doesn't count.

A shape sounds nothing but the chord's tones: all of two to four, of a larger chord at least the
essential ones (see `tones.essential`); a triad over a foreign bass sounds that, too, and a third
alone its fifth: four strings have no room for two tones everywhere. The index
finger may lie across strings at the lowest fret, as a barre, where no string beyond it is open:
across three strings or more side by side, or up to the A string, there also over a string that
another finger stops, if none is open.

shape_cost, what a shape costs:
    0.5   for each finger, 0.5 more for a barre
    0.5   for each fret between the nut and the hand
    0.25  for each fret that the hand reaches beyond the first; 1 more for each between that no
          finger stops, 0.5 more beside a barre
    1     for each open string beside a finger beyond the fourth fret
    0.1   for each string but one that sounds the root, 0.3 another tone; 0.5 for no root
"""

from functools import lru_cache
from itertools import product

from shinko.score.voicing.fretboard import Barre, Fingering
from shinko.score.voicing.tones import FIFTH, SEVENTH_CHORD, TRIAD, Chord, essential
from shinko.theory import QUALITIES

Frets = tuple[int, int, int, int]

TUNING = (67, 60, 64, 69)
"""G4 C4 E4 A4: the usual, re-entrant tuning."""
HIGHEST_FRET = 10
REACH = 5
"""Frets that a hand covers: they lie closer than a guitar's."""
WIDE_BARRE = 3

INDEX = 1
FINGER, BARRE, POSITION, STRETCH, SKIP = 0.5, 0.5, 0.5, 0.25, 1.0
SKIP_BESIDE_BARRE = 0.5
OPEN_APART, NEAR_NUT = 1.0, 4
REPEATED_ROOT, REPEATED, NO_ROOT = 0.1, 0.3, 0.5


@lru_cache(maxsize=1024)
def ukulele_shape(chord: Chord) -> Frets:
    """The cheapest shape of a chord; of equal ones the one nearer to the nut."""
    needed, tones = _tones(chord)
    choices = [
        [fret for fret in range(HIGHEST_FRET + 1) if (pitch + fret) % 12 in tones]
        for pitch in TUNING
    ]
    shapes = (
        (g, c, e, a)
        for g, c, e, a in product(*choices)
        if reach((g, c, e, a)) <= REACH
        and needed <= {pitch % 12 for pitch in sounding((g, c, e, a))}
    )
    return min(shapes, key=lambda frets: (shape_cost(chord, frets), sum(frets), frets))


def sounding(frets: Frets) -> tuple[int, ...]:
    """The pitch of each string."""
    return tuple(pitch + fret for pitch, fret in zip(TUNING, frets, strict=True))


def reach(frets: Frets) -> int:
    """How many frets the hand covers; 0 if no string is stopped."""
    stopped = [fret for fret in frets if fret]
    return max(stopped) - min(stopped) + 1 if stopped else 0


def fingering(frets: Frets) -> Fingering:
    """Which finger stops which string, from the lowest fret on, at one fret from the G string on.

    A finger is left free for each fret that is skipped, as far as the others allow it. There is
    one barre at most.
    """
    barre = _barre(frets)
    fingers = [0, 0, 0, 0]
    last = 0
    if barre is not None:
        fingers = [INDEX * (fret == barre.fret) for fret in frets]
        last = INDEX
    stops = sorted((frets[s], s) for s in range(len(frets)) if frets[s] and not fingers[s])
    lowest = barre.fret if barre is not None else min(stops, default=(0, 0))[0]
    for left, (fret, string) in zip(range(len(stops) - 1, -1, -1), stops, strict=True):
        last = min(len(TUNING) - left, max(last + 1, 1 + fret - lowest))
        fingers[string] = last
    return Fingering(tuple(fingers), () if barre is None else (barre,))


def shape_cost(chord: Chord, frets: Frets) -> float:
    """What a shape costs; the terms stand at the head of this module."""
    hand = fingering(frets)
    stopped = [fret for fret in frets if fret]
    cost = FINGER * len(set(hand.fingers) - {0}) + BARRE * len(hand.barres)
    if stopped:
        cost += POSITION * (min(stopped) - 1) + STRETCH * (reach(frets) - 1)
        skip = SKIP_BESIDE_BARRE if hand.barres else SKIP
        cost += skip * (reach(frets) - len(set(stopped)))
        cost += OPEN_APART * frets.count(0) * (max(stopped) > NEAR_NUT)
    tones = [pitch % 12 for pitch in sounding(frets)]
    cost += NO_ROOT * (chord.root not in tones)
    for tone in set(tones):
        cost += (REPEATED_ROOT if tone == chord.root else REPEATED) * (tones.count(tone) - 1)
    return cost


def _tones(chord: Chord) -> tuple[set[int], set[int]]:
    """The pitch classes that a chord needs, and those that it may have."""
    intervals = QUALITIES[chord.quality]
    tones = {chord.pitch_class(interval) for interval in intervals}
    if len(intervals) < TRIAD and "5" not in intervals:
        return tones, tones | {chord.bass, (chord.root + FIFTH) % 12}
    if len(intervals) <= TRIAD:
        tones.add(chord.bass)
    if len(intervals) <= SEVENTH_CHORD:
        return tones, tones
    return {chord.pitch_class(interval) for interval in essential(chord.quality)}, tones


def _barre(frets: Frets) -> Barre | None:
    lowest = min((fret for fret in frets if fret), default=0)
    strings = [string for string, fret in enumerate(frets) if fret == lowest]
    if not lowest or len(strings) < 2:
        return None
    first, last = strings[0], strings[-1]
    side_by_side = last - first + 1 == len(strings)
    wide = side_by_side and len(strings) >= WIDE_BARRE
    to_the_last = last == len(frets) - 1 and (side_by_side or 0 not in frets)
    if 0 in frets[first:] or not (wide or to_the_last):
        return None
    return Barre(INDEX, lowest, (first, last))
