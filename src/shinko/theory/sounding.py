"""Which chord sounds: from how long each pitch class is heard, and which one is the bass.

Each quality is a template; its cost says how badly it explains what is heard, in beats of one
wrong pitch class. The cheapest one wins. What counts: the beats of pitch classes that the chord
doesn't have, tones of the chord that aren't heard (a missing fifth hardly matters), how rare the
quality is, and a bass that isn't the root.

Names can be ambiguous, sounds aren't: C6 and Am7/C have the same notes, and the bass decides for
the one whose root it is.

Source: Pardo & Birmingham (2002), "Algorithms for chordal analysis": templates scored by notes in
the chord, notes outside it and tones that are missing. The figures below are set by hand; the
benchmark of chord finding holds them.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from shinko.theory.names import ChordName
from shinko.theory.notes import Note, interval_number, interval_semitones
from shinko.theory.qualities import QUALITIES, WRITTEN

# In beats: how much wrong sound outweighs that a quality is rarer than a triad.
RARITY = {
    **dict.fromkeys(("", "m"), 0.0),
    **dict.fromkeys(("7", "m7", "maj7"), 0.35),
    **dict.fromkeys(("°", "sus4", "ø7", "°7"), 0.45),
    **dict.fromkeys(("5", "sus2", "7sus4", "6", "add9", "+"), 0.55),
    **dict.fromkeys(("9", "m9", "maj9", "m6", "madd9", "6/9"), 0.65),
}
RARE = 0.9
# A chord of many tones fits any notes: each beat of sound costs this times log(tones / 3), as in
# the likelihood of notes that are drawn from the chord's.
BREADTH = 0.4
MISSING_THIRD, MISSING_FIFTH, MISSING_INNER, MISSING_TELLING = 0.9, 0.25, 0.3, 1.1
"""What a tone costs that isn't heard; telling ones name the chord: its last one, seventh, ♭5."""
MOST_MISSING = 1.3
BASS = {1: 0.0, 3: 0.5, 5: 0.5, 7: 0.6}
"""What a bass costs by its interval above the root."""
BASS_OTHER_TONE, BASS_OUTSIDE = 0.9, 1.4
UNDER_FIFTH = 3.0  # a bass outside a power chord makes another chord of it
# A tone is there once it sounds for this part of the time, or this many beats.
ENOUGH_SHARE, ENOUGH_BEATS = 0.12, 0.5
HEARD = 0.4  # of enough: below it a tone is but a passing one

OCTAVE = 12
MOST_TONES = 7
_ALL = (1 << OCTAVE) - 1


class SoundingChord(NamedTuple):
    """A chord by its pitch classes: root and bass 0..11, a key into QUALITIES."""

    root: int
    quality: str
    bass: int

    @property
    def name(self) -> ChordName:
        """Its chord symbol; the root is spelled from D♭ to F♯ on the line of fifths."""
        root, bass = _usual_note(self.root), None
        if self.bass != self.root:
            tones = (root.above(interval) for interval in QUALITIES[self.quality])
            of_chord = (tone for tone in tones if tone.pitch_class == self.bass)
            bass = next(of_chord, _usual_note(self.bass))
        return ChordName(root, self.quality, bass)


class _Template(NamedTuple):
    quality: str
    rarity: float
    breadth: tuple[float, ...]  # cost of each beat of sound, by the bass as below
    tones: tuple[int, ...]  # semitones above the root
    missing: tuple[tuple[int, float], ...]  # the same, each with its cost if missing
    bass: tuple[float, ...]  # cost of a bass at each of the 12 semitones above the root


def cheapest_chord(
    weights: Sequence[float], bass: int, *, beats: float
) -> tuple[float, SoundingChord] | None:
    """The chord that explains best what is heard, and its cost; None if nothing is heard.

    Args:
      weights: for how many beats each of the 12 pitch classes sounds, 0..beats.
      bass: pitch class of the lowest voice.
      beats: how long the whole stretch is, above 0.
    """
    enough = min(ENOUGH_SHARE * beats, ENOUGH_BEATS)
    missing = [max(0.0, 1 - weight / enough) for weight in weights]
    # No chord has more tones than seven: of more, the faintest ones are strangers to it.
    loudest = sorted(range(OCTAVE), key=lambda pitch: -weights[pitch])[:MOST_TONES]
    heard = sum(1 << pitch for pitch in loudest if missing[pitch] < 1 - HEARD)
    if not heard:
        # Something faint is still more than silence.
        heard = sum(1 << pitch for pitch in loudest if weights[pitch])
    total = sum(weights)
    weights, missing = [*weights, *weights], [*missing, *missing]
    best, least = None, math.inf
    for root in range(OCTAVE):
        if not heard >> root & 1:
            continue
        above = (bass - root) % OCTAVE
        of_root = weights[root : root + OCTAVE]
        lacking = missing[root : root + OCTAVE]
        outside = of_root[above]
        for fit in _fitting((heard >> root | heard << OCTAVE - root) & _ALL):
            cost = total * (1 + fit.breadth[above]) + fit.rarity + fit.bass[above]
            if fit.bass[above] == BASS_OUTSIDE:
                cost -= outside  # paid for already
            for tone in fit.tones:
                cost -= of_root[tone]
            # What is missing only adds to it.
            if cost >= least:
                continue
            for tone, if_missing in fit.missing:
                cost += lacking[tone] * if_missing
            if cost < least:
                best, least = (root, fit.quality), cost
    return None if best is None else (least, SoundingChord(*best, bass))


def _usual_note(pitch_class: int) -> Note:
    return Note.from_fifths((pitch_class * 7 + 5) % OCTAVE - 5)


@lru_cache(maxsize=1 << OCTAVE)
def _fitting(heard: int) -> tuple[_Template, ...]:
    """The templates that lack little of what is heard, a bit for each semitone above the root."""
    return tuple(
        template
        for template in _templates()
        if sum(cost for tone, cost in template.missing if not heard >> tone & 1) <= MOST_MISSING
    )


@lru_cache(maxsize=1)
def _templates() -> tuple[_Template, ...]:
    return tuple(
        _Template(
            quality,
            RARITY.get(quality, RARE),
            _breadths(intervals),
            tuple(interval_semitones(i) % OCTAVE for i in intervals),
            tuple((interval_semitones(i) % OCTAVE, _if_missing(i, intervals)) for i in intervals),
            _bass_costs(intervals),
        )
        for quality, intervals in QUALITIES.items()
        if quality not in WRITTEN
    )


def _breadths(intervals: tuple[str, ...]) -> tuple[float, ...]:
    classes = {interval_semitones(i) % OCTAVE for i in intervals}
    return tuple(BREADTH * max(0.0, math.log(len(classes | {bass}) / 3)) for bass in range(OCTAVE))


def _if_missing(interval: str, intervals: tuple[str, ...]) -> float:
    number = interval_number(interval)
    # Without a third, the fifth is what is left of the triad.
    if interval == "5" and {"3", "♭3"} & set(intervals):
        return MISSING_FIFTH
    if number in (2, 3, 4):
        return MISSING_THIRD
    telling = interval == intervals[-1] or number in (1, 5, 7)
    return MISSING_TELLING if telling else MISSING_INNER


def _bass_costs(intervals: tuple[str, ...]) -> tuple[float, ...]:
    outside = BASS_OUTSIDE if len(intervals) > 2 else UNDER_FIFTH
    numbers = {interval_semitones(i) % OCTAVE: interval_number(i) for i in intervals}
    return tuple(
        BASS.get(numbers[above], BASS_OTHER_TONE) if above in numbers else outside
        for above in range(OCTAVE)
    )
