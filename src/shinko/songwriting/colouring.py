"""What the chords of a table sound by, and how usual it is that one sounds so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shinko.errors import ShinkoError
from shinko.planning.process import Ints
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.styles import Style
from shinko.tables.builtin import DEFAULT_TABLE
from shinko.tables.colour import Palette
from shinko.tables.colour_ways import Colouring
from shinko.tables.modes import NEAREST, in_other_mode
from shinko.tables.palettes import has_palettes, palettes_of
from shinko.theory import RomanChord
from shinko.theory.colour import Colour, colour_of

# Its rich chords are suspended ones alone.
_PLAIN = {"pop909"}


def colouring_of(
    table: str,
    vocabulary: tuple[str, ...],
    way: str = "counted",
    also: Sequence[Colour] = (),
    style: str = "",
) -> Colouring:
    """What the chords of a table, or a mixture, sound by.

    Args:
      table: by name or path, or a mixture; "" for the usual one.
      vocabulary: its chords.
      way: one of `theory.colour.WAYS`.
      also: colours that may be asked for.
      style: of the table, that all pieces are of, where it is known.
    """
    if has_palettes(style):
        return Colouring(_palettes(style, way), vocabulary, way, also)
    try:
        parts = Style.parse(table or DEFAULT_TABLE).parts
    except ShinkoError:  # a policy plays on where its table is gone
        parts = ((DEFAULT_TABLE, 1.0),)
    every = [(_palettes(name, way), share) for name, share in parts]
    return Colouring(
        [palette for own, _ in every for palette in own],
        vocabulary,
        way,
        also,
        [share / len(own) for own, share in every for _ in own],
    )


def _palettes(table: str, way: str) -> tuple[Palette, ...]:
    """The palettes of a table; where rich chords are asked for, one of them at least knows some."""
    own = palettes_of(table)
    names = {palette.name for palette in own}
    return palettes_of(DEFAULT_TABLE) if way == "rich" and names == _PLAIN else own


def as_nearest(vocabulary: tuple[str, ...], mode: str) -> Ints:
    """Of chords in a mode those that sound for them: what stands so in major or minor, (V,)."""
    own = np.arange(len(vocabulary))
    if mode not in NEAREST:
        return own
    moved = in_other_mode(vocabulary, mode, NEAREST[mode])
    return np.where(moved < 0, own, moved)


def usual(
    table: str, book: ChordBook, functions: Ints, sounds: Sequence[RomanChord]
) -> list[float]:
    """How often songs let each function sound so before the next one: P(colour | function, next).

    Args:
      table: whose songs.
      book: its chords.
      functions: (T,).
      sounds: T of them; 0 for one with another root than its function's.
    """
    colours = [colour_of(chord) for chord in sounds]
    colouring = colouring_of(table, book.tokens, also=colours)
    played = as_nearest(colouring.vocabulary, book.key.mode)[functions]
    rows = colouring.rows(played, np.append(played[1:], -1))
    mean = np.einsum("m,mtc->tc", colouring.voices, rows)
    return [
        float(row[colouring.number(colour)])
        if chord.root(book.key).pitch_class == book.chords[number].root(book.key).pitch_class
        else 0.0
        for row, colour, chord, number in zip(
            mean, colours, sounds, functions.tolist(), strict=True
        )
    ]
