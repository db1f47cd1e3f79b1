"""Variants of a progression: each differs from it and from all others in some chords.

A variant keeps half of the chords where that can be, or it would be another piece. What is drawn is
what the player plays, given that; where draws find no more, an exact search does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shinko.errors import FieldError
from shinko.planning.best import best_apart
from shinko.planning.constraints import Apart
from shinko.planning.errors import ConstraintError
from shinko.planning.process import Ints
from shinko.songwriting.brief import Brief
from shinko.songwriting.given import Slots
from shinko.songwriting.players import Performed, Performer
from shinko.songwriting.roles import Role
from shinko.songwriting.steer import steering_of

USUAL_APART = 2
# Drawn at once, and particles that they are drawn from.
_CANDIDATES, _PARTICLES = 64, 512


def vary(
    performer: Performer,
    brief: Brief,
    heard: Slots,
    *,
    count: int,
    apart: int,
    rng: np.random.Generator,
) -> Performed:
    """Variants, (T, count), the log-probability of each, (count,), and of which role it is.

    Args:
      performer: who plays; each variant is played by one of its roles.
      brief: what to keep to, of one section.
      heard: what they are variants of; slots that are free there, or that come after it, don't
        count.
      count: how many.
      apart: in how many chords each differs from that and from all others, at the least.
      rng: the source of chance.

    Raises:
      ShinkoError: wishes collide.
      FieldError: there aren't so many.
    """
    base = np.full(brief.form.total, -1)
    for slot, chords in enumerate(heard):
        base[slot] = min(chords) if chords else -1
    there = int((base >= 0).sum())
    if apart > there:
        raise FieldError("apart", apart, f"at most {there}, the chords that are given")
    shares = np.array([role.share for role in performer.roles])
    kept: list[tuple[Ints, float, str]] = []
    pools = {role.name: _Pool(role, brief, base, apart, rng) for role in performer.roles}
    for number in rng.choice(len(shares), count, p=shares / shares.sum()):
        role = performer.roles[number]
        one = pools[role.name].another([tokens for tokens, *_ in kept])
        if one is None:
            raise _too_many(count, len(kept), apart)
        log_prob = role.log_probability(one[:, None], [len(one)])
        kept.append((one, float(log_prob[0]), role.name))
    tokens, logs, names = zip(*kept, strict=True)
    return np.stack(tokens, axis=1), np.array(logs), list(names)


def _too_many(count: int, found: int, apart: int) -> FieldError:
    differ = f"in {apart} chord{'s' if apart > 1 else ''} from what is given"
    if found:
        expected = f"at most {found}: no more were found that differ {differ} and from each other"
    else:
        expected = f"variants that there can be: nothing was found that differs {differ}"
    return FieldError("vary", count, expected, "lower `apart`, or fix less")


class _Pool:
    """What a role plays that differs from a base; drawn many at once, taken one by one."""

    def __init__(
        self, role: Role, brief: Brief, base: Ints, apart: int, rng: np.random.Generator
    ) -> None:
        self._role, self._brief, self._base, self._apart, self._rng = role, brief, base, apart, rng
        self._asked = steering_of(role.ground(), brief).asked
        self._drawn: list[Ints] = []

    def another(self, others: list[Ints]) -> Ints | None:
        """One that differs from all others, too; None where there is none."""
        half = max(self._apart, (int((self._base >= 0).sum()) + 1) // 2)
        for most in (half, None):
            near = Apart(self._base, self._apart, most)
            for again in (False, True):
                if again:  # what was drawn before won't do
                    self._drawn = self._more(near)
                for one in self._drawn:
                    if all((one != other).sum() >= self._apart for other in others):
                        return one
        return self._searched(others)

    def _more(self, near: Apart) -> list[Ints]:
        player = self._role.player
        own = player(len(self._base), "piece") if player is not None else None
        try:
            steering = self._role.ground().steering(replace(self._asked, apart=(near,)))
            drawn = steering.draw(_CANDIDATES, self._rng, own, _PARTICLES).tokens.T
        except ConstraintError:
            return []
        return list(drawn)

    def _searched(self, others: list[Ints]) -> Ints | None:
        ground = replace(self._role.ground(), temperature=0.0)
        try:
            steering = ground.steering(self._asked)
            found = best_apart(steering, 1, self._apart, [self._base, *others])
        except ConstraintError:
            return None
        # It doesn't look ahead to a plan of units.
        return found[0].tokens if found and self._asked.kept_by(found[0].tokens.tolist()) else None
