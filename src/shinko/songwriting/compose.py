"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression, Section
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.players import choose_performer
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.wishes import read_form, read_wishes

__all__ = ["ComposeRequest", "asked_policy", "compose", "compose_each"]


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
    form = read_form(request.form, request.differ, request.length)
    performer = choose_performer(policy, request)
    book = ChordBook(performer.chords, request.key)
    brief = read_wishes(request.wishes, form, book)
    drawn, log_probs = performer.perform(
        brief,
        count=request.count,
        temperature=request.temperature,
        rng=np.random.default_rng(request.seed),
    )
    sections = tuple(Section(name, request.length) for name in form.sections if name)
    for row, log_prob, title in zip(drawn.T, log_probs, request.titles, strict=True):
        yield Progression(
            chords=tuple(book.chords[index] for index in row.tolist()),
            key=request.key,
            beats=(request.beats,) * len(row),
            tempo_bpm=request.tempo_bpm,
            meter=request.meter,
            title=title,
            seed=request.seed,
            policy=performer.name,
            log_probability=round(float(log_prob), 4) + 0.0,  # never -0.0
            sections=sections,
        )
