"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression
from shinko.songwriting.brief import Form
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.given import Given, Slots, hear, read_given, settled_length
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.pieces import Composed, DrawnPiece, Way
from shinko.songwriting.players import Performer, choose_performer, played_table
from shinko.songwriting.requests import MOST_COMPOSED, ComposeRequest
from shinko.songwriting.rhythm import (
    check_timing,
    likely_lengths,
    timed_styles,
    timing_of,
)
from shinko.songwriting.templates import laid_out
from shinko.songwriting.wishes import read_form, read_wishes
from shinko.tables.rhythm import Rhythm
from shinko.tables.voices import Voice

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
    table = played_table(policy, request)
    styles = partial(timed_styles, table, request.home_key.mode, performer.chords)
    timing = None
    if not request.template:
        timing = timing_of(request, styles, given)
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
