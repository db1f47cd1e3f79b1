"""Bar lines, tempo and key of a MIDI file.

Conventions:
  - Meter: the one that holds longest; bar lines count from where it begins.
  - Tempo: the one that most beats have, or the mean if none has half of them. A section has one of
    its own if that holds for more than half of its beats.
  - A tempo that falls step by step near the end, to no less than half, is a ritardando.
  - Key: the signature's, if the chords can be in it; otherwise found from the chords. Most files
    that say C major say nothing.
"""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from shinko.intake.bounded import IntakeError
from shinko.intake.midi_file import Midi
from shinko.score.progression import TEMPO_RANGE_BPM, bar_beats
from shinko.theory import ChordName, Key, Note
from shinko.theory.find_key import find_key
from shinko.theory.notes import MAJOR_SCALE_FIFTHS

MOST_BARS = 20_000
# A signature is believed if its scale has nearly as much of the chords as the best scale has;
# without accidentals, as it stands in most files, it has to be nearly the best.
SIGNATURE_FIT, EMPTY_SIGNATURE_FIT = 0.25, 0.05
# Of a ritardando: within how many bars of the end, in how many steps at least, down to what part
# of the tempo.
SLOWING_BARS, LEAST_STEPS, LEAST_RATIO = 4, 3, 0.5


@dataclass(frozen=True)
class BarGrid:
    """Where bar lines fall, in ticks; the first one is at tick 0 or before.

    Attributes:
      meter: numerator and denominator.
      bar: ticks in a bar; no whole number if a quarter note has few ticks.
    """

    meter: tuple[int, int]
    bar: Fraction
    origin: Fraction

    def line(self, bar: int) -> Fraction:
        """Where a bar begins; they count from 1."""
        return self.origin + (bar - 1) * self.bar

    def bar_at(self, tick: Fraction | int) -> int:
        """The bar that a tick lies in."""
        return int((tick - self.origin) // self.bar) + 1

    def nearest(self, tick: Fraction | int) -> Fraction:
        """The bar line that lies nearest."""
        return self.line(self.bar_at(tick + self.bar / 2))

    def before(self, tick: Fraction | int) -> Fraction:
        """The last bar line at a tick or before it."""
        return self.line(self.bar_at(tick))

    def after(self, tick: Fraction | int) -> Fraction:
        """The first bar line at a tick or after it."""
        return self.origin - (self.origin - tick) // self.bar * self.bar


def bar_grid_of(midi: Midi) -> BarGrid:
    """The meter that holds longest, of equals the first; bar lines from where it begins."""
    meters = sorted(midi.meters, key=lambda row: row[0])
    if not meters or meters[0][0] > 0:
        meters.insert(0, (0, (4, 4)))
    lasting: Counter[tuple[int, int]] = Counter()
    for (start, meter), (end, _) in pairwise([*meters, (max(midi.end, meters[-1][0]), (4, 4))]):
        lasting[meter] += end - start
    meter = max(lasting, key=lambda meter: lasting[meter])
    bar = bar_beats(meter)
    ticks = Fraction(bar) * midi.ticks_per_quarter
    begins = next(tick for tick, each in meters if each == meter)
    origin = begins % ticks
    grid = BarGrid(meter, ticks, origin - ticks if origin else Fraction(0))
    if grid.bar_at(midi.end) > MOST_BARS:
        raise IntakeError(
            f"lasts {grid.bar_at(midi.end):,} bars, {MOST_BARS:,} at most are read; export it "
            "without the silence, or the bars that you want"
        )
    return grid


def taken(grid: BarGrid, end: Fraction, bars: tuple[int, int] | None) -> tuple[Fraction, Fraction]:
    """From which tick to which chords are looked for."""
    if bars is None:
        return grid.origin, end
    first, last = bars
    if not 1 <= first <= last or grid.line(first) >= end:
        raise IntakeError(
            f"bars {first} to {last}: give two numbers from 1 to {grid.bar_at(end) - 1}, "
            "such as 1 to 8"
        )
    return grid.line(first), min(grid.line(last + 1), end)


def tempo_of(midi: Midi, first: Fraction, last: Fraction) -> float:
    """The tempo of most beats, or their mean over the time, within what a progression may have."""
    lasting = _lasting(midi, first, last)
    tempo, ticks = lasting.most_common(1)[0]
    if 2 * ticks >= lasting.total():
        return _bpm(tempo)
    return _bpm(sum(t * n for t, n in lasting.items()) / lasting.total())


def held_tempo(midi: Midi, first: Fraction, last: Fraction) -> float | None:
    """The tempo of more than half of the beats between two ticks; None if none is."""
    lasting = _lasting(midi, first, last)
    tempo, ticks = lasting.most_common(1)[0]
    return _bpm(tempo) if 2 * ticks > lasting.total() else None


def _lasting(midi: Midi, first: Fraction, last: Fraction) -> Counter[int]:
    """For how many ticks each tempo holds, in microseconds for a quarter note."""
    tempos = sorted([(0, 500_000), *midi.tempos], key=lambda row: row[0])
    lasting: Counter[int] = Counter()
    for (start, tempo), (end, _) in pairwise([*tempos, (max(midi.end, int(last)), 0)]):
        lasting[tempo] += max(0, min(end, int(last)) - max(start, int(first)))
    return lasting


def _bpm(microseconds: float) -> float:
    """Quarter notes per minute, within what a progression may have."""
    # The file has whole microseconds: 448,766 for 133.7 beats per minute.
    bpm = next(
        (
            b
            for b in (round(60e6 / microseconds, n) for n in range(3))
            if b and round(60e6 / b) == round(microseconds)
        ),
        round(60e6 / microseconds, 3),
    )
    slowest, fastest = TEMPO_RANGE_BPM
    return min(max(float(bpm), float(slowest)), float(fastest))


def without_ritardando(
    midi: Midi, grid: BarGrid, end: Fraction, marked: Container[Fraction]
) -> Midi | None:
    """The file with the tempo that holds before its ritardando; None if it has none.

    Args:
      marked: the bar lines where sections begin; a tempo there is the section's.
    """
    late = max(end - SLOWING_BARS * grid.bar, Fraction(1))  # the first tempo is no step
    tempos = sorted([(0, 500_000), *midi.tempos], key=lambda row: row[0])
    start = len(tempos) - 1
    while start and tempos[start][0] >= late and tempos[start - 1][1] < tempos[start][1]:
        if Fraction(tempos[start][0]) in marked:
            break
        start -= 1
    slowing = tempos[start][1] / tempos[-1][1]
    if len(tempos) - 1 - start < LEAST_STEPS or slowing < LEAST_RATIO:
        return None
    return replace(midi, tempos=tempos[1 : start + 1])


def signature_of(midi: Midi) -> Key | None:
    """The key that the file tells first; None where it tells none."""
    return min(midi.keys, key=lambda row: row[0])[1] if midi.keys else None


def signature_at(midi: Midi, tick: Fraction) -> Key | None:
    """The key that the file tells last up to a tick, or else first; None where it tells none."""
    before = [row for row in midi.keys if row[0] <= tick]
    latest = max((row[0] for row in before), default=None)
    return next((key for at, key in before if at == latest), signature_of(midi))


def key_of(signature: Key | None, names: Sequence[ChordName], *, trusted: bool) -> Key:
    """The signature's key, if it can be; of two keys with one signature the likelier."""
    if signature is not None and trusted:
        return signature
    found = find_key(names)
    if signature is None:
        return found
    shares = [_diatonic_share(names, fifths) for fifths in range(12)]
    wanted = max(shares) - (SIGNATURE_FIT if signature.fifths else EMPTY_SIGNATURE_FIT)
    if shares[signature.fifths % 12] < wanted:
        return found
    # Many programs write no minor keys: a minor signature is meant, a major one may not be.
    same = (found.fifths - signature.fifths) % 12 == 0
    return _spelled_as(found, signature) if same and not signature.is_minor else signature


def _spelled_as(found: Key, signature: Key) -> Key:
    """The found key, spelled with the accidentals of a signature that sounds the same."""
    shift = signature.fifths - found.fifths
    return Key(Note.from_fifths(found.tonic.fifths + shift), found.mode)


def _diatonic_share(names: Sequence[ChordName], fifths: int) -> float:
    """How much of some chords lies in the scale of a signature."""
    scale = {(fifths + place) * 7 % 12 for place in MAJOR_SCALE_FIFTHS}
    tones = [pitch for name in names for pitch in name.pitch_classes]
    return sum(pitch in scale for pitch in tones) / len(tones)
