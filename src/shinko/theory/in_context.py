"""Roman numerals of chords that follow each other: what the next chord is decides what one is.

A dominant seventh on the tonic is V7/IV where it leads to the subdominant as its dominant. In a
blues it is the tonic itself, I7: there the subdominant has a minor seventh as well, or no other
chord stands on the tonic.
"""

from __future__ import annotations

from collections.abc import Sequence

from shinko.theory.keys import Key
from shinko.theory.roman import RomanChord

_SUBDOMINANT = 5  # semitones above the tonic


def numerals_in(chords: Sequence[RomanChord], key: Key) -> tuple[str, ...]:
    """The Roman numerals of chords that follow each other in a key."""
    shown = [chord.roman(key) for chord in chords]
    places = [place for place, chord in enumerate(chords) if _is_tonic_seventh(chord, key)]
    if places:
        resting = any(_rests_on_tonic(chord, key) for chord in chords)
        for place in places:
            if not (resting and _leads_to_subdominant(chords, place, key)):
                inversion = chords[place].inversion
                shown[place] = str(RomanChord(1, quality="7", inversion=inversion))
    return tuple(shown)


def _is_tonic_seventh(chord: RomanChord, key: Key) -> bool:
    own = chord.in_tonic_frame(key)
    applied = (own.degree, own.alteration, own.applied, own.applied_alteration)
    return own.quality == "7" and applied == (5, 0, 4, 0)


def _rests_on_tonic(chord: RomanChord, key: Key) -> bool:
    """Whether it stands on the tonic without a dominant's seventh."""
    return _above(chord, key) == 0 and not _is_dominant(chord)


def _leads_to_subdominant(chords: Sequence[RomanChord], place: int, key: Key) -> bool:
    own = _sound(chords[place], key)
    after = next((one for one in chords[place + 1 :] if _sound(one, key) != own), None)
    return after is not None and _above(after, key) == _SUBDOMINANT and not _is_dominant(after)


def _above(chord: RomanChord, key: Key) -> int:
    """Semitones from the tonic up to the root."""
    return (chord.root(key).pitch_class - key.tonic_pitch_class) % 12


def _is_dominant(chord: RomanChord) -> bool:
    return {"3", "♭7"} <= set(chord.intervals)


def _sound(chord: RomanChord, key: Key) -> tuple[int, ...]:
    """Its notes, whatever the inversion."""
    return chord.pitch_classes(key)
