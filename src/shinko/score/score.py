"""A piece in time: tracks of notes, with the tempo, meter, key and chord names over them.

Conventions: times and durations are ticks from the start of the piece, pitches MIDI numbers
(60 = C4), velocities 1..127, channels and programs as MIDI counts them from 0 (General MIDI:
program 0 is the grand piano).
"""

from dataclasses import dataclass
from typing import NamedTuple

from shinko.theory import Key

TICKS_PER_QUARTER = 480
DRUM_CHANNEL = 9


@dataclass(frozen=True)
class NoteEvent:
    """One sounding note; it ends just before start_tick + duration_ticks."""

    start_tick: int
    duration_ticks: int
    pitch: int
    velocity: int

    @property
    def end_tick(self) -> int:
        """The first tick at which the note no longer sounds."""
        return self.start_tick + self.duration_ticks


@dataclass(frozen=True)
class Track:
    """What one instrument plays, in the order of start; on DRUM_CHANNEL pitches are drums."""

    name: str
    program: int
    channel: int
    notes: tuple[NoteEvent, ...]


@dataclass(frozen=True)
class Marker:
    """A text at a moment, such as a chord name."""

    tick: int
    text: str


class TempoChange(NamedTuple):
    """From a tick on so many quarter notes per minute."""

    tick: int
    tempo_bpm: float


class KeyChange(NamedTuple):
    """From a tick on a key."""

    tick: int
    key: Key


@dataclass(frozen=True)
class Score:
    """A whole piece in one meter.

    Attributes:
      tempo_bpm: of the beginning, in quarter notes per minute.
      meter: numerator and denominator, such as (4, 4).
      key: of the beginning.
      markers: chord names, where each chord begins, and "N.C." where a rest does.
      end_tick: where the piece ends; the last note may end earlier.
      sections: where each begins, by its name; "" for one without, of several.
      tempos: that come after the first, in order; see `tempo_map`.
      keys: that come after the first, in order.
    """

    tempo_bpm: float
    meter: tuple[int, int]
    key: Key
    tracks: tuple[Track, ...]
    markers: tuple[Marker, ...]
    end_tick: int
    title: str = ""
    sections: tuple[Marker, ...] = ()
    tempos: tuple[TempoChange, ...] = ()
    keys: tuple[KeyChange, ...] = ()
    ticks_per_quarter: int = TICKS_PER_QUARTER
