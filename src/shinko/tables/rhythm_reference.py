"""One section's chords and lengths, event by event: the rhythm as it is told, to read first.

`rhythm_chain` does the same for many sections at once, and tests hold the two together.

Sources: Rabiner (1989), A tutorial on hidden Markov models; Witten and Bell (1991), The
zero-frequency problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from shinko.tables.memory import FLOOR
from shinko.tables.rhythm import BARS, LONGEST, QUARTERS, ROUND, TRUST, Rhythm, bar_of, kind_of
from shinko.tables.table import Floats


def event_chances(
    rhythm: Rhythm, free: Sequence[Floats], chords: Sequence[int], lengths: Sequence[int]
) -> list[tuple[Floats, Floats]]:
    """P(each chord) and then P(each length) of each event, given all before it.

    Args:
      rhythm: of the style.
      free: P(each chord) drawn freely before each event, (V,).
      chords: by number, T of them.
      lengths: theirs, in quarters of a bar.
    """
    states, place, found = rhythm.entry[0, 0], 0, []
    for number, (chord, length) in enumerate(zip(chords, lengths, strict=True)):
        before = (chords[:number], lengths[:number])
        copies = [_copied(bars, place, *before) for bars in (None, *BARS)]
        by_chord = np.array(
            [_chord(rhythm.slips.chord[z], free[number], copy) for z, copy in enumerate(copies)]
        )
        own = _free_lengths(rhythm, chord, place, *before)
        by_length = np.array(
            [_length(rhythm, z, chord, own, copy) for z, copy in enumerate(copies)]
        )
        heard = states * by_chord[:, chord]
        heard /= heard.sum()
        found.append((states @ by_chord, heard @ by_length))
        heard *= by_length[:, length - 1]
        heard /= heard.sum()
        place += length
        kind, bar = int(kind_of(place)), int(bar_of(place))
        anew = ((1 - rhythm.stay[kind]) * heard).sum()
        states = rhythm.stay[kind] * heard + anew * rhythm.entry[kind, bar]
    return found


def _copied(
    bars: int | None, place: int, chords: Sequence[int], lengths: Sequence[int]
) -> tuple[int, int] | None:
    """The chord that sounded so many bars ago, and how long it went on; None if it can't come."""
    source = place - QUARTERS * (bars or 0)
    if bars is None or source < 0:
        return None
    end = 0
    for chord, length in zip(chords, lengths, strict=True):
        end += length
        if source < end:
            return None if chord == chords[-1] else (chord, min(end - source, LONGEST))
    return None


def _chord(slip: float, free: Floats, copy: tuple[int, int] | None) -> Floats:
    plays = free if copy is None else slip * free
    if copy is not None:
        plays[copy[0]] += 1 - slip
    return (1 - FLOOR) * plays + FLOOR / len(free)


def _length(
    rhythm: Rhythm, state: int, chord: int, free: Floats, copy: tuple[int, int] | None
) -> Floats:
    if copy is None:
        return free
    slip = (rhythm.slips.length if copy[0] == chord else rhythm.slips.other)[state]
    plays = slip * free
    plays[copy[1] - 1] += 1 - slip
    return np.asarray(plays)


def _free_lengths(
    rhythm: Rhythm, chord: int, place: int, chords: Sequence[int], lengths: Sequence[int]
) -> Floats:
    free = rhythm.lengths()[place % ROUND, lengths[-1] if lengths else 0]
    places = np.cumsum([0, *lengths])[: len(lengths)]
    same_quarter = [int(at) % QUARTERS == place % QUARTERS for at in places]
    same_chord = [one == chord for one in chords]
    both = [a and b for a, b in zip(same_quarter, same_chord, strict=True)]
    for alike in (same_quarter, same_chord, both):
        had = Counter(length for length, same in zip(lengths, alike, strict=True) if same)
        if had:
            counts = np.zeros(LONGEST)
            counts[[length - 1 for length in had]] = list(had.values())
            kinds = TRUST * len(had)
            free = (counts + kinds * free) / (counts.sum() + kinds)
    return np.asarray(free)
