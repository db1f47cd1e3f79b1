"""A chord progression as the composer gives it: chords in a key, their beats, the tempo.

Conventions: a beat is a quarter note in every meter, so a 6/8 bar has three beats; the tempo
counts quarter notes per minute. Sections are written once, however often they are played; the
chords' beats and the melody's starts count as written. Where bar lines fall is told in `bars`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, groupby, pairwise
from typing import Any

from shinko.errors import ShinkoError
from shinko.theory import Key, RomanChord, parse_token
from shinko.theory.in_context import numerals_in

MOST_CHORDS = 512
"""Of a whole song, written out."""
TEMPO_RANGE_BPM = (20, 400)
BEATS_RANGE = (1 / 16, 256)
"""From a 64th note, the shortest that notation has in common use."""
MOST_BEATS_IN_BAR = 32
DENOMINATORS = (1, 2, 4, 8, 16, 32)
MOST_TIMES = 16
MOST_MELODY_NOTES = 4096
PITCH_RANGE = (0, 127)
ROUNDING = 1e-6  # quarter notes: far below a tick, far above what sums of thirds err by


class ProgressionError(ShinkoError):
    """A progression can't be made of the given values."""


def parse_meter(text: str) -> tuple[int, int]:
    """Read a meter such as "3/4".

    Raises:
      ProgressionError: the text is no meter of 1 to 32 beats.
    """
    numerator, slash, denominator = text.strip().partition("/")
    # Short texts only: int() of a million digits takes its time.
    if not (slash and numerator.isdecimal() and denominator.isdecimal() and len(text) < 8):
        raise ProgressionError(f"meter {text!r}; give one such as 4/4, 3/4 or 6/8")
    meter = int(numerator), int(denominator)
    _check_meter(meter)
    return meter


def show_meter(meter: tuple[int, int]) -> str:
    """A meter as one writes it: "3/4"."""
    return f"{meter[0]}/{meter[1]}"


def bar_beats(meter: tuple[int, int]) -> float:
    """How many quarter notes a bar has: 3 in 6/8."""
    numerator, denominator = meter
    return 4 * numerator / denominator


def show_key(key: Key, *, found: bool) -> str:
    """A key for people, and whether the chords told it: "D major (found)"."""
    return f"{key} (found)" if found else str(key)


@dataclass(frozen=True)
class Section:
    """Some chords in a row that belong together, such as a verse.

    Attributes:
      name: "verse", "A"; may be empty.
      length: how many chords it has as written, 1 or more.
      times: how often it is played in a row, 1 to 16.
      key: that its chords are in, where it is another one than the piece's; else None.
      tempo_bpm: where it is another one than the piece's, quarter notes per minute, 20..400.
      style: the accompaniment, by name, where it is another one than the piece's; else "".
    """

    name: str
    length: int
    times: int = 1
    key: Key | None = None
    tempo_bpm: float | None = None
    style: str = ""

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ProgressionError(
                f"section {self.name!r} has {self.length} chords; give 1 or more"
            )
        if not 1 <= self.times <= MOST_TIMES:
            raise ProgressionError(
                f"section {self.name!r} is played {self.times} times; give 1 to {MOST_TIMES}"
            )
        if self.tempo_bpm is not None:
            _check_tempo(self.tempo_bpm, f"section {self.name!r} has ")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is as in the whole piece is left out."""
        own = {"key": self.key and str(self.key), "tempo_bpm": self.tempo_bpm, "style": self.style}
        told = {name: value for name, value in own.items() if value}
        return {"name": self.name, "length": self.length, "times": self.times, **told}


@dataclass(frozen=True)
class MelodyNote:
    """One note of a melody over the chords.

    Attributes:
      start_beats: when it begins, in quarter notes from the start of the progression as written.
      beats: how long it lasts, in quarter notes.
      pitch: MIDI number, 60 = C4.
    """

    start_beats: float
    beats: float
    pitch: int


@dataclass(frozen=True)
class Progression:
    """One to 512 chords in a key, with what it takes to make the same progression again.

    Attributes:
      chords: the chords, relative to the key.
      key: the key that they are played in, but for sections with one of their own.
      beats: how long each chord lasts, in quarter notes; one value for each chord.
      tempo_bpm: quarter notes per minute, 20..400.
      meter: numerator and denominator, such as (4, 4) or (6, 8).
      title: what the piece is called; may be empty.
      seed: the seed that the chords were drawn with, if they were drawn.
      policy: the name of the policy or table that composed them.
      log_probability: of the whole progression under that policy, in nats.
      sections: in the order they are written; their lengths sum to the number of chords. Empty
        for one section without a name.
      melody: one voice over the chords: notes in the order of their start that don't overlap.
      key_was_found: whether nobody told the key, and the chords did.
      ritardando: whether it slows down at its end.

    Raises:
      ProgressionError: a value lies outside its range.
    """

    chords: tuple[RomanChord, ...]
    key: Key
    beats: tuple[float, ...]
    tempo_bpm: float = 120.0
    meter: tuple[int, int] = (4, 4)
    title: str = ""
    seed: int | None = None
    policy: str | None = None
    log_probability: float | None = None
    sections: tuple[Section, ...] = ()
    melody: tuple[MelodyNote, ...] = ()
    key_was_found: bool = field(default=False, compare=False)
    ritardando: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.chords) <= MOST_CHORDS:
            raise ProgressionError(
                f"progression has {len(self.chords)} chords; give 1 to {MOST_CHORDS}"
            )
        if len(self.beats) != len(self.chords):
            raise ProgressionError(
                f"progression has {len(self.chords)} chords and {len(self.beats)} durations; "
                "give the beats of each chord"
            )
        shortest, longest = BEATS_RANGE
        for place, beats in enumerate(self.beats, start=1):
            if not shortest <= beats <= longest:
                raise ProgressionError(
                    f"chord {place} lasts {beats:g} beats; give {shortest:g} to {longest:g}"
                )
        _check_tempo(self.tempo_bpm)
        _check_meter(self.meter)
        if self.log_probability is not None and not math.isfinite(self.log_probability):
            raise ProgressionError(
                f"log-probability {self.log_probability}; give a finite number of nats or nothing"
            )
        held = sum(section.length for section in self.sections)
        if self.sections and held != len(self.chords):
            raise ProgressionError(
                f"sections hold {held} chords, the progression {len(self.chords)}; "
                "give each chord its section"
            )
        _check_melody(self.melody, sum(self.beats))

    @property
    def told_key(self) -> str:
        """The key, and whether it was found: "D major (found)"."""
        return show_key(self.key, found=self.key_was_found)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The key that each chord is in."""
        if not self.sections:
            return (self.key,) * len(self.chords)
        each = ((self.key_of(section),) * section.length for section in self.sections)
        return tuple(chain.from_iterable(each))

    def key_of(self, section: Section) -> Key:
        """The key that a section is in: its own, or the piece's."""
        return section.key or self.key

    def tempo_of(self, section: Section) -> float:
        """The tempo that a section begins in: its own, or the piece's."""
        return section.tempo_bpm or self.tempo_bpm

    @property
    def roman_numerals(self) -> tuple[str, ...]:
        """The chords as Roman numerals in their keys, such as "♭VII"; see `theory.in_context`."""
        runs = groupby(zip(self.keys, self.chords, strict=True), key=lambda one: one[0])
        each = (numerals_in([chord for _, chord in run], key) for key, run in runs)
        return tuple(chain.from_iterable(each))

    @property
    def names(self) -> tuple[str, ...]:
        """The chords as chord symbols, such as "B♭"."""
        every = zip(self.chords, self.keys, strict=True)
        return tuple(chord.name(key) for chord, key in every)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` reads them again.

        The chords' tokens count; their numerals and names stand beside them for the reader.
        What is read equals this progression if the chords came from tokens. A chord typed as i in
        A minor comes back as id 6, the same in its other form; the few spellings that no token
        has there (♭I in minor) come back as the one that sounds the same (VII).
        """
        rows = zip(self.chords, self.keys, self.roman_numerals, self.names, self.beats, strict=True)
        return {
            "title": self.title,
            "key": str(self.key),
            **({"key_was_found": True} if self.key_was_found else {}),
            "tempo_bpm": self.tempo_bpm,
            "meter": list(self.meter),
            "chords": [
                {"token": _token(chord, key), "roman": roman, "name": name, "beats": beats}
                for chord, key, roman, name, beats in rows
            ],
            "seed": self.seed,
            "policy": self.policy,
            "log_probability": self.log_probability,
            **(
                {"sections": [section.to_dict() for section in self.sections]}
                if self.sections
                else {}
            ),
            **({"melody": [asdict(note) for note in self.melody]} if self.melody else {}),
            **({"ritardando": True} if self.ritardando else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Progression":
        """The progression that `to_dict` wrote, edited or not (see `from_dict`).

        Raises:
          ProgressionError: a field is missing, unknown, or of another type than expected.
          ShinkoError: a chord or the key can't be read, or a value is out of its range.
        """
        from shinko.score.from_dict import progression_from_dict

        return progression_from_dict(data)


def _token(chord: RomanChord, key: Key) -> str:
    """The best token that shows the same numeral: I7 may not come back as V7/IV."""
    relative = str(chord.in_relative_frame(key))
    roman = chord.roman(key)
    tokens = (*chord.tokens_in(key), relative)
    return next((t for t in tokens if parse_token(t).roman(key) == roman), relative)


def _check_tempo(tempo_bpm: float, whose: str = "") -> None:
    slowest, fastest = TEMPO_RANGE_BPM
    if not slowest <= tempo_bpm <= fastest:
        raise ProgressionError(
            f"{whose}tempo {tempo_bpm:g} beats per minute; give {slowest} to {fastest}"
        )


def _check_meter(meter: tuple[int, int]) -> None:
    numerator, denominator = meter
    if not 1 <= numerator <= MOST_BEATS_IN_BAR or denominator not in DENOMINATORS:
        raise ProgressionError(
            f"meter {numerator}/{denominator}; give 1 to {MOST_BEATS_IN_BAR} over "
            f"{', '.join(map(str, DENOMINATORS))}, such as 4/4"
        )


def _check_melody(melody: Sequence[MelodyNote], end: float) -> None:
    if len(melody) > MOST_MELODY_NOTES:
        raise ProgressionError(f"melody has {len(melody)} notes; give {MOST_MELODY_NOTES} at most")
    lowest, highest = PITCH_RANGE
    for place, note in enumerate(melody, start=1):
        if not lowest <= note.pitch <= highest:
            raise ProgressionError(
                f"melody note {place} has pitch {note.pitch}; give {lowest} to {highest}"
            )
        # Written so that nan fails, too.
        if not (0 <= note.start_beats < end and 0 < note.beats < math.inf):
            raise ProgressionError(
                f"melody note {place} begins at beat {note.start_beats:g} and lasts "
                f"{note.beats:g}; it begins within the {end:g} beats of the chords and lasts "
                "more than 0"
            )
    for place, (note, after) in enumerate(pairwise(melody), start=1):
        if note.start_beats + note.beats > after.start_beats + ROUNDING:
            raise ProgressionError(
                f"melody note {place} still sounds when note {place + 1} begins; "
                "give one voice, in the order of its notes"
            )
