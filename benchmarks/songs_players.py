"""What plays sections, what it says of those of songs, and windows of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.planning.particles import Network, State
from shinko.planning.process import Ints
from shinko.planning.rows import draw_rows
from shinko.tables.automaton import compile_table
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.table import Floats, TransitionTable
from songs_likeness import Window


def bits(
    players: Callable[[int], Network], sections: Sequence[CountedSection]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Of each chord but the first of its section, given all before it there; and of which song.

    Args:
      players: what foretells the sections of a mode.
      sections: of songs.
    """
    told: list[float] = []
    songs: list[int] = []
    for mode in range(2):
        own = sorted(
            (one for one in sections if one.mode == mode and len(one.chords) > 1),
            key=lambda one: -len(one.chords),
        )
        chain = players(mode)
        state, heard = chain.initial_state(len(own)), np.full(len(own), chain.start)
        for place in range(len(own[0].chords) if own else 0):
            going = sum(len(one.chords) > place for one in own)
            state = (tuple(part[:going] for part in state[0]),)
            logs, state = chain.step(heard[:going], state)
            heard = np.array([one.chords[place] for one in own[:going]])
            if place:
                told += (-logs[np.arange(going), heard] / np.log(2)).tolist()
                songs += [one.song for one in own[:going]]
    return np.array(told), np.array(songs, np.int64)


def play(player: Network, count: int, length: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Sections that a chain plays, (count, length)."""
    state, heard, played = player.initial_state(count), np.full(count, player.start), []
    for _ in range(length):
        logs, state = player.step(heard, state)
        heard = draw_rows(np.exp(logs), rng)
        played.append(heard)
    return np.array(played).T


class Memoryless:
    """A table's own chain, as something that plays."""

    def __init__(self, table: TransitionTable) -> None:
        self._automaton = compile_table(table)
        self.start = len(table.vocabulary)

    def initial_state(self, batch: int) -> State:
        return ((np.full(batch, self._automaton.start),),)

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        return drawn

    def step(self, tokens: Ints, state: State) -> tuple[Floats, State]:
        at = state[0][0]
        if not (tokens == self.start).all():
            at = self._automaton.next_state[at, tokens]
        return np.log(np.maximum(self._automaton.chain[at], 1e-12)), ((at,),)


def real_windows(
    sections: Sequence[CountedSection],
    length: int,
    count: int,
    rng: np.random.Generator,
    first: int,
) -> list[Window]:
    """Windows of songs, each song as often as the others; none holds the end of its section."""
    places: dict[int, list[tuple[CountedSection, int]]] = {}
    for one in sections:
        for place in range(len(one.chords) - length):
            places.setdefault(one.song, []).append((one, place))
    songs = sorted(places)
    found = []
    for number in range(count):
        own = places[songs[number % len(songs)]]
        one, place = own[rng.integers(len(own))]
        chords = one.chords[place : place + length]
        found.append(Window(chords, one.mode, place, first + one.song))
    return found


def played_windows(
    players: Callable[[int], Network],
    real: Sequence[Window],
    rng: np.random.Generator,
    first: int,
) -> list[Window]:
    """As many from the same places and modes, of what is played, each in a group of its own.

    Groups go down from −1 − first, as those of songs go up.
    """
    found = []
    for mode in range(2):
        own = [window for window in real if window.mode == mode]
        if own:
            length = max(window.place + len(window.chords) for window in own)
            for window, chords in zip(own, play(players(mode), len(own), length, rng), strict=True):
                cut = tuple(chords[window.place : window.place + len(window.chords)].tolist())
                found.append(Window(cut, mode, window.place, -1 - first - len(found)))
    return found
