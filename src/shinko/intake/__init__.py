"""Bytes in: MIDI, MusicXML and chord charts become progressions; every input is bounded."""
