"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import Brief, Form
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import Given, Slots, hear, read_given, settled_length
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.players import Performer, choose_performer
from shinko.songwriting.requests import METER, MOST_COMPOSED, TEMPO_BPM, ComposeRequest
from shinko.songwriting.rhythm import (
    Timing,
    check_timing,
    likely_lengths,
    timed_styles,
    timing_of,
)
from shinko.songwriting.templates import Changes, laid_out
from shinko.songwriting.wishes import read_form, read_wishes
from shinko.tables.rhythm import Rhythm
from shinko.tables.rhythm_draws import AT_ONCE
from shinko.tables.voices import Voice
from shinko.theory import RomanChord

__all__ = ["ComposeRequest", "Composed", "asked_policy", "compose", "compose_each", "composed"]


def asked_policy(request: ComposeRequest) -> Policy:
    """The policy that a request asks for: of a run, or the one that ships.

    Raises:
      ShinkoError: there is no such run, or no checkpoint of it can be composed with.
    """
    return shipped_policy() if request.run is None else run_policy(request.run, request.epoch)


def compose(policy: Policy, request: ComposeRequest) -> Progressions:
    """Draw progressions from a policy; the same policy and request give the same ones.

    Raises:
      ShinkoError: a wish can't be read or kept to, or the policy can't do what is asked.
    """
    return Progressions(compose_each(policy, request))


def compose_each(policy: Policy, request: ComposeRequest) -> Iterator[Progression]:
    """The same one after another, so that many take no more memory than a few.

    Raises:
      ShinkoError: as `compose`, before the first.
    """
    yield from composed(policy, request).progressions()


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


def composed(policy: Policy, request: ComposeRequest) -> Composed:
    """What is asked, drawn from a policy.

    Raises:
      ShinkoError: as `compose`.
    """
    check_timing(request)
    given = _given(request)
    if given is not None:
        request = replace(
            request,
            key=given.key,
            length=settled_length(given, request.length, request.more),
            tempo_bpm=given.piece.tempo_bpm,
            meter=given.piece.meter,
        )
    performer = choose_performer(policy, request)
    styles = partial(timed_styles, policy, request, performer.chords)
    timing = None
    if not request.template:
        timing = timing_of(request, styles, None if given is None else given.piece.beats)
    book = ChordBook(performer.chords, request.home_key, held=performer.held)
    if request.bars is not None:
        request = replace(request, length=_length(request, book, styles()), bars=None)
    heard = None if given is None else hear(given, book)
    ways = _ways(request, book, given, heard)
    rng = np.random.default_rng(request.seed)
    if request.vary is not None:
        from shinko.songwriting.vary import USUAL_APART, vary  # seldom needed

        assert heard is not None
        (way,), apart = ways, request.apart or USUAL_APART
        tokens, logs = vary(performer, way.brief, heard, count=request.vary, apart=apart, rng=rng)
        pieces = [
            DrawnPiece(way, row.tolist(), float(log))
            for row, log in zip(tokens.T, logs, strict=True)
        ]
    else:
        pieces = _performed(performer, ways, request, rng)
    return Composed(request, book, performer, tuple(pieces), given, heard, timing)


def _performed(
    performer: Performer, ways: Sequence[Way], request: ComposeRequest, rng: np.random.Generator
) -> list[DrawnPiece]:
    """So many pieces, each by one of the ways, by chance."""
    count, found = request.count, dict[int, DrawnPiece]()
    which = rng.integers(len(ways), size=count) if len(ways) > 1 else np.zeros(count, int)
    for number, way in enumerate(ways):
        own = np.flatnonzero(which == number).tolist()
        if own:
            drawn, logs = performer.perform(
                way.brief, count=len(own), temperature=request.temperature, rng=rng
            )
            for place, row, log in zip(own, drawn.T, logs, strict=True):
                found[place] = DrawnPiece(way, row.tolist(), float(log))
    return [found[place] for place in range(count)]


def _ways(
    request: ComposeRequest, book: ChordBook, given: Given | None, heard: Slots | None
) -> list[Way]:
    """What may be drawn: of a template each way to hold its chords that can be kept to.

    Raises:
      ShinkoError: none can.
    """
    if not request.template:
        form = read_form(request.form, request.differ, request.slots)
        limits = []
        if given is not None and heard is not None and request.vary is None:
            limits = list(given.limits(heard, form.sections[0]))
        brief = read_wishes(request.wishes, form, book, limits)
        if given is not None and limits:
            brief.constraints(form.sections[0])  # what collides is told first
            _check_free(given, form, len(limits))
        return [Way(brief)]
    laid = laid_out(request.template, request.length, request.home_key)
    form = read_form(request.form, request.differ, laid[0].slots)
    found, failed = [], list[ShinkoError]()
    for changes in laid:
        try:
            own = replace(form, length=len(changes), differ=min(form.differ, len(changes)))
            brief = read_wishes(request.wishes, own, book, changes=changes)
            for name in own.sections:
                brief.constraints(name)
            found.append(Way(brief, changes))
        except ShinkoError as error:
            failed.append(error)
    if not found:
        raise failed[-1]
    return found


def _length(
    request: ComposeRequest, book: ChordBook, styles: Sequence[tuple[Voice, Rhythm]]
) -> int:
    """How many chords the bars have that are asked for: as songs do, and as the wishes allow.

    Raises:
      ShinkoError: the wishes can't be kept to with any.
    """
    assert request.bars is not None
    rng, refused = np.random.default_rng((request.seed, 2)), None
    for length in likely_lengths(styles, request.bars, rng, MOST_COMPOSED):
        try:
            form = read_form(request.form, request.differ, length)
            brief = read_wishes(request.wishes, form, book)
            for name in dict.fromkeys(form.sections):
                brief.constraints(name)
        except ShinkoError as error:
            refused = error
        else:
            return length
    assert refused is not None
    raise refused


def _given(request: ComposeRequest) -> Given | None:
    if request.chords is None:
        return None
    return read_given(
        request.chords,
        request.key,
        bars=request.from_bars,
        meter=request.meter,
        tempo_bpm=request.tempo_bpm,
    )


def _check_free(given: Given, form: Form, locked: int) -> None:
    """Raises: FieldError, where nothing is left to compose."""
    if locked == form.length and len(set(form.sections)) == 1:
        raise FieldError(
            "chords",
            given.text,
            "a slot to compose",
            "put _ where a chord is free, or give `continue` 4 for four more, or `vary` 3",
        )
