"""Cells of a chart: chords, what goes on, dashes and dots, and how long they are told to last."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from shinko.intake.draft import GOES_ON, SAME_BAR, SILENCE, Cell, ChartError, shortened
from shinko.intake.hints import chord_in
from shinko.theory.hooktheory import is_id

NUMBER = re.compile(r"\d{1,40}(?:\.\d{1,40}|/0{0,40}[1-9]\d{0,40})?")
# A dash between two chords without spaces; C-7 and Cm7-5 are one chord each.
_DASH = re.compile(r"-(?=[b#♭♯]{0,2}(?:[A-G]|[IViv]))")


def cells_of(words: Sequence[str], *, barred: bool) -> Iterator[Cell]:
    """The cells of the words between two bar lines, or of a line without any.

    Raises:
      ChartError: a bracket or a number of beats is wrong.
    """
    words = [part for word in words for part in _undashed(word)]
    pairs = list(pairwise(words))
    held = ("-", "-") in pairs or (barred and words == ["-"])
    dashes = GOES_ON if held else ""
    between = words and GOES_ON not in (words[0], words[-1]) and (GOES_ON, GOES_ON) not in pairs
    dotted = any(set(word) == {"."} for word in words)
    slashes = "" if between and not barred and not dotted else GOES_ON
    for word in words:
        if word in ("-", GOES_ON):
            if text := dashes if word == "-" else slashes:
                yield Cell(text)
        elif word in (SAME_BAR, "./."):
            yield Cell(SAME_BAR)
        elif set(word) <= {"/", "."}:
            yield from [Cell(GOES_ON)] * len(word)
        else:
            yield from _chord_cells(word)


def _undashed(word: str) -> list[str]:
    if "-" not in word or chord_in(word) is not None:  # C7-5
        return [word]
    parts = word.split("-")
    if all(map(is_id, parts)):
        return parts
    return [part for part in _DASH.split(word) if part] if len(word) > 1 else [word]


def _chord_cells(word: str) -> Iterator[Cell]:
    if word.startswith("[") or (word.endswith("]") and "[" not in word):
        raise ChartError(
            f"{shortened(word)!r} has a bracket without its other half; write '[verse]'"
        )
    text, star, number = word.rpartition("*")
    beats = None
    if star:
        if NUMBER.fullmatch(number) is None:
            raise ChartError(
                f"{shortened(word)!r} has no number of beats after '*'; write 'C*1.5' or 'C*1/3'"
            )
        beats = Fraction(number)
        if not beats:
            raise ChartError(f"{shortened(word)!r} lasts 0 beats; give more")
    else:
        text = word
    chord = chord_word(text.rstrip("/") or GOES_ON)
    yield Cell(chord, beats)
    if chord != GOES_ON:
        yield from [Cell(GOES_ON)] * (len(text) - len(text.rstrip("/")))


def chord_word(text: str) -> str:
    """A chord as typed, "N.C." for the ways to write silence."""
    return SILENCE if text.casefold().replace(".", "") in ("nc", "n/c") else text
