"""Draw pieces that keep to a brief, of one section or of several. Needs no torch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Apart, Constraints
from shinko.planning.errors import ConstraintError
from shinko.planning.ground import Ground
from shinko.planning.particles import Player
from shinko.planning.steering import Steering
from shinko.songwriting.brief import Brief

Ints = NDArray[np.int64]

# Of a section that has to differ from others: candidates, and particles that they are drawn from.
_CANDIDATES, _PARTICLES = 16, 128
# How often a piece is begun anew where a later section finds no way on.
_TRIES = 20


def steer(
    ground: Ground,
    brief: Brief,
    *,
    count: int,
    rng: np.random.Generator,
    player: Player | None = None,
) -> Ints:
    """Pieces that keep to a brief, (T, count), T all sections together.

    Args:
      ground: what is looked ahead in.
      brief: what to keep to.
      count: pieces.
      rng: the source of chance.
      player: a network before its first chord; by default the exact optimum plays.

    Raises:
      ShinkoError: two wishes collide, or nothing keeps to all.
    """
    form = brief.form
    for asked in brief.starts():  # where nobody asked for the tonic, it gives way
        plans = {name: steering_of(ground, asked, name) for name in dict.fromkeys(form.sections)}
        try:
            if len(plans) == 1:
                one = plans[form.sections[0]].draw(count, rng, player).tokens
                return np.concatenate([one] * len(form.sections))
            return np.stack(_Pieces(ground, plans, asked, player).draw(count, rng), axis=1)
        except ConstraintError as error:
            told, failed = ", ".join(brief.told), str(error)
    raise ShinkoError(f"{failed} ({told})" if told else failed)


def steering_of(ground: Ground, brief: Brief, section: str = "") -> Steering:
    """All that keeps to a brief in one section.

    Raises:
      ShinkoError: two wishes collide, or nothing keeps to all; it names them.
    """
    first: ConstraintError | None = None
    for constraints in [asked.constraints(section) for asked in brief.starts()]:
        try:
            return ground.steering(constraints)
        except ConstraintError as error:
            first = first or error
    assert first is not None
    raise brief.explained(first, section, ground.steering)


class _Pieces:
    """Pieces of several sections, each section going on from what is played before it first comes.

    A section whose every chord is locked is known to all others from the beginning.
    """

    def __init__(
        self, ground: Ground, plans: dict[str, Steering], brief: Brief, player: Player | None
    ) -> None:
        self._ground, self._plans, self._brief = ground, plans, brief
        self._form, self._player = brief.form, player
        self._known = {
            name: plan.constraints.allowed.argmax(axis=1)
            for name, plan in plans.items()
            if (plan.constraints.allowed.sum(axis=1) == 1).all()
        }

    def draw(self, count: int, rng: np.random.Generator) -> list[Ints]:
        """Whole pieces, (T,) each."""
        opening = self._form.sections[0]
        drawn: list[Ints] = []
        if not self._known:  # then the first section is the same question for all pieces
            plan = self._ground.steering(self._narrowed(opening, {}))
            drawn = list(plan.draw(count, rng, self._player).tokens.T)
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
            if place == 0 and opening and name not in made:
                made[name] = opening[0]
            if name not in made:
                made[name] = self._section(name, made, played, rng)
            played.extend(made[name].tolist())
        return np.array(played)

    def _section(
        self, name: str, made: dict[str, Ints], played: list[int], rng: np.random.Generator
    ) -> Ints:
        least, narrowed = self._form.differ, self._narrowed(name, made)
        begin = self._ground.process.run(np.array(played, np.intp)[:, None])[0][-1, 0]
        own = None if self._player is None else self._player.after(played)
        plan = self._ground.steering(narrowed).begun_at(int(begin))
        drawn = plan.draw(_CANDIDATES, rng, own, _PARTICLES).tokens
        distances = [(drawn != other[:, None]).sum(axis=0) for other in made.values()]
        far = np.flatnonzero(np.min(distances, axis=0) >= least) if distances else np.arange(1)
        if len(far):
            return np.asarray(drawn[:, far[0]])
        apart = tuple(Apart(other, least) for other in made.values())
        try:
            looked = self._ground.steering(replace(narrowed, apart=apart)).begun_at(int(begin))
            return looked.draw(1, rng, own, _PARTICLES).tokens[:, 0]
        except ConstraintError:
            raise ConstraintError(
                f"section {name} can't differ in {least} chords from the others; lower --differ, "
                "or lock less"
            ) from None

    def _narrowed(self, name: str, made: dict[str, Ints]) -> Constraints:
        """What a section keeps to once others are known."""
        asked, form = self._plans[name].asked, self._form
        allowed = asked.allowed.copy()
        if not self._brief.repeats:
            for other in form.before(name) & made.keys():
                allowed[0, made[other][-1]] = False
            for other in form.after(name) - {name}:
                if other in made:
                    allowed[-1, made[other][0]] = False
                elif self._plans[other].constraints.allowed[0].sum() == 1:
                    allowed[-1] &= ~self._plans[other].constraints.allowed[0]
        first, back = made.get(form.sections[0]), None
        if self._brief.loop and name == form.sections[-1] != form.sections[0] and first is not None:
            back = int(first[0])
        return replace(asked, allowed=allowed, back_to=back)
