"""MIDI files come in: our own through markers and notes, other programs', and damaged ones."""

import io
import struct
from dataclasses import replace
from random import Random

import mido
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.export.midi import midi_bytes
from shinko.intake.bounded import IntakeError
from shinko.intake.midi import MOST_BYTES, Found, find_progression, read_midi
from shinko.intake.midi_file import MOST_MESSAGES, MOST_NOTES, MOST_TEXTS
from shinko.score.arrange import Performance, arrange
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import QUALITIES, Key, parse_roman, roman_from_name

PATTERNS = ["arpeggio", "ballad", "block", "bossa", "eight-bit", "pop-rock", "strum"]
ROOTS = ["C", "C♯", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
KEYS = ["C", "G", "A", "F", "B♭", "E♭", "D♭", "F♯", "C♭", "Am", "Em", "F♯m", "Dm", "Cm", "B♭m"]
C_MAJOR, A_MINOR, F_MAJOR, G_MAJOR = (60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62)


def song(key: str, numerals: str, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    values = {"beats": (4.0,) * len(chords), **fields}
    return Progression(chords, Key.parse(key), **values)


def told(progression: Progression) -> dict:
    """All that a file with markers tells of a progression."""
    return {
        "names": progression.names,
        "beats": progression.beats,
        "key": progression.key,
        "tempo": progression.tempo_bpm,
        "meter": progression.meter,
        "title": progression.title,
        "sections": progression.sections,
    }


def again(progression: Progression, **performance) -> Found:
    return find_progression(midi_bytes(arrange(progression, Performance(**performance))))


def unmarked(progression: Progression, **performance) -> bytes:
    score = arrange(progression, Performance(**performance))
    return midi_bytes(replace(score, markers=(), sections=()))


def written(*tracks, kind: int = 1, ticks: int = 480) -> bytes:
    """A file of tracks, each a list of (delta, message)."""
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    for events in tracks:
        file.tracks.append(mido.MidiTrack(m.copy(time=delta) for delta, m in events))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def on(pitch: int, channel: int = 0):
    return mido.Message("note_on", note=pitch, velocity=80, channel=channel)


def off(pitch: int, channel: int = 0):
    return mido.Message("note_off", note=pitch, channel=channel)


def marker(text: str):
    return mido.MetaMessage("marker", text=text)


def name(text: str):
    return mido.MetaMessage("track_name", name=text)


def block(*chords, ticks: int = 1920, channel: int = 0) -> list:
    """Chords one after the other, all notes at once."""
    events = []
    for pitches in chords:
        events += [(0, on(pitch, channel)) for pitch in pitches]
        events += [(0 if place else ticks, off(p, channel)) for place, p in enumerate(pitches)]
    return events


def chunk(kind: bytes, data: bytes, size: int | None = None) -> bytes:
    return kind + struct.pack(">L", len(data) if size is None else size) + data


def head(*, kind: int = 1, tracks: int = 1, division: int = 480) -> bytes:
    return chunk(b"MThd", struct.pack(">HHH", kind, tracks, division))


def raw(track: bytes, **fields) -> bytes:
    return head(**fields) + chunk(b"MTrk", track)


# A bar of C major, a chord of three notes.
NOTES = bytes.fromhex("00 90 3c 50  00 40 50  00 43 50  8f 00 3c 00  00 40 00  00 43 00")
END = bytes.fromhex("00 ff 2f 00")
PLAIN = raw(NOTES + END)


# Our own files.


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("key", ["B♭", "F# minor"])
def test_our_own_files_come_back_through_their_markers(pattern, key):
    minor = "i ♭VI ♭III ♭VII iv V7 ivø7 i"
    major = "I V6 vi7 IV V7/V V ii7 I"
    progression = song(
        key,
        minor if "minor" in key else major,
        beats=(4.0, 4.0, 2.0, 2.0, 8.0, 4.0, 1.0, 3.0),
        tempo_bpm=133.7,
        title="進行 – ♭VII",
    )
    found = again(progression, pattern=pattern)
    assert found.how == "markers"
    assert told(found.progression) == told(progression)


@settings(max_examples=60)
@given(st.data())
def test_any_chord_of_any_key_comes_back_through_markers(data):
    key = Key.parse(data.draw(st.sampled_from(KEYS)))
    symbol = st.tuples(
        st.sampled_from(ROOTS),
        st.sampled_from(list(QUALITIES)),
        st.sampled_from(["", "", *(f"/{root}" for root in ROOTS)]),
    ).map("".join)
    names = data.draw(st.lists(symbol, min_size=1, max_size=8))
    # Whole bars: no rest fills the last one.
    beats = data.draw(
        st.lists(st.sampled_from([0.5, 1.5, 8 / 3, 4.0]), min_size=len(names), max_size=len(names))
    )
    beats[-1] = 8.0 - (sum(beats[:-1]) % 4 if len(beats) > 1 else 0)
    progression = Progression(
        chords=tuple(roman_from_name(each, key) for each in names),
        key=key,
        beats=tuple(beats),
        tempo_bpm=data.draw(st.sampled_from([20.0, 66.6, 92.25, 120.0, 400.0])),
    )
    found = again(progression)
    assert found.how == "markers"
    assert found.progression.names == progression.names
    assert found.progression.beats == pytest.approx(progression.beats, abs=1.01 / 480)
    assert found.progression.key == key
    assert found.progression.tempo_bpm == progression.tempo_bpm


def test_sections_come_back_with_their_repeats():
    progression = song(
        "C",
        "I V vi IV ii V I",
        sections=(Section("verse", 4, times=3), Section("A", 2), Section("", 1)),
    )
    assert told(again(progression).progression) == told(progression)


def test_sections_without_a_name_come_back_with_their_silences():
    piece = song("C", "I IV", beats=(4.0, 2.0), sections=(Section("", 2, times=2),))
    assert told(again(piece).progression) == told(piece)


def test_a_section_that_ends_within_a_bar_keeps_its_rest():
    progression = song(
        "G",
        "I IV V I vi ii V",
        beats=(4.0, 4.0, 2.0, 4.0, 4.0, 4.0, 1.0),
        sections=(Section("verse", 3), Section("chorus", 4)),
    )
    assert told(again(progression).progression) == told(progression)


def test_more_chords_than_a_progression_has_may_be_played_in_repeats():
    progression = song("C", "I V vi IV " * 10, sections=(Section("verse", 40, times=3),))
    assert told(again(progression).progression) == told(progression)


@pytest.mark.parametrize("meter", [(3, 4), (6, 8), (2, 2), (7, 8), (5, 4)])
def test_meters_come_back(meter):
    beats = 4 * meter[0] / meter[1]
    progression = song("D", "I IV V I", meter=meter, beats=(beats,) * 4)
    assert told(again(progression).progression) == told(progression)
    assert find_progression(unmarked(progression)).progression.beats == (beats,) * 4


@pytest.mark.parametrize("pattern", PATTERNS)
def test_without_markers_chords_are_found_in_the_notes(pattern):
    progression = song("E♭", "I V6 vi7 IV ii7 V7 Imaj7 IV", tempo_bpm=84)
    found = find_progression(unmarked(progression, pattern=pattern, humanize=1.0, seed=7))
    assert found.how == "notes"
    assert found.progression.names == progression.names
    assert found.progression.beats == progression.beats


def test_jazz_is_richer_than_it_is_written_but_keeps_its_roots():
    progression = song("C", "ii7 V7 Imaj7 vi7 ii7 V7 Imaj7 Imaj7")
    found = find_progression(unmarked(progression, pattern="jazz")).progression
    roots = [chord.root(found.key).pitch_class for chord in found.chords]
    assert roots[:6] == [2, 7, 0, 9, 2, 7]


def test_a_melody_of_ours_does_not_disturb_the_chords():
    notes = tuple(MelodyNote(float(beat), 1.0, 72 + (beat * 5) % 12) for beat in range(16))
    progression = song("C", "I vi IV V", melody=notes)
    assert find_progression(unmarked(progression)).progression.names == ("C", "Am", "F", "G")


# Files of others.


def test_a_file_of_pretty_midi_with_an_unnamed_melody_above():
    midi = pretty_midi.PrettyMIDI(initial_tempo=120)
    piano, flute = pretty_midi.Instrument(0), pretty_midi.Instrument(73)
    rng = Random(4)
    for bar, pitches in enumerate([(48, *C_MAJOR), (45, *A_MINOR), (41, *F_MAJOR), (43, *G_MAJOR)]):
        piano.notes += [pretty_midi.Note(80, p, 2 * bar, 2 * bar + 1.9) for p in pitches]
        for step in range(8):
            start = 2 * bar + step / 4
            pitch = rng.choice([72, 74, 76, 77, 79, 81, 83])
            flute.notes.append(pretty_midi.Note(90, pitch, start, start + 0.25))
    midi.instruments += [piano, flute]
    buffer = io.BytesIO()
    midi.write(buffer)
    assert find_progression(buffer.getvalue()).progression.names == ("C", "Am", "F", "G")


def test_format_0_with_drums_in_the_same_track():
    events = []
    for pitches in (C_MAJOR, F_MAJOR, G_MAJOR, C_MAJOR):
        events += [(0, on(p)) for p in pitches] + [(0, on(38, 9)), (0, on(41, 9))]
        events += [(1920, off(38, 9)), (0, off(41, 9))] + [(0, off(p)) for p in pitches]
    found = find_progression(written(events, kind=0))
    assert found.progression.names == ("C", "F", "G", "C")


def test_drums_alone_have_no_chords():
    data = written(block((36, 38), channel=9))
    with pytest.raises(IntakeError, match="no notes to find chords in, drums and melody left out"):
        find_progression(data)


def test_a_named_melody_is_left_out_but_not_if_there_is_nothing_else():
    melody = [(0, name("Lead vocal")), *block((66,), (66,))]
    data = written([(0, name("Song"))], block(C_MAJOR, F_MAJOR), melody)
    assert find_progression(data).progression.names == ("C", "F")
    alone = written([(0, name("Solo")), *block(C_MAJOR, F_MAJOR)])
    assert find_progression(alone).progression.names == ("C", "F")


def held_over(chords, ticks: int) -> list:
    """Chords of a bar each, held so many ticks longer than to the next one."""
    moments = sorted(
        moment
        for bar, pitches in enumerate(chords)
        for pitch in pitches
        for moment in ((1920 * bar, 0, pitch), (1920 * (bar + 1) + ticks, 1, pitch))
    )
    now, events = 0, []
    for tick, ends, pitch in moments:
        events.append((tick - now, off(pitch) if ends else on(pitch)))
        now = tick
    return events


@pytest.mark.parametrize("ticks", [0, 1, 10, 60])
def test_a_note_held_past_the_next_of_its_pitch_takes_nothing_from_it(ticks):
    chords = ((60, 64, 67), (60, 64, 69), (60, 65, 69), (59, 62, 65, 67))
    found = find_progression(written(held_over(chords, ticks))).progression
    assert [name.partition("/")[0] for name in found.names] == ["C", "Am", "F", "G7"]
    assert found.beats == (4.0,) * 4


def test_a_note_struck_again_that_ends_once_ends_there_each_time():
    events = []
    for pitches in (C_MAJOR, F_MAJOR):
        for _ in range(2):
            events += [(0, on(pitch)) for pitch in pitches[:-1]] + [(960, on(pitches[-1]))]
        events += [(0, off(pitch)) for pitch in pitches]
    found = find_progression(written(events)).progression
    assert found.names == ("C", "F")


def test_the_pedal_holds_a_broken_chord():
    pedal = [mido.Message("control_change", control=64, value=value) for value in (127, 0)]
    events = []
    for pitches in (C_MAJOR, F_MAJOR):
        events.append((0, pedal[0]))
        for pitch in pitches:
            events += [(0, on(pitch)), (60, off(pitch))]
        events.append((1920 - 180, pedal[1]))
    found = find_progression(written(events)).progression
    assert (found.names, found.beats) == (("C", "F"), (4.0, 4.0))


def test_a_pickup_bar_is_no_chord_of_its_own():
    pickup = [
        (0, mido.MetaMessage("time_signature", numerator=1, denominator=4)),
        (480, mido.MetaMessage("time_signature", numerator=4, denominator=4)),
        (3 * 1920, mido.MetaMessage("end_of_track")),
    ]
    notes = block(C_MAJOR, F_MAJOR, G_MAJOR)
    notes[0] = (480, notes[0][1])
    found = find_progression(written(pickup, notes)).progression
    assert (found.names, found.beats, found.meter) == (("C", "F", "G"), (4.0,) * 3, (4, 4))


def test_silence_before_the_music_is_left_out():
    events = block(C_MAJOR, F_MAJOR)
    events[0] = (5 * 1920, events[0][1])
    assert find_progression(written(events)).progression.beats == (4.0, 4.0)


def test_markers_that_are_sections_name_what_is_found_in_the_notes():
    marks = [(0, marker("Verse")), (2 * 1920, cue := mido.MetaMessage("cue_marker", text="[B]"))]
    assert cue.text == "[B]"
    data = written(marks, block(C_MAJOR, F_MAJOR, G_MAJOR, C_MAJOR))
    found = find_progression(data)
    assert found.how == "notes"
    assert found.progression.sections == (Section("Verse", 2), Section("B", 2))


def test_rehearsal_letters_are_no_chords():
    marks = [(0, marker("A")), (1920, marker("B")), (1920, marker("C")), (1920, marker("D"))]
    data = written(marks, block(C_MAJOR, F_MAJOR, G_MAJOR, C_MAJOR))
    found = find_progression(data)
    assert (found.how, found.progression.names) == ("notes", ("C", "F", "G", "C"))


@pytest.mark.parametrize("pattern", ["jazz", "strum", "ballad"])
def test_tensions_do_not_outvote_the_markers(pattern):
    piece = song("D", "I IV V7 ii7")
    score = arrange(piece, Performance(pattern, voicing="rootless"))
    found = find_progression(midi_bytes(score))
    assert (found.how, found.progression.names) == ("markers", piece.names)


def test_markers_without_notes_are_enough():
    marks = [(0, marker("Am7")), (1920, marker("D7")), (960, marker("Gmaj7"))]
    found = find_progression(written(marks)).progression
    assert (found.names, found.beats) == (("Am7", "D7", "Gmaj7"), (4.0, 2.0, 2.0))


def test_a_silence_is_told_by_its_marker():
    marks = [(0, marker("C")), (1920, marker("F")), (960, marker("N.C."))]
    found = find_progression(written(marks, block(C_MAJOR, F_MAJOR))).progression
    assert (found.names, found.beats) == (("C", "F"), (4.0, 2.0))


def test_chord_names_may_be_plain_text_events():
    texts = [
        (0, mido.MetaMessage("text", text="made by hand")),
        (0, mido.MetaMessage("text", text="C")),
        (1920, mido.MetaMessage("text", text="F/A")),
    ]
    assert find_progression(written(texts)).progression.names == ("C", "F/A")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Für Elise", "Für Elise".encode("latin-1")),
        ("Für Elise", "Für Elise".encode()),
        ("さくら", "さくら".encode("shift_jis")),
        ("two lines", b"two\r\n  lines\x00"),
        ("", b"Chord progression"),
        ("x" * 100, b"x" * 5000),
    ],
)
def test_titles_are_read_in_the_encodings_that_programs_write(text, data):
    size = (
        bytes([len(data)]) if len(data) < 128 else bytes([0x80 | len(data) >> 7, len(data) & 127])
    )
    track = b"\x00\xff\x03" + size + data + NOTES + END
    assert find_progression(raw(track)).progression.title == text


@pytest.mark.parametrize("text", ["Piano", "Guitar 2", "acoustic guitar (nylon)", "MIDI Track 1"])
def test_an_instruments_name_is_no_title(text):
    assert find_progression(written([(0, name(text)), *block(C_MAJOR)])).progression.title == ""
    assert find_progression(written([(0, name("Piano Man")), *block(C_MAJOR)])).progression.title


FOUR_BARS = [(48, *C_MAJOR), (45, *A_MINOR), (41, *F_MAJOR), (43, *G_MAJOR)] * 2
PICKUP = "bars begin where chords change, 1 quarter notes after the start"


@pytest.mark.parametrize("melody", ["Melody", ""])
def test_a_pickup_that_no_meter_tells_moves_the_bar_lines(melody):
    sung = [(0, name(melody)), (0, on(67, 1)), (480, off(67, 1))]
    chords = block(*FOUR_BARS)
    chords[0] = (480, chords[0][1])
    found = find_progression(written(sung, chords))
    assert found.progression.names == ("C", "Am", "F", "G") * 2
    assert found.progression.beats == (4.0,) * 8
    assert found.told == PICKUP


def test_a_pickup_with_a_chord_of_its_own_keeps_it():
    chords = [*block(G_MAJOR, ticks=480), *block(*FOUR_BARS)]
    found = find_progression(written(chords)).progression
    assert (found.names[:2], found.beats[:2]) == (("G", "C"), (4.0, 4.0))
    assert find_progression(written(chords), bars=(2, 3)).progression.names == ("C", "Am")


def test_chords_that_change_on_every_beat_move_no_bar_line():
    rest = [(960, on(60)), (1, off(60))]
    chords = block(*[C_MAJOR, F_MAJOR, G_MAJOR, A_MINOR, F_MAJOR] * 8, ticks=480)
    assert find_progression(written(chords, rest)).told == ""


# Key, tempo and meter.


def test_the_key_is_the_signatures():
    data = unmarked(song("E♭", "I V vi IV"))
    assert find_progression(data).progression.key == Key.parse("E♭")


def test_a_minor_signature_stays_minor():
    assert find_progression(unmarked(song("Cm", "i ♭VI iv V7"))).progression.key == Key.parse("Cm")


def test_an_empty_signature_that_the_chords_contradict_is_not_believed():
    signature = [(0, mido.MetaMessage("key_signature", key="C"))]
    chords = [tuple(pitch + 1 for pitch in c) for c in (C_MAJOR, F_MAJOR, G_MAJOR, C_MAJOR)]
    assert find_progression(written(signature, block(*chords))).progression.key == Key.parse("D♭")


def test_a_key_can_be_given():
    found = find_progression(PLAIN, key=Key.parse("F")).progression
    assert (found.key, found.roman_numerals) == (Key.parse("F"), ("V",))


@pytest.mark.parametrize("signature", ["09 00", "f7 00", "00 02", "80 ff"])
def test_key_signatures_that_cannot_be_are_left_out(signature):
    track = bytes.fromhex(f"00 ff 59 02 {signature}") + NOTES + END
    assert find_progression(raw(track)).progression.key == Key.parse("C")


@pytest.mark.parametrize(
    ("tempos", "expected"),
    [
        ([], 120.0),
        ([(0, 500_000)], 120.0),
        ([(0, 448_766)], 133.7),
        ([(0, 600_000), (1800, 900_000)], 100.0),  # slower for the last quarter of a beat
        ([(0, 400_000), (640, 500_000), (640, 600_000)], 120.0),  # a third each: the mean
        ([(0, 1)], 400.0),
        ([(0, 16_777_215)], 20.0),
        ([(0, 0)], 120.0),
    ],
)
def test_the_tempo_is_that_of_most_beats(tempos, expected):
    track = b"".join(
        (delta // 128 | 128).to_bytes()
        + (delta % 128).to_bytes()
        + b"\xff\x51\x03"
        + tempo.to_bytes(3)
        for delta, tempo in tempos
    )
    data = head(tracks=2) + chunk(b"MTrk", track + END) + chunk(b"MTrk", NOTES + END)
    assert find_progression(data).progression.tempo_bpm == pytest.approx(expected)


@pytest.mark.parametrize("signature", ["00 02", "04 1e", "04 ff", "ff 02", "40 02"])
def test_time_signatures_that_cannot_be_are_left_out(signature):
    track = bytes.fromhex(f"00 ff 58 04 {signature} 18 08") + NOTES + END
    assert find_progression(raw(track)).progression.meter == (4, 4)


# Some bars of it.


def test_some_bars_can_be_taken():
    data = written(block(C_MAJOR, F_MAJOR, G_MAJOR, A_MINOR, C_MAJOR))
    assert find_progression(data, bars=(2, 4)).progression.names == ("F", "G", "Am")
    marked = midi_bytes(arrange(song("C", "I IV V vi I", beats=(4.0, 8.0, 4.0, 4.0, 4.0))))
    found = find_progression(marked, bars=(3, 9))
    assert (found.how, found.progression.names) == ("markers", ("F", "G", "Am", "C"))
    assert found.progression.beats == (4.0,) * 4


def test_before_the_first_marker_notes_tell_the_chords():
    marks = [(2 * 1920, marker("G")), (1920, marker("Am"))]
    data = written(marks, block(C_MAJOR, F_MAJOR, G_MAJOR, A_MINOR))
    found = find_progression(data, bars=(1, 2))
    assert (found.how, found.progression.names) == ("notes", ("C", "F"))
    assert find_progression(data, bars=(3, 4)).how == "markers"


@pytest.mark.parametrize("bars", [(0, 4), (5, 4), (6, 9), (-3, -1)])
def test_bars_that_are_not_there_are_refused(bars):
    data = written(block(C_MAJOR, F_MAJOR, G_MAJOR, A_MINOR, C_MAJOR))
    with pytest.raises(IntakeError, match=r"give two numbers from 1 to 5, such as 1 to 8$"):
        find_progression(data, bars=bars)


def test_more_chords_than_a_progression_has_are_counted():
    marks = [(1920 if place else 0, marker("CFG"[place % 3])) for place in range(600)]
    with pytest.raises(
        IntakeError,
        match=r"has 600 chords in its markers, a progression 512 at most; take a part of it, "
        r"such as bars 1 to 512$",
    ):
        find_progression(written(marks))
    assert len(find_progression(written(marks), bars=(1, 512)).progression.chords) == 512


def test_a_chord_longer_than_a_progression_has_is_told():
    data = written([(0, marker("C")), (100 * 1920, marker("F")), (1920, marker("C"))])
    with pytest.raises(
        IntakeError, match=r"has a chord of 400 beats, a progression 256 .* such as bars 1 to 64$"
    ):
        find_progression(data)


def test_a_piece_too_long_for_its_notes_names_bars_to_take():
    data = written(block(*[C_MAJOR, F_MAJOR] * 200))
    with pytest.raises(IntakeError, match=r"has 400 bars, too many .* such as bars 1 to 32$"):
        find_progression(data)
    assert len(find_progression(data, bars=(101, 132)).progression.chords) == 32


# Odd and damaged files.


def test_running_status_and_rmid_are_read():
    assert find_progression(PLAIN).progression.names == ("C",)
    body = b"RMID" + b"data" + struct.pack("<L", len(PLAIN)) + PLAIN
    rmid = b"RIFF" + struct.pack("<L", len(body)) + body
    assert find_progression(rmid).progression.names == ("C",)


def test_notes_that_are_never_ended_last_until_the_track_does():
    started = bytes.fromhex("00 90 3c 50  00 40 50  00 43 50  9e 00 ff 2f 00")
    assert find_progression(raw(started)).progression.beats == (8.0,)


def test_notes_of_no_length_do_not_sound():
    none = bytes.fromhex("00 90 3d 50  00 3d 00")
    assert find_progression(raw(none + NOTES + END)).progression.names == ("C",)
    with pytest.raises(IntakeError, match="no notes to find chords in"):
        find_progression(raw(none + END))


def test_unknown_chunks_and_a_missing_end_of_track_are_no_harm():
    data = head() + chunk(b"XFIH", b"abc") + chunk(b"MTrk", NOTES)
    assert find_progression(data).progression.names == ("C",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty: no MIDI file"),
        (b"PK\x03\x04 and so on and on", r"begins with b'PK.*not with b'MThd': no MIDI file"),
        (b"MThd", "no MIDI file; give one that ends in .mid"),
        (raw(END, kind=2), "format 2; export it in format 0 or 1"),
        (raw(END, kind=7), "format 7"),
        (raw(END, division=0), "has 0 ticks per quarter note"),
        (raw(END, division=0xE728), "SMPTE frames, not in beats"),
        (head(), "has no track"),
        (raw(END), "no notes to find chords in"),
        (head() + chunk(b"MTrk", NOTES, size=2**32 - 1), r"track 1 claims 4,294,967,295 bytes"),
        (raw(NOTES[:-1]), "track 1 ends within a message"),
        (raw(b"\x00"), "track 1 ends within a message"),
        (raw(b"\x81\x80"), "track 1 ends within a message"),
        (raw(b"\x00\xff\x01\x7f"), "track 1 ends within a message"),
        (raw(b"\x00\xf0\x8f\xff\xff\x7f"), "track 1 ends within a message"),
        (raw(b"\xff\xff\xff\xff\x7f" + NOTES), "a number of more than four bytes"),
        (raw(b"\x00\x3c\x50" + END), "track 1 begins with the data byte 60"),
        (raw(b"\x00\x90\x3c\xc8" + END), "track 1 has the data byte 200; at most 127"),
        (raw(b"\x00\xf4" + END), "status byte 0xf4"),
        (raw(b"\xff\xff\xff\x7f\x90\x3c\x50" * 9 + END), r"lasts 1,\d{3},\d{3} bars, 20,000 at"),
        (raw(b"\x00\xd0\x00" * (MOST_MESSAGES + 1)), "has more than 400,000 messages; export the"),
        (raw(b"\x00\xff\x06\x00" * (MOST_TEXTS + 1)), "has more than 10,000 texts of one kind"),
        (raw(b"\x01\x90\x3c\x50" * (MOST_NOTES + 2)), "has more than 100,000 notes; export the"),
        (b"RIFF\x04\x00\x00\x00RMID" + b"x" * 20, "a RIFF without MIDI data"),
    ],
)
def test_what_is_no_usable_file_is_told_in_one_line(data, message):
    with pytest.raises(IntakeError, match=message) as caught:
        find_progression(data)
    assert "\n" not in str(caught.value)


def test_read_midi_names_the_file(tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(PLAIN)
    assert read_midi(path) == find_progression(PLAIN)
    path.write_bytes(b"nothing of use")
    with pytest.raises(IntakeError, match=r"song\.mid': begins with b'noth'"):
        read_midi(path)


def test_a_large_file_is_refused_before_it_is_parsed(tmp_path):
    with open(tmp_path / "large.mid", "wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(IntakeError, match=f"larger than {MOST_BYTES:,} bytes"):
        read_midi(tmp_path / "large.mid")


VALID = [
    PLAIN,
    midi_bytes(arrange(song("F", "I V6 vi7 IV", sections=(Section("verse", 4, 2),)))),
    unmarked(song("Dm", "i iv V7 i"), pattern="arpeggio"),
]


def check_outcome(data: bytes) -> None:
    """A progression, or one line for the user; any other error fails the test."""
    try:
        message, chords = "", len(find_progression(data).progression.chords)
    except ShinkoError as error:
        message, chords = str(error), 1
    assert 1 <= chords <= 64
    assert "\n" not in message


@settings(max_examples=400)
@given(st.data())
def test_damaged_files_give_a_progression_or_one_line(data):
    file = bytearray(data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, max(0, len(file) - 1)))
        match data.draw(st.sampled_from(["set", "cut", "drop", "repeat", "flip"])):
            case "set":
                file[place : place + 1] = data.draw(st.sampled_from([b"\x00", b"\x7f", b"\xff"]))
            case "cut":
                del file[place:]
            case "drop":
                del file[place : place + data.draw(st.integers(1, 9))]
            case "repeat":
                file[place:place] = file[place : place + data.draw(st.integers(1, 40))]
            case "flip" if file:
                file[place] ^= 1 << data.draw(st.integers(0, 7))
    check_outcome(bytes(file))


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([0, 1]), st.integers(1, 0x7FFF))
def test_any_bytes_as_a_track_give_a_progression_or_one_line(track, kind, division):
    check_outcome(raw(NOTES + track, kind=kind, division=division))
