"""What it costs to move on a keyboard, shared by all piano styles.

moving_cost(v, w), what it costs to get from one chord to the next:
    1     for each semitone that an upper voice moves. Voices are paired without crossing; where
          the number of notes differs, voices part or meet, and everyone's move counts
    2     for each upper voice that moves in consecutive fifths or octaves with the bass, in
          contrary motion too: a leap of the bass must not buy them off
    0.5   for each semitone that the bass moves
(the pairing is the one that makes the first two lines cheapest together)
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from shinko.score.voicing.tones import FIFTH, Voicing

BASS_RANGE = range(28, 53)
"""E1 to E3: from the lowest string of a bass guitar or double bass up."""

PERFECT = (0, FIFTH)  # octave and fifth, octaves folded

UPPER_MOTION = 1.0
CONSECUTIVE = 2.0
BASS_MOTION = 0.5


def basses(pitch_class: int) -> list[int]:
    """Every octave in which the bass may sound this pitch class, lowest first."""
    return [pitch for pitch in BASS_RANGE if pitch % 12 == pitch_class]


def stackings(tones: tuple[int, ...], pitches: range) -> Iterator[tuple[int, ...]]:
    """All ways to stack these pitch classes within an octave and a range.

    The lowest note settles where the others lie; a second note of its class lies an octave above.
    """
    for lowest in pitches:
        if lowest % 12 in tones:
            others = list(tones)
            others.remove(lowest % 12)
            above = sorted(lowest + ((tone - lowest) % 12 or 12) for tone in others)
            if above[-1] in pitches and len(set(above)) == len(above):
                yield (lowest, *above)


def moving_cost(before: Voicing, after: Voicing) -> float:
    """What it costs to go from one voicing to the next; the terms stand at the module's head."""
    voices = {
        (x, y): _voice_cost(x, y, bass_before=before.bass, bass_after=after.bass)
        for x in before.upper
        for y in after.upper
    }
    upper = _least_over_pairings(before.upper, after.upper, voices)
    return upper + BASS_MOTION * abs(after.bass - before.bass)


def moving_costs(
    origins: Sequence[Voicing], arrivals: Sequence[Voicing]
) -> tuple[tuple[float, ...], ...]:
    """moving_cost of every pair, a row for each arrival.

    Args:
      origins: one or more voicings over one bass, in any octave.
      arrivals: the same.
    """
    lower, higher = ({v.upper for v in voicings} for voicings in (origins, arrivals))
    voices = {
        (x, y): _voice_cost(x, y, bass_before=origins[0].bass, bass_after=arrivals[0].bass)
        for x in {pitch for upper in lower for pitch in upper}
        for y in {pitch for upper in higher for pitch in upper}
    }
    uppers = {(x, y): _least_over_pairings(x, y, voices) for x in lower for y in higher}
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
