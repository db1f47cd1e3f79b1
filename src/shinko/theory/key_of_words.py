"""The key of chords as people write them, where nobody tells it: the one answer of all commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shinko.theory.find_key import find_key
from shinko.theory.keys import Key, Mode
from shinko.theory.names import ChordName, parse_chord_name
from shinko.theory.qualities import ChordError
from shinko.theory.roman import parse_roman


def key_of_words(words: Iterable[str]) -> tuple[Key, str]:
    """The key of chords that tell none, and its name, which is only a mode where no tonic is told.

    Chord symbols tell a tonic. Roman numerals need only a mode: A minor where i comes more often
    than I, else C major.
    """
    names, numerals = _told(words)
    if names:
        key = find_key(names)
        return key, str(key)
    modes = [mode for word in numerals for mode in _mode_of_tonic(word)]
    return any_key("minor" if modes.count("minor") > modes.count("major") else "major")


def any_key(mode: Mode) -> tuple[Key, str]:
    """A key for Roman numerals, which need no tonic, and its name."""
    return Key.of_signature(0, mode), mode


def _told(words: Iterable[str]) -> tuple[Sequence[ChordName], Sequence[str]]:
    """Chord symbols, and the other words."""
    names, others = [], []
    for word in words:
        try:
            names.append(parse_chord_name(word))
        except ChordError:
            others.append(word)
    return names, others


def _mode_of_tonic(word: str) -> list[Mode]:
    """["minor"] for i, ["major"] for I, nothing for any other chord."""
    try:
        chord = parse_roman(word)
    except ChordError:
        return []
    if (chord.degree, chord.alteration, chord.applied) != (1, 0, None):
        return []
    return ["minor" if "♭3" in chord.intervals else "major"]
