"""How well the tables of styles foretell songs of their own, beside the table of pop songs.

Songs have ten classes by their ids. Each of class 1 is foretold by a table counted without that
class, as the memory that ships is; and each of every class by one counted without that one, as
class 1 has few songs of some styles. The two tables are compared over the same chords, those of
`pop`: others are simplified first, for counting and for foretelling. Songs of class 1 are foretold
by the memory that ships, too, and by the policy that learned from it.

Run: python benchmarks/styles.py CHORDS_FOLDER
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from held_out import class_of, is_held_out
from record import write_result
from shinko.planning.particles import Network
from shinko.rl.policy import Policy, shipped_policy
from shinko.tables.automaton import compile_table
from shinko.tables.building import PROGRESSION, build_table
from shinko.tables.builtin import STYLES, load_table
from shinko.tables.chain import SongChain
from shinko.tables.counting import cut_into_progressions
from shinko.tables.fitting import fit_songs
from shinko.tables.memories import voices_of
from shinko.tables.memory import MODES
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.table import Floats, TransitionTable
from songs_players import bits

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from build_tables import MIN_COUNT
from style_songs import STYLES as SOURCES
from style_songs import style_songs, style_vocabulary

RESAMPLES = 2000


def counted(name: str, songs: Sequence[Song], vocabulary: tuple[str, ...]) -> TransitionTable:
    """A style's table as the package's is counted, of some of its songs."""
    return build_table(
        songs,
        name=name,
        vocabulary=vocabulary,
        smoothing="witten-bell",  # as all that ship
        min_count=MIN_COUNT,
        min_songs=SOURCES[name].min_songs,
    )


def told(table: TransitionTable, songs: Iterable[Song]) -> Floats:
    """Chords of each song and their log P in all, (songs, 2), in pieces that begin from nothing."""
    automaton, rows = compile_table(table), []
    fitted, _ = fit_songs(songs, table.vocabulary)
    for runs in fitted:
        total, number = 0.0, 0
        for run in cut_into_progressions(runs, PROGRESSION):
            state = automaton.start
            for chord in run:
                total += float(np.log(automaton.probabilities[state, chord]))
                state = automaton.next_state[state, chord]
            number += len(run)
        rows.append((number, total))
    return np.array(rows)


def perplexity(songs: Floats) -> float:
    """Of songs together, (songs, 2) as `told` gives them."""
    number, total = songs.sum(axis=0)
    return float(np.exp(-total / number))


def figures(own: Floats, pop: Floats) -> dict[str, Any]:
    """Perplexity by a style's table and by pop's, and how many times as high that is.

    In brackets the middle 95 % of what songs drawn anew from these give.
    """
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(own), size=(RESAMPLES, len(own)))
    each = [(perplexity(own[one]), perplexity(pop[one])) for one in drawn]
    sides = {"own": own, "pop": pop}
    found: dict[str, Any] = {"songs": len(own), "chords": int(own[:, 0].sum())}
    for place, (name, side) in enumerate(sides.items()):
        found[name] = [round(perplexity(side), 2), *_middle([pair[place] for pair in each])]
    times = [pair[1] / pair[0] for pair in each]
    found["times"] = [round(perplexity(pop) / perplexity(own), 2), *_middle(times)]
    return found


def _middle(values: Sequence[float]) -> list[float]:
    return [round(float(value), 2) for value in np.percentile(values, [2.5, 97.5])]


def foretold(policy: Policy, name: str, unseen: Sequence[Song]) -> dict[str, float]:
    """Perplexity of all chords but the first of a section, given all before, by who tells it."""
    found = {mode: voices_of(name, mode) for mode in MODES[:2]}
    sections = counted_sections(unseen, found["major"].vocabulary)
    tellers: dict[str, Callable[[int], Network]] = {
        "remembered": lambda mode: SongChain([found[MODES[mode]].voices[name]]),
        "played": lambda mode: policy.at(name, MODES[mode]),
    }
    every = {teller: bits(network, sections)[0] for teller, network in tellers.items()}
    return {teller: round(float(2 ** told.mean()), 3) for teller, told in every.items()}


def row(folder: Path, name: str, pop: TransitionTable, policy: Policy) -> dict[str, Any]:
    songs = style_songs(folder, name)
    seen = [song for song in songs if not is_held_out(song.id)]
    unseen = [song for song in songs if is_held_out(song.id)]
    chords = style_vocabulary(name, tuple(seen), pop.vocabulary)
    one = told(counted(name, seen, pop.vocabulary), unseen), told(pop, unseen)
    every = [np.empty((0, 2)), np.empty((0, 2))]
    for number in range(1, 10):
        others = [song for song in songs if class_of(song.id) != number]
        own = [song for song in songs if class_of(song.id) == number]
        table = counted(name, others, pop.vocabulary)
        both_told = told(table, own), told(pop, own)
        every = [np.concatenate(both) for both in zip(every, both_told, strict=True)]
    return {
        "name": name,
        "vocabulary": len(chords),
        "own_chords": round(perplexity(told(counted(name, seen, chords), unseen)), 2),
        **foretold(policy, name, unseen),
        "class_1": figures(*one),
        "every_class": figures(*every),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with the corpora, NAME.jsonl.gz")
    folder, pop, policy = parser.parse_args().folder, load_table("pop"), shipped_policy()
    rows = []
    for name in STYLES:
        rows.append(row(folder, name, pop, policy))
        print(rows[-1], flush=True)
    write_result("styles", "python benchmarks/styles.py CHORDS_FOLDER", {"rows": rows})


if __name__ == "__main__":
    main()
