"""Played notes: pitches, times, velocities; and SoundFonts of all sorts."""

import json
import os
import shutil
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from shinko.export import synth
from shinko.export.midi import write_midi
from shinko.export.synth import AudioError, synthesize
from shinko.score.score import DRUM_CHANNEL, TICKS_PER_QUARTER, NoteEvent, Score, Track
from shinko.theory import Key

RATE = 44_100
FLUIDSYNTH = shutil.which("fluidsynth")


def piece(*notes: NoteEvent, program: int = 0, channel: int = 0, tempo_bpm: float = 120) -> Score:
    """One track; a quarter lasts half a second."""
    track = Track("Test", program, channel, notes)
    end_tick = max((note.end_tick for note in notes), default=0)
    return Score(tempo_bpm, (4, 4), Key.parse("C"), (track,), (), end_tick)


def note(pitch: int = 69, *, at: float = 0, quarters: float = 1, velocity: int = 90) -> NoteEvent:
    start, duration = round(at * TICKS_PER_QUARTER), round(quarters * TICKS_PER_QUARTER)
    return NoteEvent(start, duration, pitch, velocity)


def drum(key: int, *, at: float = 0) -> NoteEvent:
    return note(key, at=at, quarters=0.25)


def hertz(audio: np.ndarray) -> float:
    """The highest peak of the spectrum between 0.1 and 1.1 seconds, to 0.1 Hz."""
    part = audio.sum(axis=0)[RATE // 10 :][:RATE]
    return np.abs(np.fft.rfft(part * np.hanning(len(part)), 10 * RATE)).argmax() / 10


def level_db(audio: np.ndarray, start: float, end: float) -> float:
    part = audio[:, round(start * RATE) : round(end * RATE)]
    return 10 * np.log10(np.square(part, dtype=np.float64).mean() + 1e-20)


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def tiny_font(
    *,
    bank: int = 0,
    last_bag: int = 1,
    attenuation: int = 0,
    seconds: float = 1,
) -> bytes:
    """A SoundFont 2.4 of one program: a sine of 441 Hz, the key A4, held as long as the note is.

    A period is 100 samples, the loop ten of them.
    """
    sine = np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi / 100)
    sample = np.round(16_000 * sine).astype("<i2").tobytes()
    generators = ((48, attenuation), (54, 1), (53, 0))
    preset = struct.Struct("<20s3H3I")
    tables = {
        b"phdr": preset.pack(b"Sine", 0, bank, 0, 0, 0, 0) + preset.pack(b"", 0, 0, 1, 0, 0, 0),
        b"pbag": struct.pack("<4H", 0, 0, 1, 0),
        b"pmod": bytes(10),
        b"pgen": struct.pack("<2H", 41, 0) + bytes(4),
        b"inst": struct.pack("<20sH20sH", b"Sine", 0, b"", last_bag),
        b"ibag": struct.pack("<4H", 0, 0, len(generators), 0),
        b"imod": bytes(10),
        b"igen": b"".join(struct.pack("<2H", *pair) for pair in generators) + bytes(4),
        b"shdr": struct.pack(
            "<20s5I2B2H", b"Sine", 0, len(sample) // 2, 1000, 2000, RATE, 69, 0, 0, 1
        )
        + bytes(46),
    }
    return chunk(
        b"RIFF",
        b"sfbk"
        + chunk(b"LIST", b"INFO" + chunk(b"ifil", struct.pack("<2H", 2, 4)))
        + chunk(b"LIST", b"sdta" + chunk(b"smpl", sample))
        + chunk(b"LIST", b"pdta" + b"".join(chunk(*table) for table in tables.items())),
    )


# An instrument whose zones go on far beyond the file, so that the library reads where nothing is.
CRASHING = tiny_font(last_bag=65_535)


@pytest.fixture
def font(tmp_path) -> Path:
    (tmp_path / "tiny.sf2").write_bytes(tiny_font())
    return tmp_path / "tiny.sf2"


@pytest.fixture
def sine(font, monkeypatch) -> None:
    """The tiny SoundFont in place of the one that comes along: played in this process."""
    monkeypatch.setattr(synth, "bundled_soundfont", lambda: font)


# ---- Notes -------------------------------------------------------------------------------------


def test_a4_on_the_piano_is_440_hertz():
    assert hertz(synthesize(piece(note(quarters=4)), 2 * RATE)) == pytest.approx(440, abs=1)


@pytest.mark.usefixtures("sine")
@pytest.mark.parametrize("pitch", [33, 60, 69, 70, 105])
def test_keys_are_equally_tempered(pitch):
    expected = 441 * 2 ** ((pitch - 69) / 12)  # to the tenth of a hertz that is measured
    assert hertz(synthesize(piece(note(pitch, quarters=4)), 2 * RATE)) == pytest.approx(
        expected, 1e-4, 0.06
    )


@pytest.mark.usefixtures("sine")
@pytest.mark.parametrize("tempo_bpm", [40, 120, 133.7])
def test_a_note_begins_and_ends_when_the_score_says(tempo_bpm):
    audio = synthesize(piece(note(at=2), tempo_bpm=tempo_bpm), 6 * RATE)
    start, end = (round(quarters * 60 / tempo_bpm * RATE) for quarters in (2, 3))
    heard = np.flatnonzero(np.abs(audio).max(axis=0) > 1e-4)
    assert heard[0] == pytest.approx(start, abs=5)  # the sine and its attack begin at zero
    assert heard[-1] == pytest.approx(end, abs=0.02 * RATE)  # a release of a few milliseconds


def test_a_drum_sounds_when_the_score_says():
    audio = synthesize(piece(drum(37, at=4), channel=DRUM_CHANNEL), 3 * RATE)
    assert np.flatnonzero(audio.any(axis=0))[0] / RATE == pytest.approx(2, abs=0.002)


@pytest.mark.usefixtures("sine")
def test_a_note_struck_again_the_moment_it_ends_sounds_on():
    audio = synthesize(piece(note(), note(at=1)), 2 * RATE)
    assert level_db(audio, 0.6, 0.9) == pytest.approx(level_db(audio, 0.1, 0.4), abs=0.1)
    assert level_db(audio, 1.1, 1.9) < -150


@pytest.mark.usefixtures("sine")
@pytest.mark.parametrize("ticks", [0, 1])
def test_the_shortest_notes_sound_and_end(ticks):
    audio = synthesize(piece(NoteEvent(0, ticks, 69, 90), tempo_bpm=400), RATE)
    assert 0 < np.abs(audio[:, :2000]).max() < 1
    assert not audio[:, 2000:].any()


def test_a_note_after_the_end_is_left_out():
    audio = synthesize(piece(note(), note(at=2, quarters=8)), RATE // 2)
    assert (audio == synthesize(piece(note()), RATE // 2)).all()


@pytest.mark.usefixtures("sine")
def test_twice_the_velocity_is_12_db_louder():
    audio = synthesize(piece(note(velocity=60), note(at=2, velocity=120)), 2 * RATE)
    louder = level_db(audio, 1.1, 1.4) - level_db(audio, 0.1, 0.4)
    assert louder == pytest.approx(12.04, abs=0.1)  # 40 log10 2; velocities are whole


def test_sixty_loud_notes_together_stay_below_full_scale():
    score = piece(*(note(pitch, velocity=127) for pitch in range(30, 90)), program=61)
    assert 0.1 < np.abs(synthesize(score, RATE)).max() < 1


# ---- SoundFonts of one's own -------------------------------------------------------------------


def test_ones_own_soundfont_plays_as_the_one_that_comes_along():
    score = piece(note(60), note(64, at=1))
    ours = synthesize(score, RATE)
    assert (synthesize(score, RATE, synth.bundled_soundfont()) == ours).all()


@pytest.mark.parametrize("name", ["Flügel ♭.sf2", os.fsdecode(b"fl\xfcgel.sf2")])
def test_a_soundfont_may_be_called_anything(name, tmp_path):
    try:
        (tmp_path / name).write_bytes(tiny_font())
    except (OSError, UnicodeError):
        pytest.skip("needs a file system that allows this name")
    assert hertz(synthesize(piece(note(quarters=4)), 2 * RATE, tmp_path / name)) == 441


def test_modules_in_the_working_folder_are_not_taken_for_others(font, monkeypatch):
    (font.parent / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(font.parent)
    assert synthesize(piece(note()), RATE, Path("tiny.sf2")).any()


def test_the_process_of_its_own_says_nothing_of_itself(font):
    job = {"soundfont": str(font), "frames": 100, "programs": [[0, 0]], "events": []}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "shinko.export.synth"],
        input=json.dumps(job).encode(),
        capture_output=True,
    )
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, b"", 800)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is none"),
        (np.random.default_rng(1).bytes(5000), "it is none"),
        (b"RIFF\x04\0\0\0WAVE", "it is none"),
        (b"RIFF\x04\0\0\0sfbk", "it is damaged"),
        (tiny_font()[:5000], "it is damaged"),
        (b"RIFF\x04\0\0\0sfbkpgen", "it is damaged"),
        (tiny_font(attenuation=4000, seconds=0.1), "it stays silent"),
        (CRASHING, "it is damaged"),
    ],
    ids=[
        "empty",
        "noise",
        "wave",
        "no chunks",
        "cut off",
        "cut in a head",
        "without a sound",
        "crashing",
    ],
)
def test_a_file_that_cannot_be_played_is_refused_in_one_line(data, reason, font):
    font.write_bytes(data)
    with pytest.raises(AudioError, match=rf"^SoundFont '.*tiny\.sf2': {reason}; give another .sf2"):
        synthesize(piece(note()), RATE, font)


@pytest.mark.parametrize(
    ("name", "reason"),
    [(".", "Is a directory|denied"), ("none.sf2", "No such file"), ("a\0b.sf2", "null")],
)
def test_a_soundfont_that_is_not_there(name, reason, tmp_path):
    with pytest.raises(AudioError, match=rf"^SoundFont '.*': .*({reason}).*; give another"):
        synthesize(piece(note()), RATE, tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_soundfont(tmp_path):
    os.mkfifo(tmp_path / "pipe.sf2")
    with pytest.raises(AudioError, match="it is none"):
        synthesize(piece(note()), RATE, tmp_path / "pipe.sf2")


@pytest.mark.parametrize(
    ("bank", "score", "missing"),
    [
        (0, piece(note(), program=48), "string ensemble 1"),
        (0, piece(drum(38), channel=DRUM_CHANNEL), "drums"),
        (128, piece(note()), "acoustic grand piano"),
    ],
)
def test_what_a_font_lacks_is_named(bank, score, missing, font):
    font.write_bytes(tiny_font(bank=bank))
    with pytest.raises(AudioError, match=f"it has no {missing}; give another"):
        synthesize(score, RATE, font)


@pytest.mark.parametrize("kit", [0, 25])
def test_any_kit_of_drums_is_played_by_the_first_where_it_is_missing(kit, font):
    font.write_bytes(tiny_font(bank=128))
    assert synthesize(piece(drum(38), program=kit, channel=DRUM_CHANNEL), RATE, font).any()


@pytest.mark.parametrize("seed", range(4))
def test_a_font_with_flipped_bits_is_played_or_refused_but_nothing_worse(seed, font):
    rng = np.random.default_rng(seed)
    data = bytearray(tiny_font(seconds=0.1))
    for place in rng.integers(1, 500, 20):  # the tables are at the end
        data[-place] = rng.integers(256)
    font.write_bytes(data)
    with suppress(AudioError):
        assert np.isfinite(synthesize(piece(note()), RATE, font)).all()


def test_what_takes_too_long_is_stopped(font, monkeypatch):
    monkeypatch.setattr(synth, "LEAST_SECONDS", 0.01)
    monkeypatch.setattr(synth, "SLOWEST", 0.0)
    with pytest.raises(AudioError, match=r"tiny\.sf2': it takes too long to play; give another"):
        synthesize(piece(note()), RATE, font)


@pytest.mark.parametrize("by_name", [True, False], ids=["isolated script", "standard input"])
def test_a_crash_reaches_no_script_that_asks_for_sound(by_name, font, tmp_path):
    font.write_bytes(CRASHING)
    script = (
        "from pathlib import Path\n"
        "from shinko.export.synth import AudioError, synthesize\n"
        "from shinko.score.score import NoteEvent, Score, Track\n"
        "from shinko.theory import Key\n"
        "tracks = (Track('', 0, 0, (NoteEvent(0, 480, 69, 90),)),)\n"
        "score = Score(120, (4, 4), Key.parse('C'), tracks, (), 480)\n"
        "try:\n"
        f"    synthesize(score, 100, Path({str(font)!r}))\n"
        "except AudioError as error:\n"
        "    print(error)\n"
    )
    (tmp_path / "script.py").write_text(script)
    arguments = ["-I", tmp_path / "script.py"] if by_name else ["-"]
    done = subprocess.run(
        [sys.executable, *arguments], input=script, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert "it is damaged" in done.stdout


def test_a_font_is_attenuated_by_two_fifths_of_what_it_says(font):
    levels = []
    for attenuation in (0, 100):  # tenths of a decibel: 4 dB of the 10
        font.write_bytes(tiny_font(attenuation=attenuation))
        levels.append(level_db(synthesize(piece(note()), RATE, font), 0.1, 0.4))
    assert levels[0] - levels[1] == pytest.approx(4.0, abs=0.05)


@pytest.mark.skipif(FLUIDSYNTH is None, reason="needs FluidSynth, which isn't installed")
@pytest.mark.parametrize(("program", "channel", "pitch"), [(32, 0, 40), (24, 0, 60), (0, 9, 38)])
def test_instruments_are_as_loud_beside_the_piano_as_fluidsynth_has_them(
    program, channel, pitch, tmp_path
):
    piano = piece(note(60))
    other = piece(note(pitch), program=program, channel=channel)
    ours = [level_db(synthesize(one, RATE), 0, 0.4) for one in (piano, other)]
    theirs = []
    for one in (piano, other):
        midi, wav = tmp_path / "one.mid", tmp_path / "one.wav"
        write_midi(one, midi)
        command = [FLUIDSYNTH, "-ni", "-R", "0", "-C", "0", "-r", str(RATE), "-F", str(wav)]
        found = synth.bundled_soundfont()
        subprocess.run([*command, str(found), str(midi)], check=True, capture_output=True)
        samples, _ = soundfile.read(wav, always_2d=True)
        theirs.append(level_db(samples.T, 0, 0.4))
    # Both read the same samples; envelopes and filters differ a little.
    assert ours[1] - ours[0] == pytest.approx(theirs[1] - theirs[0], abs=1.0)
