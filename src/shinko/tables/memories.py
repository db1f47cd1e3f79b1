"""What goes with a table: the memory of the songs that it was counted from, or a borrowed one.

The tables of pop songs have their styles in one file of the package; any other that was counted
from songs has its file beside it. A table without one, such as published statistics, borrows how
songs copy themselves from those of pop songs, and draws what is new by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from shinko.paths import expanded
from shinko.tables.automaton import Automaton, compile_table
from shinko.tables.builtin import BUILTIN, STYLES, builtin_path, load_table, playable_table
from shinko.tables.codec import expect_chords
from shinko.tables.files import is_there
from shinko.tables.memory import Recall, SongMemory, SongStyle
from shinko.tables.memory_files import read_memory
from shinko.tables.modes import NEAREST, in_scale
from shinko.tables.rhythm import Rhythm
from shinko.tables.table import Floats, TableError
from shinko.tables.voices import Voice, has_mode, voice_of

# Of the styles of the package, those that each table is made of; other names are styles.
_PARTS = {"pop": ("billboard", "pop909")}
# Tables of more chords draw what is new by the last chord alone: more wouldn't fit in memory.
MOST_PAIRS = 150


def builtin_memory_path() -> Path:
    """The memory of the songs that the tables of pop songs are counted from."""
    return builtin_path("pop").with_name("memory.json.gz")


@lru_cache(maxsize=1)
def builtin_memory() -> SongMemory:
    """The same, read once."""
    return read_memory(builtin_memory_path())


@lru_cache(maxsize=len(STYLES))
def _style_memory(name: str) -> SongMemory:
    return read_memory(memory_path(builtin_path(name)))


def memory_path(table: Path) -> Path:
    """Where the memory of a table in a file lies: beside it."""
    return table.with_name(table.name.removesuffix(".gz").removesuffix(".csv") + ".memory.json.gz")


@dataclass(frozen=True)
class Voices:
    """What a table plays by in a mode; each piece is of one of them, all alike likely.

    Attributes:
      vocabulary: the chords.
      voices: by the name of the style.
      counted: where the mode's statistics are from, for people.
      rhythms: how long chords last, by the name of the style.
    """

    vocabulary: tuple[str, ...]
    voices: Mapping[str, Voice]
    counted: str
    rhythms: Mapping[str, Rhythm]


def voices_of(name: str, mode: str, close: str = "piece") -> Voices:
    """What a table, by name or path, plays by in a mode.

    In a mode other than major and minor, styles whose songs don't tell how it goes are left out
    where there are others.

    Raises:
      ShinkoError: table or memory can't be read, don't go together, or aren't of chords.
    """
    if name in STYLES:
        memory = _style_memory(name)
        styles = list(memory.styles)
    elif name in BUILTIN:
        memory = builtin_memory()
        styles = [memory.style(part) for part in _PARTS.get(name, (name,))]
    else:
        beside, whole = memory_path(expanded(name)), load_table(name)
        expect_chords(f"table {whole.name!r}", whole.codec)
        if not is_there(beside):
            table = playable_table(name)  # what is borrowed goes on from every chord
            voice = borrowed_voice(compile_table(table), mode)
            told = f"as it is, {mode} or not, coming back as the built-in songs do"
            return Voices(table.vocabulary, {name: voice}, told, {name: usual_rhythm()})
        memory = read_memory(beside)
        styles = list(memory.styles)
        if memory.vocabulary != whole.vocabulary:
            raise TableError(
                f"{beside}: not of {name}, whose chords are other ones; build both again, or take "
                "it away"
            )
    styles = [style for style in styles if has_mode(style, mode)] or styles
    vocabulary = memory.vocabulary
    voices = {style.name: voice_of(style, vocabulary, mode, close) for style in styles}
    rhythms = {style.name: style.rhythm or usual_rhythm() for style in styles}
    return Voices(vocabulary, voices, _counted(styles, mode), rhythms)


def _counted(styles: Sequence[SongStyle], mode: str) -> str:
    if not has_mode(styles[0], mode):
        return f"{NEAREST[mode]} songs, held to the chords of {mode}"
    songs = sum(style.songs.get(mode, 0) for style in styles)
    return f"{songs:,} song{'s' * (songs > 1)} in {mode}" if songs else f"songs in {mode}"


def over(voices: Voices, vocabulary: tuple[str, ...]) -> Voices:
    """The same over other chords: those that these voices don't know they hardly ever play.

    Args:
      voices: over some of the chords, and maybe over others.
      vocabulary: the chords.
    """
    if voices.vocabulary == vocabulary:
        return voices
    V, own = len(vocabulary), len(voices.vocabulary)
    numbers = {chord: number for number, chord in enumerate(vocabulary)}
    kept = np.array([n for n, chord in enumerate(voices.vocabulary) if chord in numbers], int)
    places = np.array([numbers[voices.vocabulary[number]] for number in kept], int)
    rows = np.full(V + 1, own)  # what it doesn't know is as the beginning
    rows[places], rows[V] = kept, own
    found = {}
    for name, voice in voices.voices.items():
        innovations = np.zeros((V + 1, V + 1, V))
        innovations[:, :, places] = voice.innovations[rows][:, rows][:, :, kept]
        if len(kept) < own:
            sums = innovations.sum(axis=-1, keepdims=True)
            innovations = np.where(sums > 0, innovations / np.maximum(sums, 1e-300), 1.0 / V)
        closing = voice.closing
        if closing is not None:
            others = np.ones((len(closing), V))
            others[:, places] = closing[:, kept]
            closing = others
        found[name] = replace(voice, innovations=innovations, closing=closing)
    return replace(voices, vocabulary=vocabulary, voices=found)


def borrowed_voice(automaton: Automaton, mode: str) -> Voice:
    """What a table draws is new; how it comes back is as in the songs of the package."""
    innovations = _two_back(automaton)
    if mode in NEAREST:
        innovations = innovations * in_scale(automaton.vocabulary) + 1e-12
        innovations /= innovations.sum(axis=-1, keepdims=True)
    return Voice(innovations, usual_recall())


def _two_back(automaton: Automaton) -> Floats:
    """P(chord | the two before it) by a table's own chain, none after itself, (V + 1, V + 1, V)."""
    V = len(automaton.vocabulary)
    start = np.full(1, automaton.start)
    after = np.concatenate([automaton.next_state[automaton.start], start])  # each chord, then none
    if V > MOST_PAIRS:
        states = np.broadcast_to(after, (1, V + 1))
    else:
        states = np.concatenate([automaton.next_state[after].T, after[None]]).T
        states[V] = after  # nothing, and then a chord
    rows = np.array(automaton.chain[states])
    itself = np.arange(V)
    rows[:, itself, itself] = 0.0
    totals = rows.sum(axis=-1, keepdims=True)
    even = np.full_like(rows, 1.0 / V)
    rows = np.divide(rows, totals, out=even, where=totals > 0)
    return np.broadcast_to(rows, (V + 1, V + 1, V))


def usual_rhythm() -> Rhythm:
    """How long chords last in the songs of the package that tell how their sections end."""
    rhythm = builtin_memory().style(_PARTS["pop"][0]).rhythm
    assert rhythm is not None
    return rhythm


def usual_recall() -> Recall:
    """How the songs of the package copy themselves, their styles counting alike."""
    recalls = [builtin_memory().style(part).recall for part in _PARTS["pop"]]
    return replace(
        recalls[0],
        stay=np.mean([one.stay for one in recalls], axis=0),
        slip=np.mean([one.slip for one in recalls], axis=0),
        entry=np.mean([one.entry for one in recalls], axis=0),
        trust=float(np.mean([one.trust for one in recalls])),
    )
