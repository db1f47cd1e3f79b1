"""A progression as somebody writes it, and the key that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from shinko.errors import ShinkoError
from shinko.songwriting.usual import MOST_COMPOSED
from shinko.tables.barlines import play_line
from shinko.theory import (
    ChordError,
    Key,
    RomanChord,
    parse_token,
    roman_from_name,
)
from shinko.theory.in_context import numerals_in
from shinko.theory.key_of_words import key_of_words

_C_MAJOR = Key.parse("C")


@dataclass(frozen=True)
class Asked:
    """The progression to look for.

    Attributes:
      chords: 1 to 64; held ones once.
      key: that they are read in.
      key_name: its name, "major" or "minor" where no tonic was told.
      key_was_found: whether the key was guessed from the chords.
      written: how many chords there were, held ones each time.
    """

    chords: tuple[RomanChord, ...]
    key: Key
    key_name: str
    key_was_found: bool
    written: int

    @property
    def tokens(self) -> tuple[str, ...]:
        """A Hooktheory id, or a Roman numeral where no id fits, for each chord."""
        return tuple(chord.token_in(self.key) for chord in self.chords)

    @property
    def numerals(self) -> tuple[str, ...]:
        """The chords as Roman numerals in the key."""
        return numerals_in(self.chords, self.key)


def read_progression(text: str, key: Key | None = None) -> Asked:
    """A progression as people write it: I V vi IV, C | G | Am | F, i-bVI-bIII-bVII, 1,5,6,4.

    Args:
      text: the chords, with bar lines and repeats (`x2`) if there are any.
      key: in which to read them; by default the one that would be found for such a line of songs:
        from chord names the tonic, from numerals only whether i or I makes it minor or major.

    Raises:
      ShinkoError: it has no chords or more than 64, or one can't be read.
    """
    try:
        words = [part for word in play_line(text) for part in _parts(word)]
        found, name = (key, str(key)) if key else key_of_words(words)
        chords = [roman_from_name(word, found) for word in words[: MOST_COMPOSED + 1]]
    except ShinkoError as error:
        raise ShinkoError(f"progression: {error}") from None
    if not 1 <= len(words) <= MOST_COMPOSED:
        raise ShinkoError(
            f"progression {text[:40]!r}: {len(words)} chords; expected 1 to {MOST_COMPOSED}, as "
            "Roman numerals or chord names, such as 'I V vi IV' or 'C G Am F'"
        )
    by_sound = groupby(chords, lambda chord: sound_of(chord.token_in(found)))
    held = tuple(next(alike) for _, alike in by_sound)
    return Asked(held, found, name, key is None, len(words))


def _parts(word: str) -> Iterator[str]:
    """A chord as it is, or several that hyphens join: I-V-vi-IV."""
    parts = word.split("-")
    try:
        roman_from_name(word, _C_MAJOR)
    except ChordError:
        yield from (parts if all(parts) else [word])
    else:
        yield word


@lru_cache(maxsize=8192)
def sound_of(token: str) -> tuple[int, ...]:
    """The bass of a chord, and its notes from the root up, as pitch classes in C (relative) major.

    Two tokens of one chord, as I7 and V7/IV, have one sound.
    """
    chord = parse_token(token)
    return (chord.bass(_C_MAJOR), *chord.pitch_classes(_C_MAJOR))
