"""How near to songs is what plays: bits of songs that were held out, form, and a classifier.

Songs have ten classes by their ids; the memory of songs is counted without class 1, which is
foretold then. Windows of real sections are held against windows from the same places of sections
that were played. A classifier that can't tell them apart has an AUC of 0.5.

Run: python benchmarks/songs.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from held_out import is_held_out
from record import write_result
from shinko.planning.particles import Network
from shinko.tables.building import build_table
from shinko.tables.builtin import load_table
from shinko.tables.chain import SongChain
from shinko.tables.memory import MODES, SongStyle
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.mixing import mix_tables
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.songs import read_songs
from shinko.tables.table import TransitionTable
from shinko.tables.voices import voice_of
from songs_likeness import auc, form
from songs_players import Memoryless, bits, played_windows, real_windows

CORPORA = ("billboard", "pop909")
# Windows of a length, from each corpus.
WINDOWS = {8: 1000, 16: 635}


@dataclass(frozen=True)
class Corpus:
    """The songs of a corpus, by whether they are held out."""

    seen: list[Song]
    unseen: list[Song]


def read_corpus(path: Path) -> Corpus:
    songs = read_songs(path).songs
    return Corpus(
        [song for song in songs if not is_held_out(song.id)],
        [song for song in songs if is_held_out(song.id)],
    )


def likeness(
    players: Sequence[Callable[[int], Network]],
    corpora: Sequence[Sequence[CountedSection]],
    vocabulary: Sequence[str],
    length: int,
) -> dict[str, Any]:
    """How near windows of a length that are played are to those of songs, corpus by corpus."""
    rng, real, played = np.random.default_rng(0), [], []
    for number, (sections, own_players) in enumerate(zip(corpora, players, strict=True)):
        own = real_windows(sections, length, WINDOWS[length], rng, number * 100_000)
        real += own
        played += played_windows(own_players, own, rng, number * 100_000)
    return {
        "length": length,
        "auc": auc(real, played, vocabulary),
        "songs": form(real, vocabulary),
        "played": form(played, vocabulary),
    }


def _chain(styles: Sequence[SongStyle], vocabulary: tuple[str, ...], mode: int) -> SongChain:
    return SongChain([voice_of(style, vocabulary, MODES[mode]) for style in styles])


def memoryless(corpora: Iterable[Corpus], vocabulary: Sequence[str]) -> TransitionTable:
    """The table `pop`, counted without the songs that are held out."""
    tables = [
        build_table(corpus.seen, name=name, vocabulary=vocabulary, min_count=2)
        for name, corpus in zip(CORPORA, corpora, strict=True)
    ]
    return mix_tables([(table, 1) for table in tables], "pop")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with billboard.jsonl.gz and pop909.jsonl.gz")
    told = parser.parse_args()
    vocabulary = load_table("pop").vocabulary
    read = {name: read_corpus(told.folder / f"{name}.jsonl.gz") for name in CORPORA}
    began = time.perf_counter()
    styles = [
        fit_style(name, counted_sections(corpus.seen, vocabulary), vocabulary)
        for name, corpus in read.items()
    ]
    seconds = time.perf_counter() - began
    table = memoryless(read.values(), vocabulary)
    unseen = {name: counted_sections(c.unseen, vocabulary) for name, c in read.items()}
    seen = [counted_sections(corpus.seen, vocabulary) for corpus in read.values()]
    kinds: dict[str, list[Callable[[int], Network]]] = {
        "with memory": [partial(_chain, [style], vocabulary) for style in styles],
        "without": [lambda mode: Memoryless(table)] * len(CORPORA),
    }
    foretell: dict[str, Callable[[int], Network]] = {
        "with memory": partial(_chain, styles, vocabulary),
        "without": kinds["without"][0],
    }
    write_result(
        "songs",
        "python benchmarks/songs.py CHORDS_FOLDER",
        {
            "counted_seconds": round(seconds, 1),
            "rows": [
                {
                    "kind": kind,
                    "bits": {name: _bits(foretell[kind], own) for name, own in unseen.items()},
                    "likeness": [likeness(players, seen, vocabulary, length) for length in WINDOWS],
                }
                for kind, players in kinds.items()
            ],
        },
    )


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
