"""The worlds that a policy with a dial plays: chains of styles in modes, at pulls, with their ends.

A style is a part of a table: of a built-in one, such as `pop`, the songs that it is counted from;
of another one, what `tables.memories` has of it. Chains of one style and mode share what they draw
anew, so many pulls cost little.
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
from shinko.tables.builtin import BUILTIN, playable_table
from shinko.tables.chain import SongChain
from shinko.tables.codec import expect_chords
from shinko.tables.memories import voices_of
from shinko.tables.memory import CLOSES, MODES
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

# A world that nothing tells its end.
OPEN = len(CLOSES)


@dataclass(frozen=True, eq=False)
class DialWorlds:
    """Chains over the same chords, each a world by its number.

    Attributes:
      vocabulary: the chords.
      tables: each table's name, and then the styles that it is made of.
      styles: by name.
      pulls: those that there are worlds of, rising.
      chain: of all worlds.
      voices: of each style in each mode, that plays pieces at heat 1 and pull 0.
      fingerprint: the same for the same worlds.
    """

    vocabulary: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...]
    pulls: tuple[float, ...]
    chain: SongChain
    voices: tuple[tuple[Voice, ...], ...]
    fingerprint: str

    def number(
        self, styles: ArrayLike, modes: ArrayLike, pulls: ArrayLike, closes: ArrayLike
    ) -> Ints:
        """Of worlds, by the numbers of style, mode, pull and close; `OPEN` for no end."""
        M, P, C = len(MODES), len(self.pulls), len(CLOSES) + 1
        s, m, p, c = (np.asarray(each) for each in (styles, modes, pulls, closes))
        return np.asarray(((s * M + m) * P + p) * C + c)

    def begin(self, worlds: Ints, heats: Floats, length: int) -> State:
        """Before the first of so many chords of the chain, in worlds and at heats, (B,) each."""
        return self.chain.initial_state(len(worlds), np.asarray(worlds)[:, None], length, heats)


def dial_worlds(tables: Sequence[str], pulls: Sequence[float]) -> DialWorlds:
    """The worlds of tables, by name or path.

    Raises:
      ShinkoError: one can't be read; or they are of several styles, or of other chords.
    """
    parts = tuple((table, *_parts(table)) for table in tables)
    styles = tuple(dict.fromkeys(style for _, *made in parts for style in made))
    vocabulary = voices_of(styles[0], MODES[0]).vocabulary
    worlds, pieces = list[Voice](), list[Voice]()
    digest = hashlib.sha256(repr((vocabulary, MODES, tuple(pulls))).encode())
    for style, mode in product(styles, MODES):
        ends = [voices_of(style, mode, close) for close in CLOSES]
        if ends[0].vocabulary != vocabulary:
            raise FieldError(
                "tables",
                ", ".join(tables),
                "tables of the same chords",
                f"{style!r} has other ones than {styles[0]!r}: learn each by itself",
            )
        piece, section = (next(iter(end.voices.values())) for end in ends)
        _add(digest, piece, section)
        pieces.append(piece)
        for pull in pulls:
            voice = piece.pulled(pull)
            closings = (piece.closing, section.closing, None)
            worlds += [replace(voice, closing=closing) for closing in closings]
    M = len(MODES)
    return DialWorlds(
        vocabulary,
        parts,
        styles,
        tuple(pulls),
        SongChain(worlds),
        tuple(tuple(pieces[begin : begin + M]) for begin in range(0, len(pieces), M)),
        digest.hexdigest(),
    )


def _parts(table: str) -> tuple[str, ...]:
    """The styles that a table is made of."""
    if table not in BUILTIN:
        expect_chords(f"table {table!r}", playable_table(table).codec)
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
