"""How loud a recording is, and bringing it to one loudness without clipping.

Conventions: audio is a float array of shape (2, frames) at 44,100 Hz, full scale 1.0; loudness in
LUFS and true peak in dB below full scale, both after ITU-R BS.1770-4 (true peak: Annex 2, four
times oversampled). Silence is -inf on both scales.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 44_100
# What Apple Music levels to, and near Spotify's and YouTube's -14.
TARGET_LUFS = -16.0
# A lossy coder may overshoot what it was given: half a dB of the 1 dB asked for is kept for it.
CEILING_DBFS = -1.5

# More than this is heard as pumping; a piece that needs more stays quieter.
MOST_REDUCTION_DB = 6.0
# The limiter turns down 20 ms before a peak and back up within 20 ms after it.
LOOK_AHEAD_FRAMES = round(0.020 * SAMPLE_RATE)

GATING_BLOCK_FRAMES = round(0.400 * SAMPLE_RATE)
CLOSE_ENOUGH_LU = 0.1
MOST_ROUNDS = 5

OVERSAMPLING = 4
PEAK_BLOCK, PEAK_CONTEXT = 4096, 32
# Between two samples the curve is at most this much higher than the highest sample near it: the
# filter's largest sum of absolute values over one phase is 2.24.
MOST_OVERSHOOT = 2.25


def levelled(audio: "NDArray[Any]", *, loop: bool = False) -> tuple["NDArray[Any]", float, float]:
    """Audio at -16 LUFS whose true peak is below -1.5 dB: one gain, then a look-ahead limiter.

    The limiter takes 6 dB off at most: what is so peaky that this does not suffice, such as a
    single drum hit, stays quieter. Silence is returned as it is.

    Args:
      audio: shape (2, frames).
      loop: the end is followed by the beginning, so the limiter looks across the seam.

    Returns:
      The audio, its loudness in LUFS and its true peak in dB.
    """
    import numpy as np

    peak = true_peak_dbfs(audio)
    if peak == -np.inf:
        return audio, -np.inf, peak
    # Raised to the ceiling first: what is below -70 LUFS would not be measured at all.
    raised_db = CEILING_DBFS - peak
    gain_db = TARGET_LUFS - loudness_lufs(audio * np.float32(_amplitude(raised_db)))
    for _ in range(MOST_ROUNDS):
        gain_db = min(gain_db, MOST_REDUCTION_DB)
        result = audio * np.float32(_amplitude(raised_db + gain_db))
        _limit(result, loop=loop)
        lufs = loudness_lufs(result)
        if abs(lufs - TARGET_LUFS) <= CLOSE_ENOUGH_LU or gain_db == MOST_REDUCTION_DB:
            break
        gain_db += TARGET_LUFS - lufs
    peak = true_peak_dbfs(result)
    if peak > CEILING_DBFS:  # the changing gain itself moves the curve between samples a little
        result *= np.float32(_amplitude(CEILING_DBFS - peak))
        lufs, peak = lufs + CEILING_DBFS - peak, CEILING_DBFS
    return result, lufs, peak


def loudness_lufs(audio: "NDArray[Any]") -> float:
    """Integrated loudness; below 0.4 s, where no gating block fits, as if silence followed."""
    import numpy as np
    import pyloudnorm  # type: ignore[import-untyped]

    missing = max(0, GATING_BLOCK_FRAMES - audio.shape[1])
    padded = np.pad(audio, ((0, 0), (0, missing))) if missing else audio
    if not padded.any():
        return -np.inf
    # The filter class of this name has the coefficients of BS.1770 itself at 48 kHz.
    meter = pyloudnorm.Meter(SAMPLE_RATE, filter_class="DeMan")
    with np.errstate(divide="ignore"):
        return float(meter.integrated_loudness(padded.T))


def true_peak_dbfs(audio: "NDArray[Any]") -> float:
    """The highest point of the curve through the samples, in dB; -inf for silence."""
    import numpy as np

    highest_sample = float(max(audio.max(initial=0.0), -audio.min(initial=0.0)))
    if highest_sample == 0.0:
        return -np.inf
    return float(20 * np.log10(_peaks(audio, highest_sample).max()))


def _peaks(audio: "NDArray[Any]", level: float) -> "NDArray[Any]":
    """The highest absolute value at each frame, shape (frames,): wherever it may exceed `level`
    the true peak, elsewhere the sample's.
    """
    import numpy as np
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    frames = audio.shape[1]
    peaks: NDArray[Any] = np.maximum(np.abs(audio[0]), np.abs(audio[1]))
    starts = np.arange(0, frames, PEAK_BLOCK)
    candidates = np.maximum.reduceat(peaks, starts) > level / MOST_OVERSHOOT
    for start in starts[candidates]:
        end = min(start + PEAK_BLOCK, frames)
        first, last = max(0, start - PEAK_CONTEXT), min(frames, end + PEAK_CONTEXT)
        between = resample_poly(audio[:, first:last], OVERSAMPLING, 1, axis=1)
        between = between[:, OVERSAMPLING * (start - first) :][:, : OVERSAMPLING * (end - start)]
        highest = np.abs(between).max(axis=0).reshape(-1, OVERSAMPLING).max(axis=1)
        peaks[start:end] = np.maximum(peaks[start:end], highest)
    return peaks


def _limit(audio: "NDArray[Any]", *, loop: bool) -> None:
    """Turn the audio itself down around its peaks, smoothly, so that none is above the ceiling."""
    import numpy as np
    from scipy.ndimage import (  # type: ignore[import-untyped]
        minimum_filter1d,
        uniform_filter1d,
    )

    ceiling = _amplitude(CEILING_DBFS)
    peaks = _peaks(audio, ceiling)
    if peaks.max(initial=0.0) <= ceiling:
        return
    gain = ceiling / np.maximum(peaks, ceiling)
    mode = "wrap" if loop else "nearest"
    # The smoothing reaches as far as the minimum did, so it can't rise above what a peak needs.
    gain = minimum_filter1d(gain, 2 * LOOK_AHEAD_FRAMES + 1, mode=mode)
    for _ in range(2):
        gain = uniform_filter1d(gain, LOOK_AHEAD_FRAMES, mode=mode)
    audio *= gain


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
