"""The chords that notes make: where they change, and which they are.

Conventions: times are quarter notes from a bar line. Chords change on a grid of eighths (of
shorter slices in meters such as 7/16). What is heard in a slice is, for each pitch class, how
much of the slice it sounds; so a chord is the same whether it is struck at once, strummed,
broken or a little uneven. Bars of root and fifth alone are power chords: those of two roots are
never one chord (A5 and E5 would be Asus2).

All ways to cut the piece into chords are compared, and the cheapest one is taken: each chord
costs what `theory.sounding` says, and each change by where it falls: least on a bar line.

Source: Pardo & Birmingham (2002), "Algorithms for chordal analysis", for the cutting into
segments; the search is Viterbi's over segments, as in Sheh & Ellis (2003), "Chord segmentation
and recognition using EM-trained hidden Markov models".
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from shinko.score.meters import felt_beat
from shinko.score.progression import bar_beats
from shinko.theory.sounding import OCTAVE, SoundingChord, cheapest_chord

MOST_SLICES = 2048
"""1,024 quarter notes; the search takes up to a millisecond for each slice."""
LONGEST_SEGMENT = 16  # slices; a longer chord is several equal ones in a row
SLICE = 0.5  # quarter notes

# What a change costs, in beats of one wrong pitch class.
ON_BAR, ON_HALF, ON_BEAT, OFF_BEAT = 0.5, 0.8, 1.2, 2.4
# Lowest notes count for less as bass where the bass rests and others are lowest.
BASS_SPAN, ABOVE_BASS = 14, 0.2  # semitones over the lowest note nearby; weight
NEARBY = 8  # slices
FIRST_BASS = 1.0  # beats that the first bass of a chord counts more
MOST_PITCHES, STEP = 128, 2
RETURN = 1  # beats within which a broken chord comes back to a note
UNEVEN = 0.2  # of a slice: how early or late people play
FIFTH = 7  # semitones
PASSING = 0.05  # of all that sounds in a bar; less is no note of a power chord
LEAST_BASS = 0.2  # of a slice; a shorter lowest note belongs to the slices beside it


class HeardNote(NamedTuple):
    """A note in quarter notes; the weight (0..1) says how much it counts."""

    start_beats: float
    end_beats: float
    pitch: int
    weight: float = 1.0


class ChordSpan(NamedTuple):
    """A chord that sounds from one moment to another, in quarter notes."""

    start_beats: float
    end_beats: float
    chord: SoundingChord


class _Slice(NamedTuple):
    weights: tuple[float, ...]  # beats of each of the 12 pitch classes
    bass: tuple[int, float] | None  # pitch class and beats


def find_chords(
    notes: Sequence[HeardNote], *, meter: tuple[int, int], end_beats: float
) -> list[ChordSpan]:
    """The chords of some notes from the first one that sounds, each until the next begins.

    Args:
      notes: in any order; those that last no time don't count.
      meter: numerator and denominator; beat 0 is a bar line.
      end_beats: where the last chord ends; at most slices_in(meter, end_beats) <= MOST_SLICES.
    """
    width = slice_beats(meter)
    beat = _slices_in_beat(meter, width)
    slices = _slices(notes, slices_in(meter, end_beats), width, beat)
    bar = round(bar_beats(meter) / width)
    changes = _change_costs(bar, beat, len(slices))
    spans: list[ChordSpan] = []
    for first, last, chord in _cheapest_cut(slices, changes, width, _walls(slices, bar)):
        if spans and (chord is None or chord == spans[-1].chord):
            spans[-1] = spans[-1]._replace(end_beats=last * width)
        elif chord is not None:
            spans.append(ChordSpan(first * width, last * width, chord))
    if spans:
        spans[-1] = spans[-1]._replace(end_beats=end_beats)
    return spans


def slice_beats(meter: tuple[int, int]) -> float:
    """How long a slice is: an eighth where bars are made of eighths."""
    return SLICE if bar_beats(meter) % SLICE == 0 else 4 / meter[1]


def slices_in(meter: tuple[int, int], beats: float) -> int:
    """How many slices some quarter notes have."""
    return math.ceil(beats / slice_beats(meter))


def _slices(notes: Sequence[HeardNote], count: int, width: float, beat: int) -> list[_Slice]:
    """What sounds in each slice; takes a time of notes plus slices, however long notes are."""
    edges: dict[int, list[float]] = defaultdict(lambda: [0.0] * count)
    whole: dict[int, list[float]] = defaultdict(lambda: [0.0] * (count + 1))
    for start, end, pitch, weight in _ringing(notes, width, beat):
        end = min(end, float(count))
        if end <= start:
            continue
        first, last = int(start), int(end)
        if first == last:
            edges[pitch][first] += (end - start) * weight
            continue
        edges[pitch][first] += (first + 1 - start) * weight
        if last < count:
            edges[pitch][last] += (end - last) * weight
        whole[pitch][first + 1] += weight
        whole[pitch][last] -= weight
    sounding = {
        pitch: [min(1.0, a + b) for a, b in zip(edges[pitch], accumulate(whole[pitch]))]  # noqa: B905
        for pitch in sorted({*edges, *whole})
    }
    by_class = [[0.0] * count for _ in range(OCTAVE)]
    lowest: list[tuple[int, float] | None] = [None] * count
    for pitch, shares in sounding.items():
        row = by_class[pitch % OCTAVE]
        for place, share in enumerate(shares):
            if share > 0:
                row[place] = min(1.0, row[place] + share)
                if lowest[place] is None and share >= LEAST_BASS:
                    lowest[place] = pitch, share
    slices = []
    for place, weights in enumerate(zip(*by_class, strict=True)):
        bass = lowest[place]
        if bass is not None:
            pitch, share = bass
            near = lowest[max(0, place - NEARBY) : place + NEARBY]
            floor = min(other[0] for other in near if other is not None)
            part = 1.0 if pitch <= floor + BASS_SPAN else ABOVE_BASS
            bass = pitch % OCTAVE, share * part * width
        slices.append(_Slice(tuple(share * width for share in weights), bass))
    return slices


def _ringing(notes: Iterable[HeardNote], width: float, beat: int) -> Iterator[HeardNote]:
    """The notes in slices, the short ones ringing on, so that broken chords count like struck ones.

    A note rings until it comes again if that is soon, or else to the end of its beat. But a step
    up or down ends it in the ear: that is a melody, and it moves.
    """
    following = [math.inf] * (MOST_PITCHES + 2 * STEP)  # when a pitch is struck next
    for start, end, pitch, weight in sorted(notes, reverse=True):
        if end <= max(start, 0.0):
            continue
        start, end = max(_snapped(start / width), 0.0), _snapped(end / width)
        place = pitch + STEP
        again = following[place]
        if again > start + RETURN * beat:
            steps = (following[near] for near in (place - 2, place - 1, place + 1, place + 2))
            moves = (when for when in steps if when > start and when >= end - UNEVEN)
            again = min([(start // beat + 1) * beat, *moves])
        following[place] = start
        yield HeardNote(start, max(end, again), pitch, weight)


def _snapped(place: float) -> float:
    """The edge between two slices that a moment lies so near that it is meant."""
    edge = round(place)
    return float(edge) if abs(place - edge) <= UNEVEN else place


def _slices_in_beat(meter: tuple[int, int], width: float) -> int:
    """How many slices the felt beat has: a dotted quarter in 6/8, a slice at least."""
    return max(1, round(float(felt_beat(meter)) / width))


def _change_costs(bar: int, beat: int, count: int) -> list[float]:
    """What a chord costs that begins at each slice; a bar and a beat have so many of them."""
    half = bar // 2 if bar % (2 * beat) == 0 else bar
    within = [
        ON_BAR
        if place == 0
        else ON_HALF
        if place % half == 0
        else ON_BEAT
        if place % beat == 0
        else OFF_BEAT
        for place in range(bar)
    ]
    return [within[place % bar] for place in range(count)]


def _walls(slices: Sequence[_Slice], bar: int) -> set[int]:
    """The bar lines between power chords of two roots, by the slice that begins there."""
    roots = [_power_root(slices[at : at + bar]) for at in range(0, len(slices), bar)]
    return {
        place * bar
        for place, (before, after) in enumerate(pairwise(roots), start=1)
        if None not in (before, after) and before != after
    }


def _power_root(slices: Sequence[_Slice]) -> int | None:
    """The bass of some slices that have nothing but its fifth beside it."""
    weights = [sum(row) for row in zip(*(one.weights for one in slices), strict=True)]
    basses = {one.bass[0] for one in slices if one.bass is not None}
    enough = PASSING * sum(weights)
    heard = {pitch for pitch, weight in enumerate(weights) if weight > enough}
    for root in basses:
        if heard == {root, (root + FIFTH) % OCTAVE} and basses <= heard:
            return root
    return None


def _cheapest_cut(
    slices: Sequence[_Slice], changes: Sequence[float], width: float, walls: set[int]
) -> list[tuple[int, int, SoundingChord | None]]:
    """Segments (first slice, slice after the last, chord or silence) of least cost together."""
    least = [0.0, *[math.inf] * len(slices)]
    cut: list[tuple[int, SoundingChord | None]] = [(0, None)] * (len(slices) + 1)
    for first, change in enumerate(changes):
        before = least[first] + change
        weights, basses = [0.0] * OCTAVE, [0.0] * OCTAVE
        for place in range(first, min(first + LONGEST_SEGMENT, len(slices))):
            if place in walls and place > first:
                break
            weights = [a + b for a, b in zip(weights, slices[place].weights, strict=True)]
            if (low := slices[place].bass) is not None:
                bonus = 0.0 if any(basses) else FIRST_BASS * low[1] / width
                basses[low[0]] += low[1] + bonus
            bass = max(range(OCTAVE), key=lambda pitch: (basses[pitch], weights[pitch]))
            found = cheapest_chord(weights, bass, beats=(place + 1 - first) * width)
            # Silence goes on with the chord before: no change.
            cost, chord = (least[first], None) if found is None else (before + found[0], found[1])
            if cost < least[place + 1]:
                least[place + 1], cut[place + 1] = cost, (first, chord)
    segments = []
    end = len(slices)
    while end > 0:
        first, chord = cut[end]
        segments.append((first, end, chord))
        end = first
    return segments[::-1]
