"""MIDI files: read back by mido, by pretty_midi, and by music21's own reader, and byte by byte."""

import io
import re
from collections import Counter

import mido
import numpy as np
import pretty_midi
import pytest
from music21 import midi as music21_midi

from shinko.disk import WriteError
from shinko.export.midi import midi_bytes, write_midi
from shinko.score.arrange import Performance, arrange
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.score import Marker, NoteEvent, Score, Track
from shinko.score.tempo_map import TempoMap
from shinko.theory import Key, parse_roman

# One quarter note C4 over a 3/4 bar in B♭ major at 120, under the chord name B♭.
GOLDEN = """
4d 54 68 64  00 00 00 06     # MThd, six bytes:
00 01  00 02  01 e0          # format 1, two tracks, 480 ticks a quarter

4d 54 72 6b  00 00 00 28     # MTrk, 40 bytes
00  ff 03 04  54 69 6e 79    # track name "Tiny"
00  ff 51 03  07 a1 20       # tempo: 500,000 microseconds a quarter
00  ff 59 02  fe 00          # key signature: two flats, major
00  ff 58 04  03 02 18 08    # time signature: 3 over 2 to the 2nd, a click in 24 clocks
00  ff 06 02  42 62          # marker "Bb"
8b 20  ff 2f 00              # end of track at tick 1440, the end of the bar

4d 54 72 6b  00 00 00 1a     # MTrk, 26 bytes
00  ff 03 05  50 69 61 6e 6f # track name "Piano"
00  c2 00                    # channel 3: program 1, grand piano
00  92 3c 54                 # channel 3: C4 on, velocity 84
83 42  82 3c 40              # after 450 ticks: C4 off
87 5e  ff 2f 00              # after 990 more: end of track
"""


def tiny(**fields) -> Score:
    values = {
        "title": "Tiny",
        "tempo_bpm": 120,
        "meter": (3, 4),
        "key": Key.parse("B♭"),
        "tracks": (Track("Piano", program=0, channel=2, notes=(NoteEvent(0, 450, 60, 84),)),),
        "markers": (Marker(0, "B♭"),),
        "end_tick": 1440,
        **fields,
    }
    return Score(**values)


def song(key: str, numerals: str = "I V7 vi ii7 IV64", **fields) -> Score:
    chords = tuple(map(parse_roman, numerals.split()))
    return arrange(Progression(chords, Key.parse(key), (4.0,) * len(chords), **fields))


def read(score: Score) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(midi_bytes(score)))


def meta(file: mido.MidiFile, kind: str) -> mido.MetaMessage:
    (message,) = (message for message in file.tracks[0] if message.type == kind)
    return message


def notes_by_mido(track: mido.MidiTrack) -> Counter:
    """(start, duration, pitch, velocity) of every note; a second "on" before "off" fails."""
    now, sounding, notes = 0, {}, Counter()
    for message in track:
        now += message.time
        if message.type == "note_on":
            assert message.note not in sounding
            sounding[message.note] = (now, message.velocity)
        elif message.type == "note_off":
            start, velocity = sounding.pop(message.note)
            notes[start, now - start, message.note, velocity] += 1
    assert not sounding
    return notes


def notes_of(track: Track) -> Counter:
    return Counter((n.start_tick, n.duration_ticks, n.pitch, n.velocity) for n in track.notes)


def test_a_tiny_score_byte_by_byte():
    dump = re.sub(r"#.*", "", GOLDEN)
    assert midi_bytes(tiny()).hex(" ") == " ".join(dump.split())


def test_the_same_score_gives_the_same_bytes():
    assert midi_bytes(song("E♭")) == midi_bytes(song("E♭"))


def test_mido_reads_all_notes_of_all_tracks():
    score = song("F# minor", "i ♭VI ♭III ♭VII i i")
    file = read(score)
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 480, 3)
    for track, midi_track in zip(score.tracks, file.tracks[1:], strict=True):
        assert notes_by_mido(midi_track) == notes_of(track)


def test_pretty_midi_hears_the_same_piece():
    score = song("A♭", tempo_bpm=90, meter=(3, 4))
    heard = pretty_midi.PrettyMIDI(io.BytesIO(midi_bytes(score)))
    times, tempos = heard.get_tempo_changes()
    assert times.tolist() == [0]
    # The file counts whole microseconds a beat: 666,667 for 90 beats per minute.
    assert tempos.tolist() == pytest.approx([60e6 / 666_667])
    (signature,) = heard.time_signature_changes
    assert (signature.numerator, signature.denominator, signature.time) == (3, 4, 0)
    (key,) = heard.key_signature_changes
    assert pretty_midi.key_number_to_key_name(key.key_number) == "Ab Major"
    for track, instrument in zip(score.tracks, heard.instruments, strict=True):
        assert (instrument.name, instrument.program) == (track.name, track.program)
        ticks = Counter(
            (
                heard.time_to_tick(note.start),
                heard.time_to_tick(note.end) - heard.time_to_tick(note.start),
                note.pitch,
                note.velocity,
            )
            for note in instrument.notes
        )
        assert ticks == notes_of(track)


def band(pattern: str) -> Score:
    """A verse twice and a bridge, with a melody, as a pattern plays it."""
    meters = {"any": (4, 4)} | {f"{n}/{d}": (n, d) for n, d in ((4, 4), (3, 4), (6, 8))}
    meter = meters[find_pattern(pattern).meters[0]]
    bar = 4 * meter[0] / meter[1]
    piece = Progression(
        tuple(map(parse_roman, ["I", "vi7", "IV6", "V7", "ii7"])),
        Key.parse("E♭"),
        (bar, bar / 2, bar / 2, bar, bar * 2),
        meter=meter,
        sections=(Section("A", 3, 2), Section("bridge", 2)),
        melody=(MelodyNote(0, bar, 70), MelodyNote(bar, bar, 72)),
    )
    return arrange(piece, Performance(pattern, humanize=1, seed=4))


@pytest.mark.parametrize("pattern", pattern_names())
def test_two_readers_find_every_track_of_every_pattern(pattern):
    score = band(pattern)
    data = midi_bytes(score)
    by_mido = mido.MidiFile(file=io.BytesIO(data)).tracks[1:]
    heard = pretty_midi.PrettyMIDI(io.BytesIO(data)).instruments
    assert "Melody" in [track.name for track in score.tracks]
    for track, midi_track, instrument in zip(score.tracks, by_mido, heard, strict=True):
        assert notes_by_mido(midi_track) == notes_of(track)
        assert (instrument.name, instrument.is_drum) == (track.name, track.channel == 9)
        assert instrument.program == track.program
        seconds = 60 / score.tempo_bpm / 480
        found = sorted((n.start, n.end, n.pitch, n.velocity) for n in instrument.notes)
        played = sorted(
            (n.start_tick * seconds, n.end_tick * seconds, n.pitch, n.velocity) for n in track.notes
        )
        assert np.allclose(found, played, atol=1e-6)


def test_sections_stand_in_brackets_before_their_first_chord():
    markers = [m for m in read(band("block")).tracks[0] if m.type == "marker"]
    assert [marker.text for marker in markers] == [
        *("[A]", "Eb", "Cm7", "Ab/C", "[A]", "Eb", "Cm7", "Ab/C"),
        *("[bridge]", "Bb7", "Fm7"),
    ]


def test_music21s_reader_finds_the_same_events():
    score = song("D♭", "I vi7 ii7 V7", title="Ballad")
    file = music21_midi.MidiFile()
    file.readstr(midi_bytes(score))
    conductor, *instruments = file.tracks
    now, found = 0, []
    for event in conductor.events:
        now += event.time if event.type == "DeltaTime" else 0
        if event.type != "DeltaTime":
            found.append((now, event.type.name, event.data))
    assert found == [
        (0, "SEQUENCE_TRACK_NAME", b"Ballad"),
        (0, "SET_TEMPO", (500_000).to_bytes(3, "big")),
        (0, "KEY_SIGNATURE", bytes([256 - 5, 0])),
        (0, "TIME_SIGNATURE", bytes([4, 2, 24, 8])),
        (0, "MARKER", b"Db"),
        (1920, "MARKER", b"Bbm7"),
        (3840, "MARKER", b"Ebm7"),
        (5760, "MARKER", b"Ab7"),
        (7680, "END_OF_TRACK", b""),
    ]
    for track, instrument in zip(score.tracks, instruments, strict=True):
        started = [event.pitch for event in instrument.events if event.isNoteOn()]
        assert Counter(started) == Counter(note.pitch for note in track.notes)


MAJOR = ["Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"]
MINOR = ["Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#"]


@pytest.mark.parametrize(
    ("key", "signature"),
    [(f"{tonic} major", tonic) for tonic in MAJOR]
    + [(f"{tonic} minor", f"{tonic}m") for tonic in MINOR],
)
def test_key_signatures_up_to_seven_accidentals(key, signature):
    assert meta(read(tiny(key=Key.parse(key))), "key_signature").key == signature


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        ("D dorian", "Am"),
        ("E phrygian", "Am"),
        ("F lydian", "C"),
        ("G mixolydian", "C"),
        ("C dorian", "Gm"),
        ("A mixolydian", "D"),
    ],
)
def test_a_mode_gets_the_signature_of_its_notes_with_its_third(key, signature):
    assert meta(read(tiny(key=Key.parse(key))), "key_signature").key == signature


@pytest.mark.parametrize(
    ("key", "signature"), [("G# major", "Ab"), ("D# major", "Eb"), ("Db minor", "C#m")]
)
def test_keys_beyond_seven_accidentals_get_the_signature_that_sounds_the_same(key, signature):
    assert meta(read(tiny(key=Key.parse(key))), "key_signature").key == signature


@pytest.mark.parametrize(
    ("meter", "clocks"),
    [((4, 4), 24), ((3, 4), 24), ((2, 2), 48), ((6, 8), 36), ((12, 8), 36), ((7, 8), 12)],
)
def test_time_signatures_click_on_the_felt_beat(meter, clocks):
    signature = meta(read(tiny(meter=meter)), "time_signature")
    assert (signature.numerator, signature.denominator) == meter
    assert signature.clocks_per_click == clocks


@pytest.mark.parametrize("tempo_bpm", [20, 120, 133.7, 400])
def test_the_tempo_is_right_to_the_microsecond(tempo_bpm):
    assert meta(read(tiny(tempo_bpm=tempo_bpm)), "set_tempo").tempo == round(60e6 / tempo_bpm)


def test_every_track_ends_where_the_piece_ends():
    score = song("C")
    for track in read(score).tracks:
        assert [message.type for message in track].count("end_of_track") == 1
        assert sum(message.time for message in track) == score.end_tick


def test_a_note_ends_before_its_repetition_begins():
    again = Track(
        "Piano",
        program=0,
        channel=0,
        notes=(NoteEvent(0, 480, 60, 80), NoteEvent(480, 480, 60, 80)),
    )
    messages = [m for m in read(tiny(tracks=(again,))).tracks[1] if m.type.startswith("note")]
    assert [message.type for message in messages] == ["note_on", "note_off", "note_on", "note_off"]


def test_instruments_are_chosen_before_the_first_note():
    for track in read(song("C")).tracks[1:]:
        kinds = [message.type for message in track]
        assert kinds[:3] == ["track_name", "program_change", "note_on"]


def test_chord_names_are_ascii():
    score = tiny(markers=(Marker(0, "F♯ø7"), Marker(480, "B♭°7/D♭"), Marker(960, "Cmaj7")))
    texts = [message.text for message in read(score).tracks[0] if message.type == "marker"]
    assert texts == ["F#m7b5", "Bbdim7/Db", "Cmaj7"]


def test_titles_are_utf_8():
    data = midi_bytes(tiny(title="進行 – ♭VII"))
    assert "進行 – ♭VII".encode() in data
    assert mido.MidiFile(file=io.BytesIO(data), charset="utf-8").tracks[0].name == "進行 – ♭VII"


def test_a_piece_without_a_title_still_names_its_first_track():
    assert read(tiny(title="")).tracks[0].name == "Chord progression"


def test_write_midi_writes_the_bytes(tmp_path):
    write_midi(tiny(), tmp_path / "tiny.mid")
    assert (tmp_path / "tiny.mid").read_bytes() == midi_bytes(tiny())


def test_write_midi_into_no_folder_says_so(tmp_path):
    with pytest.raises(WriteError, match=r"tiny\.mid'.*No such file or directory"):
        write_midi(tiny(), tmp_path / "nowhere" / "tiny.mid")


def changing() -> Score:
    """A verse in A minor at 100, a chorus in C, a bridge in E♭ at 84 that slows down."""
    piece = Progression(
        tuple(map(parse_roman, ["i", "iv", "I", "V", "I", "IV", "V"])),
        Key.parse("A minor"),
        (4.0,) * 7,
        tempo_bpm=100,
        sections=(
            Section("verse", 2),
            Section("chorus", 2, key=Key.parse("C")),
            Section("bridge", 3, key=Key.parse("E♭"), tempo_bpm=84, style="bossa"),
        ),
        ritardando=True,
    )
    return arrange(piece, Performance("pop-rock"))


def test_keys_and_tempos_change_with_their_sections():
    now, found = 0, []
    for message in read(changing()).tracks[0]:
        now += message.time
        if message.type == "key_signature":
            found.append((now, message.key))
        elif message.type == "set_tempo":
            found.append((now, round(mido.tempo2bpm(message.tempo), 1)))
    bar = 1920
    assert found[:5] == [(0, 100), (0, "Am"), (2 * bar, "C"), (4 * bar, 84), (4 * bar, "Eb")]
    slowing = found[5:]
    assert [tick for tick, _ in slowing] == [*range(5 * bar + 240, 6 * bar + 1, 240)]
    assert slowing[-1] == (6 * bar, 63)  # three quarters of 84


def test_pretty_midi_hears_the_tempos():
    score = changing()
    heard = pretty_midi.PrettyMIDI(io.BytesIO(midi_bytes(score)))
    # Two bars and two at 100, then one at 84, all in seconds; what comes then is slower.
    start_of_rit = 16 * 60 / 100 + 4 * 60 / 84
    assert heard.tick_to_time(5 * 1920) == pytest.approx(start_of_rit, abs=1e-4)
    assert heard.tick_to_time(score.end_tick) == pytest.approx(
        TempoMap.of(score).seconds_at(score.end_tick), abs=1e-4
    )
    assert TempoMap.of(score).seconds_at(score.end_tick) > start_of_rit + 8 * 60 / 84


def test_each_instrument_of_each_style_has_a_track_of_its_own():
    tracks = read(changing()).tracks[1:]
    names = [track.name for track in tracks]
    assert names == ["Chords", "Chords 2", "Bass", "Bass 2", "Drums"]
    for track in tracks:
        assert sum(message.type == "program_change" for message in track) == 1
