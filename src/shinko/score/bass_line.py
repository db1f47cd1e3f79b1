"""What the bass plays: one note at a time, the root where a chord begins, below the chord."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shinko.score.pattern_file import BASS_VOICES
from shinko.score.strokes import Stroke
from shinko.score.voicing import Voicing
from shinko.score.voicing.lead import least_path
from shinko.score.voicing.tones import is_clear
from shinko.theory import interval_number, interval_semitones

OCTAVE = 12
BASS_RANGE = range(28, 56)
"""E1, the lowest string of a bass, to G3."""

REGISTER = range(28, 46)
"""E1 to A2: where chords' basses lie, whatever the voicing needs below a pianist's hands."""
CENTRE, DRIFT, MOTION = 36, 0.25, 0.5


@dataclass(frozen=True)
class Sounding:
    """A chord as players see it: its voicing, and its intervals above the root.

    Attributes:
      root: pitch class 0..11.
      intervals: as in a chord chart: ("1", "3", "5", "♭7").
      bass: the pitch that the bass player has for it, of the class of the voicing's bass.
    """

    voicing: Voicing
    root: int
    intervals: tuple[str, ...]
    bass: int

    def tone(self, *numbers: int) -> int | None:
        """The pitch class of the third, or else the fourth …; None if the chord has none."""
        for number in numbers:
            for interval in self.intervals:
                if interval_number(interval) == number:
                    return (self.root + interval_semitones(interval)) % OCTAVE
        return None


def registered(voicings: Sequence[Voicing]) -> list[int]:
    """The bass of each chord in a bass player's own register, as the least costly line.

    0.25 for each semitone from C2, 0.5 for each semitone from chord to chord. A pitch lies below
    the chord and breaks no low interval limit with it; where none does, the voicing's own stays.
    """
    options = [
        [
            pitch
            for pitch in REGISTER
            if pitch % OCTAVE == voicing.bass % OCTAVE
            and pitch < voicing.upper[0]
            and is_clear((pitch, *voicing.upper))
        ]
        or [voicing.bass]
        for voicing in voicings
    ]
    standing = [[DRIFT * abs(pitch - CENTRE) for pitch in pitches] for pitches in options]
    moving = (
        [[MOTION * abs(after - before) for before in befores] for after in afters]
        for befores, afters in pairwise(options)
    )
    return [pitches[i] for pitches, i in zip(options, least_path(standing, moving), strict=True)]


def bass_strokes(strokes: Sequence[Stroke], start: int, end: int) -> list[Stroke]:
    """The strokes of the bass within a chord, no two at once, the root first.

    Args:
      strokes: the pattern's from start to end, in order.
      start, end: the chord's ticks.
    """
    one_at_a_time: dict[int, Stroke] = {}
    for stroke in sorted(strokes, key=lambda s: (s.start_tick, BASS_VOICES.index(s.voice))):
        one_at_a_time.setdefault(stroke.start_tick, stroke)
    if start in one_at_a_time:
        one_at_a_time[start] = one_at_a_time[start]._replace(voice="root")
        return list(one_at_a_time.values())
    until = next(iter(one_at_a_time), end)
    return [Stroke(start, until, "root", 0), *one_at_a_time.values()]


def bass_line(strokes: Sequence[Stroke], chord: Sounding, following: Sounding | None) -> list[int]:
    """The pitch of each stroke within a chord.

    Args:
      following: the chord that the last stroke leads to; None if none follows.
    """
    pitches: list[int] = []
    for place, stroke in enumerate(strokes):
        leads = following if place == len(strokes) - 1 else None
        before = pitches[-1] if pitches else None
        pitches.append(_below_chord(_pitch(stroke.voice, chord, leads, before), stroke, chord))
    return pitches


def _below_chord(pitch: int, stroke: Stroke, chord: Sounding) -> int:
    """The pitch, an octave lower where it would sound among the chord's own."""
    lower = pitch - OCTAVE
    among = pitch >= chord.voicing.upper[0] and stroke.voice != "root"
    return lower if among and lower in BASS_RANGE else pitch


def _pitch(voice: str, chord: Sounding, following: Sounding | None, before: int | None) -> int:
    low = chord.bass
    match voice:
        case "octave":
            return low + OCTAVE if low + OCTAVE in BASS_RANGE else low - OCTAVE
        case "third":
            return _third(chord)
        case "fifth":
            return _fifth(chord)
        case "next":
            after = low if following is None else following.bass
            if after % OCTAVE != low % OCTAVE:
                return after + 1 if low > after else after - 1
            # Nothing to lead to: no note twice, nor the root that comes next.
            return _third(chord) if before == _fifth(chord) else _fifth(chord)
    return low


def _third(chord: Sounding) -> int:
    third = chord.tone(3, 4, 2)
    return chord.bass if third is None else _nearest(third, chord.bass)


def _fifth(chord: Sounding) -> int:
    """The chord's fifth beside the bass; under an inversion its root."""
    low = chord.bass
    tone = chord.tone(5) if low % OCTAVE == chord.root else chord.root
    return low if tone is None else _nearest(tone, low)


def _nearest(tone: int, low: int) -> int:
    """The pitch of a class that lies nearest to the bass, the lower one if two do."""
    return min((p for p in BASS_RANGE if p % OCTAVE == tone), key=lambda p: (abs(p - low), p))
