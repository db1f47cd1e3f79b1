"""How near to songs is what plays: bits of songs that were held out, form, and a classifier.

Songs have ten classes by their ids; the memory of songs that ships is counted without class 1,
which is foretold here. Windows of real sections are held against windows from the same places of
sections that were played. A classifier that can't tell them apart has an AUC of 0.5.

Run: python benchmarks/songs.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from held_out import is_held_out
from record import write_result
from shinko.planning.particles import Network, Walking
from shinko.rl.policy import Policy, shipped_policy
from shinko.rl.terms import rewarded
from shinko.tables.automaton import compile_table
from shinko.tables.building import build_table
from shinko.tables.builtin import load_table
from shinko.tables.chain import SongChain
from shinko.tables.memories import builtin_memory
from shinko.tables.memory import MODES
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.mixing import mix_tables
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.songs import read_songs
from shinko.tables.voices import voice_of
from songs_likeness import Window, auc, form
from songs_players import (
    Mixture,
    all_windows,
    bits,
    in_corpus,
    play,
    played_windows,
    real_windows,
)

CORPORA = ("billboard", "pop909")
# Windows of a length, from each corpus.
WINDOWS = {8: 1000, 16: 635}
FLOOR = 0.001  # of unlisted chords, as `--memoryless` counts them
PIECES = 2000

# What plays a corpus in a mode (0 major, 1 minor); with a length it knows where pieces end.
Players = Callable[[str, int, int | None], Network]


@dataclass(frozen=True)
class Corpus:
    """The sections of a corpus, by whether their songs are held out."""

    seen: list[CountedSection]
    unseen: list[CountedSection]


class Ending:
    """A chain that is told where its sections end."""

    def __init__(self, chain: SongChain, length: int | None) -> None:
        self._chain, self._length = chain, length
        self.start, self.step, self.feed = chain.start, chain.step, chain.feed

    def initial_state(self, batch: int) -> Any:
        return self._chain.initial_state(batch, length=self._length)


def read_corpus(path: Path, vocabulary: tuple[str, ...]) -> tuple[Corpus, list[Song]]:
    songs = read_songs(path).songs
    seen = [song for song in songs if not is_held_out(song.id)]
    unseen = [song for song in songs if is_held_out(song.id)]
    sections = (counted_sections(each, vocabulary) for each in (seen, unseen))
    return Corpus(*sections), seen


def chains(name: str, mode: int, length: int | None) -> Network:
    """The memory that ships."""
    memory = builtin_memory()
    voice = voice_of(memory.style(name), memory.vocabulary, MODES[mode])
    return Ending(SongChain([voice]), length)


def networks(policy: Policy, name: str, mode: int, length: int | None) -> Network:
    """The policy that ships."""
    return policy.at(name, MODES[mode]).ending(length)


def memoryless(songs: Iterable[Sequence[Song]], vocabulary: tuple[str, ...]) -> Walking:
    """The optimum of the table `pop`, counted without the songs that are held out."""
    tables = [
        build_table(seen, name=name, vocabulary=vocabulary, min_count=2)
        for name, seen in zip(CORPORA, songs, strict=True)
    ]
    automaton = compile_table(mix_tables([(table, 1) for table in tables], "pop"))
    return Walking(rewarded(automaton, reward="log-probability", floor=FLOOR))


def likeness(
    players: Players, corpora: dict[str, Corpus], vocabulary: tuple[str, ...], length: int
) -> dict[str, Any]:
    """How near windows of a length that are played are to those of songs, corpus by corpus."""
    rng = np.random.default_rng(0)
    real, played = list[Window](), list[Window]()
    for number, (name, corpus) in enumerate(corpora.items()):
        own = real_windows(corpus.seen, length, WINDOWS[length], rng, number * 100_000)
        real += own
        played += played_windows(partial(_unending, players, name), own, rng, number * 100_000)
    minor = [[one for one in each if one.mode == 1] for each in (real, played)]
    return {
        "length": length,
        "auc": auc(real, played, vocabulary),
        "auc_minor": auc(*minor, vocabulary),
        "songs": form(real, vocabulary),
        "played": form(played, vocabulary),
        "in_corpus": _in_corpus(played, corpora, length),
    }


def _unending(players: Players, name: str, mode: int) -> Network:
    return players(name, mode, None)


def _in_corpus(
    played: Sequence[Window], corpora: dict[str, Corpus], length: int
) -> dict[str, float]:
    """Windows that stand in the songs that were counted: of songs held out, and played ones."""
    known = set().union(*(all_windows(corpus.seen, length) for corpus in corpora.values()))
    rng = np.random.default_rng(0)
    unseen = [
        one
        for corpus in corpora.values()
        for one in real_windows(corpus.unseen, length, WINDOWS[length], rng, 0)
    ]
    return {
        "held_out": in_corpus([one.chords for one in unseen], known),
        "played": in_corpus([one.chords for one in played], known),
    }


def endings(
    players: Players, corpora: dict[str, Corpus], vocabulary: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Pieces that begin and end on the tonic, by mode and corpus."""
    told = []
    for mode, token in enumerate(("1", "6")):
        tonic = vocabulary.index(token)
        for name, corpus in corpora.items():
            own = [one for one in corpus.seen if one.mode == mode]
            begun = [one.chords[0] for one in own if one.begins]
            ends = [one.chords[-1] for one in own if one.closes == "piece"]
            played = play(players(name, mode, 16), PIECES, 16, np.random.default_rng(0))
            told.append(
                {
                    "mode": MODES[mode],
                    "corpus": name,
                    "songs_begin": _share(begun, tonic),
                    "played_begin": _share(played[:, 0], tonic),
                    "songs_end": _share(ends, tonic),
                    "played_end": _share(played[:, -1], tonic),
                }
            )
    return told


def _share(chords: Sequence[int] | np.ndarray, tonic: int) -> float:
    return round(float(np.mean(np.asarray(chords) == tonic)), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with billboard.jsonl.gz and pop909.jsonl.gz")
    told = parser.parse_args()
    vocabulary, policy = builtin_memory().vocabulary, shipped_policy()
    assert vocabulary == load_table("pop").vocabulary == policy.chords_of(CORPORA[0])
    read = {name: read_corpus(told.folder / f"{name}.jsonl.gz", vocabulary) for name in CORPORA}
    corpora = {name: corpus for name, (corpus, _) in read.items()}
    table = memoryless([seen for _, seen in read.values()], vocabulary)
    kinds: dict[str, Players] = {
        "policy": partial(networks, policy),
        "memory": chains,
        "memoryless": lambda name, mode, length: table,
    }
    rows = []
    for kind, players in kinds.items():
        print(kind, flush=True)
        mixed = {
            mode: Mixture([players(name, mode, None) for name in CORPORA]) for mode in range(2)
        }
        rows.append(
            {
                "kind": kind,
                "bits": {name: _bits(mixed.__getitem__, c.unseen) for name, c in corpora.items()},
                "likeness": [likeness(players, corpora, vocabulary, n) for n in WINDOWS],
                "endings": endings(players, corpora, vocabulary),
            }
        )
    write_result("songs", "python benchmarks/songs.py CHORDS_FOLDER", {"rows": rows})


def _bits(
    players: Callable[[int], Network], sections: Sequence[CountedSection]
) -> dict[str, float]:
    """The mean, and its standard error: songs are drawn, not chords, and those of one are alike."""
    found, songs = bits(players, sections)
    off = np.bincount(songs, weights=found - found.mean())
    return {
        "chords": len(found),
        "songs": len(set(songs.tolist())),
        "mean": round(float(found.mean()), 3),
        "error": round(float(np.sqrt((off**2).sum()) / len(found)), 3),
    }


if __name__ == "__main__":
    main()
