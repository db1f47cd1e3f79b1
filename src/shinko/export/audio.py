"""Scores as sound: played offline, brought to one loudness, and encoded.

Conventions: 44,100 Hz; audio is float32 of shape (2, frames), left and right, full scale 1.0. The
same score always gives the same bytes.
"""

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shinko.disk import write_atomically
from shinko.export.loudness import SAMPLE_RATE, levelled
from shinko.export.synth import AudioError, not_installed, synthesize
from shinko.score.score import DRUM_CHANNEL, TICKS_PER_QUARTER, Score, Track
from shinko.score.tempo_map import TempoMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

# No Ogg Vorbis: libsndfile draws a new serial number each time, so no two files would be equal.
KINDS = ("wav", "flac", "mp3")
LONGEST_MINUTES = 15  # levelling it takes 1.8 GB of memory
# Even a cymbal is 40 dB down this long after its note. The last chord is held so long and fades
# out, as players let it ring.
TAIL_SECONDS = 3.0
_LAST_TICKS = TICKS_PER_QUARTER // 4

# WAV and FLAC hold the same 16-bit samples; LAME's V2 is near 190 kb/s.
_CODINGS: dict[str, dict[str, Any]] = {
    "wav": {"format": "WAV", "subtype": "PCM_16"},
    "flac": {"format": "FLAC", "subtype": "PCM_16"},
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "compression_level": 0.2,
        "bitrate_mode": "VARIABLE",
    },
}
_SMALL = 0.7  # LAME's V7
_FADE_FRAMES = round(0.050 * SAMPLE_RATE)


@dataclass(frozen=True)
class AudioReport:
    """What a recording is like; loudness and peak are -inf for silence (ITU-R BS.1770-4)."""

    seconds: float
    loudness_lufs: float
    true_peak_dbfs: float


def write_audio(
    score: Score,
    path: str | os.PathLike[str],
    *,
    soundfont: Path | None = None,
    loop: bool = False,
) -> AudioReport:
    """Write the score as sound, whole or not at all; the name's ending says the kind.

    Raises:
      AudioError: as `render_audio`, or the ending is none of `KINDS`.
      WriteError: the file can't be written.
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise AudioError(
            f"{os.fspath(path)!r}: expected a name that ends in "
            f"{', '.join(f'.{known}' for known in KINDS[:-1])} or .{KINDS[-1]}"
        )
    audio, report = render_audio(score, soundfont=soundfont, loop=loop)
    write_atomically(path, _encoded(audio, kind, score.title))
    return report


def audio_bytes(
    score: Score, kind: str, *, soundfont: Path | None = None, loop: bool = False
) -> bytes:
    """The score as a sound file of one of `KINDS`; the same score gives the same bytes.

    Raises:
      AudioError: as `render_audio`, or the kind is not known.
    """
    if kind not in KINDS:
        raise AudioError(f"audio kind {kind!r} is not known; choose one of: {', '.join(KINDS)}")
    audio, _ = render_audio(score, soundfont=soundfont, loop=loop)
    return _encoded(audio, kind, score.title)


def preview_bytes(score: Score) -> bytes:
    """The score as a small MP3 in one channel, for a page that carries its players.

    Raises:
      AudioError: as `render_audio`.
    """
    audio, _ = render_audio(score)
    return _encoded(audio.mean(axis=0, keepdims=True), "mp3", score.title, small=True)


def render_audio(
    score: Score, *, soundfont: Path | None = None, loop: bool = False
) -> "tuple[NDArray[Any], AudioReport]":
    """Play the score: -16 LUFS where the peaks allow it, true peak at most -1.5 dB.

    Args:
      score: up to 15 minutes; tracks on channel 9 are drums.
      soundfont: an .sf2 or .sf3 file; by default TimGM6mb, which pretty_midi brings along.
      loop: exactly the length of the piece, what rings after its end wrapped round to its start;
        otherwise three seconds follow, in which what sounds to the end is held and fades out.

    Returns:
      The samples, float32 of shape (2, frames), and what they are like.

    Raises:
      AudioError: the score is too long, the SoundFont can't be used, or the packages for audio
        aren't installed.
    """
    import numpy as np

    _check_installed()
    seconds = TempoMap.of(score).seconds_at(score.end_tick)
    if seconds > 60 * LONGEST_MINUTES:
        raise AudioError(
            f"the piece lasts {seconds / 60:.1f} minutes, audio at most {LONGEST_MINUTES}: "
            "take fewer chords or a faster tempo, or write MIDI"
        )
    frames = round(seconds * SAMPLE_RATE)
    tail = round(TAIL_SECONDS * SAMPLE_RATE)
    audio = synthesize(score if loop else _held(score), frames + tail, soundfont)
    fade = _FADE_FRAMES if loop else tail
    audio[:, -fade:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fade, dtype=np.float32))
    if loop:
        audio = _wrapped(audio, frames)
    audio, lufs, peak = levelled(audio, loop=loop)
    return audio, AudioReport(audio.shape[1] / SAMPLE_RATE, lufs, peak)


def _held(score: Score) -> Score:
    """The score with what sounds to its end, the last sixteenth, held until the sound has faded."""
    tempo_bpm = TempoMap.of(score).bpm_at(score.end_tick)
    ticks = round(TAIL_SECONDS * tempo_bpm / 60 * score.ticks_per_quarter)
    last, until = score.end_tick - _LAST_TICKS, score.end_tick + ticks

    def held(track: Track) -> Track:
        if track.channel == DRUM_CHANNEL:
            return track
        notes = (
            replace(note, duration_ticks=until - note.start_tick) if note.end_tick > last else note
            for note in track.notes
        )
        return replace(track, notes=tuple(notes))

    return replace(score, tracks=tuple(map(held, score.tracks)))


def _wrapped(audio: "NDArray[Any]", frames: int) -> "NDArray[Any]":
    """The first `frames`, with everything after them laid over them from the start, again and
    again where the piece is shorter than what rings.
    """
    whole = audio[:, :frames].copy()
    for start in range(frames, audio.shape[1], max(frames, 1)):
        rest = audio[:, start : start + frames]
        whole[:, : rest.shape[1]] += rest
    return whole


def _check_installed() -> None:
    try:
        import pyloudnorm  # type: ignore[import-untyped]  # noqa: F401
        import soundfile  # type: ignore[import-untyped]  # noqa: F401
        import tinysoundfont  # type: ignore[import-untyped]  # noqa: F401
    except (ImportError, OSError) as error:  # soundfile without libsndfile is an OSError
        raise not_installed(error) from None


def _encoded(audio: "NDArray[Any]", kind: str, title: str, *, small: bool = False) -> bytes:
    """A sound file; players show its title."""
    import soundfile

    coding = _CODINGS[kind] | ({"compression_level": _SMALL} if small else {})
    samples = _sixteen_bit(audio) if coding["subtype"] == "PCM_16" else audio
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", SAMPLE_RATE, channels=len(audio), **coding) as file:
        if title:
            file.title = title.encode(errors="replace").decode()
        file.write(samples.T)
    return buffer.getvalue()


def _sixteen_bit(audio: "NDArray[Any]") -> "NDArray[Any]":
    """16-bit samples with triangular dither of ±1 step, always the same; silence stays zero."""
    import numpy as np

    rng = np.random.default_rng(0)
    noise = rng.random(audio.shape, np.float32) - rng.random(audio.shape, np.float32)
    noise[audio == 0] = 0
    samples: NDArray[Any] = np.clip(np.rint(audio * 32767 + noise), -32768, 32767)
    return samples.astype(np.int16)
