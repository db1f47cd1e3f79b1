"""Chord tokens: reading them, and finding the nearest one that a vocabulary has."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from shinko.errors import ShinkoError
from shinko.theory import QUALITIES, Key, RomanChord, parse_hooktheory, parse_token

# An id and a Roman numeral never collide: an id has its degree as a digit.
_ID = re.compile(r"[bDYPLMC]?\d")

# Tokens count from the major tonic whatever the key, so any major key serves to compare them.
_C_MAJOR = Key.parse("C")

# What is left of a chord's intervals above its root -> the plain chord.
_PLAIN = {
    intervals: quality
    for quality, intervals in QUALITIES.items()
    if quality in ("", "m", "°", "+", "7", "maj7", "m7", "mMaj7", "ø7", "°7", "+7")
}


def check_id(text: str) -> str:
    """A Hooktheory id as it is: two ids of one chord stay two. Raises `ShinkoError`."""
    parse_hooktheory(text)
    return text


def read_token(text: str) -> str:
    """The token of an id, which stays as it is, or of a Roman numeral; raises `ShinkoError`."""
    return check_id(text) if _ID.match(text) else parse_token(text).token


def triad_token(token: str) -> str:
    """The token of a chord's triad in root position: 5/5 of 565/5, 1 of 57/4."""
    chord = parse_token(token)
    quality = _PLAIN.get(chord.intervals[:3], chord.quality)
    triad = replace(chord, quality=quality, inversion=0, slash=None, slash_alteration=0)
    same = triad.tokens_in(_C_MAJOR)
    return next((text for text in same if text.isdigit()), same[0])


class TokenVocabulary:
    """Tokens that remember which of them stands for which other one.

    Attributes:
      tokens: those that it holds.
      simpler: what may stand for one that it lacks, the nearest first.
    """

    def __init__(self, tokens: Sequence[str], simpler: Callable[[str], Iterable[str]]) -> None:
        self.tokens, self.simpler = tuple(tokens), simpler
        self._indices: Mapping[str, int] = {token: index for index, token in enumerate(tokens)}
        self._nearest: dict[str, int | None] = {}

    def nearest(self, token: str) -> int | None:
        """Index of a token, else of the nearest simpler one; None where neither is here."""
        if token in self._indices:
            return self._indices[token]
        if token not in self._nearest:
            same = (self._indices.get(text) for text in self.simpler(token))
            self._nearest[token] = next((index for index in same if index is not None), None)
        return self._nearest[token]


def simpler_chords(token: str) -> Iterator[str]:
    """Tokens of the same sound by other names, then of ever simpler chords.

    These are, in order: without inversion; the seventh chord (of a ninth, say); the triad. A chord
    without a third, such as Vsus4, becomes the one that its degree has in the key.
    """
    try:
        chord = parse_token(token)
    except ShinkoError:
        return
    yield from chord.tokens_in(_C_MAJOR)
    root_position = replace(chord, inversion=0, slash=None, slash_alteration=0)
    yield from root_position.tokens_in(_C_MAJOR)
    for size in (4, 3):
        intervals = chord.intervals[:size]
        if intervals in _PLAIN:
            yield from replace(root_position, quality=_PLAIN[intervals]).tokens_in(_C_MAJOR)
    if not {"3", "♭3"} & set(chord.intervals):
        yield from _diatonic(chord)


def _diatonic(chord: RomanChord) -> Iterator[str]:
    """Tokens of the seventh chord or triad on a degree of major or, flat degrees, of minor."""
    if chord.applied is not None:
        return
    for mode in ("", "b"):
        if parse_token(f"{mode}{chord.degree}").alteration == chord.alteration:
            if "♭7" in chord.intervals:
                yield f"{mode}{chord.degree}7"
            yield f"{mode}{chord.degree}"
