"""Standard MIDI Files, for the workstation.

Conventions: format 1 (the first track holds tempos, meter, keys, and markers with chord names and
with sections in brackets, "[verse]"; each further one is an instrument), the score's ticks per
quarter note, tempo in microseconds per quarter note. Brackets, because a section may be called A,
which is a chord, too. A ritardando is a tempo for each eighth. Every
track ends where the piece ends, not where its last note does, so that it loops in whole bars. The
same score always gives the same bytes.
"""

import io
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shinko.disk import write_atomically
from shinko.printable import in_one_line
from shinko.score.meters import felt_beat
from shinko.score.score import Score, Track
from shinko.score.text import UNTITLED, ascii_name

if TYPE_CHECKING:
    import mido  # type: ignore[import-untyped]

CLOCKS_PER_QUARTER = 24

# At one tick a note ends before the next begins: otherwise the end of a repeated pitch would
# silence its own repetition.
SETUP, NOTE_OFF, NOTE_ON = range(3)


def write_midi(score: Score, path: str | os.PathLike[str]) -> None:
    """Write the score as a Standard MIDI File, whole or not at all.

    Raises:
      WriteError: the file can't be written.
    """
    write_atomically(path, midi_bytes(score))


def midi_bytes(score: Score) -> bytes:
    """The score as a Standard MIDI File.

    A key of more than seven accidentals (G♯ major) gets the signature of the key that sounds the
    same (A♭ major): MIDI knows no others. Chord names are ASCII; other text is UTF-8.
    """
    import mido  # the command starts without it

    tracks = [_conductor_track(score), *(_track(track, score.end_tick) for track in score.tracks)]
    file = mido.MidiFile(type=1, ticks_per_beat=score.ticks_per_quarter, tracks=tracks)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _conductor_track(score: Score) -> "mido.MidiTrack":
    from mido import MetaMessage, bpm2tempo

    numerator, denominator = score.meter
    head = [
        MetaMessage("track_name", name=_text(in_one_line(score.title) or UNTITLED)),
        MetaMessage("set_tempo", tempo=bpm2tempo(score.tempo_bpm)),
        MetaMessage("key_signature", key=score.key.midi_name),
        MetaMessage(
            "time_signature",
            numerator=numerator,
            denominator=denominator,
            clocks_per_click=int(felt_beat(score.meter) * CLOCKS_PER_QUARTER),  # a click a beat
        ),
    ]
    changes: list[tuple[int, MetaMessage]] = [
        *((tick, MetaMessage("set_tempo", tempo=bpm2tempo(bpm))) for tick, bpm in score.tempos),
        *((tick, MetaMessage("key_signature", key=key.midi_name)) for tick, key in score.keys),
    ]
    sections = [(section.tick, f"[{section.text}]") for section in score.sections]
    chords = [(marker.tick, ascii_name(marker.text)) for marker in score.markers]
    texts = [(t, MetaMessage("marker", text=_text(text))) for t, text in (*sections, *chords)]
    # The sort is stable: tempo and key stand before the section, that before its first chord.
    messages = sorted([*changes, *texts], key=lambda message: message[0])
    return _in_order([*((0, message) for message in head), *messages], score.end_tick)


def _track(track: Track, end_tick: int) -> "mido.MidiTrack":
    from mido import Message, MetaMessage

    channel = track.channel
    events = [
        (0, SETUP, 0, MetaMessage("track_name", name=_text(track.name))),
        (0, SETUP, 1, Message("program_change", program=track.program, channel=channel)),
    ]
    for note in track.notes:
        on = Message("note_on", note=note.pitch, velocity=note.velocity, channel=channel)
        off = Message("note_off", note=note.pitch, channel=channel)
        events.append((note.start_tick, NOTE_ON, note.pitch, on))
        events.append((note.end_tick, NOTE_OFF, note.pitch, off))
    events.sort(key=lambda event: event[:3])
    return _in_order(((tick, message) for tick, _, _, message in events), end_tick)


def _in_order(
    events: "Iterable[tuple[int, mido.Message | mido.MetaMessage]]", end_tick: int
) -> "mido.MidiTrack":
    """A track of events that come in the order of their ticks; MIDI counts from one to the next."""
    from mido import MetaMessage, MidiTrack

    track, now = MidiTrack(), 0
    for tick, message in [*events, (end_tick, MetaMessage("end_of_track"))]:
        message.time = tick - now
        track.append(message)
        now = tick
    return track


def _text(text: str) -> str:
    """Text whose Latin-1 bytes, which mido writes, are the UTF-8 bytes of the given one.

    mido's own switch of encodings is a global of its module: two threads would trip over it.
    """
    return in_one_line(text).encode().decode("latin-1")
