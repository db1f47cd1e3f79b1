"""What was drawn, and how it becomes progressions: chords as written, and how long they last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import Brief
from shinko.songwriting.by_section import SectionPlaying
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import Given, Slots
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.rhythm import Timing
from shinko.songwriting.sections import Form
from shinko.songwriting.templates import Changes
from shinko.songwriting.usual import METER, TEMPO_BPM
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

    def strokes(
        self, row: Sequence[RomanChord]
    ) -> tuple[list[tuple[RomanChord, int]], tuple[tuple[str, int], ...]]:
        """Chords of all sections with the slots that each lasts, and how many each section has."""
        strokes: list[tuple[RomanChord, int]] = []
        sections = []
        for name, slots in self.form.spans():
            chords = row[slots.start : slots.stop]
            own = [(chord, 1) for chord in chords]
            if self.changes is not None:
                own = list(self.changes.strokes(chords))
            strokes += own
            sections.append((name, len(own)))
        if self.changes is not None and self.form.sections == ("",):
            sections = list(self.changes.parts(strokes)) or sections
        return strokes, tuple(sections)


@dataclass(frozen=True, eq=False)
class DrawnPiece:
    """A piece as it was drawn.

    Attributes:
      way: by which.
      row: its chords by number: what functions they have.
      log_prob: of these.
      style: of which role it is.
      sounds: its chords as they sound.
    """

    way: Way
    row: list[int]
    log_prob: float
    style: str = ""
    sounds: tuple[RomanChord, ...] = ()


@dataclass(frozen=True, eq=False)
class Composed:
    """What was drawn, and how it becomes progressions.

    Attributes:
      request: what was asked, with what the chords tell that are given.
      books: the chords of each section.
      performer: who played, by name.
      pieces: as many as were asked for.
      playing: how sections are played that don't go as the piece does.
      given: chords that somebody has, if any.
      heard: what each of their slots is heard as.
      timing: how long chords last; as those that are given, where it is left out.
    """

    request: ComposeRequest
    books: Mapping[str, ChordBook]
    performer: str
    pieces: tuple[DrawnPiece, ...]
    playing: SectionPlaying
    given: Given | None = None
    heard: Slots | None = None
    timing: Timing | None = None

    @property
    def book(self) -> ChordBook:
        """The chords of the first section."""
        return self.books[self.pieces[0].way.form.sections[0]]

    def progressions(self) -> Iterator[Progression]:
        """One after another."""
        request = self.request
        every = zip(self.pieces, self._beats(), request.titles, strict=True)
        for piece, beats, title in every:
            chords, sections = self._laid_out(piece)
            yield Progression(
                chords=chords,
                key=request.home_key,
                beats=beats,
                tempo_bpm=request.tempo_bpm or TEMPO_BPM,
                meter=request.meter or METER,
                title=title,
                seed=request.seed,
                policy=self.performer,
                log_probability=round(piece.log_prob, 4) + 0.0,  # never -0.0
                sections=sections,
                key_was_found=self.given is not None and self.given.piece.key_was_found,
                ritardando=request.ritardando,
            )

    def _laid_out(self, piece: DrawnPiece) -> tuple[tuple[RomanChord, ...], tuple[Section, ...]]:
        """Its chords, each in the key of its section, and the sections; none where it has one."""
        form, (strokes, parts) = piece.way.form, piece.way.strokes(piece.sounds)
        steps = form.steps or (0,) * len(parts)
        sections = [
            self._section(name, size, steps[place] if form.steps else 0)
            for place, (name, size) in enumerate(parts)
        ]
        alone = len(sections) == 1 and not sections[0].name
        return tuple(chord for chord, _ in strokes), () if alone else tuple(sections)

    def _section(self, name: str, size: int, steps: int) -> Section:
        key, home = self.playing.keys.get(name, self.request.home_key), self.request.home_key
        key = key.moved(steps) if steps else key
        return Section(
            name,
            size,
            key=None if key == home else key,
            tempo_bpm=self.playing.tempos.get(name),
            style=self.playing.styles.get(name, ""),
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
            yield from self.timing.beats_each(rows, way.form, way.brief.layouts, rngs)

    def _told_beats(self, piece: DrawnPiece) -> tuple[float, ...]:
        """As the template has it, or as most of the chords that are given last."""
        form, usual = piece.way.form, self.request.beats
        if piece.way.changes is not None:
            strokes, _ = piece.way.strokes(piece.sounds)
            return tuple(slots * usual for _, slots in strokes)
        first, there = form.sections[0], list[float]()
        if self.given is not None:
            there, usual_there = [*self.given.piece.beats], self.given.usual_beats
            there += [usual_there] * (form.length(first) - len(there))
        return tuple(
            there[slot - slots.start] if there and name == first else usual
            for name, slots in form.spans()
            for slot in slots
        )
