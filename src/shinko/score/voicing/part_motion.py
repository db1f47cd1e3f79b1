"""How four voices may move: the costs that make part writing what it is.

Voices are counted from the bass, 0..3. Two voices sing *consecutive* fifths or octaves if both
move and stand a fifth or an octave (octaves folded) apart before and after, in whichever
direction; the same interval held or repeated is none. A chord's *leading tone* is free where the
next chord has it too, or has not the note a semitone above; its *seventh* where the next chord
has it too, or has no note one or two semitones below.

moving_cost(v, w), what it costs to get from one chord to the next:
    10⁶   for each two voices in consecutive fifths or octaves: more than all else together in a
          progression, so that they occur only where nothing without them exists
    2     for a hidden fifth or octave: bass and soprano go the same way into one, the soprano
          by more than a tone
    12    for a leading tone that doesn't rise a semitone
    12    for a seventh that doesn't fall by step
    12    for an augmented second or fourth, as from F up to G♯ or to B: hard to sing
    1     for each semitone that an upper voice moves, 2 more for a leap of more than a fourth
    0.5   for each semitone that the bass moves
    1     for each two neighbours that overlap: one goes beyond where the other was
"""

from functools import lru_cache
from itertools import combinations
from operator import add
from typing import NamedTuple

from shinko.score.voicing.four_part import (
    PartChord,
    candidates,
    read_part_chord,
    standing_costs,
)
from shinko.score.voicing.keyboard import PERFECT
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.tones import FIFTH, Voicing
from shinko.theory import QUALITIES, interval_number

VOICES = 4
PAIRS = tuple(combinations(range(VOICES), 2))
BASS, SOPRANO = 0, VOICES - 1

CONSECUTIVE, HIDDEN, TONE = 1_000_000.0, 2.0, 2
UNRESOLVED = 12.0
AUGMENTED = 12.0
AUGMENTED_STEPS = ((9, 3), (6, 6))
"""The augmented second and fourth: so far along the line of fifths, so many semitones up."""
UPPER_MOTION, LEAP, FOURTH = 1.0, 2.0, 5
BASS_MOTION = 0.5
OVERLAP = 1.0

Motion = tuple[int, int]
"""Where a voice comes from, and where it goes."""


class Tendencies(NamedTuple):
    """Where single voices should go on the way from one chord to the next, and where not.

    Attributes:
      rising: the pitch class that must rise by a semitone, if one must.
      falling: the one that must fall by step.
      augmented: pitch classes, each with semitones up or down (less than 0) that make an
        augmented second or fourth.
    """

    rising: int | None
    falling: int | None
    augmented: frozenset[tuple[int, int]]


def moving_cost(before: PartChord, v: Voicing, after: PartChord, w: Voicing) -> float:
    """What it costs to go from one voicing to the next; the terms stand at the module's head."""
    motions = list(zip((v.bass, *v.upper), (w.bass, *w.upper), strict=True))
    tendencies = _tendencies(before, after)
    single = sum(_voice_cost(i, motion, tendencies) for i, motion in enumerate(motions))
    return single + sum(_pair_cost(i, j, motions[i], motions[j]) for i, j in PAIRS)


@lru_cache(maxsize=128)
def moving_costs(before: PartChord, after: PartChord) -> tuple[tuple[float, ...], ...]:
    """moving_cost of every two candidates: a row for each candidate after.

    Voices cost something alone and two by two, so a row is the sum of six rows, one for each
    two voices. There are few different twos, which makes this fast.
    """
    origins = [(v.bass, *v.upper) for v in candidates(before)]
    arrivals = [(w.bass, *w.upper) for w in candidates(after)]
    tendencies = _tendencies(before, after)
    rows = [[0.0] * len(origins) for _ in arrivals]
    for i, j in PAIRS:
        froms = [(v[i], v[j]) for v in origins]
        tos = [(w[i], w[j]) for w in arrivals]
        # Each voice's own cost is counted with one pair: 0 and 1, 2 and 3.
        alone = (i, j) in ((0, 1), (2, 3))
        parts: dict[tuple[int, int], list[float]] = {}
        for x, y in set(tos):
            costs = {}
            for a, b in set(froms):
                costs[a, b] = _pair_cost(i, j, (a, x), (b, y))
                if alone:
                    costs[a, b] += _voice_cost(i, (a, x), tendencies)
                    costs[a, b] += _voice_cost(j, (b, y), tendencies)
            parts[x, y] = [costs[pair] for pair in froms]
        rows = [list(map(add, row, parts[pair])) for row, pair in zip(rows, tos, strict=True)]
    return tuple(map(tuple, rows))


def _tendencies(before: PartChord, after: PartChord) -> Tendencies:
    reached = set(after.chord.tones.pitch_classes) | {after.chord.bass}
    rising, falling = before.leading, _seventh(before)
    if rising in reached or (rising is not None and (rising + 1) % 12 not in reached):
        rising = None
    if falling is not None:
        steps = {(falling - 1) % 12, (falling - 2) % 12}
        if falling in reached or not steps & reached:
            falling = None
    augmented = frozenset(
        (tone * FIFTH % 12, semitones * way)
        for tone in before.fifths
        for along, semitones in AUGMENTED_STEPS
        for way in (1, -1)
        if tone + along * way in after.fifths
    )
    return Tendencies(rising, falling, augmented)


def _seventh(part: PartChord) -> int | None:
    for interval in QUALITIES[part.chord.quality]:
        if interval_number(interval) == 7:
            return part.chord.pitch_class(interval)
    return None


def _voice_cost(voice: int, motion: Motion, tendencies: Tendencies) -> float:
    before, after = motion
    moved = after - before
    if voice == BASS:
        cost = BASS_MOTION * abs(moved)
    else:
        cost = UPPER_MOTION * abs(moved) + LEAP * (abs(moved) > FOURTH)
    if before % 12 == tendencies.rising:
        cost += UNRESOLVED * (moved != 1)
    if before % 12 == tendencies.falling:
        cost += UNRESOLVED * (moved not in (-1, -2))
    cost += AUGMENTED * ((before % 12, moved) in tendencies.augmented)
    return cost


def _pair_cost(lower: int, higher: int, low: Motion, high: Motion) -> float:
    cost = 0.0
    interval = (high[1] - low[1]) % 12
    moved_low, moved_high = low[1] - low[0], high[1] - high[0]
    if interval in PERFECT and moved_low and moved_high:
        if (high[0] - low[0]) % 12 == interval:
            cost += CONSECUTIVE
        if (lower, higher) == (BASS, SOPRANO):
            same_way = (moved_low > 0) == (moved_high > 0)
            cost += HIDDEN * (same_way and abs(moved_high) > TONE)
    if higher - lower == 1:
        cost += OVERLAP * (low[1] > high[0] or high[1] < low[0])
    return cost


FOUR_PART: VoicingStyle[PartChord] = VoicingStyle(
    description="bass, tenor, alto and soprano by the rules of part writing, no parallel fifths",
    read=read_part_chord,
    candidates=candidates,
    standing_costs=standing_costs,
    moving_costs=moving_costs,
)
