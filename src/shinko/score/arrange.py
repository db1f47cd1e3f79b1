"""From a progression to a score: who plays what, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass
from random import Random
from typing import Any

from shinko.errors import ShinkoError
from shinko.request import Request, asked
from shinko.score.bars import Passage, folded, played, written
from shinko.score.bass_line import Sounding, registered
from shinko.score.changes import turns_of
from shinko.score.feel import Gesture, humanized, released, with_swing
from shinko.score.instruments import program_of
from shinko.score.pattern import (
    HUMANIZE_RANGE,
    SWING_RANGE,
    check_pattern,
    pattern_names,
)
from shinko.score.play import Arrangement, play_part
from shinko.score.progression import Progression
from shinko.score.score import KeyChange, Marker, NoteEvent, Score, Track
from shinko.score.section_styles import PARTS, patterns_of, seats_of, stretches_of
from shinko.score.tempo_map import TempoMap, tempo_map
from shinko.score.voicing import VOICINGS, Voicing, voice

MELODY_PROGRAM, MELODY_VELOCITY = 73, 88  # a flute, above the band
EVEN = 0.5
NO_CHORD = "N.C."


class PerformanceError(ShinkoError):
    """A progression can't be played in the way that is asked for."""


USUAL = "block"
HELD, PLAYED = ("chords", "bass", "melody"), "How it is played"


def read_instruments(given: Any) -> dict[str, str]:
    """Instruments by part, as one writes them: "flute" for the chords, "bass=tuba" for a part.

    Args:
      given: such texts, or a mapping.

    Raises:
      PerformanceError: there is no such part.
      InstrumentError: there is no such instrument.
    """
    if isinstance(given, str):
        given = [given]
    texts = [*given, *given.values()] if isinstance(given, Mapping) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        raise PerformanceError(f"{given!r}; give names, such as 'flute' or 'bass=tuba'")
    if not isinstance(given, Mapping):
        pairs = [one.rpartition("=") for one in given]
        given = {part.strip() if sign else "chords": name.strip() for part, sign, name in pairs}
    for part, name in given.items():
        if part not in HELD:
            raise PerformanceError(f"{part!r} holds no instrument; give one of {', '.join(HELD)}")
        program_of(name)
    return dict(given)


def read_pattern_name(name: str) -> str:
    """The name of a pattern; none leaves it open. Raises: FieldError, where there is none."""
    return name and check_pattern(name)


@dataclass(frozen=True)
class Performance(Request):
    """How a progression is played.

    Raises:
      FieldError: a value is out of its range, a part isn't known, or there is no such instrument.
    """

    pattern: str = asked(
        "",
        f"Accompaniment: {', '.join(pattern_names())}, or a .toml of yours; by default {USUAL}.",
        name="style",
        read=read_pattern_name,
        metavar="NAME|FILE",
        group=PLAYED,
    )
    voicing: str = asked(
        "",
        "How chords are laid out (by default as the style has it).",
        choices=("", *VOICINGS),
        group=PLAYED,
    )
    swing: float | None = asked(
        None,
        "First eighth's share of a quarter, 0.5 even, 0.67 triplets; by default the style's own.",
        least=SWING_RANGE[0],
        most=SWING_RANGE[1],
        group=PLAYED,
    )
    humanize: float | None = asked(
        None,
        "Uneven timing and touch: 0 a machine, 1 a relaxed band; by default the style's own.",
        least=HUMANIZE_RANGE[0],
        most=HUMANIZE_RANGE[1],
        group=PLAYED,
    )
    seed: int = asked(
        0, "Of the unevenness: the same seed, the same performance.", letter="s", group=PLAYED
    )
    instruments: Mapping[str, str] = asked(
        MISSING,
        "General MIDI name: 'flute', or for another part 'bass=tuba'.",
        factory=dict,
        hash=False,
        name="instrument",
        is_list=True,
        read=read_instruments,
        show=lambda held: [f"{part}={name}" for part, name in held.items()],
        group=PLAYED,
    )
    parts: tuple[str, ...] = asked(PARTS, "Who plays.", choices=PARTS, group=PLAYED)
    ending: bool | None = asked(
        None,
        "The last bar is played as an end, if the style has one; by default where a piece has "
        "several sections or a ritardando.",
        group=PLAYED,
    )

    @property
    def accompaniment(self) -> str:
        """The pattern that is played."""
        return self.pattern or USUAL


def voicing_styles(progression: Progression, performance: Performance) -> list[str]:
    """How each chord is laid out: as asked for, or as the style of its section has it.

    Raises:
      PatternError: a section's style isn't there.
    """
    passages = written(progression)
    patterns = patterns_of((p.section for p in passages), performance.accompaniment)
    return [
        performance.voicing or pattern.voicing
        for passage, pattern in zip(passages, patterns, strict=True)
        for _ in passage.chords
    ]


def voicings_of(progression: Progression, performance: Performance) -> tuple[Voicing, ...]:
    """The voicing of each chord as it is played, for pages and diagrams.

    Neighbouring sections whose styles lay chords out alike are voiced as one, across their seam.

    Raises:
      PatternError: a section's style isn't there.
      VoicingError: a chord can't be played so.
    """
    styles = voicing_styles(progression, performance)
    return voice(progression.chords, progression.keys, styles)


def arrange(progression: Progression, performance: Performance | None = None) -> Score:
    """Play a progression: tracks for chords, bass, melody and drums, chord names, sections.

    Equal neighbouring sections are voiced once, as they stand on the page. Each section is played
    in its own style, tempo and key.

    Raises:
      PatternError: there is no such pattern, it can't be played in the meter, or it has too many
        notes.
      VoicingError: a chord can't be voiced so.
      PerformanceError: swing in a meter whose beat isn't a quarter.
    """
    performance = performance or Performance()
    progression = folded(progression)
    passages = played(progression)
    tempos = tempo_map(progression, passages)
    names = progression.names
    turns = turns_of(progression, passages)
    return Score(
        title=progression.title,
        tempo_bpm=turns[0].tempo_bpm,
        meter=progression.meter,
        key=turns[0].key,
        tracks=_tracks(progression, passages, tempos, performance),
        markers=tuple(marker for passage in passages for marker in _markers(passage, names)),
        sections=tuple(
            Marker(passage.start_tick, passage.section.name)
            for passage in passages
            if passage.section.name or len(passages) > 1
        ),
        end_tick=passages[-1].end_tick,
        tempos=tempos.changes[1:],
        keys=tuple(KeyChange(t.passage.start_tick, t.key) for t in turns[1:] if t.new_key),
    )


def _tracks(
    progression: Progression,
    passages: tuple[Passage, ...],
    tempos: TempoMap,
    performance: Performance,
) -> tuple[Track, ...]:
    end_tick = passages[-1].end_tick
    notes: dict[tuple[str, int], list[NoteEvent]] = {}
    players = {name: Random(f"{performance.seed} {name}") for name in PARTS}
    stretches = list(stretches_of(passages, performance.accompaniment, progression.meter))
    sounding = _sounding(progression, performance)
    ends = performance.ending
    if ends is None:
        ends = len(progression.sections) > 1 or progression.ritardando
    for pattern, within, after in stretches:
        arrangement = Arrangement(
            within, sounding, meter=progression.meter, tempos=tempos, ends=ends, after=after
        )
        swing = _swing(performance, pattern.swing, progression.meter)
        humanize = pattern.humanize if performance.humanize is None else performance.humanize
        for name in (part for part in PARTS if part in performance.parts):
            if name == "melody":
                gestures, program = _melody(within), MELODY_PROGRAM
            elif name in pattern.parts:
                gestures = play_part(name, pattern, arrangement)
                program = pattern.parts[name].program
            else:
                continue
            if not gestures:
                continue
            if name in performance.instruments:
                program = program_of(performance.instruments[name])
            if swing != EVEN:
                gestures = with_swing(gestures, swing)
            if humanize:
                gestures = humanized(
                    gestures, humanize, tempos=tempos, end_tick=end_tick, rng=players[name]
                )
            one = notes.setdefault((name, program), [])
            one += (note for gesture in gestures for note in gesture.notes)
    return tuple(
        Track(
            seat.name,
            seat.program,
            seat.channel,
            released(notes[part, program], end_tick, alone=part == "bass"),
        )
        for (part, program), seat in seats_of(notes).items()
    )


def _sounding(progression: Progression, performance: Performance) -> list[Sounding]:
    voicings = voicings_of(progression, performance)
    rows = zip(voicings, progression.chords, progression.keys, registered(voicings), strict=True)
    return [
        Sounding(voicing, chord.root(key).pitch_class, chord.intervals, bass)
        for voicing, chord, key, bass in rows
    ]


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
