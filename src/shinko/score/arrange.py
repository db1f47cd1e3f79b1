"""From a progression to a score: who plays what, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from shinko.errors import ShinkoError
from shinko.score.bars import Passage, folded, played
from shinko.score.bass_line import Sounding, registered
from shinko.score.feel import Gesture, humanized, released, with_swing
from shinko.score.instruments import program_of
from shinko.score.pattern import HUMANIZE_RANGE, SWING_RANGE, check_meter, find_pattern
from shinko.score.play import Arrangement, play_part
from shinko.score.progression import Progression
from shinko.score.score import DRUM_CHANNEL, Marker, NoteEvent, Score, Track
from shinko.score.voicing import VOICINGS, Voicing, VoicingError, voice

CHANNELS = {"chords": 0, "bass": 1, "melody": 2, "drums": DRUM_CHANNEL}
PARTS = tuple(CHANNELS)
MELODY_PROGRAM, MELODY_VELOCITY = 73, 88  # a flute, above the band
EVEN = 0.5
NO_CHORD = "N.C."


class PerformanceError(ShinkoError):
    """A progression can't be played in the way that is asked for."""


@dataclass(frozen=True)
class Performance:
    """How a progression is played.

    Attributes:
      pattern: the name of an accompaniment pattern, or the path of a TOML file with one.
      voicing: how chords are laid out, one of VOICINGS; "" for the pattern's own.
      swing: the first eighth's share of a quarter, 0.5 (even) to 0.75; None for the pattern's own.
      humanize: 0 (as a machine) to 1 (a relaxed band); None for the pattern's own.
      seed: of the unevenness; the same seed, the same performance.
      instruments: General MIDI name for "chords", "bass" or "melody", where not the pattern's own.
      parts: who plays, of "chords", "bass", "melody", "drums".
      ending: whether the last bar is played as an end, if the pattern has one; None for pieces of
        several sections, so that chords without sections may be played over and over.

    Raises:
      PerformanceError: a value is out of its range, or a part isn't known.
      InstrumentError: there is no such instrument.
    """

    pattern: str = "block"
    voicing: str = ""
    swing: float | None = None
    humanize: float | None = None
    seed: int = 0
    instruments: Mapping[str, str] = field(default_factory=dict, hash=False)
    parts: tuple[str, ...] = PARTS
    ending: bool | None = None

    def __post_init__(self) -> None:
        for name, value, (least, most) in (
            ("swing", self.swing, SWING_RANGE),
            ("humanize", self.humanize, HUMANIZE_RANGE),
        ):
            if value is not None and not least <= value <= most:
                raise PerformanceError(f"{name} {value:g}; give {least:g} to {most:g}")
        if self.voicing and self.voicing not in VOICINGS:
            raise VoicingError(
                f"voicing {self.voicing!r} is not known; choose one of: {', '.join(VOICINGS)}"
            )
        for part in self.parts:
            if part not in PARTS:
                raise PerformanceError(f"part {part!r} is not known; known: {', '.join(PARTS)}")
        for part, instrument in self.instruments.items():
            if part not in PARTS or part == "drums":
                raise PerformanceError(
                    f"instrument for {part!r}; give one for chords, bass or melody"
                )
            program_of(instrument)


def voicings_of(progression: Progression, performance: Performance) -> tuple[Voicing, ...]:
    """The voicing of each chord as it is played, for pages and diagrams.

    Raises:
      VoicingError: a chord can't be played so.
    """
    style = performance.voicing or find_pattern(performance.pattern).voicing
    return voice(progression.chords, progression.key, style)


def arrange(progression: Progression, performance: Performance | None = None) -> Score:
    """Play a progression: tracks for chords, bass, melody and drums, chord names, sections.

    Equal neighbouring sections are voiced once, as they stand on the page.

    Raises:
      PatternError: there is no such pattern, it can't be played in the meter, or it has too many
        notes.
      VoicingError: a chord can't be voiced so.
      PerformanceError: swing in a meter whose beat isn't a quarter.
    """
    performance = performance or Performance()
    pattern = find_pattern(performance.pattern)
    check_meter(pattern, progression.meter)
    progression = folded(progression)
    passages = played(progression)
    end_tick = passages[-1].end_tick
    voicings = voicings_of(progression, performance)
    chords = [
        Sounding(voicing, chord.root(progression.key).pitch_class, chord.intervals, bass)
        for voicing, chord, bass in zip(
            voicings, progression.chords, registered(voicings), strict=True
        )
    ]
    several = len(progression.sections) > 1
    arrangement = Arrangement(
        passages,
        chords,
        meter=progression.meter,
        tempo_bpm=progression.tempo_bpm,
        ends=several if performance.ending is None else performance.ending,
    )
    swing = _swing(performance, pattern.swing, progression.meter)
    humanize = pattern.humanize if performance.humanize is None else performance.humanize
    tracks = []
    for name, channel in CHANNELS.items():
        if name not in performance.parts:
            continue
        if name == "melody":
            gestures, program = _melody(passages), MELODY_PROGRAM
        elif name in pattern.parts:
            gestures, program = play_part(name, pattern, arrangement), pattern.parts[name].program
        else:
            continue
        if not gestures:
            continue
        if name in performance.instruments:
            program = program_of(performance.instruments[name])
        if swing != EVEN:
            gestures = with_swing(gestures, swing)
        if humanize:
            rng = Random(f"{performance.seed} {name}")
            gestures = humanized(
                gestures, humanize, tempo_bpm=progression.tempo_bpm, end_tick=end_tick, rng=rng
            )
        notes = (note for gesture in gestures for note in gesture.notes)
        played_notes = released(notes, end_tick, alone=name == "bass")
        tracks.append(Track(name.capitalize(), program, channel, played_notes))
    names = progression.names
    return Score(
        title=progression.title,
        tempo_bpm=progression.tempo_bpm,
        meter=progression.meter,
        key=progression.key,
        tracks=tuple(tracks),
        markers=tuple(marker for passage in passages for marker in _markers(passage, names)),
        sections=tuple(
            Marker(passage.start_tick, passage.section.name)
            for passage in passages
            if passage.section.name or len(passages) > 1
        ),
        end_tick=end_tick,
    )


def _swing(performance: Performance, usual: float, meter: tuple[int, int]) -> float:
    numerator, denominator = meter
    if denominator <= 4:
        return usual if performance.swing is None else performance.swing
    if performance.swing not in (None, EVEN):
        raise PerformanceError(
            f"swing {performance.swing:g} in {numerator}/{denominator}: it is the eighths of a "
            "quarter that swing; leave it out, or take a meter such as 4/4"
        )
    return EVEN


def _markers(passage: Passage, names: Sequence[str]) -> Iterator[Marker]:
    for placed in passage.chords:
        yield Marker(placed.start_tick, names[placed.chord])
    if (end := passage.chords[-1].end_tick) < passage.end_tick:
        yield Marker(end, NO_CHORD)


def _melody(passages: tuple[Passage, ...]) -> list[Gesture]:
    return [
        Gesture(start, (NoteEvent(start, end - start, pitch, MELODY_VELOCITY),))
        for passage in passages
        for pitch, start, end in passage.melody
    ]
