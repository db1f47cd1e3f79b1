"""Bytes out: MIDI files, JSON, rows of text; every file is written whole or not at all."""
