"""Chords for a slot as they sound: what may stand there, and how likely it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shinko.planning.process import Ints
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.colouring import as_nearest, colouring_of
from shinko.songwriting.explain import heat
from shinko.songwriting.given import Slots
from shinko.songwriting.teller import Teller
from shinko.tables.colour_tree import ColourTree, Known
from shinko.tables.colour_ways import Colouring
from shinko.tables.modes import NEAREST
from shinko.theory import RomanChord
from shinko.theory.colour import colour_of, coloured
from shinko.theory.in_context import numerals_in

# Functions that are less likely aren't told of.
_LEAST = 1e-4


@dataclass(frozen=True)
class Suggestion:
    """A chord for a slot.

    Attributes:
      chord: as it sounds.
      numeral: its name in the key.
      probability: of it there.
    """

    chord: RomanChord
    numeral: str
    probability: float


def suggested(
    teller: Teller,
    book: ChordBook,
    slots: Slots,
    slot: int,
    sounds: Sequence[RomanChord | None] = (),
    colour: str = "counted",
) -> list[Suggestion]:
    """Chords for a slot as they sound, the likeliest first; what is there doesn't count.

    That is P(function) times P(colour), given how the others sound. Of other slots that are free
    the likeliest function counts.

    Args:
      teller: whose statistics.
      book: its chords.
      slots: what is there, on both sides, by number.
      slot: which one, from 0.
      sounds: how the chords that are there sound; by default as they are.
      colour: the way, one of `theory.colour.WAYS`.
    """
    free = [None if place == slot else chords for place, chords in enumerate(slots)]
    chances = heat(teller, book, free)
    likeliest = [
        int(row.argmax()) if own is None else min(own)
        for row, own in zip(chances, free, strict=True)
    ]
    here = np.flatnonzero(chances[slot] >= _LEAST)
    functions = np.tile(likeliest, (len(here), 1))
    functions[:, slot] = here
    there = {
        place: chord
        for place, chord in enumerate(sounds)
        if chord is not None and free[place] is not None
    }
    every = [book.chords[number] for number in here]
    also = [colour_of(chord) for chord in (*there.values(), *every)]
    colouring = colouring_of(teller.table, book.tokens, colour, also)
    known = _known(colouring, book, functions, there)
    moved = as_nearest(colouring.vocabulary, book.key.mode)
    own = ColourTree(colouring, moved[functions], known).chances()
    found = dict[tuple[int, ...], tuple[float, float, RomanChord]]()
    for row, number in zip(own[:, slot], here.tolist(), strict=True):
        for place in np.flatnonzero(row > 0).tolist():
            chance = float(row[place] * chances[slot, number])
            chord = coloured(book.chords[number], colouring.colours[place])
            sound = (
                chord.bass(book.key),
                *sorted(chord.pitch_classes(book.key)),
                chord.root(book.key).pitch_class,
            )
            most, total, one = found.get(sound, (0.0, 0.0, chord))
            found[sound] = (max(most, chance), total + chance, chord if chance > most else one)
    ranked = sorted(found.values(), key=lambda each: -each[1])
    return [Suggestion(chord, _numeral(book, chord), total) for _, total, chord in ranked]


def _known(
    colouring: Colouring, book: ChordBook, functions: Ints, there: Mapping[int, RomanChord]
) -> Known:
    """How the chords that are there sound, where they have the root of their function."""
    found = np.full(functions.shape, -1)
    for place, chord in there.items():
        if book.root(int(functions[0, place])) == chord.root(book.key).pitch_class:
            found[:, place] = colouring.number(colour_of(chord))
    if book.key.mode not in NEAREST:
        return Known(found)
    return Known(found, colouring.out_of_scale[functions])


def _numeral(book: ChordBook, chord: RomanChord) -> str:
    (numeral,) = numerals_in([chord], book.key)
    return numeral
