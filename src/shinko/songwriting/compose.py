"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shinko.errors import ShinkoError
from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import Brief
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.players import choose_performer
from shinko.songwriting.requests import USUAL_LENGTH, ComposeRequest
from shinko.songwriting.templates import Changes, laid_out
from shinko.songwriting.wishes import read_form, read_wishes

__all__ = ["ComposeRequest", "asked_policy", "compose", "compose_each"]

_NOTHING: Any = None  # of a piece that isn't drawn yet


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
    performer = choose_performer(policy, request)
    book = ChordBook(performer.chords, request.key, held=performer.held)
    asked = _asked(request, book)
    rng, pieces = np.random.default_rng(request.seed), [_NOTHING] * request.count
    which = rng.integers(len(asked), size=request.count) if len(asked) > 1 else np.zeros(1, int)
    for number, one in enumerate(asked):
        own = np.flatnonzero(np.broadcast_to(which == number, request.count)).tolist()
        if own:
            drawn, log_probs = performer.perform(
                one.brief, count=len(own), temperature=request.temperature, rng=rng
            )
            for place, row, log_prob in zip(own, drawn.T, log_probs, strict=True):
                pieces[place] = (one, row.tolist(), float(log_prob))
    for (one, row, log_prob), title in zip(pieces, request.titles, strict=True):
        strokes, sections = one.played(row)
        yield Progression(
            chords=tuple(book.chords[index] for index, _ in strokes),
            key=request.key,
            beats=tuple(slots * request.beats for _, slots in strokes),
            tempo_bpm=request.tempo_bpm,
            meter=request.meter,
            title=title,
            seed=request.seed,
            policy=performer.name,
            log_probability=round(log_prob, 4) + 0.0,  # never -0.0
            sections=sections,
        )


@dataclass(frozen=True)
class _Asked:
    """A brief, and the changes of the template that it is of."""

    brief: Brief
    changes: Changes | None

    def played(self, row: list[int]) -> tuple[list[tuple[int, int]], tuple[Section, ...]]:
        """Chords of all sections with the slots that each lasts, and the sections."""
        strokes: list[tuple[int, int]] = []
        sections = []
        length = self.brief.form.length
        for place, name in enumerate(self.brief.form.sections):
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


def _asked(request: ComposeRequest, book: ChordBook) -> list[_Asked]:
    """What may be drawn: of a template each way to hold its chords that can be kept to.

    Raises:
      ShinkoError: none can.
    """
    if not request.template:
        form = read_form(request.form, request.differ, request.length or USUAL_LENGTH)
        return [_Asked(read_wishes(request.wishes, form, book), None)]
    ways = laid_out(request.template, request.length, request.key)
    form = read_form(request.form, request.differ, ways[0].slots)
    found, failed = [], list[ShinkoError]()
    for changes in ways:
        try:
            own = replace(form, length=len(changes), differ=min(form.differ, len(changes)))
            brief = read_wishes(request.wishes, own, book, changes)
            for name in own.sections:
                brief.constraints(name)
            found.append(_Asked(brief, changes))
        except ShinkoError as error:
            failed.append(error)
    if not found:
        raise failed[-1]
    return found
