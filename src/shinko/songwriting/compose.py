"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import Policy, run_policy, shipped_policy
from shinko.score.progression import Progression
from shinko.songwriting.by_section import read_playing
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.colours import sounding
from shinko.songwriting.given import Given, Slots, hear, read_given
from shinko.songwriting.laying_out import asked_form, check_modes, of_bars
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.pieces import Composed, DrawnPiece, Way
from shinko.songwriting.players import Performer, choose_performer, perform, played_table
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.rhythm import (
    Styles,
    check_timing,
    timed_styles,
    timing_of,
)
from shinko.songwriting.sections import Form
from shinko.songwriting.templates import find_template, laid_out
from shinko.songwriting.usual import METER
from shinko.songwriting.wishes import read_wishes
from shinko.theory import Key

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
    form = asked_form(request, given)
    if given is not None:
        request = replace(
            request, key=given.key, tempo_bpm=given.piece.tempo_bpm, meter=given.piece.meter
        )
    playing = read_playing(
        request.keys, request.tempos, request.styles, form, request.meter or METER
    )
    keys = {name: playing.keys.get(name, request.home_key) for name in form.names}
    check_modes(form, keys, request)
    performers = _performers(policy, request, keys)
    books = {
        name: ChordBook(performers[name].chords, key, held=performers[name].held)
        for name, key in keys.items()
    }
    table = played_table(policy, request)

    @cache
    def styles() -> Mapping[str, Styles]:
        return {
            name: timed_styles(table, keys[name].mode, books[name].tokens) for name in form.names
        }

    timing = None
    if not request.template:
        timing = timing_of(request, form, styles, given)
    opening = form.sections[0]
    heard = None if given is None else hear(given, books[opening])
    if form.bars:
        form = of_bars(request, form, books, styles())
    ways = _ways(request, form, books, given, heard)
    rng = np.random.default_rng(request.seed)
    if request.vary is not None:
        from shinko.songwriting.vary import USUAL_APART, vary  # seldom needed

        assert heard is not None
        (way,), apart = ways, request.apart or USUAL_APART
        tokens, logs, styles_of = vary(
            performers[""], way.brief, heard, count=request.vary, apart=apart, rng=rng
        )
        pieces = [
            DrawnPiece(way, row.tolist(), float(log), style)
            for row, log, style in zip(tokens.T, logs, styles_of, strict=True)
        ]
    else:
        pieces = _performed(performers, ways, request, rng)
    drawn = sounding(
        pieces,
        table=table,
        colour=request.colour,
        seed=request.seed,
        given=None if given is None or heard is None else given.sounds(heard),
        likeliest=request.temperature == 0,
    )
    return Composed(
        request, books, performers[opening].name, tuple(drawn), playing, given, heard, timing
    )


def _performers(
    policy: Policy, request: ComposeRequest, keys: Mapping[str, Key]
) -> dict[str, Performer]:
    """Who plays each section: one for each mode."""
    of_modes = {
        mode: choose_performer(policy, request, mode)
        for mode in dict.fromkeys(key.mode for key in keys.values())
    }
    return {name: of_modes[key.mode] for name, key in keys.items()}


def _performed(
    performers: Mapping[str, Performer],
    ways: Sequence[Way],
    request: ComposeRequest,
    rng: np.random.Generator,
) -> list[DrawnPiece]:
    """So many pieces, each by one of the ways, by chance."""
    count, found = request.count, dict[int, DrawnPiece]()
    which = rng.integers(len(ways), size=count) if len(ways) > 1 else np.zeros(count, int)
    for number, way in enumerate(ways):
        own = np.flatnonzero(which == number).tolist()
        if own:
            drawn, logs, styles = perform(
                performers, way.brief, count=len(own), temperature=request.temperature, rng=rng
            )
            for place, row, log, style in zip(own, drawn.T, logs, styles, strict=True):
                found[place] = DrawnPiece(way, row.tolist(), float(log), style)
    return [found[place] for place in range(count)]


def _ways(
    request: ComposeRequest,
    form: Form,
    books: Mapping[str, ChordBook],
    given: Given | None,
    heard: Slots | None,
) -> list[Way]:
    """What may be drawn: of a template each way to hold its chords that can be kept to.

    Raises:
      ShinkoError: none can.
    """
    opening = form.sections[0]
    if not request.template:
        limits = []
        if given is not None and heard is not None and request.vary is None:
            limits = list(given.limits(heard, opening))
        brief = read_wishes(request.wishes, form, books, limits)
        if given is not None and limits:
            brief.constraints(opening)  # what collides is told first
            _check_free(given, form, len(limits))
        return [Way(brief)]
    for book in books.values():
        find_template(request.template, book.key)
    found, failed = [], list[ShinkoError]()
    for changes in laid_out(request.template, request.length, books[opening].key):
        try:
            chords = len(changes)
            own = replace(
                form, lengths=(chords,) * len(form.names), differ=min(form.differ, chords)
            )
            brief = read_wishes(request.wishes, own, books, changes=changes)
            for name in own.names:
                brief.constraints(name)
            found.append(Way(brief, changes))
        except ShinkoError as error:
            failed.append(error)
    if not found:
        raise failed[-1]
    return found


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
    if locked == form.length(form.sections[0]) and len(form.names) == 1:
        raise FieldError(
            "chords",
            given.text,
            "a slot to compose",
            "put _ where a chord is free, or give `continue` 4 for four more, or `vary` 3",
        )
