"""Words that are sung: texts in time, whether they stand over chords, notes, or neither.

    Lyric(0.0, "Twin"), Lyric(1.0, "kle "), Lyric(2.0, "star\\n")

Conventions: put one after the other, the texts are the words as one reads them. A space ends a
word, so that a text without one at its end is a syllable that the next one goes on; a line break
ends a line. Times count as a melody's do, in quarter notes from the start of the progression as
written; what is sung before the first bar line has a time below 0, within the pick-up. A text may
be a syllable under a note, or all that is sung while a chord lasts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shinko.errors import ShinkoError

MOST_LYRICS = 4096
LONGEST_LYRIC = 10_000  # characters


class LyricError(ShinkoError):
    """Words have no time that they could be sung at."""


@dataclass(frozen=True)
class Lyric:
    """What is sung from a time on.

    Attributes:
      start_beats: when it begins, in quarter notes from the start of the progression as written.
      text: never empty.
    """

    start_beats: float
    text: str


def check_lyrics(lyrics: Sequence[Lyric], *, begin: float, end: float) -> None:
    """Hold lyrics to their times: from `begin`, in order, before `end`.

    Raises:
      LyricError: one is empty, too long, or at another time.
    """
    if len(lyrics) > MOST_LYRICS:
        raise LyricError(f"{len(lyrics)} lyrics; give {MOST_LYRICS} at most")
    for place, lyric in enumerate(lyrics, start=1):
        if not 0 < len(lyric.text) <= LONGEST_LYRIC:
            raise LyricError(
                f"lyric {place} has {len(lyric.text)} characters; give 1 to {LONGEST_LYRIC}"
            )
        if not (begin <= lyric.start_beats < end and math.isfinite(lyric.start_beats)):
            raise LyricError(
                f"lyric {place} begins at beat {lyric.start_beats:g}; it begins within the "
                f"{end:g} beats of the chords"
            )
    for place, (lyric, after) in enumerate(pairwise(lyrics), start=1):
        if lyric.start_beats > after.start_beats:
            raise LyricError(f"lyric {place} begins after lyric {place + 1}; give them in order")


def line_count(lyrics: Sequence[Lyric]) -> int:
    """How many lines of words there are; blank ones don't count."""
    return sum(bool(line.strip()) for line in "".join(one.text for one in lyrics).splitlines())
