"""Six-fours: triads over their fifth, which sound right in three places.

  pedal       the bass stays from the chord before: I IV64 I
  cadential   a chord on its bass follows, such as the dominant: IV I64 V
  passing     the bass moves by step to it and from it: I V64 I6

Source: Aldwell, Schachter, Cadwallader, Harmony and Voice Leading, on six-four chords; of those
told there the arpeggiated one is missing, as what surrounds it doesn't need it.
"""

from __future__ import annotations

from shinko.theory.colour import Colour, third_of
from shinko.theory.keys import Key
from shinko.theory.notes import interval_number
from shinko.theory.qualities import QUALITIES
from shinko.theory.roman import RomanChord

_OF_TRIADS = {1, 3, 5, 9, 11}
_STEPS = {1, 2, 10, 11}  # semitones up, an octave left out


def is_six_four(colour: Colour) -> bool:
    """Whether a chord is a triad over its perfect fifth, maybe with a ninth or eleventh."""
    numbers = {interval_number(each) for each in QUALITIES[colour.quality]}
    over_fifth = colour.bass_interval == "5"
    return over_fifth and bool(third_of(colour.quality)) and numbers <= _OF_TRIADS


def six_four_kind(
    before: RomanChord | None, chord: RomanChord, after: RomanChord | None, key: Key
) -> str | None:
    """What a six-four does between two chords: "cadential", "passing" or "pedal"; else None.

    Args:
      before: the chord before it; None at the beginning.
      chord: a six-four.
      after: the chord after it; None at the end.
      key: of all of them.
    """
    bass = chord.bass(key)
    if before is not None and before.bass(key) == bass:
        return "pedal"
    if after is not None and _stands_on(after, bass, key):
        return "cadential"
    if before is not None and after is not None:
        moves = {(bass - before.bass(key)) % 12, (after.bass(key) - bass) % 12}
        if moves <= _STEPS:
            return "passing"
    return None


def _stands_on(chord: RomanChord, bass: int, key: Key) -> bool:
    """Whether a chord stands in root position on a bass, with no minor third."""
    in_place = chord.root(key).pitch_class == chord.bass(key) == bass
    return in_place and third_of(chord.quality) != "♭3"
