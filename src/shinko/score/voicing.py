"""Voice leading: which octave every note of a progression sounds in, at least total cost.

Conventions: pitches are MIDI numbers (60 = C4), pitch classes 0..11 with C = 0, distances are
semitones. A voicing is one bass note for the left hand and three or four upper notes for the
right, in close position: an octave lies under any hand, and no chord of four notes needs more.
The upper notes hold every chord of up to four notes whole, root included, so that the chord track
stands on its own under another bass line; larger chords leave out what the bass sounds anyway.
The two ranges alone keep every interval above the arrangers' low interval limits: nothing muddy.

The cost of a sequence of voicings v_1 .. v_n is

    sum of standing_cost(v_i)  +  sum of moving_cost(v_i, v_i+1)

and `voice_lead` finds the sequence of least cost among all candidates by dynamic programming,
not chord by chord: an inversion that is dearer now may pay off four chords later.

standing_cost(v), what a chord costs by itself:
    0.25  for each semitone between the top note and A4, so that long pieces don't drift
    0.25  for each semitone between the bass and A2
    1     for each minor second between neighbours in the right hand, 2 more between the top two

moving_cost(v, w), what it costs to get from one chord to the next:
    1     for each semitone that an upper voice moves. Voices are paired without crossing; where
          the number of notes differs, voices part or meet, and everyone's move counts
    2     for each upper voice that moves in consecutive fifths or octaves with the bass, in
          contrary motion too: a leap of the bass must not buy them off
    0.5   for each semitone that the bass moves
(the pairing is the one that makes the first two lines cheapest together)

Ties always fall the same way, to the lower voicing: the same chords always sound the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from operator import add
from typing import NamedTuple

UPPER_RANGE = range(55, 78)
"""G3, a third above the highest bass note, to F5, the top line of the treble staff."""
MOST_UPPER_VOICES = 4
BASS_RANGE = range(28, 53)
"""E1 to E3: from the lowest string of a bass guitar or double bass up."""

PERFECT = (0, 7)  # octave and fifth, octaves folded
# What a chord of many notes gives up, in semitones above the root, once the bass's tone and the
# perfect fifth are gone: the ninth, the eleventh, at the very last the root.
DISPENSABLE = (2, 5, 0)

TOP_CENTRE, TOP_DRIFT = 69, 0.25
BASS_CENTRE, BASS_DRIFT = 45, 0.25
CLASH, CLASH_ON_TOP = 1.0, 2.0
UPPER_MOTION = 1.0
CONSECUTIVE = 2.0
BASS_MOTION = 0.5


class ChordTones(NamedTuple):
    """A chord as voicing sees it: two or more pitch classes from the root up, and the bass's.

    The bass may be foreign to the chord (C/D): then it sounds below, and the chord stays whole.
    """

    pitch_classes: tuple[int, ...]
    bass: int


@dataclass(frozen=True)
class Voicing:
    """One chord on the keyboard.

    Attributes:
      upper: the right hand's MIDI pitches, strictly ascending.
      bass: the left hand's MIDI pitch, below all of them.
    """

    upper: tuple[int, ...]
    bass: int


def voice_lead(chords: Sequence[ChordTones]) -> tuple[Voicing, ...]:
    """The sequence of voicings with the least total cost, one voicing for each chord.

    Args:
      chords: any number of them.

    Source: Viterbi (1967); the time is linear in the number of chords.
    """
    if not chords:
        return ()
    least = list(_standing_costs(chords[0]))
    origins: list[list[int]] = []
    for before, after in pairwise(chords):
        ways = [list(map(add, least, costs)) for costs in _moving_costs(before, after)]
        cheapest = [min(costs) for costs in ways]
        origins.append([costs.index(cost) for costs, cost in zip(ways, cheapest, strict=True)])
        least = list(map(add, cheapest, _standing_costs(after)))
    index = least.index(min(least))
    path = [index]
    for step in reversed(origins):
        index = step[index]
        path.append(index)
    path.reverse()
    return tuple(candidates(chord)[i] for chord, i in zip(chords, path, strict=True))


def total_cost(voicings: Sequence[Voicing]) -> float:
    """What `voice_lead` makes least: all standing costs and all moving costs."""
    standing = sum(standing_cost(voicing) for voicing in voicings)
    return standing + sum(moving_cost(v, w) for v, w in pairwise(voicings))


def standing_cost(voicing: Voicing) -> float:
    """What a voicing costs by itself; the terms stand at the head of this module."""
    upper, bass = voicing.upper, voicing.bass
    cost = TOP_DRIFT * abs(upper[-1] - TOP_CENTRE) + BASS_DRIFT * abs(bass - BASS_CENTRE)
    cost += CLASH * sum(high - low == 1 for low, high in pairwise(upper))
    if upper[-1] - upper[-2] == 1:
        cost += CLASH_ON_TOP
    return cost


def moving_cost(before: Voicing, after: Voicing) -> float:
    """What it costs to go from one voicing to the next; the terms stand at the module's head."""
    voices = {
        (x, y): _voice_cost(x, y, bass_before=before.bass, bass_after=after.bass)
        for x in before.upper
        for y in after.upper
    }
    upper = _least_over_pairings(before.upper, after.upper, voices)
    return upper + BASS_MOTION * abs(after.bass - before.bass)


@lru_cache(maxsize=4096)
def candidates(chord: ChordTones) -> tuple[Voicing, ...]:
    """Every way to play the chord in close position within the ranges, lowest first."""
    uppers = sorted({upper for tones in _upper_tones(chord) for upper in _stackings(tones)})
    basses = [pitch for pitch in BASS_RANGE if pitch % 12 == chord.bass]
    return tuple(Voicing(upper, bass) for upper in uppers for bass in basses)


def _upper_tones(chord: ChordTones) -> list[tuple[int, ...]]:
    """The pitch classes for the right hand: three or four, in one or several choices.

    Up to four chord tones are all played. Of more, what the bass sounds anyway goes first, then
    the perfect fifth, then the tones in `DISPENSABLE`: thirds, sevenths, altered fifths and the
    tone that names the chord stay. Two are filled up to three by doubling one of them.
    """
    tones = list(dict.fromkeys(chord.pitch_classes))
    root = tones[0]
    fifth = (root + PERFECT[1]) % 12
    for tone in (chord.bass, fifth, *((root + interval) % 12 for interval in DISPENSABLE)):
        if len(tones) > MOST_UPPER_VOICES and tone in tones:
            tones.remove(tone)
    if len(tones) == 2:
        return [(*tones, doubled) for doubled in tones]
    return [tuple(tones[:MOST_UPPER_VOICES])]


def _stackings(tones: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All ways to stack these pitch classes within an octave and the right hand's range.

    The lowest note settles where the others lie; a second note of its class lies an octave above.
    """
    for lowest in UPPER_RANGE:
        if lowest % 12 in tones:
            others = list(tones)
            others.remove(lowest % 12)
            above = sorted(lowest + ((tone - lowest) % 12 or 12) for tone in others)
            if above[-1] in UPPER_RANGE and len(set(above)) == len(above):
                yield (lowest, *above)


@lru_cache(maxsize=4096)
def _standing_costs(chord: ChordTones) -> tuple[float, ...]:
    return tuple(standing_cost(voicing) for voicing in candidates(chord))


@lru_cache(maxsize=512)
def _moving_costs(before: ChordTones, after: ChordTones) -> tuple[tuple[float, ...], ...]:
    """moving_cost of every pair of candidates: a row for each candidate after."""
    origins, arrivals = candidates(before), candidates(after)
    voices = {
        (x, y): _voice_cost(x, y, bass_before=before.bass, bass_after=after.bass)
        for x in UPPER_RANGE
        if x % 12 in before.pitch_classes
        for y in UPPER_RANGE
        if y % 12 in after.pitch_classes
    }
    uppers = {
        (x, y): _least_over_pairings(x, y, voices)
        for x in {voicing.upper for voicing in origins}
        for y in {voicing.upper for voicing in arrivals}
    }
    return tuple(
        tuple(BASS_MOTION * abs(w.bass - v.bass) + uppers[v.upper, w.upper] for v in origins)
        for w in arrivals
    )


def _voice_cost(before: int, after: int, *, bass_before: int, bass_after: int) -> float:
    """What one upper voice costs on its way: its motion, and fifths or octaves with the bass."""
    interval = (before - bass_before) % 12
    same = interval == (after - bass_after) % 12
    consecutive = same and interval in PERFECT and before != after
    return UPPER_MOTION * abs(after - before) + CONSECUTIVE * consecutive


def _least_over_pairings(
    before: tuple[int, ...], after: tuple[int, ...], voices: Mapping[tuple[int, int], float]
) -> float:
    return min(
        sum([voices[before[i], after[j]] for i, j in pairs])
        for pairs in _pairings(len(before), len(after))
    )


@lru_cache
def _pairings(before: int, after: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """All ways to lead `before` voices to `after` voices without crossing, none left over.

    Where the numbers differ, the smaller side's voices each take a run of the larger side's.
    """
    if before > after:
        return tuple(tuple((j, i) for i, j in pairs) for pairs in _pairings(after, before))
    return tuple(
        tuple((sum(cut <= j for cut in cuts), j) for j in range(after))
        for cuts in combinations(range(1, after), before - 1)
    )
