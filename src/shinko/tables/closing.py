"""How songs close: which chords they end on oftener than they play them elsewhere.

A chord near the end is as likely as its chain has it, times a factor, divided by what that comes
to in all. The factors begin as the songs' own shares near the end over those elsewhere, and are
then corrected by what the chain plays with them, for which chord can come last hangs on which came
before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shinko.planning.particles import Player, play
from shinko.tables.chain import SongChain
from shinko.tables.memory import CLOSES, CLOSING, MODES, SongStyle
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.table import Floats
from shinko.tables.voices import voice_of

# How many ends the shares elsewhere count for.
_ENDS = 10.0
# Pieces that are played to correct the factors, chords of each, and how often.
_PIECES, _LENGTH, _ROUNDS = 1000, 8, 15
# What is rarer than this share is hardly corrected; factors lie between this and its inverse.
_RARE, _MOST = 0.02, 100.0


def with_closing(
    style: SongStyle, sections: Sequence[CountedSection], vocabulary: tuple[str, ...]
) -> SongStyle:
    """The style with what is told of its songs' ends.

    Args:
      style: fitted to the sections.
      sections: of the songs.
      vocabulary: the chords.
    """
    V = len(vocabulary)
    closing = np.ones((len(CLOSES), 2, CLOSING, V))
    for mode in range(2):
        own = [one for one in sections if one.mode == mode]
        usual = _shares([chord for one in own for chord in one.chords[:-CLOSING]], V, 1.0, 1.0 / V)
        for number, close in enumerate(CLOSES):
            ends = [one.chords for one in own if one.closes == close and len(one.chords) >= _LENGTH]
            told = np.array(
                [_shares([end[-1 - p] for end in ends], V, _ENDS, usual) for p in range(CLOSING)]
            )
            closing[number, mode] = told / usual
            for _ in range(_ROUNDS):
                tried = replace(style, closing=closing)
                chain = SongChain([voice_of(tried, vocabulary, MODES[mode], close)])
                told_its_end = Player(chain, chain.start, chain.initial_state(1, length=_LENGTH))
                played = play(told_its_end, _LENGTH, _PIECES, np.random.default_rng(0))[0].T
                found = np.array(
                    [np.bincount(played[:, -1 - p], minlength=V) / _PIECES for p in range(CLOSING)]
                )
                corrected = closing[number, mode] * (told + _RARE) / (found + _RARE)
                corrected /= corrected @ usual[:, None]  # only their ratios matter
                closing[number, mode] = np.clip(corrected, 1 / _MOST, _MOST)
    return replace(style, closing=closing)


def _shares(
    chords: Sequence[int] | np.ndarray, V: int, few: float, usual: Floats | float
) -> Floats:
    return np.asarray((np.bincount(chords, minlength=V) + few * usual) / (len(chords) + few))
