"""What a Standard MIDI File says, as far as chords need it: notes, texts, tempos, meters, keys.

Conventions: times are ticks from the start of the file. Reads formats 0 and 1, also in a RIFF
(RMID). The reader is its own, for it is bounded: a file sent by others may claim anything, and
mido makes an object of every message, however many.

Source: The Complete MIDI 1.0 Detailed Specification, Standard MIDI Files 1.0.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from shinko.intake.bounded import IntakeError
from shinko.printable import in_one_line
from shinko.score.progression import DENOMINATORS, MOST_BEATS_IN_BAR
from shinko.theory import Key

# Dense songs have 20,000 notes, and a text for each syllable.
MOST_MESSAGES, MOST_NOTES, MOST_TEXTS = 400_000, 100_000, 10_000
# Times that a pitch sounds at once; the first of more ends where another begins.
_MOST_AT_ONCE = 16
MOST_NAME = 100  # characters of a title or of a section's name
LONGEST_PEDAL_BEATS = 4  # what a pedal holds has died away, or was forgotten

TRACK_NAME, MARKER, CUE, TEXT = 0x03, 0x06, 0x07, 0x01
END_OF_TRACK, TEMPO, METER, KEY = 0x2F, 0x51, 0x58, 0x59
SUSTAIN, PEDAL_DOWN = 64, 64  # controller; from this value on the pedal is down
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


class Sound(NamedTuple):
    """One note: from tick to tick, its MIDI pitch."""

    start: int
    end: int
    pitch: int


@dataclass
class Midi:
    """What a file says, as far as chords need it; times in ticks.

    Attributes:
      parts: notes by track and channel.
      texts: by their kind, MARKER, CUE or TEXT.
      tempos: in microseconds for a quarter note.
    """

    ticks_per_quarter: int
    parts: dict[tuple[int, int], list[Sound]] = field(default_factory=lambda: defaultdict(list))
    programs: dict[tuple[int, int], int] = field(default_factory=dict)
    track_names: dict[int, str] = field(default_factory=dict)
    texts: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    tempos: list[tuple[int, int]] = field(default_factory=list)
    meters: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    keys: list[tuple[int, Key]] = field(default_factory=list)
    end: int = 0
    messages: int = 0
    notes: int = 0


def read_file(data: bytes) -> Midi:
    """Read a file's bytes.

    Raises:
      IntakeError: they are no MIDI file, or a damaged one, or one of too many messages.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = _unwrapped(data)
    if data[:4] != b"MThd" or len(data) < 14:
        what = "is empty" if not data else f"begins with {data[:4]!r}, not with b'MThd'"
        raise IntakeError(f"{what}: no MIDI file; give one that ends in .mid")
    size = int.from_bytes(data[4:8])
    kind, division = int.from_bytes(data[8:10]), int.from_bytes(data[12:14])
    if kind not in (0, 1):
        raise IntakeError(
            f"is a MIDI file of format {kind}; export it in format 0 or 1, one piece in one time"
        )
    if division & 0x8000:
        raise IntakeError(
            "counts its time in SMPTE frames, not in beats; export it with ticks per quarter note"
        )
    if not division:
        raise IntakeError("has 0 ticks per quarter note; export it with 1 to 32,767, such as 480")
    midi = Midi(division)
    place, track = 8 + size, 0
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8])
        place += 8
        if size > len(data) - place and name == b"MTrk":
            raise IntakeError(
                f"track {track + 1} claims {size:,} bytes, the file has {len(data) - place:,} "
                "more: it is cut off; export it again"
            )
        if name == b"MTrk":
            try:
                _read_track(midi, track, data[place : place + size])
            except IndexError as error:
                raise IntakeError(
                    f"track {track + 1} ends within a message; export the file again"
                ) from error
            track += 1
        place += size
    if not track:
        raise IntakeError("has no track; export it again")
    return midi


def _unwrapped(data: bytes) -> bytes:
    """The MIDI file in a RIFF, whose sizes are little-endian and whose chunks begin evenly."""
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            return data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    raise IntakeError("is a RIFF without MIDI data; export it as .mid")


def _read_track(midi: Midi, track: int, data: bytes) -> None:
    """Add a track's messages; an IndexError says that it ends within one."""
    tick = place = status = 0
    # Sounding, by channel and pitch: begun when. A pitch that is struck again before it ends sounds
    # several times over, and each end is that of the first of them.
    begun: dict[tuple[int, int], deque[int]] = {}
    ended: dict[tuple[int, int], int] = {}
    # Released, but held by a pedal, by channel and pitch: begun when, and heard until when.
    pedalled: dict[int, dict[int, tuple[int, int]]] = {}
    longest_pedal = LONGEST_PEDAL_BEATS * midi.ticks_per_quarter

    def finish(channel: int, pitch: int, start: int, end: int) -> None:
        if end > start:
            midi.notes += 1
            if midi.notes > MOST_NOTES:
                raise _too_many(MOST_NOTES, "notes")
            midi.parts[track, channel].append(Sound(start, end, pitch))

    def lift(channel: int) -> None:
        for pitch, (start, until) in pedalled.pop(channel, {}).items():
            finish(channel, pitch, start, min(tick, until))

    while place < len(data):
        delta, place = _number(data, place)
        tick += delta
        midi.messages += 1
        if midi.messages > MOST_MESSAGES:
            raise _too_many(MOST_MESSAGES, "messages")
        if data[place] >= 0xF0:
            kind = data[place]
            place += 1
            if kind == 0xFF:
                kind, place = data[place] | 0xFF00, place + 1
            elif kind not in (0xF0, 0xF7):
                raise IntakeError(
                    f"track {track + 1} has the status byte {kind:#04x}, which no file may have; "
                    "export it again"
                )
            size, place = _number(data, place)
            if size > len(data) - place:
                raise IndexError
            if kind == 0xFF00 | END_OF_TRACK:
                break
            if kind > 0xFF:
                _read_meta(midi, track, tick, kind & 0xFF, data[place : place + size])
            place += size
            continue
        if data[place] >= 0x80:
            status, place = data[place], place + 1
        elif not status:
            raise IntakeError(
                f"track {track + 1} begins with the data byte {data[place]}; export it again"
            )
        what, channel = status & 0xF0, status & 0x0F
        size = _DATA_BYTES[what]
        first, second = data[place], data[place + size - 1]
        if (first | second) > 127:
            raise IntakeError(
                f"track {track + 1} has the data byte {max(first, second)}; at most 127 is "
                "possible: export it again"
            )
        place += size
        voice = channel, first
        if what == 0x90 and second:
            if channel in pedalled and first in pedalled[channel]:
                start, until = pedalled[channel].pop(first)
                finish(*voice, start, min(tick, until))
            waiting = begun.setdefault(voice, deque())
            if len(waiting) == _MOST_AT_ONCE:
                finish(*voice, waiting.popleft(), tick)
            waiting.append(tick)
        elif what in (0x80, 0x90) and begun.get(voice):
            start, ended[voice] = begun[voice].popleft(), tick
            if channel not in pedalled or first in pedalled[channel]:
                finish(*voice, start, tick)
            else:
                pedalled[channel][first] = start, tick + longest_pedal
        elif what == 0xB0 and first == SUSTAIN:
            if second < PEDAL_DOWN:
                lift(channel)
            else:
                pedalled.setdefault(channel, {})
        elif what == 0xC0:
            midi.programs.setdefault((track, channel), first)
    for voice, waiting in begun.items():
        last = ended.get(voice, -1)
        for start in waiting:  # what was struck again and ended once, ended then
            finish(*voice, start, last if last >= start else tick)
    for channel in tuple(pedalled):
        lift(channel)
    midi.end = max(midi.end, tick)


def _too_many(most: int, what: str) -> IntakeError:
    return IntakeError(f"has more than {most:,} {what}; export the chords alone, or fewer bars")


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for byte in data[place : place + 4]:
        value = value << 7 | byte & 0x7F
        place += 1
        if byte < 0x80:
            return value, place
    if place >= len(data):
        raise IndexError
    raise IntakeError("has a number of more than four bytes; export the file again")


def _read_meta(midi: Midi, track: int, tick: int, kind: int, data: bytes) -> None:
    """Keep what a meta message says if it can be; others go by, as in other readers."""
    if kind == TRACK_NAME:
        midi.track_names.setdefault(track, _decoded(data))
    elif kind in (MARKER, CUE, TEXT):
        if len(midi.texts[kind]) == MOST_TEXTS:
            raise _too_many(MOST_TEXTS, "texts of one kind")
        midi.texts[kind].append((tick, _decoded(data[: 4 * MOST_NAME]).strip()))
    elif kind == TEMPO and len(data) == 3 and any(data):
        midi.tempos.append((tick, int.from_bytes(data)))
    elif kind == METER and len(data) >= 2:
        numerator, denominator = data[0], 2 ** min(data[1], 8)
        if 1 <= numerator <= MOST_BEATS_IN_BAR and denominator in DENOMINATORS:
            midi.meters.append((tick, (numerator, denominator)))
    elif kind == KEY and len(data) == 2:
        fifths, minor = int.from_bytes(data[:1], signed=True), data[1]
        if -7 <= fifths <= 7 and minor in (0, 1):
            midi.keys.append((tick, Key.of_signature(fifths, "minor" if minor else "major")))


def _decoded(data: bytes) -> str:
    """Text as programs write it: UTF-8, Shift-JIS on Japanese machines, else Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Latin-1 has no letters at 0x80 to 0x9F; Shift-JIS begins kana and most kanji there.
    if any(0x80 < byte < 0xA0 for byte in data):
        try:
            return data.decode("shift_jis")
        except UnicodeDecodeError:
            pass
    return data.decode("latin-1")


def clean(text: str) -> str:
    """One line of a title's length."""
    return in_one_line(text[: 4 * MOST_NAME])[:MOST_NAME]
