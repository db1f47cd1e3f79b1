"""How often the key found from chords is the one that their song tells: whole songs, and parts.

Every song counts the same, however many windows it has. The songs of one class in ten are held
out: nothing in the finder was counted from them or tuned on them. Where songs tell their keys,
the finder is measured without each of its constants, too.

Run: python benchmarks/key_finding.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from held_out import is_held_out
from record import write_result
from shinko.theory import ChordName, Key, find_key, parse_chord_name, parse_roman

Finder = Callable[[Sequence[ChordName]], Key]


def without(constant: str) -> Finder:
    """The finder with a constant of its own at zero."""

    def finder(names: Sequence[ChordName]) -> Key:
        with patch.object(find_key, constant, 0.0):
            return find_key.find_key(names)

    return finder


CONSTANTS = ("FIRST", "LAST", "CADENCE", "MINOR")
FINDERS = {"all": find_key.find_key, **{f"no {name}": without(name) for name in CONSTANTS}}
# The first four tell their songs' keys; those of the last two were inferred from the chords.
CORPORA = ("billboard", "pop909", "nottingham", "openhymnal", "openewld", "improvisor")
TOLD = CORPORA[:4]
LEAST_MARGIN = 0.1  # below it an inferred key is too unsure
SIZES = (16, 8, 4)  # chords in a window
STEP = 7  # chords from window to window: a loop of two, three or four begins anywhere in them


class Window(NamedTuple):
    """Chords in a row in one key, and where they stand: "song", "section", "begins 16" …"""

    place: str
    key: Key
    names: tuple[ChordName, ...]


def songs_of(folder: Path, corpus: str) -> list[dict[str, Any]]:
    """The songs of a corpus whose key is known."""
    with gzip.open(folder / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as file:
        songs = list(map(json.loads, file))
    return [song for song in songs if song.get("key_margin", 1.0) >= LEAST_MARGIN]


def passages(song: dict[str, Any]) -> list[tuple[Key, list[tuple[ChordName, ...]]]]:
    """The sections of a song; those that follow each other in one key, together."""
    found: list[tuple[Key, list[tuple[ChordName, ...]]]] = []
    for section in song["sections"]:
        key = Key.parse(" ".join(section.get(part) or song[part] for part in ("key", "mode")))
        numerals = (parse_roman(chord["roman"]) for chord in section["chords"])
        names = tuple(parse_chord_name(numeral.name(key)) for numeral in numerals)
        if not found or found[-1][0] != key:
            found.append((key, []))
        found[-1][1].append(names)
    return found


def windows_of(song: dict[str, Any]) -> Iterator[Window]:
    """The song, if it stays in one key; its sections; windows where they begin, and anywhere."""
    kept = passages(song)
    for key, sections in kept:
        names = tuple(name for section in sections for name in section)
        if len(kept) == 1 and names:
            yield Window("song", key, names)
        yield from (Window("section", key, chords) for chords in sections if chords)
        begins = [sum(map(len, sections[:number])) for number in range(len(sections))]
        for size in SIZES:
            last = len(names) - size
            for place, starts in (("begins", begins), ("anywhere", range(0, last + 1, STEP))):
                for start in starts:
                    if start <= last:
                        yield Window(f"{place} {size}", key, names[start : start + size])


def shares_right(song: dict[str, Any], *, ablated: bool) -> dict[str, dict[str, float]]:
    """Share of the different windows at a place and of a mode whose key each finder finds."""
    finders = FINDERS if ablated else {"all": FINDERS["all"]}
    right: dict[str, list[dict[str, bool]]] = defaultdict(list)
    # What comes again in a song, such as its chorus, counts once.
    for window in dict.fromkeys(windows_of(song)):
        wanted = (window.key.tonic_pitch_class, window.key.mode)
        found = {name: finder(window.names) for name, finder in finders.items()}
        right[f"{window.place} {window.key.mode}"].append(
            {name: (key.tonic_pitch_class, key.mode) == wanted for name, key in found.items()}
        )
    return {
        place: {name: statistics.mean(one[name] for one in each) for name in finders}
        for place, each in right.items()
    }


def rows_of(corpus: str, shares: list[dict[str, dict[str, float]]]) -> list[dict[str, Any]]:
    """Mean share that each finder has right over songs, by place and mode."""
    by_place: dict[str, list[dict[str, float]]] = defaultdict(list)
    for song in shares:
        for place, each in song.items():
            by_place[place].append(each)
    return [
        {
            "corpus": corpus,
            "place": place.rpartition(" ")[0],
            "mode": place.rpartition(" ")[2],
            "songs": len(each),
            "right": {name: round(statistics.mean(e[name] for e in each), 4) for name in each[0]},
        }
        for place, each in sorted(by_place.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the chord corpora as JSON Lines")
    folder = parser.parse_args().folder
    rows: dict[str, list[dict[str, Any]]] = {"all": [], "held_out": []}
    for corpus in CORPORA:
        songs = songs_of(folder, corpus)
        with ProcessPoolExecutor() as pool:
            measure = partial(shares_right, ablated=corpus in TOLD)
            shares = list(pool.map(measure, songs, chunksize=8))
        held_out = [is_held_out(song["id"]) for song in songs]
        rows["all"] += rows_of(corpus, shares)
        rows["held_out"] += rows_of(corpus, list(compress(shares, held_out)))
        print(corpus, rows["all"][-1], flush=True)
    write_result(
        "key_finding",
        "python benchmarks/key_finding.py CHORDS_FOLDER",
        {"told": TOLD, "sizes": SIZES, "step": STEP, "margin": LEAST_MARGIN, **rows},
    )


if __name__ == "__main__":
    main()
