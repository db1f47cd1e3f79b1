"""How near to songs chords last: bits of lengths held out, bars that come back, and a classifier.

Songs of class 1 (`held_out`) are foretold; they weren't counted. Windows of so many bars of real
sections are held against windows from the same bars of sections that the policy played and whose
lengths were drawn. A classifier that can't tell them apart has an AUC of 0.5.

Run: python benchmarks/rhythm.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from record import write_result
from shinko.planning.particles import Network
from shinko.rl.policy import shipped_policy
from shinko.tables.memories import builtin_memory
from shinko.tables.memory import MODES, SongStyle
from shinko.tables.memory_fitting import CountedSection, freely_drawn
from shinko.tables.rhythm import LONGEST, QUARTERS
from shinko.tables.rhythm_chain import RhythmChain
from shinko.tables.rhythm_draws import draw_lengths
from shinko.tables.voices import voice_of
from songs import CORPORA, chains, networks, read_corpus
from songs_likeness import SLOTS, told_apart
from songs_players import play

# Windows of so many bars, from each corpus; and the last bar that one begins at.
WINDOWS = {8: 400, 16: 300}
LATEST = 40
DISTANCES = (1, 2, 4, 8)  # bars ago
_MOST_CHORDS = 150  # of a section that is played


@dataclass(frozen=True)
class Window:
    """Some bars of a section: chords, where they begin and how long they last, in quarters."""

    events: tuple[tuple[int, int, int], ...]
    mode: int
    start: int
    group: str

    def grid(self, bars: int) -> np.ndarray:
        """The chord of each quarter, (bars, QUARTERS)."""
        found = np.full(bars * QUARTERS, -1)
        for chord, begin, length in self.events:
            found[begin : begin + length] = chord
        return found.reshape(bars, QUARTERS)


def bits(style: SongStyle, sections: Sequence[CountedSection], V: int) -> Iterator[float]:
    """Of each length but the first of its section, given the chords so far and all before."""
    assert style.rhythm is not None
    for one in sections:
        voice = voice_of(style, builtin_memory().vocabulary, MODES[one.mode])
        chain = RhythmChain([style.rhythm], np.zeros(1, int), V)
        chords = np.array([one.chords])
        for place, length in enumerate(np.clip(np.diff(one.places), 1, LONGEST)):
            before = (voice.innovations, voice.recall.trust, chords[:, :place], chords[:, place])
            chain.hear_chord(chords[:, place], freely_drawn(*before)[0])
            if place:
                yield float(-np.log2(chain.length_chances()[0, length - 1]))
            chain.hear_length(np.array([length]))


def cut(chords: Sequence[int], places: Sequence[int], start: int, bars: int) -> Any:
    """What sounds in some bars, from their beginning."""
    first, last = start * QUARTERS, (start + bars) * QUARTERS
    found = []
    for chord, (begin, end) in zip(chords, pairwise(places), strict=True):
        begin, end = max(begin, first), min(end, last)
        if end > begin:
            found.append((int(chord), int(begin - first), int(end - begin)))
    return tuple(found)


def real_windows(
    sections: Sequence[CountedSection], bars: int, count: int, rng: np.random.Generator, name: str
) -> list[Window]:
    """Windows of songs, each song as often as the others; none holds the end of its section."""
    by_song: dict[int, list[tuple[CountedSection, int]]] = {}
    for one in sections:
        if one.places:
            last = min(LATEST, (one.places[-1] - 1) // QUARTERS - bars)
            by_song.setdefault(one.song, []).extend((one, start) for start in range(last + 1))
    songs = sorted(song for song, own in by_song.items() if own)
    found = []
    for number in range(count):
        song = songs[number % len(songs)]
        one, start = by_song[song][rng.integers(len(by_song[song]))]
        events = cut(one.chords, one.places, start, bars)
        found.append(Window(events, one.mode, start, f"{name} {song}"))
    return found


def played_windows(
    network: Network,
    style: SongStyle,
    real: Sequence[Window],
    bars: int,
    rng: np.random.Generator,
    name: str,
) -> list[Window]:
    """As many from the same bars, of what a network plays in a mode, its lengths drawn."""
    assert style.rhythm is not None
    mode = real[0].mode
    voice = voice_of(style, builtin_memory().vocabulary, MODES[mode])
    need = max(window.start for window in real) + bars
    chords = play(network, len(real), min(_MOST_CHORDS, int(need * 2.2) + 12), rng)
    lengths = draw_lengths([(voice, style.rhythm)], chords, rng.spawn(len(chords)))
    places = np.concatenate([np.zeros((len(real), 1), int), lengths.cumsum(axis=1)], axis=1)
    return [
        Window(cut(row, own, window.start, bars), mode, window.start, f"{name} played {number}")
        for number, (window, row, own) in enumerate(zip(real, chords, places, strict=True))
    ]


def form(windows: Sequence[Window], bars: int) -> dict[str, float]:
    """Chords in a window, distinct ones and bars, bars as so many before, and all alike long."""
    grids = [window.grid(bars) for window in windows]
    figures: dict[str, list[Any]] = {
        "chords": [len(window.events) for window in windows],
        "distinct_chords": [len({chord for chord, *_ in window.events}) for window in windows],
        "distinct_bars": [len({tuple(bar) for bar in grid.tolist()}) for grid in grids],
        "all_alike_long": [len({length for *_, length in w.events}) == 1 for w in windows],
        "within_a_bar": [np.mean([at % QUARTERS > 0 for _, at, _ in w.events]) for w in windows],
    }
    for ago in DISTANCES:
        if ago < bars:
            alike = [(grid[ago:] == grid[:-ago]).all(axis=1).mean() for grid in grids]
            figures[f"as_{ago}_before"] = alike
    return {name: round(float(np.mean(values)), 3) for name, values in figures.items()}


def auc(real: Sequence[Window], played: Sequence[Window], bars: int, V: int) -> float:
    """How well gradient boosting tells real windows from played ones; see `told_apart`."""
    windows = [*real, *played]
    told = np.array([_figures(window, bars, V) for window in windows])
    return told_apart(told, len(real), [window.group for window in windows])


def _figures(window: Window, bars: int, V: int) -> np.ndarray:
    """Counts of chords and lengths and of what stands together, where, and how it returns."""
    chords = [chord for chord, *_ in window.events]
    lengths = [length for *_, length in window.events]
    together = [
        list(zip(chords, lengths, strict=True)),
        list(pairwise(chords)),
        [(chord, at % QUARTERS, length) for chord, at, length in window.events],
        list(pairwise(lengths)),
        [(at % (4 * QUARTERS), length) for _, at, length in window.events],
    ]
    slots = np.zeros((len(together), SLOTS))
    for row, each in zip(slots, together, strict=True):
        for one in each:
            row[crc32(repr(one).encode()) % SLOTS] += 1
    grid = window.grid(bars)
    flat = grid.ravel()
    alike = [(grid[ago:] == grid[:-ago]).all(axis=1).mean() for ago in DISTANCES if ago < bars]
    quarters = [
        (flat[QUARTERS * ago :] == flat[: -QUARTERS * ago]).mean()
        for ago in (1, 2, 3, 4, 6, 8)
        if ago < bars
    ]
    shape = [
        *(len(chords), len(set(chords)), len(set(lengths)), chords[0], chords[-1]),
        *(lengths[0], lengths[-1], len({tuple(bar) for bar in grid.tolist()})),
        (grid == grid[:, :1]).all(axis=1).mean(),
    ]
    counted = np.bincount(chords, minlength=V), np.bincount(flat[flat >= 0], minlength=V)
    return np.concatenate(
        [
            slots.ravel(),
            *counted,
            np.bincount(lengths, minlength=LONGEST + 1)[:33],
            alike,
            quarters,
            shape,
        ]
    )


def likeness(bars: int, players: Any, corpora: dict[str, Any], V: int) -> dict[str, Any]:
    """How near windows that are played are to those of songs, from both corpora."""
    real, played = list[Window](), list[Window]()
    for name, corpus in corpora.items():
        rng = np.random.default_rng(0)
        own = real_windows(corpus.seen, bars, WINDOWS[bars], rng, name)
        for mode in range(2):
            of_mode = [window for window in own if window.mode == mode]
            if of_mode:
                style = builtin_memory().style(name)
                network = players(name, mode, None)
                real += of_mode
                played += played_windows(network, style, of_mode, bars, rng, name)
    played = [window for window in played if window.events]
    return {
        "bars": bars,
        "auc": auc(real, played, bars, V),
        "songs": form(real, bars),
        "played": form(played, bars),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with billboard.jsonl.gz and pop909.jsonl.gz")
    folder = parser.parse_args().folder
    vocabulary = builtin_memory().vocabulary
    V = len(vocabulary)
    corpora = {name: read_corpus(folder / f"{name}.jsonl.gz", vocabulary)[0] for name in CORPORA}
    told: dict[str, Any] = {"windows": {str(bars): n for bars, n in WINDOWS.items()}, "bits": {}}
    for name, corpus in corpora.items():
        timed = [one for one in corpus.unseen if one.places]
        found = list(bits(builtin_memory().style(name), timed, V))
        told["bits"][name] = {"lengths": len(found), "mean": round(float(np.mean(found)), 3)}
        print(name, told["bits"][name], flush=True)
    # How many bars sections have; see `rhythm_draws`.
    ended = [one for one in corpora["billboard"].seen if one.places and one.closes]
    within = [one.places[-1] <= QUARTERS * max(16, 2 * len(one.chords)) for one in ended]
    told["within_most_bars"] = round(float(np.mean(within)), 3)
    kinds = {"policy": partial(networks, shipped_policy()), "memory": chains}
    told["rows"] = []
    for kind, players in kinds.items():
        for bars in WINDOWS:
            row = {"kind": kind, **likeness(bars, players, corpora, V)}
            told["rows"].append(row)
            print(row, flush=True)
    write_result("rhythm", "python benchmarks/rhythm.py CHORDS_FOLDER", told)


if __name__ == "__main__":
    main()
