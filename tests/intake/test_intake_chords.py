"""Chords found in notes: every quality on every root, broken, uneven, in all meters."""

import io
import math
from itertools import pairwise
from random import Random

import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from music21 import chord as music21_chord
from music21 import midi as music21_midi
from music21 import stream as music21_stream

from shinko.intake.chords_in_notes import MOST_SLICES, HeardNote, find_chords, slices_in
from shinko.intake.midi import find_progression
from shinko.theory import QUALITIES, interval_semitones
from shinko.theory.qualities import WRITTEN
from shinko.theory.sounding import SoundingChord


def pitch_classes(quality: str, root: int = 0) -> frozenset[int]:
    return frozenset((root + interval_semitones(i)) % 12 for i in QUALITIES[quality])


def struck(chord, start, end, *, low=36):
    """A block chord with its root as bass: (root, quality) as notes."""
    root, quality = chord
    upper = [60 + (root + interval_semitones(i)) % 12 for i in QUALITIES[quality]]
    return [HeardNote(start, end, pitch) for pitch in (low + root, *upper)]


def names(spans) -> list[tuple[str, float]]:
    return [(str(span.chord.name), span.end_beats - span.start_beats) for span in spans]


def power(root: int, bar: int) -> list[HeardNote]:
    """Eight eighths of root, fifth and octave in a bar of 4/4."""
    return [
        HeardNote(4 * bar + step / 2, 4 * bar + step / 2 + 0.45, root + above)
        for step in range(8)
        for above in (0, 7, 12)
    ]


def test_power_chords_of_two_roots_are_no_suspended_chord():
    notes = [note for bar, root in enumerate([45, 40, 45, 45, 43]) for note in power(root, bar)]
    found = names(find_chords(notes, meter=(4, 4), end_beats=20))
    assert found == [("A5", 4), ("E5", 4), ("A5", 8), ("G5", 4)]


def test_a_bass_alone_on_root_and_fifth_is_no_power_chord():
    notes = [HeardNote(4 * bar, 4 * bar + 4, pitch) for bar in (0, 1) for pitch in (60, 64, 67)]
    notes += [HeardNote(0, 4, 36), HeardNote(4, 8, 43)]
    assert names(find_chords(notes, meter=(4, 4), end_beats=8))[0][0] == "C"
    assert all(
        name.startswith("C") for name, _ in names(find_chords(notes, meter=(4, 4), end_beats=8))
    )


def test_silence_is_no_chord():
    assert find_chords([], meter=(4, 4), end_beats=8.0) == []


def test_block_chords_come_back_with_their_lengths():
    notes = [
        *struck((0, ""), 0, 4),
        *struck((9, "m"), 4, 6),
        *struck((2, "m7"), 6, 8),
        *struck((7, "7"), 8, 12),
    ]
    spans = find_chords(notes, meter=(4, 4), end_beats=12)
    assert names(spans) == [("C", 4), ("Am", 2), ("Dm7", 2), ("G7", 4)]


def test_a_chord_that_is_struck_again_is_one_chord():
    notes = [note for beat in range(8) for note in struck((5, "maj7"), beat, beat + 0.9)]
    assert names(find_chords(notes, meter=(4, 4), end_beats=8)) == [("Fmaj7", 8)]


def test_one_note_alone_is_a_chord_on_it():
    for pitch in (0, 60, 127):
        (span,) = find_chords([HeardNote(0, 4, pitch)], meter=(4, 4), end_beats=4)
        assert (span.chord.root, span.chord.bass) == (pitch % 12, pitch % 12)


def test_a_chord_goes_on_in_a_rest():
    notes = [*struck((0, ""), 0, 1), *struck((5, ""), 4, 5)]
    assert names(find_chords(notes, meter=(4, 4), end_beats=8)) == [("C", 4), ("F", 4)]


def test_a_broken_chord_over_its_bass_is_its_chord():
    notes = []
    for place, (root, quality) in enumerate([(0, ""), (9, "m"), (5, ""), (7, "")]):
        notes.append(HeardNote(4 * place, 4 * place + 4, 36 + root))
        tones = [60 + (root + interval_semitones(i)) % 12 for i in QUALITIES[quality]]
        for step in range(8):
            start = 4 * place + step / 2
            notes.append(HeardNote(start, start + 0.45, tones[step % 3]))
    found = names(find_chords(notes, meter=(4, 4), end_beats=16))
    assert found == [("C", 4), ("Am", 4), ("F", 4), ("G", 4)]


def test_an_alberti_bass_without_another_bass_is_its_chord():
    notes = [
        HeardNote(4 * bar + step / 2, 4 * bar + step / 2 + 0.5, pitches[step % 4])
        for bar, pitches in enumerate([(48, 55, 52, 55), (50, 59, 53, 59), (48, 55, 52, 55)])
        for step in range(8)
    ]
    found = names(find_chords(notes, meter=(4, 4), end_beats=12))
    assert found == [("C", 4), ("B°/D", 4), ("C", 4)]


def test_a_bass_on_root_and_fifth_is_no_inversion():
    notes = [
        note
        for bar in range(2)
        for note in (
            HeardNote(4 * bar, 4 * bar + 2, 48),
            HeardNote(4 * bar + 2, 4 * bar + 4, 43),
            *(HeardNote(4 * bar, 4 * bar + 4, pitch) for pitch in (60, 64, 67)),
        )
    ]
    assert names(find_chords(notes, meter=(4, 4), end_beats=8)) == [("C", 8)]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), rolled=st.sampled_from([0.0, 0.05, 0.15]))
def test_uneven_and_rolled_chords_are_their_chords(seed, rolled):
    rng = Random(seed)
    chords = [(rng.randrange(12), rng.choice(["", "m", "7", "m7", "maj7"])) for _ in range(6)]
    expected: list[tuple[SoundingChord, float]] = []
    notes = []
    for place, chord in enumerate(chords):
        for voice, note in enumerate(struck(chord, 4.0 * place, 4.0 * place + 3.9)):
            late = rolled * voice / 4 + rng.uniform(-0.04, 0.04)
            notes.append(note._replace(start_beats=note.start_beats + late))
        sounding = SoundingChord(*chord, chord[0])
        if expected and expected[-1][0] == sounding:
            expected[-1] = sounding, expected[-1][1] + 4
        else:
            expected.append((sounding, 4.0))
    spans = find_chords(notes, meter=(4, 4), end_beats=24)
    assert [(span.chord, span.end_beats - span.start_beats) for span in spans] == expected


@pytest.mark.parametrize(
    "meter", [(4, 4), (3, 4), (6, 8), (12, 8), (5, 4), (7, 8), (7, 16), (2, 2)]
)
def test_a_chord_a_bar_in_every_meter(meter):
    bar = 4 * meter[0] / meter[1]
    notes = [
        note
        for place, root in enumerate((0, 5, 7, 0))
        for note in struck((root, ""), place * bar, (place + 1) * bar)
    ]
    found = names(find_chords(notes, meter=meter, end_beats=4 * bar))
    assert found == [("C", bar), ("F", bar), ("G", bar), ("C", bar)]


def test_chords_on_every_beat_are_found():
    roots = [0, 7, 9, 4, 5, 0, 2, 7]
    notes = [note for beat, root in enumerate(roots) for note in struck((root, ""), beat, beat + 1)]
    found = names(find_chords(notes, meter=(4, 4), end_beats=8))
    assert found == [(name, 1) for name in ("C", "G", "A", "E", "F", "C", "D", "G")]


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            HeardNote,
            st.floats(-4, 20),
            st.floats(-4, 20),
            st.integers(0, 127),
            st.sampled_from([0.3, 1.0]),
        ),
        max_size=30,
    ),
    st.sampled_from([(4, 4), (6, 8), (7, 16), (1, 32)]),
)
def test_any_notes_give_chords_in_a_row(notes, meter):
    spans = find_chords(notes, meter=meter, end_beats=16.0)
    for before, after in pairwise(spans):
        assert before.end_beats == after.start_beats
        assert before.chord != after.chord
    assert not spans or spans[-1].end_beats == 16.0
    assert all(span.start_beats < span.end_beats for span in spans)


def test_as_many_slices_as_are_allowed_can_be_searched():
    notes = [note for bar in range(0, 64, 4) for note in struck((bar % 12, ""), bar, bar + 4)]
    assert slices_in((4, 4), MOST_SLICES / 2) == MOST_SLICES
    spans = find_chords(notes, meter=(4, 4), end_beats=MOST_SLICES / 2)
    assert math.isclose(spans[-1].end_beats, MOST_SLICES / 2)


def by_pretty_midi(chords) -> bytes:
    """One chord a bar at 120: two seconds each."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=120)
    piano = pretty_midi.Instrument(program=0)
    for place, pitches in enumerate(chords):
        piano.notes += [pretty_midi.Note(80, p, 2 * place, 2 * place + 2) for p in pitches]
    midi.instruments.append(piano)
    buffer = io.BytesIO()
    midi.write(buffer)
    return buffer.getvalue()


def by_music21(chords) -> bytes:
    part = music21_stream.Part()
    for pitches in chords:
        part.append(music21_chord.Chord(list(pitches), quarterLength=4))
    return music21_midi.translate.streamToMidiFile(part).writestr()


@pytest.mark.parametrize(
    ("write", "root"),
    # How a program writes hangs on no root; three are enough where it takes long.
    [*((by_pretty_midi, root) for root in range(12)), *((by_music21, root) for root in (0, 5, 10))],
)
def test_block_chords_of_other_programs_are_found(write, root):
    # A triad a tritone away stands between two of them: neighbours share no more than two notes
    # by chance. Two parts, for a progression holds 64 chords.
    away = (root + 6) % 12
    qualities = [quality for quality in QUALITIES if quality not in WRITTEN]
    for some in (qualities[:30], qualities[30:]):
        expected = [chord for quality in some for chord in ((root, quality), (away, "m"))]
        chords = [[48 + r + interval_semitones(i) for i in QUALITIES[q]] for r, q in expected]
        found = find_progression(write(chords))
        key, progression = found.progression.key, found.progression
        assert found.how == "notes"
        assert progression.beats == (4.0,) * len(expected)
        for chord, (place, quality) in zip(progression.chords, expected, strict=True):
            assert frozenset(chord.pitch_classes(key)) == pitch_classes(quality, place)
            assert (chord.bass(key), chord.root(key).pitch_class) == (place, place)
