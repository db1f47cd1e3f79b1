"""What was drawn, and how it becomes progressions: chords as written, and how long they last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import Brief, Form
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import Given, Slots
from shinko.songwriting.players import Performer
from shinko.songwriting.requests import METER, TEMPO_BPM, ComposeRequest
from shinko.songwriting.rhythm import Timing
from shinko.songwriting.templates import Changes
from shinko.tables.rhythm_draws import AT_ONCE
from shinko.theory import RomanChord


@dataclass(frozen=True, eq=False)
class Way:
    """One way to do what is asked.

    Attributes:
      brief: what it keeps to.
      changes: of the template that is played, if any.
    """

    brief: Brief
    changes: Changes | None = None

    @property
    def form(self) -> Form:
        """Its sections."""
        return self.brief.form

    def strokes(self, row: Sequence[int]) -> tuple[list[tuple[int, int]], tuple[Section, ...]]:
        """Chords of all sections with the slots that each lasts, and the sections."""
        strokes: list[tuple[int, int]] = []
        sections, length = [], self.form.length
        for place, name in enumerate(self.form.sections):
            chords = row[place * length : (place + 1) * length]
            own = [(chord, 1) for chord in chords]
            if self.changes is not None:
                own = list(self.changes.strokes(chords))
            strokes += own
            if name:
                sections.append(Section(name, len(own)))
        if self.changes is not None and not sections:
            sections = [Section(name, size) for name, size in self.changes.parts(strokes)]
        return strokes, tuple(sections)


@dataclass(frozen=True, eq=False)
class DrawnPiece:
    """A piece as it was drawn: by which way, its chords by number, and its log-probability."""

    way: Way
    row: list[int]
    log_prob: float


@dataclass(frozen=True, eq=False)
class Composed:
    """What was drawn, and how it becomes progressions.

    Attributes:
      request: what was asked, with what the chords tell that are given.
      book: the chords.
      performer: who played.
      pieces: as many as were asked for.
      given: chords that somebody has, if any.
      heard: what each of their slots is heard as.
      timing: how long chords last; as those that are given, where it is left out.
    """

    request: ComposeRequest
    book: ChordBook
    performer: Performer
    pieces: tuple[DrawnPiece, ...]
    given: Given | None = None
    heard: Slots | None = None
    timing: Timing | None = None

    def progressions(self) -> Iterator[Progression]:
        """One after another."""
        request = self.request
        every = zip(self.pieces, self._beats(), request.titles, strict=True)
        for piece, beats, title in every:
            strokes, sections = piece.way.strokes(piece.row)
            form = piece.way.form
            yield Progression(
                chords=tuple(
                    self._written(form, slot, index) or self.book.chords[index]
                    for slot, (index, _) in enumerate(strokes)
                ),
                key=self.book.key,
                beats=beats,
                tempo_bpm=request.tempo_bpm or TEMPO_BPM,
                meter=request.meter or METER,
                title=title,
                seed=request.seed,
                policy=self.performer.name,
                log_probability=round(piece.log_prob, 4) + 0.0,  # never -0.0
                sections=sections,
                key_was_found=self.given is not None and self.given.piece.key_was_found,
            )

    def _beats(self) -> Iterator[tuple[float, ...]]:
        """Of each piece how long its chords last, as many at once as are drawn together."""
        if self.timing is None:
            yield from map(self._told_beats, self.pieces)
            return
        way = self.pieces[0].way
        for begin in range(0, len(self.pieces), AT_ONCE):
            pieces = self.pieces[begin : begin + AT_ONCE]
            # Chance of its own, so that it doesn't matter how many are drawn.
            rngs = [
                np.random.default_rng((self.request.seed, 1, begin + number))
                for number in range(len(pieces))
            ]
            rows = np.array([piece.row for piece in pieces])
            yield from self.timing.beats_each(rows, way.form, way.brief.layout, rngs)

    def _told_beats(self, piece: DrawnPiece) -> tuple[float, ...]:
        """As the template has it, or as most of the chords that are given last."""
        form, usual = piece.way.form, self.request.beats
        if piece.way.changes is not None:
            strokes, _ = piece.way.strokes(piece.row)
            return tuple(slots * usual for _, slots in strokes)
        there = [usual] * form.length
        if self.given is not None:
            beats = self.given.piece.beats
            there = [*beats, *[self.given.usual_beats] * (form.length - len(beats))]
        first = form.sections[0]
        return tuple(
            beats
            for name in form.sections
            for beats in (there if name == first else [usual] * form.length)
        )

    @cached_property
    def _kept(self) -> dict[int, tuple[RomanChord, frozenset[int]]]:
        """Given chords as written, by slot of the first section, and what each is heard as.

        Those of one unit of a plan stand in its others, too.
        """
        if self.given is None or self.heard is None:
            return {}
        every = enumerate(zip(self.given.chords, self.heard, strict=True))
        kept = {slot: (chord, heard) for slot, (chord, heard) in every if chord and heard}
        layout = self.pieces[0].way.brief.layout
        for _ in range(2):  # from a later unit to the first, and from there to all
            for tie in layout.ties if layout else ():
                for slot, other in ((tie.to, tie.slot), (tie.slot, tie.to)):
                    if other in kept:
                        kept.setdefault(slot, kept[other])
        return kept

    def _written(self, form: Form, slot: int, index: int) -> RomanChord | None:
        """The given chord of a slot, where it is played; else None."""
        section, place = divmod(slot, form.length)
        if place not in self._kept or form.sections[section] != form.sections[0]:
            return None
        chord, heard = self._kept[place]
        return chord if index in heard else None
