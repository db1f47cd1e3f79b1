"""Guitar shapes: every playable way to finger a chord, the ones that guitarists like first.

A shape of a chord sounds all its essential tones (see `tones.essential`), nothing foreign to it,
and the chord's bass on its lowest string; so it holds the root unless the bass is another tone
and the chord has more than four. Every chord of every quality has such a shape, over any bass.
What four fingers can stop is told in `fretboard`.

shape_cost, what a shape costs; open strings and first positions come cheap:
    0.5   for each finger, 0.25 more for the fourth
    1     for a barre of the index finger across three strings or more, 0.5 for another finger's
    0.25  for each fret between the nut and the hand, 0.5 for those beyond the fifth
    0.5   for a reach over all four frets
    2     for each fret that two neighbouring fingers must be spread wider than they lie, unless
          the lower one is a barre
    1     for each open string beside a barre, or beside a finger beyond the third fret
    0.5   for two fingers at one fret more than three strings apart
    0.5   for each thick string that isn't played, 2 for each thin one, 3 for one in between
    3     for a root that is left out; for a perfect fifth 2 in a triad, 0.25 in a larger chord
    0.5   for each repetition of a third, 1 of another tone but root and fifth; the lowest string
          takes no part in this
A shape sounds four strings or more. A power chord may do with three, and leaves out thin ones at
no cost: that is how it is played.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from shinko.score.voicing.fretboard import (
    FINGERS,
    HIGHEST_FRET,
    REACH,
    TUNING,
    Frets,
    numbers,
    presses,
    sounding,
)
from shinko.score.voicing.tones import TRIAD, Chord, essential
from shinko.theory import QUALITIES, ChordName

FEWEST_STRINGS, FEWEST_OF_POWER_CHORD = 4, 3
MOST_THICK_MUTES = 3
"""The bass lies on one of the four lowest strings."""
MOST_INNER_MUTES = 1

FINGER, LAST_FINGER, BARRE, SMALL_BARRE = 0.5, 0.25, 1.0, 0.5
POSITION, HIGH_POSITION, FULL_REACH, SPREAD = 0.25, 5, 0.5, 2.0
OPEN_APART, NEAR_NUT = 1.0, 3
TWIST, TWIST_STRINGS = 0.5, 3
THICK_MUTE, THIN_MUTE, INNER_MUTE = 0.5, 2.0, 3.0
NO_ROOT, NO_FIFTH_OF_TRIAD, NO_FIFTH = 3.0, 2.0, 0.25
REPEATED_THIRD, REPEATED = 0.5, 1.0


def guitar_shapes(name: ChordName) -> tuple[Frets, ...]:
    """All shapes of a chord, the easiest first.

    `fretboard.fingering` tells the fingers of each, for a diagram.
    """
    return shapes_of(Chord(name.root.pitch_class, name.quality, name.bass_note.pitch_class))


@lru_cache(maxsize=256)
def shapes_of(chord: Chord) -> tuple[Frets, ...]:
    """All shapes of a chord, the cheapest first; of equal ones the one nearer to the nut."""
    return tuple(
        sorted(_shapes(chord), key=lambda frets: (shape_cost(chord, frets), _order(frets)))
    )


def shape_cost(chord: Chord, frets: Frets) -> float:
    """What a shape costs; the terms stand at the head of this module."""
    return _hand_cost(frets) + _string_cost(chord, frets) + _tone_cost(chord, frets)


def _hand_cost(frets: Frets) -> float:
    held = presses(frets)
    if not held:
        return 0.0
    cost = FINGER * len(held) + LAST_FINGER * (len(held) == FINGERS)
    bars = [press for press in held if len(press.strings) > 1]
    for press in bars:
        if press is held[0]:
            cost += BARRE * (press.strings[-1] - press.strings[0] > 1)
        else:
            cost += SMALL_BARRE
    first, last = held[0].fret, held[-1].fret
    cost += POSITION * (first - 1 + max(0, first - HIGH_POSITION))
    cost += FULL_REACH * (last - first == REACH - 1)
    for (low, below), (high, above) in pairwise(zip(held, numbers(held), strict=True)):
        spread = max(0, high.fret - low.fret - (above - below))
        cost += SPREAD * spread * (len(low.strings) == 1)
        apart = high.strings[0] - low.strings[-1] if high.fret == low.fret else 0
        cost += TWIST * (apart > TWIST_STRINGS)
    return cost + OPEN_APART * frets.count(0) * (bool(bars) or last > NEAR_NUT)


def _string_cost(chord: Chord, frets: Frets) -> float:
    played = [string for string, fret in enumerate(frets) if fret is not None]
    cost = THICK_MUTE * played[0] + INNER_MUTE * _inner_mutes(frets)
    if len(QUALITIES[chord.quality]) >= TRIAD:
        cost += THIN_MUTE * (len(frets) - 1 - played[-1])
    return cost


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


def _inner_mutes(frets: Frets) -> int:
    """Silent strings between the lowest and the highest that are played."""
    played = [string for string, fret in enumerate(frets) if fret is not None]
    return frets[played[0] : played[-1]].count(None)


def _order(frets: Frets) -> tuple[int, ...]:
    return tuple(HIGHEST_FRET + 1 if fret is None else fret for fret in frets)
