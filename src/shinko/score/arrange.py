"""From a progression to a score: who plays what, and when."""

from collections.abc import Iterator, Sequence
from random import Random

from shinko.score.bars import Passage, folded, played, written
from shinko.score.bass_line import Sounding, registered
from shinko.score.changes import turns_of
from shinko.score.feel import Gesture, humanized, released, with_swing
from shinko.score.instruments import program_of
from shinko.score.performance import PLAYED, USUAL, Performance, PerformanceError
from shinko.score.play import Arrangement, play_part
from shinko.score.progression import Progression
from shinko.score.score import KeyChange, Marker, NoteEvent, Score, Track
from shinko.score.section_styles import PARTS, patterns_of, seats_of, stretches_of
from shinko.score.tempo_map import TempoMap, tempo_map
from shinko.score.voicing import Voicing, voice

__all__ = [
    "PLAYED",
    "USUAL",
    "Performance",
    "PerformanceError",
    "arrange",
    "voicing_styles",
    "voicings_of",
]

MELODY_PROGRAM, MELODY_VELOCITY = 73, 88  # a flute, above the band
EVEN = 0.5
NO_CHORD = "N.C."


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
