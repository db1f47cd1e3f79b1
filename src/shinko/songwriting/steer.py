"""Draw pieces that keep to a brief, of one section or of several. Needs no torch."""

from __future__ import annotations

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


def steer(role: Role, brief: Brief, *, count: int, rng: np.random.Generator) -> Ints:
    """Pieces that keep to a brief, (T, count), T all sections together.

    Args:
      role: who plays.
      brief: what to keep to.
      count: pieces.
      rng: the source of chance.

    Raises:
      ShinkoError: two wishes collide, or nothing keeps to all.
    """
    try:
        return np.stack(_Pieces(role, brief).drawn(count, rng), axis=1)
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
        if limit.wish == GIVEN_CHORDS and limit.section in (None, section)
    }
    others = tuple(limit for limit in brief.limits if limit.wish != GIVEN_CHORDS)
    slots = [-1, *sorted(given), brief.form.length]
    for before, after in pairwise(slots):
        if after - before < 2:
            continue
        sides = {side: given[side] for side in (before, after) if side in given}
        between = replace(brief, limits=(*sides.values(), *others))
        with suppress(ShinkoError):
            if ground.allows(between.constraints(section)):
                continue
        names = [
            f"{brief.book.chords[min(one.chords)].name(brief.book.key)} at {side + 1}"
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

    def __init__(self, role: Role, brief: Brief) -> None:
        self._role, self._ground, self._brief = role, role.ground(), brief
        self._form = brief.form

    def drawn(self, count: int, rng: np.random.Generator) -> list[Ints]:
        """Whole pieces, (T,) each.

        Raises:
          ConstraintError: nothing was found that keeps to all.
          ShinkoError: as `steering_of`.
        """
        opening = self._form.sections[0]
        self._asked = {
            name: steering_of(self._ground, self._brief, name).asked
            for name in dict.fromkeys(self._form.sections)
        }
        self._known = {
            name: asked.allowed.argmax(axis=1)
            for name, asked in self._asked.items()
            if (asked.allowed.sum(axis=1) == 1).all()
        }
        drawn: list[Ints] = []
        if not self._known or len(self._asked) == 1:
            # The first section is the same question for all pieces.
            plan = self._ground.steering(self._narrowed(opening, {}))
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
        form, played = self._form, list[int]()
        made = dict(self._known)
        for place, name in enumerate(form.sections):
            if place == 0 and opening:
                made[name] = opening[0]
            if name not in made:
                made[name] = self._section(name, made, played, rng)
            played.extend(made[name].tolist())
        return np.array(played)

    def _section(
        self, name: str, made: dict[str, Ints], played: list[int], rng: np.random.Generator
    ) -> Ints:
        least, narrowed = self._form.differ, self._narrowed(name, made)
        begin = self._ground.process.start
        if self._role.goes_on:
            states, _ = self._ground.process.run(np.array(played, np.intp)[:, None])
            begin = int(states[-1, 0])
        own = self._player(name, played)
        plan = self._ground.steering(narrowed).begun_at(begin)
        drawn = plan.draw(_CANDIDATES, rng, own, _PARTICLES).tokens
        distances = [(drawn != other[:, None]).sum(axis=0) for other in made.values()]
        far = np.flatnonzero(np.min(distances, axis=0) >= least) if distances else np.arange(1)
        if len(far):
            return np.asarray(drawn[:, far[0]])
        apart = tuple(Apart(other, least) for other in made.values())
        try:
            looked = self._ground.steering(replace(narrowed, apart=apart)).begun_at(begin)
            return looked.draw(1, rng, own, _PARTICLES).tokens[:, 0]
        except ConstraintError:
            raise ConstraintError(
                f"section {name} can't differ in {least} chords from the others; lower `differ`, "
                "or lock less"
            ) from None

    def _player(self, name: str, played: list[int]) -> Player | None:
        """Who plays a section after what was played before it."""
        if self._role.player is None:
            return None
        close = "piece" if name == self._form.sections[-1] else "section"
        player = self._role.player(self._form.length, close)
        return player.after(played) if self._role.goes_on else player

    def _narrowed(self, name: str, made: dict[str, Ints]) -> Constraints:
        """What a section keeps to once others are known."""
        asked, form = self._asked[name], self._form
        allowed = asked.allowed.copy()
        if not self._brief.repeats:
            for other in form.before(name) & made.keys():
                allowed[0, made[other][-1]] = False
            for other in form.after(name) - {name}:
                if other in made:
                    allowed[-1, made[other][0]] = False
                elif self._asked[other].allowed[0].sum() == 1:
                    allowed[-1] &= ~self._asked[other].allowed[0]
        first, back = made.get(form.sections[0]), None
        if self._brief.loop and name == form.sections[-1] != form.sections[0] and first is not None:
            back = int(first[0])
        return replace(asked, allowed=allowed, back_to=back)
