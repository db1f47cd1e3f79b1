"""How one piece sounds, chord by chord: colours as they are told, to read first.

`colour_tree` does the same for many pieces at once, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from shinko.tables.colour import ALIKE
from shinko.tables.colour_ways import Colouring


def probability(colouring: Colouring, functions: Sequence[int], colours: Sequence[int]) -> float:
    """P(colours | functions) of a piece without six-fours: the mean over the voices."""
    return sum(
        float(share) * _by_voice(colouring, voice, functions, colours)
        for voice, share in enumerate(colouring.voices)
    )


def every(colouring: Colouring, functions: Sequence[int]) -> dict[tuple[int, ...], float]:
    """P of all that a piece may sound as."""
    colours = range(len(colouring.colours))
    return {
        each: probability(colouring, functions, each)
        for each in product(colours, repeat=len(functions))
    }


def _by_voice(
    colouring: Colouring, voice: int, functions: Sequence[int], colours: Sequence[int]
) -> float:
    found = 1.0
    for place, (function, colour) in enumerate(zip(functions, colours, strict=True)):
        after = functions[place + 1] if place + 1 < len(functions) else -1
        new = colouring.rows(np.array([function]), np.array([after]))[voice, 0, colour]
        likeness = [alike(functions, earlier, place) for earlier in range(place)]
        again = 0.0
        if any(likeness):
            most = max(likeness)
            last = max(earlier for earlier in range(place) if likeness[earlier] == most)
            again = float(colouring.again[voice, most])
            found *= again * (colours[last] == colour) + (1 - again) * float(new)
        else:
            found *= float(new)
    return found


def alike(functions: Sequence[int], one: int, other: int) -> int:
    """How much is the same at two places: the function, then also the next one, also the one
    before, also the one after the next.
    """
    same = 0
    for shift in (0, 1, -1, 2):
        if _at(functions, one + shift) != _at(functions, other + shift):
            break
        same += 1
    return min(same, ALIKE)


def _at(functions: Sequence[int], place: int) -> int:
    return functions[place] if 0 <= place < len(functions) else -1
