"""Meters: where their beats fall, and which of them are made of which others.

In 6/8, 9/8 and 12/8 a beat is a dotted quarter. Other eighths go in twos with three at the end:
7/8 is 2 + 2 + 3.
"""

from fractions import Fraction
from functools import cache
from typing import NamedTuple

from shinko.score.score import TICKS_PER_QUARTER

_LONGEST_GROUPED_UNIT = 8  # meters of quarters and longer notes count those


class Slice(NamedTuple):
    """A part of another meter's bar: from where to where, in bars."""

    meter: str
    start: Fraction
    stop: Fraction


START, HALF, WHOLE = Fraction(0), Fraction(1, 2), Fraction(1)

# A meter whose bars hold one after the other what another's do, and how many of them a bar of the
# other takes.
STRETCHED = {
    "2/2": ("4/4", WHOLE),
    "2/4": ("4/4", 2 * WHOLE),
    "3/8": ("6/8", 2 * WHOLE),
    "6/4": ("3/4", HALF),
    "12/8": ("6/8", HALF),
}

# A meter whose bar is put together from parts of others' bars.
COMPOSED = {
    "5/4": (Slice("3/4", START, WHOLE), Slice("4/4", START, HALF)),
    "7/4": (Slice("4/4", START, WHOLE), Slice("3/4", START, WHOLE)),
    "7/8": (Slice("4/4", START, HALF), Slice("6/8", START, HALF)),
    "9/8": (Slice("6/8", START, WHOLE), Slice("6/8", HALF, WHOLE)),
}


def bar_share(meter: str, other: str) -> Fraction:
    """How long a bar of one meter is, in bars of another."""
    return Fraction(meter) / Fraction(other)


def is_compound(meter: tuple[int, int]) -> bool:
    """Whether a beat has three parts, as in 6/8, 9/8 and 12/8."""
    numerator, denominator = meter
    return denominator >= 8 and numerator > 3 and numerator % 3 == 0


def felt_beat(meter: tuple[int, int]) -> Fraction:
    """How long a felt beat is, in quarter notes: a dotted one in 6/8."""
    return Fraction(12 if is_compound(meter) else 4, meter[1])


@cache
def beats_of(meter: tuple[int, int]) -> frozenset[int]:
    """Where in a bar its beats fall, in ticks."""
    numerator, denominator = meter
    unit = 4 * TICKS_PER_QUARTER // denominator
    if denominator < _LONGEST_GROUPED_UNIT:
        places = range(numerator)
    elif numerator % 3 == 0:
        places = range(0, numerator, 3)
    else:
        places = range(0, max(1, numerator - 1), 2)
    return frozenset(place * unit for place in places)
