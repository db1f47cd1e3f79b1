"""Loudness and true peaks: the standard's own examples, every pattern, other programs' ears."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from shinko.export.audio import KINDS, render_audio, write_audio
from shinko.export.loudness import SAMPLE_RATE, levelled, loudness_lufs, true_peak_dbfs
from shinko.score.arrange import Performance, arrange
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.progression import Progression
from shinko.score.score import DRUM_CHANNEL, NoteEvent, Score, Track
from shinko.theory import Key, parse_roman

QUARTER = 480


def song(pattern: str = "block", *, tempo_bpm: float = 120, meter: str = "4/4") -> Score:
    numerator, denominator = map(int, meter.split("/"))
    chords = tuple(map(parse_roman, ("I", "V7", "vi")))
    beats = (4 * numerator / denominator,) * len(chords)
    progression = Progression(
        chords, Key.parse("C"), beats, tempo_bpm=tempo_bpm, meter=(numerator, denominator)
    )
    return arrange(progression, Performance(pattern))


def bar(*notes: NoteEvent, program: int = 0, channel: int = 0) -> Score:
    """Two seconds."""
    track = Track("Test", program, channel, notes)
    return Score(120, (4, 4), Key.parse("C"), (track,), (), 4 * QUARTER)


def sine(hertz: float, *, phase: float = 0) -> np.ndarray:
    """Two seconds at full scale."""
    times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    return np.sin(2 * np.pi * hertz * times + phase).astype(np.float32)


def test_loudness_of_the_standards_own_example():
    # BS.1770-4, annex 1: 997 Hz at full scale in one channel reads -3.01.
    audio = np.stack([sine(997), np.zeros_like(sine(997))])
    assert loudness_lufs(audio) == pytest.approx(-3.01, abs=0.02)


def test_a_pause_does_not_make_a_piece_quieter():
    loud = np.stack([sine(997)] * 2)
    with_pause = np.concatenate([loud, np.zeros_like(loud), loud], axis=1)
    # The gate leaves out what is silent; blocks that lie half in it remain.
    assert loudness_lufs(with_pause) == pytest.approx(loudness_lufs(loud), abs=0.4)


def test_a_true_peak_lies_between_the_samples():
    # A quarter of the sampling rate, at 45 degrees: every sample is 3 dB below the peak.
    audio = np.stack([sine(SAMPLE_RATE / 4, phase=np.pi / 4)] * 2)[:, 1000:-1000]
    assert 20 * np.log10(np.abs(audio).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_dbfs(audio) == pytest.approx(0, abs=0.15)  # annex 2 allows 0.5


@pytest.mark.parametrize("frames", [0, 1, 100])
def test_silence_is_returned_as_it_is(frames):
    audio, lufs, peak = levelled(np.zeros((2, frames), np.float32))
    assert audio.shape == (2, frames)
    assert not audio.any()
    assert (lufs, peak) == (-np.inf, -np.inf)


@pytest.mark.parametrize("loop", [False, True])
def test_levelling_leaves_what_it_was_given_as_it_was(loop):
    audio = np.stack([sine(440)] * 2)
    audio[:, 1000] = 20
    before = audio.copy()
    levelled(audio, loop=loop)
    assert (audio == before).all()


@pytest.mark.parametrize("factor", [1e-6, 100])
def test_how_loud_it_was_before_makes_no_difference(factor):
    audio = np.stack([sine(440), sine(660)])
    loud, lufs, _ = levelled(audio * np.float32(factor))
    assert lufs == pytest.approx(-16, abs=0.1)
    assert loud == pytest.approx(levelled(audio)[0], abs=1e-4)


def test_a_limiter_turns_down_around_a_peak_only():
    audio = np.stack([sine(440)] * 2) / 8
    audio[:, SAMPLE_RATE] = 1
    limited, lufs, peak = levelled(audio)
    assert lufs == pytest.approx(-16, abs=0.1)
    assert peak == pytest.approx(-1.5, abs=0.01)
    gain = limited[0] / np.where(audio[0] == 0, 1, audio[0])
    away = np.r_[100 : SAMPLE_RATE - 2000, SAMPLE_RATE + 2000 : 2 * SAMPLE_RATE - 100]
    away = away[np.abs(audio[0, away]) > 0.01]
    assert gain[away] == pytest.approx(np.median(gain[away]), rel=1e-4)
    assert gain[SAMPLE_RATE] < 0.9 * np.median(gain[away])


def test_what_the_limiter_takes_away_is_made_up_for():
    audio = np.stack([sine(440)] * 2) / 8
    audio[:, ::8000] = 1  # turned down by 4 dB, a quarter of the time
    _, lufs, peak = levelled(audio)
    assert lufs == pytest.approx(-16, abs=0.1)
    assert peak == pytest.approx(-1.5, abs=0.01)


def test_a_loop_is_turned_down_across_its_seam():
    audio = np.stack([sine(440)] * 2) / 16
    audio[:, 0] = 1
    gains = [
        levelled(audio, loop=loop)[0][0, -300:-100] / audio[0, -300:-100] for loop in (False, True)
    ]
    assert np.median(gains[1]) < 0.95 * np.median(gains[0])


def test_a_single_hit_stays_quieter_than_it_would_pump():
    click = np.zeros((2, 2 * SAMPLE_RATE), np.float32)
    click[:, 1000:1010] = 0.3
    audio, loudness, peak = levelled(click)
    assert loudness < -20
    assert -2 < peak <= -1.49
    assert np.abs(audio[:, :900]).max() == 0


MANY = {
    **{
        name: (name, {"meter": find_pattern(name).meters[0].replace("any", "4/4")})
        for name in pattern_names()
    },
    "fast": ("pop-rock", {"tempo_bpm": 240, "meter": "6/8"}),
    "slow": ("ballad", {"tempo_bpm": 60, "meter": "3/4"}),
}


@pytest.mark.parametrize("name", MANY)
def test_arrangements_are_as_loud_as_each_other_and_do_not_clip(name):
    pattern, how = MANY[name]
    audio, report = render_audio(song(pattern, **how))
    assert report.loudness_lufs == pytest.approx(-16, abs=1)
    assert report.true_peak_dbfs <= -1.49
    assert np.abs(audio).max() < 10 ** (-1 / 20)
    assert true_peak_dbfs(audio) == pytest.approx(report.true_peak_dbfs, abs=0.01)
    assert loudness_lufs(audio) == pytest.approx(report.loudness_lufs, abs=0.01)


@pytest.mark.parametrize(
    "score",
    [
        bar(
            *(NoteEvent(QUARTER // 2 * i, 60, 36 + 2 * (i % 2), 127) for i in range(8)),
            channel=DRUM_CHANNEL,
        ),
        bar(*(NoteEvent(0, 4 * QUARTER, pitch, 127) for pitch in range(30, 90)), program=61),
        bar(NoteEvent(0, 4 * QUARTER, 60, 1)),
    ],
    ids=["drums", "sixty horns", "the softest note"],
)
@pytest.mark.parametrize("loop", [False, True])
def test_extremes_are_as_loud_as_the_rest(score, loop):
    _, report = render_audio(score, loop=loop)
    assert report.loudness_lufs == pytest.approx(-16, abs=1)
    assert report.true_peak_dbfs <= -1.49


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs the program ffmpeg")
@pytest.mark.parametrize("kind", KINDS)
def test_ffmpeg_measures_the_same_loudness_and_peak(kind, tmp_path):
    report = write_audio(song("pop-rock"), tmp_path / f"song.{kind}")
    command = ["ffmpeg", "-nostats", "-i", tmp_path / f"song.{kind}", "-af"]
    command += ["ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said.rpartition("Summary:")[2]
    measured = float(re.search(r"I:\s+(\S+) LUFS", summary)[1])
    peak = float(re.search(r"Peak:\s+(\S+) dBFS", summary)[1])
    # It says tenths; a lossy coder may add to the peak.
    assert measured == pytest.approx(report.loudness_lufs, abs=0.15)
    assert peak < -1
    assert peak == pytest.approx(report.true_peak_dbfs, abs=0.5 if kind == "mp3" else 0.15)
