"""From a progression to a score: who plays what, and when."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from shinko.errors import ShinkoError
from shinko.score.progression import Progression
from shinko.score.score import TICKS_PER_QUARTER, Marker, Note, Score, Track
from shinko.score.voicing import ChordTones, Voicing, voice_lead

PIANO, ACOUSTIC_BASS = 0, 32

DOWNBEAT_VELOCITY = 84
BEAT_VELOCITY = 76
OFFBEAT_VELOCITY = 70

# The finger lifts a 64th note before the next chord, so that a repeated note is struck anew; from
# short chords a quarter of their length at most.
RELEASE_TICKS = TICKS_PER_QUARTER // 16
RELEASE_SHARE = 4


class StyleError(ShinkoError):
    """There is no accompaniment style of this name."""


def arrange(progression: Progression, *, style: str = "block") -> Score:
    """Voice the chords and play them in a style: a chord track, a bass track, chord names.

    Args:
      progression: what to play.
      style: one of `STYLES`.

    Raises:
      StyleError: the style is not known.
    """
    play = STYLES.get(style)
    if play is None:
        raise StyleError(f"style {style!r} is not known; choose one of: {', '.join(STYLES)}")
    ticks = _boundary_ticks(progression)
    voicings = voice_lead(
        [
            ChordTones(chord.pitch_classes(progression.key), chord.bass(progression.key))
            for chord in progression.chords
        ]
    )
    return Score(
        title=progression.title,
        tempo_bpm=progression.tempo_bpm,
        meter=progression.meter,
        key=progression.key,
        tracks=play(voicings, ticks, progression.meter),
        markers=tuple(
            Marker(tick, name) for tick, name in zip(ticks, progression.names, strict=False)
        ),
        end_tick=ticks[-1],
    )


def block_chords(
    voicings: Sequence[Voicing], ticks: Sequence[int], meter: tuple[int, int]
) -> tuple[Track, ...]:
    """Each chord struck once and held: the upper notes on the piano, the lowest on the bass.

    Args:
      voicings: one for each chord.
      ticks: where each chord begins, and where the last one ends.
      meter: numerator and denominator; says which chords are stressed.
    """
    chords, bass = [], []
    for voicing, (start, end) in zip(voicings, pairwise(ticks), strict=True):
        duration = end - start - min(RELEASE_TICKS, (end - start) // RELEASE_SHARE)
        velocity = _velocity(start, meter)
        chords += [Note(start, duration, pitch, velocity) for pitch in voicing.upper]
        bass.append(Note(start, duration, voicing.bass, velocity))
    return (
        Track(name="Chords", program=PIANO, channel=0, notes=tuple(chords)),
        Track(name="Bass", program=ACOUSTIC_BASS, channel=1, notes=tuple(bass)),
    )


Style = Callable[[Sequence[Voicing], Sequence[int], tuple[int, int]], tuple[Track, ...]]
STYLES: dict[str, Style] = {"block": block_chords}


def _boundary_ticks(progression: Progression) -> list[int]:
    """Where each chord begins and the last one ends; rounded from the start, so nothing drifts."""
    return [
        round(beats * TICKS_PER_QUARTER) for beats in accumulate(progression.beats, initial=0.0)
    ]


def _velocity(tick: int, meter: tuple[int, int]) -> int:
    numerator, denominator = meter
    ticks_per_beat = 4 * TICKS_PER_QUARTER // denominator
    if tick % (numerator * ticks_per_beat) == 0:
        return DOWNBEAT_VELOCITY
    return BEAT_VELOCITY if tick % ticks_per_beat == 0 else OFFBEAT_VELOCITY
