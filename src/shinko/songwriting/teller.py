"""Who tells how usual chords are: the memory of songs, or a table alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shinko.planning.ground import Ground
from shinko.planning.particles import Player, Walking
from shinko.planning.process import Ints
from shinko.rl.variety import DEFAULT_VARIETY
from shinko.songwriting.dials import at_place
from shinko.songwriting.ground import style_ground
from shinko.songwriting.questions import Statistics
from shinko.songwriting.remembered import ground_of, remembered
from shinko.songwriting.styles import Style
from shinko.tables.chain import SongChain
from shinko.tables.memory import LAGS
from shinko.tables.table import Floats

# A chord is said to come back where it probably does.
_PROBABLY = 0.5


@dataclass(frozen=True, eq=False)
class Teller:
    """Statistics to ask.

    Attributes:
      ground: what constraints are looked ahead in.
      chain: what remembers; None where a table alone tells.
      told: whose statistics they are, and what they count, for people.
      table: the same by name or path, or a mixture.
    """

    ground: Ground
    chain: SongChain | None
    told: str
    table: str = ""

    @cached_property
    def player(self) -> Player:
        """What plays as the statistics are; a table alone at temperature 1."""
        if self.chain is None:
            return Player.at_start(Walking(self.ground.process))
        return Player.at_start(self.chain)

    def memories(self, chords: Ints, played: Ints) -> list[str]:
        """Where each of some chords comes from in what was played, in words.

        Args:
          chords: (T,).
          played: progressions that these statistics play, (T, N), to say how many do so.
        """
        chain = self.chain
        if chain is None:
            return [""] * len(chords)
        told, state, heard = [], chain.initial_state(1), np.full(1, chain.start)
        for place, chord in enumerate(chords.tolist()):
            _, state = chain.step(heard, state)
            heard = np.array([chord])
            sources = chain.sources(heard, state)[0]
            told.append(_in_words(place, chords.tolist(), sources, played))
        return told


def _in_words(place: int, chords: list[int], sources: Floats, played: Ints) -> str:
    if not place:
        return "begins"
    runs = {lag: _run(chords, place, lag) for lag in LAGS if lag <= place}
    lag = max(runs, key=lambda lag: (runs[lag], -lag), default=0)
    copied = sources[0] < _PROBABLY
    if copied:
        lag = LAGS[int(sources[1:].argmax())]
    if runs.get(lag, 0) >= (1 if copied else 2):
        run = min(2, place + 1 - lag)
        ends = slice(place + 1 - run, place + 1), slice(place + 1 - run - lag, place + 1 - lag)
        share = (played[ends[0]] == played[ends[1]]).all(axis=0).mean()
        return f"comes back after {lag} chords, as {share:.0%} of songs do here"
    return "again" if chords[place] in chords[:place] else "new here"


def _run(chords: list[int], place: int, lag: int) -> int:
    """How many chords up to a place are those so many before."""
    run = 0
    while place - lag - run >= 0 and chords[place - run] == chords[place - run - lag]:
        run += 1
    return run


def memory_teller(style: Style, mode: str, variety: str = "") -> Teller:
    """All that was played counts, as songs of a style do it in a mode."""
    found = at_place(remembered(style, mode), mode, variety, "")
    chain = SongChain([one.voices["piece"] for one in found], [one.share for one in found])
    counted = "; ".join(dict.fromkeys(one.counted for one in found))
    told = f"table {style}, {counted}; all that was played counts"
    return Teller(ground_of(found), chain, told, str(style))


def table_teller(ground: Ground, table: str = "") -> Teller:
    """A table alone."""
    return Teller(ground, None, f"table {ground.name} alone; what it looks back on counts", table)


def teller_of(of: Statistics, mode: str) -> Teller:
    """Who is asked for, in a mode.

    Raises:
      ShinkoError: a table can't be read, or the variety can't be had.
    """
    style = Style.parse(of.table)
    if not of.memoryless:
        return memory_teller(style, mode, of.variety)
    # "Real" is the table as it is: temperature 1, and nothing has to be searched for.
    still = 1.0 if of.variety == DEFAULT_VARIETY else None
    return table_teller(style_ground(style, of.variety, temperature=still), of.table)
