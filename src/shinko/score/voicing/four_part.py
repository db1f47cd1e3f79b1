"""Four-part writing: which notes bass, tenor, alto and soprano sing, and what each choice costs.

The rules are those of harmony classes. No voice leaves its range or crosses another; alto and
soprano, tenor and alto lie an octave apart at most, and no interval lies below the low interval
limits. What moves is told in `part_motion`.

Tones: a triad doubles one of its tones, never the leading tone; a seventh chord is complete, or
its root is doubled in place of the perfect fifth; of larger chords sound the bass and what comes
first in `tones.by_importance`. A seventh is never doubled.

standing_cost(v), what a chord costs by itself:
    0     for a doubled root, or the bass of a six-four chord
    0.5   for a doubled fifth, 1 for a third, 3 for an altered tone
    1     for a seventh chord without its fifth, 3 for a triad
    0.25  for each semitone between the soprano and A4
    0.25  for each semitone between the bass and C3
    1     for each minor second between neighbours
    1     for a tenor more than a twelfth above the bass

Source: for ranges and spacing, Kostka & Payne, "Tonal Harmony", on part writing.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, permutations
from typing import NamedTuple

from shinko.score.voicing.tones import (
    SEVENTH_CHORD,
    TRIAD,
    Chord,
    Voicing,
    by_importance,
    is_clear,
    read_chord,
)
from shinko.theory import QUALITIES, Key, RomanChord

BASS, TENOR, ALTO, SOPRANO = range(40, 61), range(48, 68), range(55, 73), range(60, 80)
"""E2 to C4, C3 to G4, G3 to C5, C4 to G5."""
WIDEST = 12
UPPER_VOICES = 3

DOUBLED_FIFTH, DOUBLED_THIRD, DOUBLED_ALTERED = 0.5, 1.0, 3.0
SEVENTH_WITHOUT_FIFTH, TRIAD_WITHOUT_FIFTH = 1.0, 3.0
TOP_CENTRE, TOP_DRIFT = 69, 0.25
BASS_CENTRE, BASS_DRIFT = 48, 0.25
CLASH = 1.0
GAP, GAP_SEMITONES = 1.0, 19


class PartChord(NamedTuple):
    """A chord to be sung.

    Attributes:
      chord: its tones.
      leading: the pitch class that leads to the next chord, if one does.
      fifths: the tones and the bass as they are spelled, on the line of fifths (C 0, G♯ 8): F to
        G♯ is a wider step than F to A♭. Empty if that doesn't matter.
    """

    chord: Chord
    leading: int | None
    fifths: tuple[int, ...] = ()


def read_part_chord(chord: RomanChord, key: Key) -> PartChord:
    """The chord of a numeral in a key, with its leading tone.

    That is the major third of a dominant: of V, of a chord applied as V, of every chord with a
    minor seventh. Or it is the root of a diminished chord on the seventh degree, applied or not,
    or on a raised degree.
    """
    notes = {*chord.notes(key), chord.bass_note(key)}
    fifths = tuple(sorted(note.fifths for note in notes))
    return PartChord(read_chord(chord, key), _leading_tone(chord, key), fifths)


def _leading_tone(chord: RomanChord, key: Key) -> int | None:
    read = read_chord(chord, key)
    degree = chord.in_tonic_frame(key)
    intervals = set(chord.intervals)
    if "3" in intervals and ("♭7" in intervals or (degree.degree, degree.alteration) == (5, 0)):
        return read.pitch_class("3")
    leads = degree.alteration > 0 or (degree.degree, degree.alteration) == (7, 0)
    return read.root if leads and {"♭3", "♭5"} <= intervals else None


def standing_cost(part: PartChord, voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    tenor, _, soprano = voicing.upper
    cost = _choices(part)[tuple(sorted(pitch % 12 for pitch in voicing.upper))]
    cost += TOP_DRIFT * abs(soprano - TOP_CENTRE) + BASS_DRIFT * abs(voicing.bass - BASS_CENTRE)
    cost += CLASH * sum(high - low == 1 for low, high in pairwise(voicing.upper))
    return cost + GAP * (tenor - voicing.bass > GAP_SEMITONES)


@lru_cache(maxsize=1024)
def candidates(part: PartChord) -> tuple[Voicing, ...]:
    """Every way to give the chord to four voices, lowest first."""
    return tuple(
        Voicing(upper, bass)
        for upper in sorted({upper for tones in _choices(part) for upper in _placed(tones)})
        for bass in BASS
        if bass % 12 == part.chord.bass and bass < upper[0] and is_clear((bass, *upper))
    )


@lru_cache(maxsize=1024)
def standing_costs(part: PartChord) -> tuple[float, ...]:
    """standing_cost of every candidate."""
    return tuple(standing_cost(part, voicing) for voicing in candidates(part))


def _placed(tones: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Every way to sing three pitch classes by tenor, alto and soprano."""
    for low, middle, high in set(permutations(tones)):
        for tenor in TENOR[(low - TENOR[0]) % 12 :: 12]:
            for alto in ALTO[(middle - ALTO[0]) % 12 :: 12]:
                for soprano in SOPRANO[(high - SOPRANO[0]) % 12 :: 12]:
                    if 0 < alto - tenor <= WIDEST and 0 < soprano - alto <= WIDEST:
                        yield tenor, alto, soprano


@lru_cache(maxsize=1024)
def _choices(part: PartChord) -> dict[tuple[int, ...], float]:
    """The pitch classes that the three upper voices may have, in rising order, and their cost."""
    chord, leading = part.chord, part.leading
    intervals = QUALITIES[chord.quality]
    ranked = [chord.pitch_class(interval) for interval in by_importance(chord.quality)]
    others = [tone for tone in ranked if tone != chord.bass]
    choices: dict[tuple[int, ...], float] = {}
    if len(others) >= UPPER_VOICES:
        choices[_rising(others[:UPPER_VOICES])] = 0.0
        if len(intervals) == SEVENTH_CHORD and "5" in intervals and chord.root != leading:
            fifth = chord.pitch_class("5")
            if chord.bass in ranked and chord.bass != fifth:
                kept = [tone for tone in others if tone != fifth]
                choices[_rising([*kept, chord.root])] = SEVENTH_WITHOUT_FIFTH
        return choices
    # A power chord has one other tone only: it sounds whole above its bass.
    sung = others if len(others) == UPPER_VOICES - 1 else ranked
    for interval in intervals:
        doubled = chord.pitch_class(interval)
        if doubled != leading:
            cost = 0.0 if _is_bass_of_six_four(chord, interval) else _doubling_cost(interval)
            choices[_rising([*sung, doubled])] = cost
    if len(intervals) == TRIAD and "5" in intervals and leading != chord.root == chord.bass:
        third = ranked[0]
        choices[_rising([third, chord.root, chord.root])] = TRIAD_WITHOUT_FIFTH
    return choices


def _doubling_cost(interval: str) -> float:
    if interval == "1":
        return 0.0
    if interval == "5":
        return DOUBLED_FIFTH
    return DOUBLED_THIRD if interval in ("3", "♭3") else DOUBLED_ALTERED


def _is_bass_of_six_four(chord: Chord, interval: str) -> bool:
    return interval == "5" and chord.pitch_class(interval) == chord.bass


def _rising(tones: list[int]) -> tuple[int, ...]:
    return tuple(sorted(tones))
