"""What several songs have in common, for sources that nothing else may be taken from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from shinko.tables.memory import MODES, SongStyle
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.modes import in_other_mode
from shinko.tables.rhythm import LONGEST, ROUND, Rhythm

# A chord and the two before it, by number, V for the beginning; or of a length its place in four
# bars, the one before it, and it, as `Rhythm.counts` has them.
_Triple = tuple[int, int, int]


def shared_only(
    style: SongStyle,
    sections: Sequence[CountedSection],
    vocabulary: tuple[str, ...],
    min_songs: int,
) -> SongStyle:
    """The style with the counts alone that so many songs have, in each mode.

    A chord that so many songs have after the one before it, but not after both before it, is
    counted as if nothing had been before these.

    Args:
      style: fitted to the sections.
      sections: of the songs.
      vocabulary: the chords.
      min_songs: how many songs must have a chord after others for it to be counted there.
    """
    if min_songs <= 1:
        return style
    V = len(vocabulary)
    counts = np.zeros(style.counts.shape)
    for place, mode in enumerate(MODES):
        had = set(_triples(sections, mode, vocabulary))
        own = style.counts[place]
        triples = np.zeros(own.shape, bool)
        pairs = np.zeros(own.shape[1:], bool)
        for triple, songs in Counter(triple for triple, _ in had).items():
            triples[triple] = songs >= min_songs
        for pair, songs in Counter(pair for pair, _ in {(t[1:], song) for t, song in had}).items():
            pairs[pair] = songs >= min_songs and pair[0] != V
        counts[place] = np.where(triples, own, 0.0)
        counts[place, V] += np.where(pairs, np.where(triples, 0.0, own).sum(axis=0), 0.0)
    return replace(style, counts=counts)


def shared_rhythm(rhythm: Rhythm, sections: Sequence[CountedSection], min_songs: int) -> Rhythm:
    """The rhythm with the lengths alone that so many songs have at a place, after the one before.

    Args:
      rhythm: fitted to the sections.
      sections: of the songs.
      min_songs: how many songs must have a length there for it to be counted.
    """
    if min_songs <= 1:
        return rhythm
    songs = Counter(place for place, _ in set(_lengths(sections)))
    kept = np.zeros(rhythm.counts.shape, bool)
    for place, number in songs.items():
        kept[place] = number >= min_songs
    return replace(rhythm, counts=np.where(kept, rhythm.counts, 0.0))


def _lengths(sections: Sequence[CountedSection]) -> Iterator[tuple[_Triple, int]]:
    """Each length at its place in four bars after the one before it, and its song."""
    for one in sections:
        before = 0
        for begin, end in pairwise(one.places):
            length = min(end - begin, LONGEST)
            yield (begin % ROUND, before, length - 1), one.song
            before = length


def _triples(
    sections: Sequence[CountedSection], mode: str, vocabulary: tuple[str, ...]
) -> Iterator[tuple[_Triple, int]]:
    """Each chord after the two before it in sections of a mode, and its song."""
    V = len(vocabulary)
    for one in sections:
        chords = one.chords
        if mode not in MODES[:2]:
            if one.modal != mode:
                continue
            moved = in_other_mode(vocabulary, MODES[one.mode], mode)
            chords = tuple(moved[list(chords)].tolist())
        elif mode != MODES[one.mode]:
            continue
        begun = (V, V, *chords)
        for triple in zip(begun, begun[1:], begun[2:], strict=False):
            yield triple, one.song
