"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from shinko.errors import FieldError
from shinko.planning.constraints import Tie
from shinko.planning.process import Floats, Ints
from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import Form
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import Given, Slots, hear, read_given, settled_length
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.players import Performer, choose_performer
from shinko.songwriting.requests import METER, TEMPO_BPM, ComposeRequest
from shinko.songwriting.wishes import read_form, read_wishes
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
class Composed:
    """What was drawn, and how it becomes progressions.

    Attributes:
      request: what was asked, with what the chords tell that are given.
      form: the sections.
      book: the chords.
      performer: who played.
      tokens: whole pieces, (T, count).
      log_probs: of each piece, (count,), nats.
      given: chords that somebody has, if any.
      heard: what each of their slots is heard as.
      ties: slots of a section that have the chord of another one.
    """

    request: ComposeRequest
    form: Form
    book: ChordBook
    performer: Performer
    tokens: Ints
    log_probs: Floats
    given: Given | None = None
    heard: Slots | None = None
    ties: tuple[Tie, ...] = ()

    def progressions(self) -> Iterator[Progression]:
        """One after another."""
        request, names = self.request, self.form.sections
        sections = tuple(Section(name, self.form.length) for name in names if name)
        every = zip(self.tokens.T, self.log_probs, request.titles, strict=True)
        for row, log_prob, title in every:
            yield Progression(
                chords=tuple(
                    self._written(slot, index) or self.book.chords[index]
                    for slot, index in enumerate(row.tolist())
                ),
                key=self.book.key,
                beats=self._beats,
                tempo_bpm=request.tempo_bpm or TEMPO_BPM,
                meter=request.meter or METER,
                title=title,
                seed=request.seed,
                policy=self.performer.name,
                log_probability=round(float(log_prob), 4) + 0.0,  # never -0.0
                sections=sections,
                key_was_found=self.given is not None and self.given.piece.key_was_found,
            )

    @cached_property
    def _beats(self) -> tuple[float, ...]:
        """Of each chord: as it is given, or as is asked."""
        request, length = self.request, self.form.length
        usual = request.beats
        there = [usual] * length
        if self.given is not None and not request.beats_per_chord:
            beats = self.given.piece.beats
            there = [*beats, *[self.given.usual_beats] * (length - len(beats))]
        first = self.form.sections[0]
        return tuple(
            beats
            for name in self.form.sections
            for beats in (there if name == first else [usual] * length)
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
        for _ in range(2):  # from a later unit to the first, and from there to all
            for tie in self.ties:
                for slot, other in ((tie.to, tie.slot), (tie.slot, tie.to)):
                    if other in kept:
                        kept.setdefault(slot, kept[other])
        return kept

    def _written(self, slot: int, index: int) -> RomanChord | None:
        """The given chord of a slot, where it is played; else None."""
        section, place = divmod(slot, self.form.length)
        if place not in self._kept or self.form.sections[section] != self.form.sections[0]:
            return None
        chord, heard = self._kept[place]
        return chord if index in heard else None


def composed(policy: Policy, request: ComposeRequest) -> Composed:
    """What is asked, drawn from a policy.

    Raises:
      ShinkoError: as `compose`.
    """
    given = _given(request)
    if given is not None:
        request = replace(
            request,
            key=given.key,
            length=settled_length(given, request.length, request.more),
            tempo_bpm=given.piece.tempo_bpm,
            meter=given.piece.meter,
        )
    form = read_form(request.form, request.differ, request.slots)
    performer = choose_performer(policy, request)
    book = ChordBook(performer.chords, request.home_key, held=performer.held)
    heard = None if given is None else hear(given, book)
    limits = []
    if given is not None and heard is not None and request.vary is None:
        limits = list(given.limits(heard, form.sections[0]))
    brief = read_wishes(request.wishes, form, book, limits)
    if given is not None and limits:
        brief.constraints(form.sections[0])  # what collides is told first
        _check_free(given, form, len(limits))
    rng = np.random.default_rng(request.seed)
    if request.vary is not None:
        from shinko.songwriting.vary import USUAL_APART, vary  # seldom needed

        assert heard is not None
        apart = request.apart or USUAL_APART
        drawn = vary(performer, brief, heard, count=request.vary, apart=apart, rng=rng)
    else:
        drawn = performer.perform(
            brief, count=request.count, temperature=request.temperature, rng=rng
        )
    ties = brief.layout.ties if brief.layout else ()
    return Composed(request, form, book, performer, *drawn, given, heard, ties)


def _given(request: ComposeRequest) -> Given | None:
    if request.chords is None:
        return None
    return read_given(
        request.chords,
        request.key,
        bars=request.bars,
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
