"""Rhythm as people write it: rows of steps.

A row is a text with one sign for each step:

    X  struck hard     x  struck     o  struck softly
    -  what was struck goes on       .  silence

Spaces are for the eye; `|` stands between bars, so that a row may be several bars long. All bars
of a row have the same number of steps: `"x--- x---"` is a bar of eight, which in 4/4 are eighths.
"""

from dataclasses import dataclass
from fractions import Fraction

from shinko.errors import ShinkoError

STRENGTHS = {"X": 14, "x": 0, "o": -18}
"""What each sign adds to the velocity of its part."""
MOST_SIGNS = 1024
MOST_BARS = 32
MOST_STEPS = 192
"""Of a bar: 48 in each quarter of 4/4, triplets of 64ths."""
SHOWN = 60  # signs of a wrong value that a message shows


class PatternError(ShinkoError):
    """An accompaniment pattern can't be read; the message says where and why."""


@dataclass(frozen=True)
class Hit:
    """One stroke of a row.

    Attributes:
      start: when, in bars from the row's start.
      length: how long it is held, in bars.
      strength: what it adds to the velocity.
    """

    start: Fraction
    length: Fraction
    strength: int


@dataclass(frozen=True)
class StepRow:
    """The strokes of one voice, over and over.

    Attributes:
      voice: what is struck: "all", "1", "root", "kick" ….
      bars: how many bars it lasts, before it begins anew; half a bar, if it was made for a meter
        of half the length.
      steps: how many steps each bar has.
    """

    voice: str
    bars: Fraction
    steps: int
    hits: tuple[Hit, ...]


def read_row(voice: str, text: str) -> StepRow:
    """Read a row of steps.

    Raises:
      PatternError: a sign is unknown, bars differ in their number of steps, or there are too many.
    """
    if len(text) > MOST_SIGNS:
        raise PatternError(f"{voice}: row of {len(text)} signs; give {MOST_SIGNS} at most")
    bars = ["".join(bar.split()) for bar in text.strip().strip("|").split("|")]
    for place, sign in enumerate(text, start=1):
        if sign not in STRENGTHS and sign not in "-.| \t\n":
            raise PatternError(
                f"{voice}: sign {place}, {sign!r}, is not known; write X, x or o for a stroke, "
                "- where it goes on, . for silence"
            )
    lengths = [len(bar) for bar in bars]
    if len(set(lengths)) > 1 or not lengths[0]:
        raise PatternError(
            f"{voice}: row {shortened(text)} has bars of {shortened(lengths).strip('[]')} steps; "
            "give each bar as many as the others"
        )
    if len(bars) > MOST_BARS:
        raise PatternError(f"{voice}: row of {len(bars)} bars; give {MOST_BARS} at most")
    if lengths[0] > MOST_STEPS:
        raise PatternError(f"{voice}: {lengths[0]} steps a bar; give {MOST_STEPS} at most")
    return StepRow(voice, Fraction(len(bars)), lengths[0], tuple(_hits("".join(bars), lengths[0])))


def shortened(value: object) -> str:
    """How a value looks, cut so that it fits into a line."""
    # A number of thousands of digits has no repr in Python, and takes its time elsewhere.
    if isinstance(value, int) and abs(value) >= 10**SHOWN:
        return f"a number of more than {SHOWN} digits"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _hits(signs: str, steps: int) -> list[Hit]:
    hits = []
    for place, sign in enumerate(signs):
        if sign in STRENGTHS:
            held = len(signs[place + 1 :]) - len(signs[place + 1 :].lstrip("-"))
            hits.append(Hit(Fraction(place, steps), Fraction(1 + held, steps), STRENGTHS[sign]))
    return hits
