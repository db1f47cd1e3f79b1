"""How the functions of many pieces sound: drawn, also where some colours have to come.

Conventions: as in `colour_tree`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.process import Ints
from shinko.planning.rows import draw_at
from shinko.tables.colour_tree import NOTHING, ColourTree, Known, SilentError
from shinko.tables.colour_ways import Colouring

# Chords that are drawn at once, and where messages go between them.
_AT_ONCE, _WITH_BELIEFS = 65536, 4096
# In which colours may come for the first time.
_MOST_WAYS = 4096


def draw_colours(
    colouring: Colouring,
    functions: Ints,
    rngs: Sequence[np.random.Generator],
    known: Known = NOTHING,
) -> Ints:
    """The colours of the chords of pieces, (B, T).

    Args:
      colouring: what they are drawn by.
      functions: of the pieces, (B, T).
      rngs: the source of chance of each piece, so that it doesn't matter how many are drawn.
      known: of how they sound.

    Raises:
      ShinkoError: nothing is as what is known.
    """
    B, T = functions.shape
    chance = np.array([rng.random(T + 1) for rng in rngs])
    plain = colouring.way == "counted" and known.sounds is None and known.without is None
    size = max(1, (_AT_ONCE if plain else _WITH_BELIEFS) // T)
    parts = [
        ColourTree(colouring, functions[begin : begin + size], known.of(begin, begin + size)).draw(
            chance[begin : begin + size]
        )
        for begin in range(0, B, size)
    ]
    return np.concatenate(parts)


def draw_with(
    colouring: Colouring,
    functions: Ints,
    rngs: Sequence[np.random.Generator],
    known: Known,
    to_come: Sequence[Sequence[tuple[Sequence[int], int]]],
) -> Ints:
    """The same, where of each piece some colours have to come.

    Which chord is the first one of a colour is drawn by how likely that is; then the others are
    drawn given that.

    Args:
      colouring: what they are drawn by.
      functions: of the pieces, (B, T).
      rngs: the source of chance of each piece.
      known: of how they sound.
      to_come: of each piece colours, each with the chords of which one or more have it.

    Raises:
      ShinkoError: nothing is as is asked, or there are too many ways for it to be.
    """
    if not any(to_come):
        return draw_colours(colouring, functions, rngs, known)
    found = [
        _with(colouring, functions[place], rng, known.of(place, place + 1), own)
        for place, (rng, own) in enumerate(zip(rngs, to_come, strict=True))
    ]
    return np.array(found)


def _with(
    colouring: Colouring,
    functions: Ints,
    rng: np.random.Generator,
    known: Known,
    to_come: Sequence[tuple[Sequence[int], int]],
) -> Ints:
    """Of one piece, (T,)."""
    ways = 1
    for places, _ in to_come:
        ways *= len(places)
    if ways > _MOST_WAYS:
        raise ShinkoError("too many chords have to sound in some way; ask for fewer")
    shape = (len(functions), len(colouring.colours))
    before = np.full(shape[0], -1) if known.sounds is None else known.sounds[0]
    barred = np.zeros(shape, bool) if known.without is None else known.without[0]
    found = list[tuple[Ints, NDArray[np.bool_]]]()
    for firsts in product(*(range(len(places)) for places, _ in to_come)):
        sounds, without = before.copy(), barred.copy()
        for first, (places, colour) in zip(firsts, to_come, strict=True):
            *earlier, at = places[: first + 1]
            if sounds[at] not in (-1, colour) or (sounds[earlier] == colour).any():
                break  # something else is there, or it came before
            sounds[at] = colour
            without[earlier, colour] = True
        else:
            found.append((sounds, without))
    if not found:
        raise SilentError
    every_sound, barred_in = zip(*found, strict=True)
    every = Known(np.array(every_sound), np.array(barred_in), known.same)
    tree = ColourTree(colouring, np.tile(functions, (len(found), 1)), every)
    logs = tree.log_probability()
    if np.isneginf(logs).all():
        raise SilentError
    number = int(draw_at(np.exp(logs - logs.max())[None], rng.random(1))[0])
    (drawn,) = draw_colours(colouring, functions[None], [rng], every.of(number, number + 1))
    return np.asarray(drawn)
