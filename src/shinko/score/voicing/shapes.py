"""Guitar shapes: every playable way to finger a chord, the ones that guitarists like first.

A shape of a chord sounds all its essential tones (see `tones.essential`), nothing foreign to it,
and the chord's bass on its lowest string; so it holds the root unless the bass is another tone
and the chord has more than four. Every chord of every quality has such a shape, over any bass.
What four fingers can stop is told in `fretboard`.

shape_cost, what a shape costs; open strings and first positions come cheap:
    0.25  for each finger, 0.25 more for the fourth
    0.75  for a barre across three strings or more of the index finger, or of another finger
    0.25  for each fret between the nut and the hand, 0.5 for those beyond the fifth
    1     for a reach over all four frets, 0.75 more if the fourth finger stops the bass
    1.5   for each fret that two neighbouring fingers must be spread wider than they lie; one such
          fret is free beside a barre across four strings or more, which steadies the hand
    0.75  for two fingers at one fret more than three strings apart
    1.25  for each open string beside a finger beyond the third fret, or beside a barre that the
          index finger doesn't lay: other fingers can't arch over it
    0.25  for each thick string that isn't played, 1.25 for each thin one, 4 for one in between,
          2 if it lies beside the stopped bass, whose finger damps it
    1.5   for four thin strings all stopped, a fragment of a barre; 0.25 if one of them is open but
          the bass is stopped
    1.75  for a second between the two lowest strings, and for a third there that lies below B2: mud
    0.75  for each string that sounds no higher than its thicker neighbour
    3     for a root that is left out; for a perfect fifth 2 in a triad, 0.5 in a larger chord
    0.25  for each repetition of a third, 1 of another tone but root and fifth; the lowest string
          takes no part in this
A shape sounds four strings or more. A power chord may do with three, and leaves out thin ones at
no cost: that is how it is played.

The figures were fitted to the shapes that chord books show: the tests hold them to 119 such chords,
alone and within progressions.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from shinko.score.voicing.fretboard import (
    FINGERS,
    HIGHEST_FRET,
    REACH,
    TUNING,
    Frets,
    Press,
    numbers,
    presses,
    sounding,
)
from shinko.score.voicing.tones import TRIAD, Chord, essential
from shinko.theory import QUALITIES

FEWEST_STRINGS, FEWEST_OF_POWER_CHORD = 4, 3
MOST_THICK_MUTES = 3
"""The bass lies on one of the four lowest strings."""
MOST_INNER_MUTES = 1

FINGER, LAST_FINGER = 0.25, 0.25
FULL_REACH, WEAK_BASS = 1.0, 0.75
BARRE, LEAST_BARRE = 0.75, 3
POSITION, HIGH_POSITION = 0.25, 5
SPREAD, STEADY_BARRE = 1.5, 4
TWIST, TWIST_STRINGS = 0.75, 3
OPEN_APART, NEAR_NUT = 1.25, 3
THICK_MUTE, THIN_MUTE, INNER_MUTE, DAMPED_MUTE = 0.25, 1.25, 4.0, 2.0
FRAGMENT, OPEN_FRAGMENT, FRAGMENT_BASS = 1.5, 0.25, 2
MUD, SECOND, THIRD, CLEAR_THIRD = 1.75, 2, 4, 47
NO_RISE = 0.75
NO_ROOT, NO_FIFTH_OF_TRIAD, NO_FIFTH = 3.0, 2.0, 0.5
REPEATED_THIRD, REPEATED = 0.25, 1.0


@lru_cache(maxsize=256)
def shapes_of(chord: Chord) -> tuple[Frets, ...]:
    """All shapes of a chord, the cheapest first; of equal ones the one nearer to the nut."""
    return tuple(
        sorted(_shapes(chord), key=lambda frets: (shape_cost(chord, frets), _order(frets)))
    )


def shape_cost(chord: Chord, frets: Frets) -> float:
    """What a shape costs; the terms stand at the head of this module."""
    held = presses(frets)
    hand = _hand_cost(frets, held) + _stretch_cost(held) if held else 0.0
    return hand + _string_cost(chord, frets) + _pitch_cost(frets) + _tone_cost(chord, frets)


def _hand_cost(frets: Frets, held: Sequence[Press]) -> float:
    first, last = held[0].fret, held[-1].fret
    barred = held[0].width >= LEAST_BARRE
    small_bars = sum(len(press.strings) > 1 for press in held[1:])
    cost = FINGER * len(held) + LAST_FINGER * (len(held) == FINGERS)
    cost += BARRE * (barred + small_bars)
    cost += POSITION * (first - 1 + max(0, first - HIGH_POSITION))
    if last - first == REACH - 1:
        cost += FULL_REACH + WEAK_BASS * (_bass_string(frets) in held[-1].strings)
    return cost + OPEN_APART * frets.count(0) * (small_bars > 0 or last > NEAR_NUT)


def _stretch_cost(held: Sequence[Press]) -> float:
    cost = 0.0
    for (low, below), (high, above) in pairwise(zip(held, numbers(held), strict=True)):
        free = above - below + (low.width >= STEADY_BARRE)
        cost += SPREAD * max(0, high.fret - low.fret - free)
        apart = high.strings[0] - low.strings[-1] if high.fret == low.fret else 0
        cost += TWIST * (apart > TWIST_STRINGS)
    return cost


def _string_cost(chord: Chord, frets: Frets) -> float:
    bass = _bass_string(frets)
    damped = bool(frets[bass]) and frets[bass + 1] is None
    cost = THICK_MUTE * bass + INNER_MUTE * (_inner_mutes(frets) - damped) + DAMPED_MUTE * damped
    if bass == FRAGMENT_BASS and frets[bass]:
        cost += OPEN_FRAGMENT if 0 in frets else FRAGMENT
    if len(QUALITIES[chord.quality]) >= TRIAD:
        cost += THIN_MUTE * (len(frets) - 1 - _played(frets)[-1])
    return cost


def _pitch_cost(frets: Frets) -> float:
    pitches = sounding(frets)
    rises = [high - low for low, high in pairwise(pitches)]
    muddy = 0 < rises[0] <= (THIRD if pitches[1] < CLEAR_THIRD else SECOND)
    return MUD * muddy + NO_RISE * sum(rise <= 0 for rise in rises)


def _tone_cost(chord: Chord, frets: Frets) -> float:
    intervals = QUALITIES[chord.quality]
    lowest, *higher = (pitch % 12 for pitch in sounding(frets))
    cost = 0.0
    for interval in intervals:
        tone = chord.pitch_class(interval)
        missing = tone != lowest and tone not in higher
        match interval:
            case "1":
                cost += NO_ROOT * missing
            case "5":
                cost += (NO_FIFTH_OF_TRIAD if len(intervals) <= TRIAD else NO_FIFTH) * missing
            case "3" | "♭3":
                cost += REPEATED_THIRD * max(0, higher.count(tone) - 1)
            case _:
                cost += REPEATED * max(0, higher.count(tone) - 1)
    return cost


def _shapes(chord: Chord) -> Iterator[Frets]:
    """Every playable shape of a chord, in no particular order."""
    tones = set(chord.tones.pitch_classes)
    needed = {chord.pitch_class(interval) for interval in essential(chord.quality)}
    fewest = FEWEST_OF_POWER_CHORD if len(tones) < TRIAD else FEWEST_STRINGS
    on_string = [
        [fret for fret in range(HIGHEST_FRET + 1) if (pitch + fret) % 12 in tones]
        for pitch in TUNING
    ]
    for lowest in range(MOST_THICK_MUTES + 1):
        for fret in range(HIGHEST_FRET + 1):
            if (TUNING[lowest] + fret) % 12 == chord.bass:
                start = (None,) * lowest + (fret,)
                shapes = _continued(start, frozenset(needed - {chord.bass}), on_string)
                yield from (frets for frets in shapes if len(sounding(frets)) >= fewest)


def _continued(
    frets: Frets, missing: frozenset[int], on_string: list[list[int]]
) -> Iterator[Frets]:
    """Every playable way to go on from the strings that are settled."""
    string = len(frets)
    if len(missing) > len(TUNING) - string or _inner_mutes(frets) > MOST_INNER_MUTES:
        return
    if string == len(TUNING):
        if not missing and presses(frets) is not None:
            yield frets
        return
    stopped = [fret for fret in frets if fret]
    low = max(stopped) - REACH + 1 if stopped else 0
    high = min(stopped) + REACH - 1 if stopped else HIGHEST_FRET
    for fret in on_string[string]:
        if not fret or low <= fret <= high:
            tone = (TUNING[string] + fret) % 12
            yield from _continued((*frets, fret), missing - {tone}, on_string)
    yield from _continued((*frets, None), missing, on_string)


def _played(frets: Frets) -> list[int]:
    return [string for string, fret in enumerate(frets) if fret is not None]


def _bass_string(frets: Frets) -> int:
    return _played(frets)[0]


def _inner_mutes(frets: Frets) -> int:
    """Silent strings between the lowest and the highest that are played."""
    played = _played(frets)
    return frets[played[0] : played[-1]].count(None)


def _order(frets: Frets) -> tuple[int, ...]:
    return tuple(HIGHEST_FRET + 1 if fret is None else fret for fret in frets)
