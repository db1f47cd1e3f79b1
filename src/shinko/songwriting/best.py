"""The most probable progressions that differ, as somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shinko.score.progression import Progression, bar_beats
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.explain import best_chords
from shinko.songwriting.given import Given, Slots, completed, hear, read_given, settled_length
from shinko.songwriting.questions import BestRequest, Statistics
from shinko.songwriting.teller import Teller, teller_of
from shinko.songwriting.usual import HOME, METER, TEMPO_BPM
from shinko.theory import RomanChord
from shinko.theory.in_context import numerals_in

Ranked = tuple[tuple[str, ...], float]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Progressions, the most probable first.

    Attributes:
      pieces: chords, and the log-probability of each, nats.
      differ: in how many chords each differs from all others, at the least.
      teller: by whose statistics.
      book: its chords.
      given: chords that somebody has, if any.
      heard: what each of their slots is heard as.
    """

    pieces: tuple[tuple[tuple[RomanChord, ...], float], ...]
    differ: int
    teller: Teller
    book: ChordBook
    given: Given | None = None
    heard: Slots | None = None

    @property
    def ranked(self) -> tuple[Ranked, ...]:
        """Numerals, and the log-probability of each, nats."""
        return tuple((numerals_in(own, self.book.key), score) for own, score in self.pieces)

    @property
    def key_was_found(self) -> bool:
        """Whether nobody told the key."""
        return self.given is not None and self.given.piece.key_was_found

    def progressions(self) -> list[Progression]:
        """The same as pieces, given chords as they are written."""
        return [self._piece(number, *one) for number, one in enumerate(self.pieces, 1)]

    def _piece(self, number: int, chords: Sequence[RomanChord], score: float) -> Progression:
        told: dict[str, Any] = {
            "title": f"Best {number}",
            "policy": self.teller.ground.name,
            "log_probability": score + 0.0,  # never -0.0
        }
        if self.given is None:
            beats = (bar_beats(METER),) * len(chords)
            return Progression(
                tuple(chords), self.book.key, beats, tempo_bpm=TEMPO_BPM, meter=METER, **told
            )
        return completed(self.given, chords, **told)


def best_of(request: BestRequest) -> Ranking:
    """The most probable progressions of a table that keep to what is asked.

    Raises:
      ShinkoError: chords or wishes can't be read or collide, or the search is too long.
    """
    given, heard, length = None, None, request.slots
    if request.chords is not None:
        given = read_given(request.chords, request.key, bars=request.from_bars)
        length = settled_length(given, request.length)
    differ = request.differing(length)
    key = given.key if given is not None else request.key or HOME
    teller = teller_of(Statistics(request.table, memoryless=True), key.mode)
    book = ChordBook(teller.ground.process.tokens, key)
    limits = []
    if given is not None:
        heard = hear(given, book)
        limits = list(given.limits(heard, ""))
    found = best_chords(
        teller.ground,
        book,
        request.wishes,
        length=length,
        count=request.count,
        differ=differ,
        given=limits,
    )
    return Ranking(tuple(found), differ, teller, book, given, heard)
