"""How often sections begin with a loop of two, three or four chords, as songs do.

A fit of what comes next says little of how often sections that it plays go round in a circle: a
vamp of two chords costs next to nothing where it comes up. So how often a section enters a copy of
so short a lag is corrected by what plays with it, at the places where loops begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shinko.planning.particles import Player, play
from shinko.tables.chain import SongChain
from shinko.tables.memory import LAGS, MODES, Recall, SongStyle
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.voices import voice_of

# Loops of so many chords are counted among the first so many of a section.
LOOPS, _FIRST = (2, 3, 4), 8
# Sections that are played for a correction, and how many of these there are.
_PLAYED, _ROUNDS = 1500, 8
# Entries are corrected up to this place, by at most so much a round; what is rarer than a share
# hardly is.
_PLACES, _MOST, _RARE = 12, 2.0, 0.01


def with_loops(
    style: SongStyle, sections: Sequence[CountedSection], vocabulary: tuple[str, ...]
) -> SongStyle:
    """The style, playing short loops as often as its songs do.

    Args:
      style: fitted to the sections.
      sections: of the songs; those that aren't longer than eight chords aren't counted.
      vocabulary: the chords.
    """
    begun: dict[int, list[tuple[int, ...]]] = {}
    minor = []
    for one in sections:
        if one.begins and len(one.chords) > _FIRST:
            begun.setdefault(one.song, []).append(one.chords[:_FIRST])
            minor.append(one.mode)
    if not begun:
        return style
    told = np.mean([_shares(np.array(own).T) for own in begun.values()], axis=0)
    shares = (1 - np.mean(minor), np.mean(minor))
    for _ in range(_ROUNDS):
        found = np.zeros(len(LOOPS))
        for mode, share in zip(MODES, shares, strict=False):
            player = Player.at_start(SongChain([voice_of(style, vocabulary, mode)]))
            tokens, _ = play(player, _FIRST, _PLAYED, np.random.default_rng(0))
            found += share * _shares(tokens)
        factors = np.clip((told + _RARE) / (found + _RARE), 1 / _MOST, _MOST)
        style = replace(style, recall=_entered(style.recall, factors))
    return style


def _shares(chords: np.ndarray) -> np.ndarray:
    """How many of some beginnings, (T, B), go round in each of `LOOPS`, and in no shorter one."""
    shorter = np.zeros(chords.shape[1], bool)
    found = []
    for loop in LOOPS:
        round_it_goes = (chords[loop:] == chords[:-loop]).all(axis=0)
        found.append((round_it_goes & ~shorter).mean())
        shorter |= round_it_goes
    return np.array(found)


def _entered(recall: Recall, factors: np.ndarray) -> Recall:
    """Copies of short lags entered so many times as often."""
    entry = recall.entry.copy()
    for loop, factor in zip(LOOPS, factors, strict=True):
        entry[:_PLACES, 1 + LAGS.index(loop)] *= factor
    return replace(recall, entry=entry / entry.sum(axis=1, keepdims=True))
