"""ABC tunes: what is written, and what abc2midi and music21 read from it."""

import shutil
import subprocess
import warnings
from dataclasses import replace
from fractions import Fraction

import mido
import music21
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shinko.export.abc import (
    GRID,
    LENGTHS,
    LONGEST_ENDING,
    NEAREST,
    _ending,
    abc_text,
)
from shinko.score.bars import played, written
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import QUALITIES, Key, parse_note, parse_token, roman_from_name

QUARTER = 480
MAJORS = ["C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb"]
MINORS = ["A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab"]
MODAL = ["Ddor", "F#dor", "Ephr", "Bbphr", "Flyd", "Gblyd", "Gmix", "C#mix", "Dbmix"]
KEYS = [*MAJORS, *(tonic + "m" for tonic in MINORS), *MODAL]


def progression(tokens: str, beats: tuple[float, ...], key: str = "C", **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse(key), beats, **fields)


def body(piece: Progression) -> list[str]:
    text = abc_text(piece)
    return text[text.index("K:") :].splitlines()[1:]


SONG = progression(
    "1 5 57/5 6 4 1 5",
    (4, 3, 1, 8, 1.5, 2.5, 2),
    key="Bb",
    title="100 % \\ two doors",
    tempo_bpm=92.5,
    sections=(Section("verse", 3, 2), Section("chorus", 4)),
)


def test_a_tune_has_head_parts_bars_and_repeats():
    assert abc_text(SONG).splitlines() == [
        "X:1",
        "T:100 ％ / two doors",
        "M:4/4",
        "L:1/8",
        "Q:1/8=185",
        "%%MIDI chordname 7 0 4 7 10",
        "%%MIDI chordname m 0 3 7",
        "K:Bb",
        "P:verse",
        '|: "Bb"z8 | "F"z6 "C7"z2 :|',
        "P:chorus",
        '"Gm"z8 | z8 | "Eb"z3 "Bb"z4z | "F"z4 [I:MIDI gchordoff]"^N.C."z4 |]',
    ]


def test_what_is_played_three_times_is_a_repeat_and_once_more():
    piece = progression("1 4", (4, 4), sections=(Section("", 2, 3),))
    assert body(piece) == ['|: "C"z8 | "F"z8 :|', '"C"z8 | "F"z8 |]']


def test_thirds_of_a_beat_and_of_a_bar_are_triplets():
    assert body(progression("1 5 4", (4 / 3,) * 3)) == ['"C"z2 (3:2:2z"G"z2 (3:2:2z2"F"z z2 |]']


def test_a_melody_has_accidentals_by_signature_and_bar():
    notes = (67, 66, 66, 67, 78, 65)  # G F# F# G f# F in G major, then in C major
    melody = tuple(MelodyNote(beat, 1, pitch) for beat, pitch in enumerate(notes))
    in_g = progression("1 5", (4, 4), key="G", melody=melody)
    assert body(in_g) == ['"G"G2 F2 F2 G2 | "D"f2 =F2 z4 |]']
    in_c = progression("1 5", (4, 4), melody=melody)
    assert body(in_c) == ['"C"G2 ^F2 F2 G2 | "G"^f2 =F2 z4 |]']


def test_a_note_over_a_bar_line_and_a_chord_change_is_tied():
    melody = (MelodyNote(1, 6, 73), MelodyNote(7, 1, 72))
    piece = progression("1 4 5", (2, 4, 2), melody=melody)
    assert body(piece) == ['"C"z2 ^c2- "F"c4- | ^c4- "G"c2 =c2 |]']


def test_octaves():
    melody = tuple(MelodyNote(beat, 1, 12 * beat + 36) for beat in range(4))
    assert body(progression("1", (4,), melody=melody)) == ['"C"C,,2 C,2 C2 c2 |]']


@pytest.mark.parametrize("key", KEYS)
def test_all_keys_have_their_signature(key):
    text = abc_text(progression("1", (4,), key=key))
    assert f"\nK:{key}\n" in text


@pytest.mark.parametrize("key", MODAL)
def test_music21_finds_the_mode_and_the_signature(key):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of music21's own imports
        found = music21.converter.parse(abc_text(progression("1", (4,), key=key)), format="abc")
    (signature,) = found.recurse().getElementsByClass(music21.key.KeySignature)
    assert signature.sharps == Key.parse(key).fifths
    assert signature.mode == Key.parse(key).mode


@pytest.mark.parametrize("key", MODAL)
def test_a_note_of_the_scale_needs_no_accidental(key):
    scale = [parse_note(name).pitch_class for name in Key.parse(key).note_names]
    melody = tuple(MelodyNote(place, 1, 60 + pitch) for place, pitch in enumerate(scale))
    lines = body(progression("1 1", (4, 4), key=key, melody=melody))
    assert not set("".join(lines)) & set("^_=")


def test_a_key_beyond_seven_sharps_is_the_one_that_sounds_the_same():
    assert "\nK:Ab\n" in abc_text(progression("1", (4,), key="G#"))


def test_lengths_are_powers_of_two_and_dotted():
    assert LENGTHS[0] == 6 * QUARTER
    assert LENGTHS[-1] == GRID
    assert all(length % GRID == 0 for length in LENGTHS)


# ── abc2midi ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def abc2midi(tmp_path_factory):
    """Reads a tune: its messages, and the MIDI file it makes."""
    program = shutil.which("abc2midi")
    if program is None:
        pytest.skip("needs abc2midi (Debian: abcmidi)")
    folder = tmp_path_factory.mktemp("abc")

    def run(text: str) -> tuple[list[str], mido.MidiFile]:
        source, target = folder / "tune.abc", folder / "tune.mid"
        source.write_text(text, "utf-8")
        done = subprocess.run(
            [program, source, "-o", target], capture_output=True, text=True, check=False
        )
        told = [line for line in done.stdout.splitlines() if "Error" in line or "Warning" in line]
        return told, mido.MidiFile(target)

    return run


def sounding(file: mido.MidiFile, channels: set[int]) -> list[tuple[int, int, int]]:
    """(start, end, pitch) of the notes on some channels, in ticks."""
    notes = []
    for track in file.tracks:
        now, on = 0, {}
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity and message.channel in channels:
                on[message.note] = now
            elif message.type in ("note_on", "note_off") and message.note in on:
                notes.append((on.pop(message.note), now, message.note))
    return sorted(notes)


def expected_eighths(piece: Progression) -> list[set[int]]:
    """The pitch classes of the chord in every eighth note, bass not counted."""
    eighths: list[set[int]] = []
    for passage in played(piece):
        inside: list[set[int]] = [set()] * ((passage.end_tick - passage.start_tick) // 240)
        for chord, start, end in passage.chords:
            for eighth in range(
                (start - passage.start_tick) // 240, (end - passage.start_tick) // 240
            ):
                inside[eighth] = set(piece.chords[chord].pitch_classes(piece.key))
        eighths += inside
    return eighths


names = st.tuples(
    st.sampled_from(["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]),
    st.sampled_from([quality for quality in QUALITIES if quality not in NEAREST]),
).map("".join)


@st.composite
def pieces(draw):
    key = Key.parse(draw(st.sampled_from(KEYS)))
    sections = tuple(
        Section(draw(st.sampled_from(["", "verse", "B"])), draw(st.integers(1, 3)), times)
        for times in draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    )
    size = sum(section.length for section in sections)
    beats = draw(
        st.lists(st.sampled_from([0.5, 1, 1.5, 2, 3, 4, 7.5]), min_size=size, max_size=size)
    )
    chords = tuple(roman_from_name(draw(names), key) for _ in range(size))
    meter = draw(st.sampled_from([(4, 4), (3, 4), (2, 4)]))
    return Progression(chords, key, tuple(beats), meter=meter, sections=sections)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces())
def test_abc2midi_plays_the_chords_when_they_come(abc2midi, piece):
    # A chord on every eighth note of the bar, so that each can be heard.
    beats = f"%%MIDI gchord {'c' * (8 * piece.meter[0] // piece.meter[1])}\n"
    text = abc_text(piece)
    at = text.index("\n", text.index("K:")) + 1
    told, file = abc2midi(text[:at] + beats + text[at:])
    assert told == []
    expected = expected_eighths(piece)
    heard: list[set[int]] = [set() for _ in expected]
    for start, _, pitch in sounding(file, set(range(16))):
        heard[round(start / 240)].add(pitch % 12)
    assert heard == expected


@pytest.mark.parametrize("quality", QUALITIES)
def test_abc2midi_knows_every_quality(abc2midi, quality):
    key = Key.parse("C")
    chord = roman_from_name(f"E♭{quality}", key)
    text = abc_text(Progression((chord,), key, (4.0,))).replace("K:C\n", "K:C\n%%MIDI gchord c\n")
    told, file = abc2midi(text)
    assert told == []
    heard = {pitch % 12 for _, _, pitch in sounding(file, set(range(16)))}
    nearest = roman_from_name(f"E♭{NEAREST.get(quality, quality)}", key)
    assert heard == set(nearest.pitch_classes(key))
    assert heard <= set(chord.pitch_classes(key))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.floats(1 / 16, 6) | st.sampled_from([1 / 3, 2 / 3, 4 / 3]), min_size=1),
    st.lists(st.tuples(st.floats(0.02, 3), st.integers(0, 127)), max_size=12),
    st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (12, 8), (2, 2), (5, 16), (1, 32)]),
)
def test_bars_sum_to_the_meter_whatever_the_beats(abc2midi, beats, sung, meter):
    beats = beats[:64]
    melody, now = [], 0.0
    for length, pitch in sung:
        if now < sum(beats):
            melody.append(MelodyNote(now, length, pitch))
        now += length
    piece = progression("1 " * len(beats), tuple(beats), meter=meter, melody=tuple(melody))
    told, file = abc2midi(abc_text(piece))
    assert told == []
    end = max(sum(m.time for m in track) for track in file.tracks)
    assert end / file.ticks_per_beat == pytest.approx(
        written(piece)[-1].end_tick / QUARTER, abs=0.25
    )


@st.composite
def sung_pieces(draw):
    key = Key.parse(draw(st.sampled_from(KEYS)))
    lengths = [Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(5, 2)]
    steps = draw(st.lists(st.tuples(st.sampled_from(lengths), st.booleans()), max_size=12))
    melody, now = [], Fraction()
    for beats, rests in steps:
        if now + beats > 12:
            break
        if not rests:
            melody.append(MelodyNote(float(now), float(beats), draw(st.integers(48, 84))))
        now += beats
    chords = tuple(roman_from_name(draw(names), key) for _ in range(4))
    return Progression(chords, key, (2.0, 4.0, 3.0, 3.0), melody=tuple(melody))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sung_pieces())
def test_abc2midi_sings_the_melody(abc2midi, piece):
    text = abc_text(piece)
    told, file = abc2midi(text)
    assert told == []
    melody = [(note.start_beats, note.pitch) for note in piece.melody]
    heard = [(start / file.ticks_per_beat, pitch) for start, _, pitch in sounding(file, {0})]
    assert [pitch for _, pitch in heard] == [pitch for _, pitch in melody]
    # abc2midi lets some notes begin a tick or two late.
    assert [beat for beat, _ in heard] == pytest.approx([b for b, _ in melody], abs=0.01)


# ── music21 ───────────────────────────────────────────────────────────────────────────────────


def test_music21_reads_chords_bars_and_melody():
    melody = (MelodyNote(0, 1.5, 65), MelodyNote(2, 3, 68), MelodyNote(6.5, 0.5, 58))
    piece = replace(SONG, sections=(), melody=melody, beats=(4, 3, 1, 4, 1.5, 2.5, 4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of music21's own imports
        score = music21.converter.parse(abc_text(piece), format="abc")
    symbols = score.recurse().getElementsByClass(music21.harmony.ChordSymbol)
    found = [
        (float(s.getOffsetInHierarchy(score)), {p.pitchClass for p in s.pitches}) for s in symbols
    ]
    (passage,) = written(piece)
    assert found == [
        (start / QUARTER, set(piece.chords[chord].pitch_classes(piece.key)))
        for chord, start, _ in passage.chords
    ]
    notes = [
        (float(n.getOffsetInHierarchy(score)), float(n.quarterLength), n.pitch.midi)
        for n in score.stripTies().recurse().getElementsByClass(music21.note.Note)
    ]
    assert notes == [(n.start_beats, n.beats, n.pitch) for n in melody]
    bars = score.recurse().getElementsByClass(music21.stream.Measure)
    assert [bar.duration.quarterLength for bar in bars] == [4] * 5


def test_no_two_qualities_share_a_name_but_those_that_are_written_as_the_nearest():
    endings = [_ending(quality) for quality in QUALITIES if quality not in NEAREST]
    assert len(set(endings)) == len(endings)
    assert all(len(ending) <= LONGEST_ENDING for ending in endings)
    assert NEAREST.keys() | set(NEAREST.values()) <= QUALITIES.keys()
