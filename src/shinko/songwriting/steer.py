"""Draw pieces that keep to a brief, of one section or of several. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Apart, Constraints
from shinko.planning.errors import ConstraintError
from shinko.planning.ground import Ground
from shinko.planning.particles import Player
from shinko.planning.steering import Steering
from shinko.songwriting.brief import GIVEN_CHORDS, Brief
from shinko.songwriting.roles import Role

Ints = NDArray[np.int64]

# Of a section that has to differ from others: candidates, and particles that they are drawn from.
_CANDIDATES, _PARTICLES = 16, 128
# How often a piece is begun anew where a later section finds no way on.
_TRIES = 20


def steer(cast: Mapping[str, Role], brief: Brief, *, count: int, rng: np.random.Generator) -> Ints:
    """Pieces that keep to a brief, (T, count), T all sections together.

    Args:
      cast: who plays each section.
      brief: what to keep to.
      count: pieces.
      rng: the source of chance.

    Raises:
      ShinkoError: two wishes collide, or nothing keeps to all.
    """
    try:
        return np.stack(_Pieces(cast, brief).drawn(count, rng), axis=1)
    except ConstraintError as error:
        told = ", ".join(brief.told)
        raise ShinkoError(f"{error} ({told})" if told else str(error)) from None


def steering_of(ground: Ground, brief: Brief, section: str = "") -> Steering:
    """All that keeps to a brief in one section.

    Raises:
      ShinkoError: two wishes collide, or nothing keeps to all; it names those without any one of
        which there would be a way.
    """
    constraints = brief.constraints(section)
    try:
        return ground.steering(constraints)
    except ConstraintError as error:
        failed = error
    helping = [wish for wish, relaxed in brief.relaxed(section) if ground.allows(relaxed)]
    reason = _gap(ground, brief, section) if GIVEN_CHORDS in helping else str(failed)
    way_out = "wish for less"
    if helping:
        names = [f"`{wish}`" for wish in helping]
        way_out = f"leave out {' or '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"
    where = f" in section {section}" if section else ""
    raise ShinkoError(f"{reason}{where}: {', '.join(brief.told)}; {way_out}") from None


def _gap(ground: Ground, brief: Brief, section: str) -> str:
    """Which free slots nothing leads through, with the chords on both sides of them.

    Where all of them have a way through, taken one by one, there is none through all.
    """
    given = {
        limit.slots.start: limit
        for limit in brief.limits
        if limit.wish == GIVEN_CHORDS and limit.section == section
    }
    others = tuple(limit for limit in brief.limits if limit.wish != GIVEN_CHORDS)
    slots, book = [-1, *sorted(given), brief.form.length(section)], brief.books[section]
    for before, after in pairwise(slots):
        if after - before < 2:
            continue
        sides = {side: given[side] for side in (before, after) if side in given}
        between = replace(brief, limits=(*sides.values(), *others))
        with suppress(ShinkoError):
            if ground.allows(between.constraints(section)):
                continue
        names = [
            f"{book.chords[min(one.chords)].name(book.key)} at {side + 1}"
            for side, one in sides.items()
        ]
        free = f"{before + 2}" + (f" to {after}" if after - before > 2 else "")
        where = "between" if len(names) > 1 else "beside"
        return f"nothing fits in slot {free}, {where} {' and '.join(names)}"
    return "nothing fits in all free slots"


class _Pieces:
    """Pieces of several sections.

    A section whose every chord is locked is known to all others from the beginning.
    """

    def __init__(self, cast: Mapping[str, Role], brief: Brief) -> None:
        self._cast, self._brief, self._form = cast, brief, brief.form
        self._grounds = {name: cast[name].ground() for name in brief.form.names}

    def drawn(self, count: int, rng: np.random.Generator) -> list[Ints]:
        """Whole pieces, (T,) each.

        Raises:
          ConstraintError: nothing was found that keeps to all.
          ShinkoError: as `steering_of`.
        """
        opening = self._form.sections[0]
        self._asked = {
            name: steering_of(self._grounds[name], self._brief, name).asked
            for name in self._form.names
        }
        self._known = {
            name: asked.allowed.argmax(axis=1)
            for name, asked in self._asked.items()
            if (asked.allowed.sum(axis=1) == 1).all()
        }
        drawn: list[Ints] = []
        if not self._known or len(self._asked) == 1:
            # The first section is the same question for all pieces.
            plan = self._grounds[opening].steering(self._narrowed(opening, {}))
            drawn = list(plan.draw(count, rng, self._player(opening, [])).tokens.T)
        return [self._piece(rng, drawn[place : place + 1]) for place in range(count)]

    def _piece(self, rng: np.random.Generator, opening: list[Ints]) -> Ints:
        for left in reversed(range(_TRIES)):
            try:
                return self._try(rng, opening if left == _TRIES - 1 else [])
            except ConstraintError:
                if not left:
                    raise
        raise AssertionError

    def _try(self, rng: np.random.Generator, opening: list[Ints]) -> Ints:
        form, before = self._form, list[int]()  # of the same player
        made, pieces = dict(self._known), list[Ints]()
        for place, name in enumerate(form.sections):
            if place and self._cast[name] is not self._cast[form.sections[place - 1]]:
                before = []
            if place == 0 and opening:
                made[name] = opening[0]
            if name not in made:
                made[name] = self._section(name, made, before, rng)
            before.extend(made[name].tolist())
            pieces.append(made[name])
        return np.concatenate(pieces)

    def _section(
        self, name: str, made: dict[str, Ints], before: list[int], rng: np.random.Generator
    ) -> Ints:
        ground, narrowed = self._grounds[name], self._narrowed(name, made)
        begin = ground.process.start
        if self._cast[name].goes_on:
            states, _ = ground.process.run(np.array(before, np.intp)[:, None])
            begin = int(states[-1, 0])
        own = self._player(name, before)
        plan = ground.steering(narrowed).begun_at(begin)
        drawn = plan.draw(_CANDIDATES, rng, own, _PARTICLES).tokens
        apart = list(self._apart(name, made))
        far = np.ones(drawn.shape[1], bool)
        for tokens, least in apart:
            differs = (drawn != tokens[:, None]) & (tokens >= 0)[:, None]
            far &= differs.sum(axis=0) >= least
        if far.any():
            return np.asarray(drawn[:, far.argmax()])
        # Nobody said how much they differ: then in as many as the locks let.
        fewer = range(max(least for _, least in apart) + 1) if self._form.differs_loosely else (0,)
        for less in fewer:
            others = tuple(Apart(tokens, least - less) for tokens, least in apart if least > less)
            try:
                looked = ground.steering(replace(narrowed, apart=others)).begun_at(begin)
                return looked.draw(1, rng, own, _PARTICLES).tokens[:, 0]
            except ConstraintError:
                continue
        least = max(least for _, least in apart)
        raise ConstraintError(
            f"section {name} can't differ in {least} chord{'s' * (least > 1)} from the others; "
            "lower `differ`, or lock less"
        )

    def _apart(self, name: str, made: dict[str, Ints]) -> Iterator[tuple[Ints, int]]:
        """What a section differs from, and in how many chords; see `Apart`.

        That is all others, and the end of one that begins as it does.
        """
        form, length = self._form, self._form.length(name)
        begins_alike = form.alike(name)
        for other, chords in made.items():
            both, kept = min(length, len(chords)), begins_alike.get(other, 0)
            tokens = np.full(length, -1)
            tokens[kept:both] = chords[kept:both]
            least = min(1 if kept else form.differ, both - kept)
            if least and other != name and self._brief.comparable(name, other):
                yield tokens, least

    def _player(self, name: str, before: list[int]) -> Player | None:
        """Who plays a section after what it played before it."""
        role = self._cast[name]
        if role.player is None:
            return None
        close = "piece" if name == self._form.sections[-1] else "section"
        player = role.player(self._form.length(name), close)
        return player.after(before) if role.goes_on else player

    def _narrowed(self, name: str, made: dict[str, Ints]) -> Constraints:
        """What a section keeps to once others are known.

        Raises:
          ConstraintError: nothing is left in a slot.
        """
        asked, form, brief = self._asked[name], self._form, self._brief
        allowed = asked.allowed.copy()
        for other, kept in form.alike(name).items():
            if other in made:
                allowed[:kept] &= np.eye(allowed.shape[1], dtype=bool)[made[other][:kept]]
        for tie in (*asked.ties, *reversed(asked.ties)):  # those that are tied have the same
            allowed[tie.to] &= allowed[tie.slot]
            allowed[tie.slot] = allowed[tie.to]
        if not brief.repeats:
            for other in form.before(name) & made.keys():
                if brief.in_one_key(name, other):
                    allowed[0, made[other][-1]] = False
            for other in form.after(name) - {name}:
                if not brief.in_one_key(name, other):
                    continue
                if other in made:
                    allowed[-1, made[other][0]] = False
                elif self._asked[other].allowed[0].sum() == 1:
                    allowed[-1] &= ~self._asked[other].allowed[0]
        if not allowed.any(axis=1).all():
            raise ConstraintError(f"no progression keeps to all of this in section {name}")
        first, opening, back = made.get(form.sections[0]), form.sections[0], None
        if brief.loop and name == form.sections[-1] != opening and first is not None:
            back = int(first[0]) if brief.comparable(name, opening) else None
        return replace(asked, allowed=allowed, back_to=back)
