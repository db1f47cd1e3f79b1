"""Which tones jazz players add to a chord that its symbol doesn't name.

A tension is *available* if the chord's quality lists it in `TENSIONS` and the key has it: of the
ninths of a dominant, V7 in major takes the natural one, V7 in minor the flat one. A chord with
tones outside the key (a borrowed or an applied one) takes the first that is listed of those of
one number, unless the key has another: A7 in C major takes B and F, the 9 and the ♭13.
"""

from collections.abc import Collection
from functools import cache

from shinko.score.voicing.tones import Chord
from shinko.theory import QUALITIES, interval_number

# Quality -> tensions that may be added, the usual one first of those of one number. A dominant
# that names an alteration gets no natural tension of the same number beside it, a half-diminished
# chord no ninth, a diminished chord none: its own tones are all it is played with.
# Source: Nettles, "Harmony 3" (Berklee College of Music): available tensions lie a whole step
# above a chord tone and are diatonic; on dominants ♭9 and ♭13 too. Listed is what left-hand
# voicings use of them. A major triad is played as a sixth chord with a ninth, a minor one with a
# ninth only: its sixth would make a tritone with its third.
# Tests check: no tension is a chord tone, and none but a dominant's lies a semitone above one.
TENSIONS: dict[str, tuple[str, ...]] = {
    "": ("6", "9"),
    "m": ("9",),
    "6": ("9",),
    "m6": ("9",),
    "maj7": ("9",),
    "m7": ("9",),
    "mMaj7": ("9",),
    "7": ("9", "♭9", "13", "♭13"),
    "9": ("13", "♭13"),
    "+7": ("9",),
    "+maj7": ("9",),
    "7♭5": ("9",),
    "7sus4": ("9", "♭9", "13"),
    "9sus4": ("13",),
    "7♭9": ("♭13", "13"),
    "7♯9": ("♭13",),
    "7♯11": ("9",),
    "7♭13": ("9", "♭9"),
    "maj7♯11": ("9",),
    "maj7♭5": ("9",),
}


@cache
def available(chord: Chord, scale: frozenset[int]) -> tuple[str, ...]:
    """The tensions that a chord may have in a key, one of each number.

    Args:
      chord: any chord.
      scale: the pitch classes of the key.
    """
    listed = TENSIONS.get(chord.quality, ())
    in_key = [tension for tension in listed if chord.pitch_class(tension) in scale]
    foreign = not _within(chord, scale)
    chosen: dict[int, str] = {}
    for tension in (*in_key, *(listed if foreign else ())):
        chosen.setdefault(interval_number(tension), tension)
    return tuple(chosen.values())


def _within(chord: Chord, scale: Collection[int]) -> bool:
    return all(chord.pitch_class(interval) in scale for interval in QUALITIES[chord.quality])
