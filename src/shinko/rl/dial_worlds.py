"""The worlds that a policy with a dial plays: chains of styles in modes, at pulls, with their ends.

A style is a part of a table: of a built-in one, such as `pop`, the songs that it is counted from;
of another one, what `tables.memories` has of it. Styles of the same chords are a *family*: one
chain plays all their worlds, over their chords alone. Chains of one style and mode share what they
draw anew, so many pulls cost little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from shinko.errors import FieldError
from shinko.planning.particles import State
from shinko.planning.process import Ints
from shinko.tables.builtin import BUILTIN
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of
from shinko.tables.memory import CLOSES, MODES
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

# A world that nothing tells its end.
OPEN = len(CLOSES)


@dataclass(frozen=True, eq=False)
class Family:
    """Styles of the same chords, and their worlds, each by its number.

    Attributes:
      chords: their numbers among all, (V,).
      styles: their numbers among all, rising.
      pulls: how many there are worlds of.
      chain: of all worlds, over these chords.
    """

    chords: Ints
    styles: tuple[int, ...]
    pulls: int
    chain: SongChain

    def number(
        self, styles: ArrayLike, modes: ArrayLike, pulls: ArrayLike, closes: ArrayLike
    ) -> Ints:
        """Of worlds, by the numbers of style, mode, pull and close; `OPEN` for no end."""
        M, P, C = len(MODES), self.pulls, len(CLOSES) + 1
        s, m, p, c = (np.asarray(each) for each in (styles, modes, pulls, closes))
        return np.asarray(((np.searchsorted(self.styles, s) * M + m) * P + p) * C + c)

    def begin(self, worlds: Ints, heats: Floats, length: int) -> State:
        """Before the first of so many chords of the chain, in worlds and at heats, (B,) each."""
        return self.chain.initial_state(len(worlds), np.asarray(worlds)[:, None], length, heats)


@dataclass(frozen=True, eq=False)
class DialWorlds:
    """All that is played.

    Attributes:
      vocabulary: the chords of all styles.
      tables: each table's name, and then the styles that it is made of.
      styles: by name.
      pulls: those that there are worlds of, rising.
      families: each style is of one.
      voices: of each style in each mode, over its own chords, that plays pieces at heat 1 and
        pull 0.
      fingerprint: the same for the same worlds.
    """

    vocabulary: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...]
    pulls: tuple[float, ...]
    families: tuple[Family, ...]
    voices: tuple[tuple[Voice, ...], ...]
    fingerprint: str

    def chords_of(self, style: int) -> Ints:
        """The numbers of a style's chords, in its own order, (V,)."""
        return next(family.chords for family in self.families if style in family.styles)


def dial_worlds(tables: Sequence[str], pulls: Sequence[float]) -> DialWorlds:
    """The worlds of tables, by name or path.

    Raises:
      ShinkoError: one can't be read, or they are of several styles.
    """
    parts = tuple((table, *_parts(table)) for table in tables)
    styles = tuple(dict.fromkeys(style for _, *made in parts for style in made))
    own = [voices_of(style, MODES[0]).vocabulary for style in styles]
    vocabulary = tuple(dict.fromkeys(chord for chords in own for chord in chords))
    numbers = {chord: number for number, chord in enumerate(vocabulary)}
    worlds: dict[tuple[str, ...], list[Voice]] = {chords: [] for chords in own}
    pieces = list[Voice]()
    digest = hashlib.sha256(repr((vocabulary, MODES, tuple(pulls))).encode())
    for (style, chords), mode in product(zip(styles, own, strict=True), MODES):
        ends = [voices_of(style, mode, close) for close in CLOSES]
        piece, section = (next(iter(end.voices.values())) for end in ends)
        _add(digest, piece, section)
        pieces.append(piece)
        for pull in pulls:
            voice = piece.pulled(pull)
            closings = (piece.closing, section.closing, None)
            worlds[chords] += [replace(voice, closing=closing) for closing in closings]
    M = len(MODES)
    return DialWorlds(
        vocabulary,
        parts,
        styles,
        tuple(pulls),
        tuple(
            Family(
                np.array([numbers[chord] for chord in chords]),
                tuple(number for number, known in enumerate(own) if known == chords),
                len(pulls),
                SongChain(voices),
            )
            for chords, voices in worlds.items()
        ),
        tuple(tuple(pieces[begin : begin + M]) for begin in range(0, len(pieces), M)),
        digest.hexdigest(),
    )


def _parts(table: str) -> tuple[str, ...]:
    """The styles that a table is made of."""
    voices = tuple(voices_of(table, MODES[0]).voices)
    if table in BUILTIN:
        return voices
    if len(voices) > 1:
        raise FieldError("tables", table, "a table whose songs are of one style")
    return (table,)


def _add(digest: hashlib._Hash, piece: Voice, section: Voice) -> None:
    recall = piece.recall
    numbers = [piece.innovations, recall.stay, recall.slip, recall.entry, np.array(recall.trust)]
    numbers += [voice.closing for voice in (piece, section) if voice.closing is not None]
    for each in numbers:
        # To as many digits as other machines have them alike, too.
        digest.update(np.round(each, 6).astype(np.float32).tobytes())
