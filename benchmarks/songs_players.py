"""What plays sections, what it says of those of songs, and windows of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.planning.particles import Network, State
from shinko.planning.process import Ints
from shinko.planning.rows import draw_rows, log_softmax, log_sums
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.table import Floats
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
            state = tuple(tuple(part[:going] for part in layer) for layer in state)
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


class Mixture:
    """Networks, each piece played by one of them; what is heard tells of which, by Bayes."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self.start = networks[0].start

    def initial_state(self, batch: int) -> State:
        inner = [network.initial_state(batch) for network in self._networks]
        even = np.full((batch, len(inner)), -np.log(len(inner)))
        rows = np.zeros((batch, len(inner), self.start))
        return ((*_flat(inner), even, rows),)

    def feed(self, fed: Ints, drawn: Ints) -> Ints:
        return drawn

    def step(self, tokens: Ints, state: State) -> tuple[Floats, State]:
        *flat, weights, rows = state[0]
        if not (tokens == self.start).all():
            weights = weights + rows[np.arange(len(tokens)), :, tokens]
            weights = log_softmax(weights)
        found, after, begin = [], [], 0
        for network in self._networks:
            shape = [len(layer) for layer in network.initial_state(1)]
            own = []
            for size in shape:
                own.append(tuple(flat[begin : begin + size]))
                begin += size
            logits, later = network.step(tokens, tuple(own))
            found.append(log_softmax(logits))
            after += _flat([later])
        rows = np.stack(found, axis=1)
        logs = log_sums((weights[:, :, None] + rows).swapaxes(1, 2).reshape(-1, len(found)))
        return logs.reshape(len(tokens), -1), ((*after, weights, rows),)


def _flat(states: Sequence[State]) -> list[NDArray[Any]]:
    """The parts of some states, one after another."""
    return [part for state in states for layer in state for part in layer]


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


def in_corpus(windows: Sequence[tuple[int, ...]], corpus: set[tuple[int, ...]]) -> float:
    """The share of windows that stand in a corpus."""
    return round(float(np.mean([window in corpus for window in windows])), 4)


def all_windows(sections: Sequence[CountedSection], length: int) -> set[tuple[int, ...]]:
    """Every window of a length in sections."""
    return {
        one.chords[place : place + length]
        for one in sections
        for place in range(len(one.chords) - length + 1)
    }


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
