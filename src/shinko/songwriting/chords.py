"""Chords as people write them, found among those that a policy or table knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.tables.modes import NEAREST, in_scale
from shinko.tables.tokens import TokenVocabulary, simpler_chords
from shinko.theory import Key, RomanChord, parse_token, roman_from_name
from shinko.theory.in_context import numerals_in
from shinko.theory.symbols import chord_words

# As much as a quarter of the notes: D♭m is D♭ sooner than A, with which it shares as many.
_ONE_ROOT = 0.25


class Meant(NamedTuple):
    """What a chord that somebody wrote means here.

    Attributes:
      chords: the numbers of the chords that it is heard as.
      sound: itself.
      known: whether it is one of these; else only the nearest of them are.
    """

    chords: frozenset[int]
    sound: RomanChord
    known: bool


@dataclass(frozen=True)
class ChordBook:
    """The V chords of a policy or table, read in a key.

    Attributes:
      tokens: of the chords.
      key: in which names and numerals are read.
      held: whether only chords of the key's mode are to be had, where that is another one than
        major and minor.
    """

    tokens: tuple[str, ...]
    key: Key
    held: bool = False

    @cached_property
    def chords(self) -> tuple[RomanChord, ...]:
        """The chords of the tokens."""
        return tuple(parse_token(token) for token in self.tokens)

    def root(self, number: int) -> int:
        """The pitch class of a chord's root in the key."""
        return self.chords[number].root(self.key).pitch_class

    def find(self, text: str, field: str) -> frozenset[int]:
        """The numbers of the chords that sound like one that somebody wrote, as IV or Am.

        Args:
          text: the chord.
          field: of the request that it was written in.

        Raises:
          FieldError: it can't be read, or isn't among the chords.
        """
        try:
            chord = roman_from_name(text, self.key)
        except ShinkoError as error:
            raise UnreadableError(field, text, error) from None
        found = self._alike(chord) or self._sounding(chord)
        if not found:
            known = ", ".join(self.numeral(index) for index in range(min(8, len(self.tokens))))
            raise FieldError(
                field,
                text,
                f"one of the {len(self.tokens)} chords known here",
                f"the commonest are {known}",
            )
        self._check_mode(found, text, field)
        return found

    def meant(self, text: str, field: str) -> Meant:
        """What a chord means that somebody wrote, also one that isn't known here: IV6/9 as IV.

        Args:
          text: the chord.
          field: of the request that it was written in.

        Raises:
          FieldError: it can't be read, or the mode hasn't it.
        """
        try:
            chord = roman_from_name(text, self.key)
        except ShinkoError as error:
            raise UnreadableError(field, text, error) from None
        found = self._alike(chord) or self._sounding(chord)
        self._check_mode(found, text, field)
        return Meant(found or self.heard(chord, text, field), chord, bool(found))

    def every_meant(self, text: str, field: str) -> list[Meant]:
        """The same for several chords with spaces or commas between them."""
        return [self.meant(one, field) for one in chord_words(text)]

    def heard(self, chord: RomanChord, text: str, field: str) -> frozenset[int]:
        """The numbers of the chords that a chord of the key is heard as.

        These are the ones of its sound; else the nearest simpler one, as in tables; else, and where
        it has no third, the one with most of its notes.

        Args:
          chord: that may be unknown here.
          text: what it is called.
          field: of the request that it was written in.

        Raises:
          FieldError: the mode hasn't it.
        """
        found = self._alike(chord)
        if not found:
            has_third = {"3", "♭3"} & {*chord.intervals}
            near = self._vocabulary.nearest(chord.token_in(self.key)) if has_third else None
            if near is None:
                near = max(range(len(self.tokens)), key=lambda n: (self._likeness(chord, n), -n))
            found = frozenset({near})
        self._check_mode(found, text, field)
        return found

    def _alike(self, chord: RomanChord) -> frozenset[int]:
        """The chords of its sound."""
        same = chord.tokens_in(self.key)
        return frozenset(self._index[token] for token in same if token in self._index)

    def _likeness(self, chord: RomanChord, number: int) -> float:
        """Share of the notes of two chords that both have, more where they have one root."""
        one, other = (each.pitch_classes(self.key) for each in (chord, self.chords[number]))
        both = len({*one} & {*other}) / len({*one, *other})
        return both + _ONE_ROOT * (one[0] == other[0])

    def _check_mode(self, found: frozenset[int], text: str, field: str) -> None:
        """Raises: FieldError, where only chords of a mode are to be had, and none of these."""
        if not found or not self.held or self.key.mode not in NEAREST:
            return
        if not in_scale(self.tokens)[list(found)].any():
            scale = np.flatnonzero(in_scale(self.tokens)).tolist()
            triads = ", ".join(self.numeral(n) for n in scale if len(self.tokens[n]) == 1)
            raise FieldError(
                field,
                text,
                f"a chord of {self.key}, such as {triads}",
                f"or take a key in {NEAREST[self.key.mode]}",
            )

    def tonic(self) -> frozenset[int]:
        """The chord on the tonic, or the first chord whose root and bass it is, as a blues' I7."""
        wanted = roman_from_name("i" if self.key.has_minor_third else "I", self.key)
        found = {self._index[t] for t in wanted.tokens_in(self.key) if t in self._index}
        for index, chord in enumerate(self.chords):
            if found:
                break
            root = chord.pitch_classes(self.key)[0]
            if self.key.tonic_pitch_class == chord.bass(self.key) == root:
                found.add(index)
        return frozenset(found)

    def numeral(self, index: int) -> str:
        """A chord as a Roman numeral in the key, by itself."""
        return self.numerals((index,))[0]

    def numerals(self, indices: Sequence[int]) -> tuple[str, ...]:
        """Chords that follow each other as Roman numerals in the key."""
        return numerals_in([self.chords[index] for index in indices], self.key)

    def names(self, indices: Sequence[int] | frozenset[int]) -> str:
        """Some chords as Roman numerals, with "or" between them."""
        return " or ".join(dict.fromkeys(self.numeral(index) for index in sorted(indices)))

    def _sounding(self, chord: RomanChord) -> frozenset[int]:
        """The chords of one sound: a numeral of a table may say it as another, ♯iv°7 as vii°7/V."""
        sound = chord.bass(self.key), chord.pitch_classes(self.key)
        return frozenset(
            index
            for index, known in enumerate(self.chords)
            if (known.bass(self.key), known.pitch_classes(self.key)) == sound
        )

    @cached_property
    def _vocabulary(self) -> TokenVocabulary:
        return TokenVocabulary(self.tokens, simpler_chords)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}
