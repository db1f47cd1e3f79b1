"""A progression as somebody writes it, and the key that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from shinko.errors import FieldError
from shinko.songwriting.brief import GIVEN_CHORDS
from shinko.songwriting.given import read_given
from shinko.theory import Key, RomanChord, parse_token
from shinko.theory.in_context import numerals_in

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
      told: what the reader left out or changed, in one line; may be empty.
    """

    chords: tuple[RomanChord, ...]
    key: Key
    key_name: str
    key_was_found: bool
    written: int
    told: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """A Hooktheory id, or a Roman numeral where no id fits, for each chord."""
        return tuple(chord.token_in(self.key) for chord in self.chords)

    @property
    def numerals(self) -> tuple[str, ...]:
        """The chords as Roman numerals in the key."""
        return numerals_in(self.chords, self.key)


def read_progression(text: str, key: Key | None = None) -> Asked:
    """A progression as all commands read it: I V vi IV, C | G | Am | F, 1,5,6,4, or a file.

    Args:
      text: the chords, with bar lines and repeats (`x2`) if there are any, or the name of a file.
      key: in which to read them; by default the one that would be found for such a line of songs:
        from chord names the tonic, from numerals only whether i or I makes it minor or major.

    Raises:
      ShinkoError: it has no chords or more than 64, or one can't be read.
    """
    try:
        given = read_given(text, key)
    except FieldError as error:
        if "from_bars" not in error.way_out:
            raise
        raise FieldError(error.field, error.value, error.expected, "write fewer") from None
    if given.free:
        raise FieldError(GIVEN_CHORDS, given.label, "no free slots", "write all of its chords")
    found, chords = given.key, given.piece.chords
    by_sound = groupby(chords, lambda chord: sound_of(chord.token_in(found)))
    held = tuple(next(alike) for _, alike in by_sound)
    told = key is not None or given.tells_key
    toneless = not told and not given.piece.key_was_found
    name = found.mode if toneless else str(found)
    return Asked(held, found, name, not told, len(chords), given.told)


@lru_cache(maxsize=8192)
def sound_of(token: str) -> tuple[int, ...]:
    """The bass of a chord, and its notes from the root up, as pitch classes in C (relative) major.

    Two tokens of one chord, as I7 and V7/IV, have one sound.
    """
    chord = parse_token(token)
    return (chord.bass(_C_MAJOR), *chord.pitch_classes(_C_MAJOR))
