"""The title of a MIDI file: its first track's name, unless that is an instrument's."""

from shinko.intake.midi_file import Midi, clean
from shinko.score.instruments import INSTRUMENTS
from shinko.score.text import UNTITLED

# What programs call a track that has no name, or is one of many; a number may follow.
_TRACKS = """
piano, grand piano, electric piano, e-piano, keyboard, keyboards, keys, organ, guitar,
acoustic guitar, electric guitar, bass, bass guitar, electric bass, strings, synth, pad, brass,
sax, saxophone, horn, harp, choir, drums, drum kit, percussion, vocal, vocals, voice, melody, lead,
chords, chord, track, midi, midi track, untitled, new track, staff, instrument, right hand,
left hand, tempo, tempo track, conductor, control track, words, soft karaoke
"""
_NO_TITLES = {
    UNTITLED.casefold(),  # as our own export has it
    *INSTRUMENTS,
    *(" ".join(name.split()) for name in _TRACKS.split(",")),
}


def title_of(midi: Midi) -> str:
    """The title; "" if there is none."""
    title = clean(midi.track_names.get(0, ""))
    name = title.casefold()
    return "" if {name, name.rstrip("0123456789 #.:-")} & _NO_TITLES else title
