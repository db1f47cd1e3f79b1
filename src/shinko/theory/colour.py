"""Colour: how a chord sounds on its root, whatever its function.

A *function* is a chord of a table, such as IV; its colour may be plain, add9, 6, or IV over 5.

Conventions: a bass counts in semitones above the root, 0 to 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from shinko.theory.degrees import bass_fifths, degree_at, root_fifths
from shinko.theory.notes import interval_fifths, interval_number, interval_semitones
from shinko.theory.qualities import QUALITIES
from shinko.theory.roman import RomanChord

WAYS = ("counted", "triads", "sevenths", "rich")
"""How the chords of a piece may sound: as songs have them, or all of a kind."""

# A bass that is no note of the chord, as an interval above the root, by semitones.
_BASSES = ("1", "♭9", "9", "♭3", "3", "11", "♯11", "5", "♭13", "13", "♭7", "7")
# How far along the line of fifths a bass may lie: from a flat degree to a sharp one.
_FLATTEST, _SHARPEST = -8, 12
# A bass that makes a chord another one: C/B♭ is C7 over its seventh.
_MADE_BY_BASS: Mapping[tuple[str, int], str] = {
    ("", 10): "7",
    ("", 11): "maj7",
    ("m", 10): "m7",
    ("m", 11): "mMaj7",
    ("°", 9): "°7",
    ("°", 10): "ø7",
    ("+", 10): "+7",
    ("add9", 10): "9",
    ("add9", 11): "maj9",
    ("madd9", 10): "m9",
    ("sus4", 10): "7sus4",
    ("6", 10): "13",
}
_EXTENDING = {2, 4, 6, 9, 11, 13}  # degrees that make a chord rich
_ALTERED_FIFTHS = {"♭5", "♯5"}


class Colour(NamedTuple):
    """How a chord sounds on its root.

    Attributes:
      quality: a key into QUALITIES.
      bass: semitones above the root.
    """

    quality: str
    bass: int = 0

    @property
    def bass_interval(self) -> str | None:
        """The note of the chord that is the bass; None for a bass that is none of them."""
        every = QUALITIES[self.quality]
        return next((i for i in every if interval_semitones(i) % 12 == self.bass), None)

    @property
    def whole(self) -> Colour:
        """The same, a seventh that is in the bass alone being one of the chord: C/B♭ as C7/B♭."""
        return Colour(_MADE_BY_BASS.get(self, self.quality), self.bass)


def colour_of(chord: RomanChord) -> Colour:
    """How a chord sounds."""
    bass = (bass_fifths(chord.parts) - root_fifths(chord.parts)) * 7 % 12
    return Colour(chord.quality, bass).whole


def coloured(chord: RomanChord, colour: Colour) -> RomanChord:
    """The chord on the same root that sounds so; the chord itself, where it does."""
    if colour_of(chord) == colour:
        return chord
    plain = replace(chord, quality=colour.quality, inversion=0, slash=None, slash_alteration=0)
    interval = colour.bass_interval
    if interval is not None:
        return replace(plain, inversion=QUALITIES[colour.quality].index(interval))
    fifths = root_fifths(plain.parts) + interval_fifths(_BASSES[colour.bass])
    fifths += 12 * (fifths < _FLATTEST) - 12 * (fifths > _SHARPEST)
    slash, alteration = degree_at(fifths)
    return replace(plain, slash=slash, slash_alteration=alteration)


@lru_cache(maxsize=256)
def third_of(quality: str) -> str:
    """The third of a chord, "3" or "♭3"; "" for one that has none."""
    return next((each for each in ("3", "♭3") if each in QUALITIES[quality]), "")


@lru_cache(maxsize=256)
def triad_of(quality: str) -> str:
    """The triad in a chord: + of +7, ° of ø7; of one without a third the major one."""
    intervals = set(QUALITIES[quality])
    if third_of(quality) == "♭3":
        return "°" if "♭5" in intervals else "m"
    return "+" if "♯5" in intervals else ""


@lru_cache(maxsize=256)
def is_seventh(quality: str) -> bool:
    """Whether it is a seventh chord, of four notes."""
    intervals = QUALITIES[quality]
    return len(intervals) == 4 and _has_seventh(intervals)


@lru_cache(maxsize=256)
def is_rich(quality: str) -> bool:
    """Whether it has more than a seventh: 9, 11, 13, 6, a suspended note, an altered fifth."""
    intervals = QUALITIES[quality]
    altered = _has_seventh(intervals) and _ALTERED_FIFTHS & {*intervals}
    diminished = quality in ("ø7", "°7", "°maj7")
    extended = _EXTENDING & {interval_number(interval) for interval in intervals}
    return bool(extended) or (bool(altered) and not diminished)


def _has_seventh(intervals: tuple[str, ...]) -> bool:
    return any(interval_number(interval) == 7 for interval in intervals)
