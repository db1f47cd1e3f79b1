"""What every voicing style shares: a chord as pitch classes, and which of its tones must sound.

Conventions: pitches are MIDI numbers (60 = C4), pitch classes 0..11 with C = 0, intervals are
written as in `shinko.theory`, above the root ("♭3", "13").
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from shinko.errors import ShinkoError
from shinko.theory import QUALITIES, Key, RomanChord, interval_number, interval_semitones

# How many tones such chords have; one of more is played without its root, if need be.
TRIAD, SEVENTH_CHORD = 3, 4
# Tones that a hand has room for, beside the bass.
MOST_ESSENTIAL = 4

FIFTH = 7

# The lowest pitch on which an interval of 0..11 semitones still sounds clear.
# Source: Sweetwater, "Low Interval Limit" (its C3 is middle C, ours is C4).
LOW_INTERVAL_LIMITS = (0, 52, 51, 48, 47, 45, 35, 37, 41, 41, 41, 41)


class VoicingError(ShinkoError):
    """There is no voicing style of this name, or the style can't play a chord."""


class ChordTones(NamedTuple):
    """A chord as voicing sees it: two or more pitch classes from the root up, and the bass's.

    The bass may be foreign to the chord (C/D): then it sounds below, and the chord stays whole.
    """

    pitch_classes: tuple[int, ...]
    bass: int


class Chord(NamedTuple):
    """A chord whose tones have a meaning: pitch classes of root and bass, a key into QUALITIES."""

    root: int
    quality: str
    bass: int

    def pitch_class(self, interval: str) -> int:
        """The pitch class of an interval above the root."""
        return (self.root + interval_semitones(interval)) % 12

    @property
    def tones(self) -> ChordTones:
        """The chord's pitch classes."""
        return ChordTones(tuple(map(self.pitch_class, QUALITIES[self.quality])), self.bass)

    @property
    def inverted(self) -> bool:
        """Whether another note than the root is the bass."""
        return self.bass != self.root


@dataclass(frozen=True)
class Voicing:
    """One chord, note by note.

    Attributes:
      upper: the MIDI pitches above the bass, strictly ascending.
      bass: the bass's MIDI pitch, below all of them.
      frets: on a guitar, where the six strings are stopped, low E first: 0 is an open string,
        None one that isn't played. `upper` has what they sound, a pitch on two strings once.
    """

    upper: tuple[int, ...]
    bass: int
    frets: tuple[int | None, ...] | None = None


def read_chord(chord: RomanChord, key: Key) -> Chord:
    """The chord of a numeral in a key."""
    return Chord(chord.root(key).pitch_class, chord.quality, chord.bass(key))


@cache
def by_importance(quality: str) -> tuple[str, ...]:
    """The intervals of a quality, those first that the chord would not be itself without.

    Third (or the second or fourth in its place); seventh or sixth; what is altered, the highest
    first; the highest of ninth, eleventh and thirteenth, which names the chord; the root; the
    extensions below, the higher first; the perfect fifth.
    """
    intervals = QUALITIES[quality]
    return tuple(sorted(intervals, key=lambda interval: _rank(interval, intervals)))


@cache
def essential(quality: str) -> frozenset[str]:
    """The intervals that sound in every voicing that has room for them.

    All but the perfect fifth, and in chords of five notes and more but the root and the
    extensions below the one that names the chord; the four most important ones of those that
    have more. A chord without a third is nothing without its fifth.
    """
    return frozenset(_needed(quality)[:MOST_ESSENTIAL])


@cache
def beyond_a_hand(quality: str) -> tuple[str, ...]:
    """The intervals that a chord should have and no hand has room for: 13 of 13♭9♯11."""
    return _needed(quality)[MOST_ESSENTIAL:]


@cache
def _needed(quality: str) -> tuple[str, ...]:
    intervals = QUALITIES[quality]
    if len(intervals) < TRIAD or not any(interval_number(i) in (2, 3, 4) for i in intervals):
        return intervals
    least = _NAMING if len(intervals) > SEVENTH_CHORD else _ROOT
    return tuple(i for i in by_importance(quality) if _rank(i, intervals)[0] <= least)


@cache
def quality_of(semitones: frozenset[int]) -> str | None:
    """The quality that has these pitch classes above its root; None if there is none."""
    return next(
        (
            quality
            for quality, intervals in QUALITIES.items()
            if semitones == {interval_semitones(i) % 12 for i in intervals}
        ),
        None,
    )


_THIRD, _SEVENTH, _ALTERED, _NAMING, _ROOT, _EXTENSION, _FIFTH = range(7)


def _rank(interval: str, intervals: tuple[str, ...]) -> tuple[int, int]:
    number = interval_number(interval)
    if number in (2, 3, 4):
        return _THIRD, 0
    if number in (6, 7):
        return _SEVENTH, 0
    if number == 1:
        return _ROOT, 0
    if interval[0] in "♭♯":
        return _ALTERED, -number
    if number == 5:
        return _FIFTH, 0
    names_the_chord = all(interval_number(other) <= number for other in intervals)
    return (_NAMING, 0) if names_the_chord else (_EXTENSION, -number)


def is_clear(pitches: tuple[int, ...]) -> bool:
    """Whether no interval between these pitches, lowest first, lies below its limit."""
    return all(
        high - low >= len(LOW_INTERVAL_LIMITS) or low >= LOW_INTERVAL_LIMITS[high - low]
        for place, low in enumerate(pitches)
        for high in pitches[place + 1 :]
    )
