"""One section by one voice, chord by chord: the chain as the equations have it, to read first.

`chain` does the same for many sections at once, and tests hold the two together.

Sources: Rabiner (1989), A tutorial on hidden Markov models; Witten and Bell (1991), The
zero-frequency problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from shinko.tables.memory import FLOOR, LAGS, LOOKS_BACK, PLACES, trust_at
from shinko.tables.table import Floats
from shinko.tables.voices import Voice


def chances(voice: Voice, section: Sequence[int]) -> Floats:
    """P(each chord | all before it in the section), (T + 1, V), before and after each chord.

    Args:
      voice: what plays it.
      section: chords by number, (T,).
    """
    recall, V = voice.recall, voice.innovations.shape[-1]
    state = recall.entry[0]
    rows = []
    for place in range(len(section) + 1):
        played = section[:place]
        free = free_draw(voice, played)
        # (Z, V): what each state plays here.
        plays = np.array([free] + [_copy(recall.slip, z, played, free) for z in range(len(LAGS))])
        rows.append((1 - FLOOR) * (state @ plays) + FLOOR / V)
        if place < len(section):
            chord = section[place]
            heard = state * ((1 - FLOOR) * plays[:, chord] + FLOOR / V)
            heard /= heard.sum()
            anew = ((1 - recall.stay) * heard).sum()
            state = recall.stay * heard + anew * recall.entry[min(place + 1, PLACES)]
    return np.array(rows)


def free_draw(voice: Voice, played: Sequence[int]) -> Floats:
    """P(each chord), drawn freely after what was played in the section, (V,)."""
    V = voice.innovations.shape[-1]
    before, last = (V, V, *played)[-2:]
    free: Floats = voice.innovations[before, last] ** (1 / voice.heat)
    free = free / free.sum()
    after_last = set[int]()
    for length in range(1, LOOKS_BACK + 1):
        if length > len(played):
            break
        recent = tuple(played[-length:])
        followed = Counter(
            played[end]
            for end in range(length, len(played))
            if tuple(played[end - length : end]) == recent and played[end] != played[-1]
        )
        after_last |= set(followed)
        if followed:
            counts = np.zeros(V)
            counts[list(followed)] = list(followed.values())
            kinds = voice.recall.trust * trust_at(len(played)) * len(followed)
            free = (counts + kinds * free) / (counts.sum() + kinds)
    shunned = free * np.where(np.isin(np.arange(V), list(after_last)), 1 - voice.shun, 1.0)
    return np.asarray(shunned / shunned.sum())


def _copy(slip: Floats, number: int, played: Sequence[int], free: Floats) -> Floats:
    """P(each chord) of the state that copies with a lag; it draws freely where it would repeat."""
    lag = LAGS[number]
    if lag > len(played) or played[-lag] == played[-1]:
        return free
    row: Floats = slip[number + 1] * free
    row[played[-lag]] += 1 - slip[number + 1]
    return row
