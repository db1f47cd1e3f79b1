"""Sound files: all instruments, lengths, loops, kinds, and what is said where none can be made."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from shinko.disk import WriteError
from shinko.export import audio as audio_module
from shinko.export import synth
from shinko.export.audio import (
    KINDS,
    LONGEST_MINUTES,
    SAMPLE_RATE,
    TAIL_SECONDS,
    AudioError,
    AudioReport,
    audio_bytes,
    preview_bytes,
    render_audio,
    write_audio,
)
from shinko.export.midi import midi_bytes
from shinko.export.synth import synthesize
from shinko.score.arrange import Performance, arrange
from shinko.score.progression import Progression, Section
from shinko.score.score import DRUM_CHANNEL, NoteEvent, Score, TempoChange, Track
from shinko.score.tempo_map import TempoMap
from shinko.theory import Key, parse_roman

QUARTER = 480
TAIL = round(TAIL_SECONDS * SAMPLE_RATE)


def piece(
    *notes: NoteEvent,
    program: int = 0,
    channel: int = 0,
    end_tick: int = 4 * QUARTER,
    tempo_bpm: float = 120,
) -> Score:
    """One bar of 4/4 at 120, so two seconds, unless told otherwise."""
    track = Track("Test", program, channel, notes)
    return Score(tempo_bpm, (4, 4), Key.parse("C"), (track,), (), end_tick)


def song(tempo_bpm: float = 120) -> Score:
    """Two bars with bass and drums."""
    chords = (parse_roman("I"), parse_roman("V7"))
    progression = Progression(chords, Key.parse("C"), (4.0, 4.0), tempo_bpm=tempo_bpm)
    return arrange(progression, Performance("pop-rock"))


@lru_cache
def rendered(tempo_bpm: float, *, loop: bool) -> np.ndarray:
    return render_audio(song(tempo_bpm), loop=loop)[0]


SAME_EVERYWHERE = """
import hashlib
from test_export_audio import KINDS, audio_bytes, song
print(*(hashlib.sha256(audio_bytes(song(), kind)).hexdigest() for kind in KINDS))
"""


def test_sound_lasts_as_long_as_its_tempos_say():
    chords = tuple(parse_roman("I") for _ in range(3))
    sections = (Section("A", 1), Section("B", 2, tempo_bpm=60))
    steady = Progression(chords, Key.parse("C"), (4.0,) * 3, sections=sections)
    # A bar of 4/4 at 120 and two at 60: 2 + 8 seconds, and the tail.
    audio, report = render_audio(arrange(steady))
    assert audio.shape[1] == 10 * SAMPLE_RATE + TAIL
    slowing = arrange(replace(steady, ritardando=True))
    assert render_audio(slowing)[1].seconds == pytest.approx(
        TempoMap.of(slowing).seconds_at(slowing.end_tick) + TAIL_SECONDS, abs=1e-4
    )
    assert render_audio(slowing)[1].seconds > report.seconds + 1
    assert render_audio(arrange(steady), loop=True)[0].shape[1] == 10 * SAMPLE_RATE


def test_a_note_is_heard_when_the_tempos_before_it_say():
    tempos = (TempoChange(4 * QUARTER, 60),)
    late = NoteEvent(8 * QUARTER, QUARTER, 60, 90)  # after 2 + 4 seconds
    score = replace(piece(late, end_tick=12 * QUARTER), tempos=tempos)
    audio = np.abs(synthesize(score, 8 * SAMPLE_RATE)).max(axis=0)
    assert np.flatnonzero(audio > 1e-4)[0] / SAMPLE_RATE == pytest.approx(6, abs=0.05)


# ---- General MIDI ------------------------------------------------------------------------------


def test_every_general_midi_program_sounds_on_both_sides():
    silent = []
    for program in range(128):
        audio = synthesize(piece(NoteEvent(0, QUARTER, 60, 90), program=program), SAMPLE_RATE // 2)
        if not np.abs(audio).max(axis=1).min() > 0.001:
            silent.append(program)
    assert not silent


def test_every_general_midi_drum_sounds():
    drums = range(35, 82)
    notes = (NoteEvent(4 * QUARTER * bar, QUARTER // 4, drum, 90) for bar, drum in enumerate(drums))
    audio = synthesize(piece(*notes, channel=DRUM_CHANNEL), len(drums) * 2 * SAMPLE_RATE)
    bars = np.split(audio, len(drums), axis=1)
    silent = [
        drum
        for drum, bar in zip(drums, bars, strict=True)
        if not np.abs(bar[:, :SAMPLE_RATE]).max() > 0.004
    ]
    assert not silent


@pytest.mark.skipif(not shutil.which("fluidsynth"), reason="needs the program fluidsynth")
@pytest.mark.parametrize(
    ("program", "channel", "pitches"),
    [
        *[(0, 0, (48, 64, 67)), (32, 0, (36,)), (48, 0, (60, 76)), (73, 0, (79,))],
        *[(0, DRUM_CHANNEL, (drum,)) for drum in (36, 38, 42)],
    ],
)
def test_fluidsynth_plays_the_same_spectrum(program, channel, pitches, tmp_path):
    score = piece(
        *(NoteEvent(0, 2 * QUARTER, pitch, 90) for pitch in pitches),
        program=program,
        channel=channel,
    )
    (tmp_path / "piece.mid").write_bytes(midi_bytes(score))
    command = ["fluidsynth", "-ni", "-R", "0", "-C", "0", "-r", str(SAMPLE_RATE)]
    command += ["-F", tmp_path / "theirs.wav", synth.bundled_soundfont(), tmp_path / "piece.mid"]
    subprocess.run(command, capture_output=True, check=True)
    theirs = soundfile.read(tmp_path / "theirs.wav")[0].T
    ours = synthesize(score, SAMPLE_RATE)
    spectra = [tenth_semitones(audio[:, : SAMPLE_RATE // 2]) for audio in (ours, theirs)]
    # Filters and velocities differ; a semitone apart it is 0.53 at most.
    assert spectra[0] @ spectra[1] > 0.8


def tenth_semitones(audio: np.ndarray) -> np.ndarray:
    """The spectrum from A0 up over nine octaves, as a vector of length 1."""
    spectrum = np.abs(np.fft.rfft(audio.sum(axis=0) * np.hanning(audio.shape[1]), 1 << 17))
    edges = 27.5 * 2 ** (np.arange(1081) / 120)
    bands = np.interp(edges, np.fft.rfftfreq(1 << 17, 1 / SAMPLE_RATE), spectrum)
    bands = np.convolve(bands, np.hanning(9), "same")
    return bands / np.linalg.norm(bands)


# ---- Lengths and loops -------------------------------------------------------------------------


@pytest.mark.parametrize("tempo_bpm", [133.7, 240])
def test_the_length_is_that_of_the_piece_and_three_seconds_to_ring_out(tempo_bpm):
    audio, report = render_audio(song(tempo_bpm))
    assert audio.shape == (2, round(8 * 60 / tempo_bpm * SAMPLE_RATE) + TAIL)
    assert audio.dtype == np.float32
    assert report.seconds == audio.shape[1] / SAMPLE_RATE
    assert np.abs(audio).max(axis=1).min() > 0.1


def test_what_rings_has_died_away_at_the_end():
    cymbal = NoteEvent(3 * QUARTER, QUARTER, 49, 127)
    audio, _ = render_audio(piece(cymbal, channel=DRUM_CHANNEL))
    assert np.abs(audio).max() > 0.5
    assert np.abs(audio[:, -SAMPLE_RATE // 10 :]).max() < 0.01
    assert not audio[:, -1].any()


def test_what_sounds_to_the_end_is_held_and_fades_out():
    end = 2 * SAMPLE_RATE  # of one bar at 120 beats a minute
    held, cut = (
        render_audio(piece(NoteEvent(0, ticks, 60, 100), program=16, end_tick=4 * QUARTER))[0]
        for ticks in (4 * QUARTER - 10, 3 * QUARTER)
    )
    levels = [
        np.abs(held[:, end + at : end + at + SAMPLE_RATE // 2]).max()
        for at in range(0, TAIL, SAMPLE_RATE // 2)
    ]
    assert levels == sorted(levels, reverse=True)
    assert levels[2] > np.abs(held).max() / 4  # an organ, a second after its key would be let go
    assert np.abs(cut[:, end:]).max() < np.abs(cut).max() / 100


@pytest.mark.parametrize("tempo_bpm", [133.7, 240])
def test_a_loop_is_exactly_as_long_as_the_piece(tempo_bpm):
    audio, report = render_audio(song(tempo_bpm), loop=True)
    assert audio.shape == (2, round(8 * 60 / tempo_bpm * SAMPLE_RATE))
    assert report.seconds == audio.shape[1] / SAMPLE_RATE


def test_a_loop_goes_on_over_its_seam():
    # A flute held to the end, and nothing at the start: what is there is its ringing.
    audio, _ = render_audio(
        piece(NoteEvent(2 * QUARTER, 2 * QUARTER, 72, 100), program=73), loop=True
    )
    around = np.concatenate([audio[:, -2000:], audio[:, :2000]], axis=1)
    steps = np.abs(np.diff(around)).max(axis=0)
    assert steps[1999] <= steps[:1999].max()
    before, after = (np.abs(part).max() for part in (around[:, 1500:2000], around[:, 2000:2500]))
    assert after > before / 2


def test_a_loop_holds_the_same_sound_as_the_piece():
    score = piece(NoteEvent(0, 4 * QUARTER, 60, 100))
    whole, loop = (render_audio(score, loop=loop)[0] for loop in (False, True))
    wrapped = whole[:, : 2 * SAMPLE_RATE].copy()
    wrapped[:, :SAMPLE_RATE] += whole[:, 2 * SAMPLE_RATE : 3 * SAMPLE_RATE]
    scale = np.vdot(loop, wrapped) / np.vdot(wrapped, wrapped)  # each is levelled by itself
    assert np.abs(loop - scale * wrapped).max() < 0.05 * np.abs(loop).max()


@pytest.mark.parametrize("ticks", [1, 48, 240])
@pytest.mark.parametrize("loop", [False, True])
def test_a_piece_shorter_than_what_rings(ticks, loop):
    audio, report = render_audio(piece(NoteEvent(0, ticks, 60, 90), end_tick=ticks), loop=loop)
    assert audio.shape[1] == round(ticks / 960 * SAMPLE_RATE) + TAIL * (not loop)
    assert np.isfinite(audio).all()
    assert -30 < report.loudness_lufs <= -15
    assert report.true_peak_dbfs <= -1.49


# ---- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end_tick", [0, 1920])
def test_silence_is_written_as_silence(kind, end_tick):
    score = piece(end_tick=end_tick)
    assert render_audio(score)[1] == AudioReport(3 + end_tick / 960, -np.inf, -np.inf)
    samples, _ = soundfile.read(io.BytesIO(audio_bytes(score, kind)))
    assert len(samples) == round(SAMPLE_RATE * (3 + end_tick / 960))
    assert not samples.any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_loop_of_no_length_is_an_empty_file(kind):
    data = audio_bytes(piece(end_tick=0), kind, loop=True)
    assert len(data) < 10_000


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [("wav", "PCM_16", 1e-4), ("flac", "PCM_16", 1e-4), ("mp3", "MPEG_LAYER_III", 0.15)],
)
@pytest.mark.parametrize("loop", [False, True])
def test_every_kind_is_read_back_with_its_length(kind, subtype, tolerance, loop, tmp_path):
    path = tmp_path / f"song.{kind.upper()}"
    report = write_audio(song(133.7), path, loop=loop)
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.subtype) == (SAMPLE_RATE, 2, subtype)
    assert info.frames == round(report.seconds * SAMPLE_RATE)
    samples, _ = soundfile.read(path)
    assert np.abs(samples.T - rendered(133.7, loop=loop)).max() < tolerance


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs the program ffmpeg")
def test_ffmpeg_finds_no_padding_in_an_mp3(tmp_path):
    report = write_audio(song(133.7), tmp_path / "song.mp3")
    command = ["ffmpeg", "-v", "error", "-i", tmp_path / "song.mp3", "-f", "s16le", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
    assert len(done.stdout) == 4 * round(report.seconds * SAMPLE_RATE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", ["Zwei Türen 進行", "broken \ud800"])
def test_every_kind_carries_its_title(kind, title):
    data = audio_bytes(replace(piece(NoteEvent(0, 480, 60, 90)), title=title), kind)
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.title == title.replace("\ud800", "?")


def test_a_preview_has_one_channel_and_less_than_half_the_size():
    score = song(120)
    small = preview_bytes(score)
    info = soundfile.info(io.BytesIO(small))
    assert (info.format, info.channels) == ("MP3", 1)
    assert info.duration == pytest.approx(render_audio(score)[1].seconds, abs=0.1)
    assert len(small) < len(audio_bytes(score, "mp3")) / 2


def test_wav_and_flac_hold_the_same_samples():
    wav, flac = (
        soundfile.read(io.BytesIO(audio_bytes(song(), kind)), dtype="int16")[0]
        for kind in ("wav", "flac")
    )
    assert (wav == flac).all()


def test_the_same_score_gives_the_same_bytes_in_this_process_and_in_another():
    here = [audio_bytes(song(), kind) for kind in KINDS]
    assert here[0] == audio_bytes(song(), KINDS[0])
    there = subprocess.run(
        [sys.executable, "-c", SAME_EVERYWHERE],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    ).stdout
    assert there.split() == [hashlib.sha256(data).hexdigest() for data in here]


def test_dither_leaves_silence_alone_and_spreads_the_error_evenly():
    audio = np.full((2, 100_000), 0.3 / 32_767, np.float32)
    audio[:, :10] = 0
    samples = audio_module._sixteen_bit(audio)
    assert not samples[:, :10].any()
    assert samples[:, 10:].mean() == pytest.approx(0.3, abs=0.01)  # plain rounding gives 0


# ---- What can't be done ------------------------------------------------------------------------


@pytest.fixture
def nothing_is_played(monkeypatch):
    def refuse(*_):
        raise AssertionError("played")

    monkeypatch.setattr(audio_module, "synthesize", refuse)


@pytest.mark.usefixtures("nothing_is_played")
@pytest.mark.parametrize("name", ["song.ogg", "song.m4a", "song", ".wav", "song.wav.txt"])
def test_an_unknown_ending_lists_the_known_ones(name, tmp_path):
    with pytest.raises(AudioError, match=r"expected a name that ends in \.wav, \.flac or \.mp3$"):
        write_audio(song(), tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("nothing_is_played")
def test_an_unknown_kind_lists_the_known_ones():
    with pytest.raises(AudioError, match=r"'ogg' is not known; choose one of: wav, flac, mp3$"):
        audio_bytes(song(), "ogg")


@pytest.mark.usefixtures("nothing_is_played")
def test_too_long_a_piece_is_refused_at_once():
    minutes = LONGEST_MINUTES + 0.1
    with pytest.raises(
        AudioError, match=rf"lasts {minutes} minutes, audio at most {LONGEST_MINUTES}: take fewer"
    ):
        render_audio(piece(end_tick=round(minutes * 120) * QUARTER))


@pytest.mark.parametrize("package", ["soundfile", "pyloudnorm", "tinysoundfont", "pretty_midi"])
def test_missing_packages_are_named_with_the_way_out(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    way_out = r'pip install "shinko\[audio\]"; pip install --no-deps tinysoundfont$'
    with pytest.raises(AudioError, match=rf"{package}.*: {way_out}"):
        render_audio(song())


def test_soundfile_without_its_library_is_as_good_as_missing(tmp_path, monkeypatch):
    (tmp_path / "soundfile.py").write_text("raise OSError('sndfile library not found')")
    monkeypatch.delitem(sys.modules, "soundfile")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AudioError, match=r"\(sndfile library not found\): pip install"):
        render_audio(song())


def test_the_module_imports_nothing_large_and_never_pretty_midi():
    code = (
        "import sys, shinko.export.audio\n"
        "large = {'numpy', 'scipy', 'soundfile', 'pyloudnorm', 'tinysoundfont'}\n"
        "assert not large & sys.modules.keys()\n"
        "from shinko.export.synth import bundled_soundfont\n"
        "bundled_soundfont()\n"
        "assert 'pretty_midi' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_no_folder_to_write_into(tmp_path):
    with pytest.raises(WriteError, match=r"song\.wav'.*create the folder first"):
        write_audio(song(), tmp_path / "nowhere" / "song.wav")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_full_disk(tmp_path):
    (tmp_path / "song.wav").symlink_to("/dev/full")
    with pytest.raises(WriteError, match=r"song\.wav'.*free some space"):
        write_audio(song(), tmp_path / "song.wav")


@pytest.mark.parametrize("failing", ["soundfont", "rights"])
def test_what_fails_leaves_the_old_file_as_it_was(failing, tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", denied)  # a folder's rights stop everyone but root
    (tmp_path / "song.wav").write_bytes(b"old")
    font = tmp_path / "none.sf2" if failing == "soundfont" else None
    error = AudioError if font else WriteError
    with pytest.raises(error, match="No such file" if font else "Permission denied"):
        write_audio(song(), tmp_path / "song.wav", soundfont=font)
    assert (tmp_path / "song.wav").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
