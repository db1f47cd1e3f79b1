"""Rootless voicings: a jazz pianist's left hand, while a bass player has the root.

Four notes within an octave, for third, fifth, seventh and ninth. *Type A* has the third at the
bottom (3-5-7-9), *type B* the seventh (7-9-3-5); a dominant has its thirteenth in the fifth's
place (3-13-7-9, 7-9-3-13). Voice leading makes the types alternate where roots fall by fifths.
What stands in each place, the first that there is:

    third     3 or ♭3, in a sus chord its 4 or 2
    fifth     13, ♯11 or 11 of the chord; a thirteenth from `tensions`, if the fifth is perfect;
              the fifth
    seventh   7 or 6 of the chord; a sixth from `tensions`
    ninth     9 of the chord; a ninth from `tensions`; the root

A chord that would lose an essential tone in this way gives the places to its four essential
ones. Triads to which nothing is added, power chords, diminished sevenths, and chords whose bass
is not their root (nobody else would have it) are played whole, in close position, root and all.

standing_cost(v), what a chord costs by itself:
    0.25  for each semitone between the top note and G4
    0.25  for each semitone between the bass and A2
    3     for a minor second on top

What it costs to move is told in `keyboard`.

Source: Levine (1989), "The Jazz Piano Book", on left-hand voicings.
"""

from functools import lru_cache
from typing import NamedTuple

from shinko.score.voicing.close import upper_tones
from shinko.score.voicing.keyboard import basses, moving_costs, stackings
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.tensions import available
from shinko.score.voicing.tones import (
    Chord,
    Voicing,
    by_importance,
    essential,
    is_clear,
    read_chord,
)
from shinko.theory import QUALITIES, Key, RomanChord, interval_number, parse_note

PIANO_RANGE = range(50, 75)
"""D3 to D5: lower is mud, higher is no accompaniment."""
NOTES = 4

TOP_CENTRE, TOP_DRIFT = 67, 0.25
BASS_CENTRE, BASS_DRIFT = 45, 0.25
CLASH_ON_TOP = 3.0


class JazzChord(NamedTuple):
    """A chord with the tensions it may have."""

    chord: Chord
    tensions: tuple[str, ...]


def read_jazz_chord(chord: RomanChord, key: Key) -> JazzChord:
    """The chord of a numeral in a key, with the tensions that the key allows it."""
    read = read_chord(chord, key)
    scale = frozenset(parse_note(name).pitch_class for name in key.note_names)
    return JazzChord(read, available(read, scale))


def standing_cost(voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    upper, bass = voicing.upper, voicing.bass
    drift = TOP_DRIFT * abs(upper[-1] - TOP_CENTRE) + BASS_DRIFT * abs(bass - BASS_CENTRE)
    return drift + CLASH_ON_TOP * (upper[-1] - upper[-2] == 1)


@lru_cache(maxsize=2048)
def candidates(jazz: JazzChord) -> tuple[Voicing, ...]:
    """Every way to play the chord, lowest first: type A and B, or all inversions if close."""
    chord = jazz.chord
    places = rootless_intervals(jazz)
    if places:
        tones = tuple(map(chord.pitch_class, places))
        bottoms = {tones[0], tones[-2]}
        uppers = [u for u in stackings(tones, PIANO_RANGE) if u[0] % 12 in bottoms]
    else:
        choices = upper_tones(chord.tones)
        uppers = [u for tones in choices for u in stackings(tones, PIANO_RANGE)]
    return tuple(
        Voicing(upper, bass)
        for upper in sorted(uppers)
        for bass in basses(chord.bass)
        if bass < upper[0] and is_clear((bass, *upper))
    )


@lru_cache(maxsize=2048)
def rootless_intervals(jazz: JazzChord) -> tuple[str, ...]:
    """What type A has from the bottom up, three or four intervals; empty if the chord is close."""
    chord, tensions = jazz
    intervals = QUALITIES[chord.quality]
    third = _first(intervals, 2, 3, 4)
    seventh = _first(intervals, 7, 6) or _first(tensions, 6)
    ninth = _first(intervals, 9) or _first(tensions, 9)
    if chord.inverted or third is None or "𝄫7" in intervals or not (seventh or ninth):
        return ()
    thirteenth = _first(tensions, 13) if "5" in intervals else None
    fifth = _first(intervals, 13, 11) or thirteenth or _first(intervals, 5)
    places = tuple(place for place in (third, fifth, seventh, ninth or "1") if place)
    lost = essential(chord.quality) - {"1", *places}
    if lost:
        kept = by_importance(chord.quality)[:NOTES]
        return tuple(sorted(kept, key=lambda i: (interval_number(i) - 3) % 7))
    return places


def _first(intervals: tuple[str, ...], *numbers: int) -> str | None:
    for number in numbers:
        for interval in intervals:
            if interval_number(interval) == number:
                return interval
    return None


@lru_cache(maxsize=2048)
def _standing_costs(jazz: JazzChord) -> tuple[float, ...]:
    return tuple(standing_cost(voicing) for voicing in candidates(jazz))


@lru_cache(maxsize=512)
def _moving_costs(before: JazzChord, after: JazzChord) -> tuple[tuple[float, ...], ...]:
    return moving_costs(candidates(before), candidates(after))


ROOTLESS: VoicingStyle[JazzChord] = VoicingStyle(
    description="a jazz pianist's left hand: thirds, sevenths and tensions over the bass's root",
    read=read_jazz_chord,
    candidates=candidates,
    standing_costs=_standing_costs,
    moving_costs=_moving_costs,
)
