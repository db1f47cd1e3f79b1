"""A score played by TinySoundFont: samples from a General MIDI SoundFont, no sound card needed.

The library reads whatever it is given: a damaged SoundFont can end the interpreter. So one that a
user brings is played in a process of its own, and only the one that comes along in this one.
"""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shinko.errors import ShinkoError
from shinko.export.loudness import SAMPLE_RATE
from shinko.score.instruments import INSTRUMENTS
from shinko.score.score import DRUM_CHANNEL, Score
from shinko.score.tempo_map import TempoMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

# It names PyAudio, which needs a compiler and a sound card's library and is only for playing aloud;
# so it is in no extra, and installed without what it depends on.
SYNTHESISER = "tinysoundfont"
INSTALL_SYNTHESISER = f"pip install --no-deps {SYNTHESISER}"
# These quotes and this separator hold for PowerShell as for other shells.
INSTALL = f'pip install "shinko[audio]"; {INSTALL_SYNTHESISER}'
DRUM_BANK = 128
_INITIAL_ATTENUATION, _ATTENUATION_SCALE = 48, 0.4
# Far from full scale, so that sixty notes together aren't clipped inside; levelled afterwards.
GAIN_DB = -18
LARGEST_SOUNDFONT_BYTES = 2_000_000_000
SLOWEST = 2.0  # times the piece's length that a user's SoundFont may take, and at least
LEAST_SECONDS = 60.0
TOLD = 3  # exit code of a process that says what is wrong
# What a damaged SoundFont gives out is nothing, or out of all bounds; full scale is 1.
LOUDEST, INAUDIBLE = 1e6, 1e-9


class AudioError(ShinkoError):
    """The score can't become sound: too long, an unknown kind, a SoundFont that can't be used."""


def synthesize(score: Score, frames: int, soundfont: Path | None = None) -> "NDArray[Any]":
    """Play the score for so many frames, its ringing included.

    Args:
      frames: how long; the score may be shorter.
      soundfont: an .sf2 or .sf3 file; by default TimGM6mb, which pretty_midi brings along.

    Returns:
      float32 of shape (2, frames), left and right at 44,100 Hz, not levelled.

    Raises:
      AudioError: the SoundFont can't be used, or a package isn't installed.
    """
    job = {
        "soundfont": str(soundfont or bundled_soundfont()),
        "frames": frames,
        "programs": [(track.channel, track.program) for track in score.tracks],
        "events": [event for event in _events(score) if event[0] < frames],
    }
    if soundfont is None:
        return _played(job)
    check_soundfont(soundfont)
    limit_seconds = max(LEAST_SECONDS, SLOWEST * frames / SAMPLE_RATE)
    audio = _played_apart(job, limit_seconds=limit_seconds)
    _check_sound(audio, soundfont, expected=any(track.notes for track in score.tracks))
    return audio


def _played(job: Mapping[str, Any]) -> "NDArray[Any]":
    import numpy as np

    try:
        from tinysoundfont import Synth  # type: ignore[import-untyped]
    except ImportError as error:
        raise not_installed(error) from None
    synth = Synth(gain=GAIN_DB, samplerate=SAMPLE_RATE)
    path = Path(job["soundfont"])
    try:
        # Its C takes only some of the names that a file can have.
        font = synth.sfload(attenuated(path.read_bytes()))
    except RuntimeError as error:
        raise _unusable(path, "it is damaged") from error
    for channel, program in job["programs"]:
        drums = channel == DRUM_CHANNEL
        bank, fitting = (DRUM_BANK, (program, 0)) if drums else (0, (program,))
        # Asked first: without a drum kit the library has its piano play the drums.
        if not any(synth.sfpreset_name(font, bank, known) for known in fitting):
            raise _unusable(path, f"it has no {'drums' if drums else INSTRUMENTS[program]}")
        synth.program_select(channel, font, bank, program, drums)
    frames = job["frames"]
    audio = np.empty((frames, 2), np.float32)
    now = 0
    for frame, is_on, channel, pitch, velocity in [*job["events"], (frames, False, -1, 0, 0)]:
        if frame > now:
            block = synth.generate(frame - now)
            audio[now:frame] = np.frombuffer(block, np.float32).reshape(-1, 2)
            now = frame
        if is_on:
            synth.noteon(channel, pitch, _linear(velocity))
        elif channel >= 0:
            synth.noteoff(channel, pitch)
    return np.ascontiguousarray(audio.T)


def attenuated(soundfont: bytes) -> bytes:
    """A SoundFont whose instruments are as loud beside each other as players of MIDI have them.

    The standard's initial attenuation is in tenths of a decibel, but the cards that it was written
    for took 0.4 of it, SoundFonts were balanced by ear on those, and FluidSynth does so, too.
    TinySoundFont takes all of it: pianos vanish behind basses.

    Source: SoundFont 2.04, 7.5 and 7.9, PGEN and IGEN: records of an operator and an amount.
    """
    import numpy as np

    data = bytearray(soundfont)
    for chunk in (b"pgen", b"igen"):
        start = data.rfind(chunk)  # they stand at the end, after all the samples
        if not 0 <= start <= len(data) - 8:  # none, or cut within its head
            continue
        size = int.from_bytes(data[start + 4 : start + 8], "little")
        count = min(size, len(data) - start - 8) // 4
        records = np.frombuffer(data, "<i2", 2 * count, start + 8).reshape(-1, 2)
        is_attenuation = records[:, 0] == _INITIAL_ATTENUATION
        records[is_attenuation, 1] = np.rint(records[is_attenuation, 1] * _ATTENUATION_SCALE)
    return bytes(data)


def _linear(velocity: int) -> int:
    """The velocity of which TinySoundFont makes what General MIDI asks for: the square of it.

    Its amplitude grows with the velocity, that of the standard with its square (40 log10).
    """
    return max(1, round(velocity * velocity / 127))


def _events(score: Score) -> list[tuple[int, bool, int, int, int]]:
    """(frame, on, channel, pitch, velocity) in order; notes end before others begin."""
    tempos = TempoMap.of(score)
    events = []
    for track in score.tracks:
        for note in track.notes:
            start, end = (
                round(tempos.seconds_at(tick) * SAMPLE_RATE)
                for tick in (note.start_tick, note.end_tick)
            )
            events.append((start, True, track.channel, note.pitch, note.velocity))
            events.append((max(end, start + 1), False, track.channel, note.pitch, 0))
    return sorted(events)


def _played_apart(job: Mapping[str, Any], *, limit_seconds: float) -> "NDArray[Any]":
    import numpy as np

    # It finds its modules where this one does, and none that happen to lie in the folder it is in.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=limit_seconds,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        reason = "it takes too long to play"
    else:
        if done.returncode == 0:
            return np.frombuffer(done.stdout, np.float32).reshape(2, -1).copy()
        said = done.stderr.decode(errors="replace").rstrip().rpartition("\n")[2]
        if done.returncode == TOLD:
            raise AudioError(said)
        # What is no Python error is a crash in the library.
        reason = said if done.returncode == 1 and said else "it is damaged"
    raise _unusable(job["soundfont"], reason)


def check_soundfont(path: Path) -> None:
    """The few bytes that tell a SoundFont from anything else, before a process is started.

    Raises:
      AudioError: it can't be read, is none, or is too large.
    """
    head = b""
    try:
        found = path.stat()
        if not stat.S_ISFIFO(found.st_mode):  # nobody may be writing into a pipe
            with path.open("rb") as file:
                head = file.read(12)
    except (OSError, ValueError) as error:
        raise _unusable(path, getattr(error, "strerror", None) or error) from error
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise _unusable(path, "it is none")
    if found.st_size > LARGEST_SOUNDFONT_BYTES:
        raise _unusable(path, f"it is larger than {LARGEST_SOUNDFONT_BYTES:,} bytes")


def _check_sound(audio: "NDArray[Any]", path: Path, *, expected: bool) -> None:
    import numpy as np

    highest = np.maximum(audio.max(), -audio.min())
    if not highest < LOUDEST:  # or no number
        raise _unusable(path, "it is damaged")
    if expected and highest < INAUDIBLE:
        raise _unusable(path, "it stays silent")


def _unusable(path: Path | str, reason: object) -> AudioError:
    return AudioError(
        f"SoundFont {str(path)!r}: {reason}; give another .sf2 or .sf3 file, with the General MIDI "
        "instruments"
    )


def bundled_soundfont() -> Path:
    """TimGM6mb of the installed pretty_midi, found without importing that package.

    Raises:
      AudioError: it isn't there.
    """
    from importlib.util import find_spec

    spec = find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder, "TimGM6mb.sf2")).is_file():
            return path
    raise not_installed("no pretty_midi, whose SoundFont is played")


def not_installed(reason: object) -> AudioError:
    """What to say where a package for audio is missing."""
    return AudioError(f"audio needs more packages ({reason}): {INSTALL}")


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(_played(json.load(sys.stdin)).data)
    except AudioError as error:
        sys.stderr.write(str(error))
        sys.exit(TOLD)
