"""How near to songs functions sound: bits of held-out chords, what sections have, and speed.

Songs of class 1 (`held_out`) are foretold; the palettes that ship aren't counted from them. Each
palette is held against poorer ones that are counted from the same songs. Sections of the held-out
songs sound as songs have them, and as they are drawn for their functions.

Run: python benchmarks/colour.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from held_out import is_held_out
from record import ROOT, write_result
from shinko.rl.policy import shipped_policy
from shinko.tables.colour import Palette, most_alike
from shinko.tables.colour_draws import draw_colours
from shinko.tables.colour_fitting import SoundingSong, fit_palette
from shinko.tables.colour_songs import HeardSong, sounding
from shinko.tables.colour_ways import Colouring
from shinko.tables.memories import builtin_memory
from shinko.tables.palettes import palettes_of
from shinko.tables.six_fours import settled, six_fours, sound_right
from shinko.theory.colour import Colour
from songs import CORPORA, networks, read_corpus
from songs_players import played_windows, real_windows

sys.path.insert(0, str(ROOT / "scripts"))
from build_colour import functions_of
from colour_songs import NAMES, heard_songs
from style_songs import STYLES

WINDOW, WINDOWS = 16, 1000
# Chords of the sections that are told of, and how often each song is drawn.
LEAST, DRAWN = 4, 20
TIMED = (10_000, 16)
_CLIPPED = 1e-9


def told(
    palette: Palette, songs: Sequence[SoundingSong], *, again: bool = True
) -> list[tuple[float, int]]:
    """Bits of the colours of each song, given its functions, and its chords."""
    found, F = [], len(palette.vocabulary)
    for song in songs:
        functions, colours = np.array(song.functions), np.array(song.colours)
        earlier, alike = most_alike(functions[None])
        after = np.append(functions[1:], -1)
        own = functions >= 0
        if not own.any():
            continue
        rows = palette.rows(functions[own], np.where(after < 0, F, after)[own])
        drawn = rows[:, np.arange(own.sum()), colours[own]]
        chance = palette.again[alike[0]][own] * again
        same = (colours[earlier[0]] == colours)[own] & (earlier[0] >= 0)[own]
        logs = np.log(np.maximum(chance * same + (1 - chance) * drawn, _CLIPPED)).sum(axis=1)
        highest = logs.max()
        total = highest + np.log(palette.manners @ np.exp(logs - highest))
        found.append((float(-total / np.log(2)), int(own.sum())))
    return found


def bits(name: str, songs: Sequence[HeardSong]) -> dict[str, Any]:
    """Of the held-out songs of a style under its palette, and under poorer ones."""
    functions, colours = functions_of(name), dict[Colour, int]()
    every = [sounding(song, functions, colours) for song in songs]
    unseen = [is_held_out(song.id) for song in songs]
    seen_songs = [song for song, out in zip(every, unseen, strict=True) if not out]
    left = [song for song, out in zip(every, unseen, strict=True) if out]
    least = STYLES[name].min_songs if name in STYLES else 1
    fit = partial(
        fit_palette, name, seen_songs, functions.vocabulary, tuple(colours), min_songs=least
    )
    whole, alike = fit(), fit(manners=1)
    # All chords counted, and not what was new.
    once = fit(manners=1, rounds=0)
    anywhere = once.places.copy()
    anywhere[:, 1] = len(functions.vocabulary)
    own = [functions.own[f] for song in left for f in song.functions if f >= 0]
    sounds = [c for song in left for c in song.colours if c >= 0]
    plain = np.mean([colours.get(each) == sound for each, sound in zip(own, sounds, strict=True)])
    share = _own_share(once)
    rest = (1 - share) / (len(colours) - 1)
    found = {
        "plain": float(-(plain * np.log2(share) + (1 - plain) * np.log2(rest))),
        "function": _mean(told(replace(once, places=anywhere), left, again=False)),
        "next": _mean(told(once, left, again=False)),
        "memory": _mean(told(alike, left)),
        "whole": _mean(told(whole, left)),
    }
    return {
        "chords": len(sounds),
        "songs": len(left),
        "as_the_function": round(float(plain), 4),
        **{key: round(value, 4) for key, value in found.items()},
    }


def _own_share(palette: Palette) -> float:
    """How many of the chords that are counted sound as their function does."""
    own = np.array([palette.colours.index(colour) for colour in palette.own])
    return float(palette.times[palette.places[:, 2] == own[palette.places[:, 0]]].sum()) / float(
        palette.times.sum()
    )


def _mean(found: Sequence[tuple[float, int]]) -> float:
    return sum(bits for bits, _ in found) / sum(chords for _, chords in found)


def sections(name: str, songs: Sequence[HeardSong]) -> dict[str, Any]:
    """What sections of held-out songs have, as songs have it and as drawn for their functions.

    A function may sound in several ways within a section; how often it does is told, and how often
    one chord alone is coloured.
    """
    functions, colours = functions_of(name), dict[Colour, int]()
    left = [song for song in songs if is_held_out(song.id)]
    rng = np.random.default_rng(0)
    figures: dict[str, list[list[float]]] = {"songs": [], "drawn": []}
    colouring = Colouring(palettes_of(name), functions.vocabulary)
    for song in left:
        parts = _parts(song)
        own = [sounding(part, functions, colours) for part in parts]
        every = list(colours)
        flat = [f for part in own for f in part.functions if f >= 0]
        if not flat:
            continue
        drawn = draw_colours(colouring, np.tile(flat, (DRAWN, 1)), rng.spawn(DRAWN)).tolist()
        begin = 0
        for part in own:
            here = [f for f in part.functions if f >= 0]
            if len(here) < LEAST:
                begin += len(here)
                continue
            sounds = [every[c] for c in part.colours if c >= 0]
            figures["songs"].append(_figures(here, sounds, functions.own))
            for row in drawn:
                again = [colouring.colours[c] for c in row[begin : begin + len(here)]]
                figures["drawn"].append(_figures(here, again, functions.own))
            begin += len(here)
    keys = ("coloured", "any", "one_alone", "ways")
    return {
        side: dict(zip(keys, np.round(np.mean(rows, axis=0), 4).tolist(), strict=True))
        for side, rows in figures.items()
    }


def _parts(song: HeardSong) -> list[HeardSong]:
    """Its sections as songs of their own."""
    found, begin = [], 0
    for length in song.parts:
        end = begin + length
        found.append(
            HeardSong(
                song.id,
                song.tokens[begin:end],
                song.heard[begin:end],
                song.beats[begin:end],
                (length,),
            )
        )
        begin = end
    return found


def _figures(
    functions: Sequence[int], sounds: Sequence[Colour], own: Sequence[Colour]
) -> list[float]:
    coloured = [sound != own[f] for f, sound in zip(functions, sounds, strict=True)]
    ways = {(f, sound) for f, sound in zip(functions, sounds, strict=True)}
    return [
        float(np.mean(coloured)),
        float(any(coloured)),
        float(sum(coloured) == 1),
        len(ways) / len(set(functions)),
    ]


def windows(folder: Path, name: str) -> dict[str, Any]:
    """Functions of 16 chords of songs and of what the policy plays, with their colours drawn.

    Told of each: windows with one major seventh alone among triads, and of their six-fours those
    that pass, cadence or stand on a bass that stays.
    """
    memory, policy = builtin_memory(), shipped_policy()
    corpus, _ = read_corpus(folder / f"{name}.jsonl.gz", memory.vocabulary)
    rng = np.random.default_rng(0)
    real = real_windows(corpus.seen, WINDOW, WINDOWS, rng, 0)
    played = played_windows(lambda mode: networks(policy, name, mode, None), real, rng, 0)
    colouring, found = Colouring(palettes_of(name), memory.vocabulary), {}
    for side, told_windows in (("songs", real), ("played", played)):
        functions = np.array([window.chords for window in told_windows])
        after = settled(colouring.vocabulary, functions)
        drawn = draw_colours(colouring, after, rng.spawn(len(after)))
        found[side] = {
            "lone_maj7": _lone(np.array([own.quality for own in colouring.own])[functions]),
            "lone_maj7_drawn": _lone(np.array([c.quality for c in colouring.colours])[drawn]),
            "six_fours": round(float(six_fours(colouring.vocabulary, functions).mean()), 4),
            "right": _right(colouring, functions),
            "six_fours_after": round(float(six_fours(colouring.vocabulary, after).mean()), 4),
            "right_after": _right(colouring, after),
        }
    return found


def _right(colouring: Colouring, functions: np.ndarray) -> float:
    """Of the six-fours, those that sound right."""
    six = six_fours(colouring.vocabulary, functions)
    return round(float(sound_right(colouring.vocabulary, functions)[six].mean()), 4)


def _lone(qualities: np.ndarray) -> float:
    """Windows with a major seventh chord and no other chord that isn't a triad."""
    triads = np.isin(qualities, ("", "m", "°", "+"))
    one = ((qualities == "maj7").sum(axis=1) == 1) & (triads.sum(axis=1) == WINDOW - 1)
    return round(float(one.mean()), 4)


def seconds() -> dict[str, list[float]]:
    """Drawing the colours of many pieces, three times each."""
    palettes, (count, length) = palettes_of("pop"), TIMED
    rng = np.random.default_rng(0)
    found = {}
    for way in ("counted", "sevenths"):
        colouring = Colouring(palettes, palettes[0].vocabulary, way)
        functions = rng.integers(12, size=(count, length))
        functions = settled(colouring.vocabulary, functions)
        rngs = [np.random.default_rng((0, number)) for number in range(count)]
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            draw_colours(colouring, functions, rngs)
            times.append(round(time.perf_counter() - begun, 2))
        found[way] = sorted(times)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with the corpora, NAME.jsonl.gz")
    folder = parser.parse_args().folder
    found: dict[str, Any] = {"bits": {}, "sections": {}, "windows": {}}
    for name in NAMES:
        songs = [*heard_songs(folder, name)]
        found["bits"][name] = bits(name, songs)
        found["sections"][name] = sections(name, songs)
        print(name, found["bits"][name], found["sections"][name], flush=True)
    for name in CORPORA:
        found["windows"][name] = windows(folder, name)
        print(name, found["windows"][name], flush=True)
    found["pieces"], found["seconds"] = TIMED, seconds()
    print(found["seconds"], flush=True)
    write_result("colour", "python benchmarks/colour.py CHORDS_FOLDER", found)


if __name__ == "__main__":
    main()
