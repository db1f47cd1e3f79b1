"""Whether slots can be filled at all: an assignment of tokens to slots."""

from __future__ import annotations

import numpy as np

from shinko.planning.constraints import Constraints
from shinko.planning.process import Bools


def fits(constraints: Constraints) -> bool:
    """Whether the slots can be filled at all so that each required token comes and none too often.

    Only slots and numbers are looked at, not what follows what: an assignment of tokens to slots
    is grown slot by slot along augmenting paths (Kuhn 1955).
    """
    T, V = constraints.allowed.shape
    most = T if constraints.most is None else constraints.most
    # Required tokens first find a slot of their own; then all slots find tokens.
    taken: dict[int, int] = {}
    if not all(
        _assign(token, constraints.allowed.T, taken, set()) for token in constraints.required
    ):
        return False
    if constraints.most is None:
        return bool(constraints.allowed.any(axis=1).all())
    holders: list[list[int]] = [[] for _ in range(V)]
    for slot, token in taken.items():
        holders[token].append(slot)
    return all(
        slot in taken or _fill(slot, constraints.allowed, holders, most, set()) for slot in range(T)
    )


def _assign(one: int, possible: Bools, taken: dict[int, int], tried: set[int]) -> bool:
    """Give `one` a place of its own, moving others where that helps."""
    for place in np.flatnonzero(possible[one]).tolist():
        if place in tried:
            continue
        tried.add(place)
        if place not in taken or _assign(taken[place], possible, taken, tried):
            taken[place] = one
            return True
    return False


def _fill(
    slot: int,
    allowed: Bools,
    holders: list[list[int]],
    most: int,
    tried: set[int],
) -> bool:
    """Give a slot a token that isn't held by too many, moving others where that helps."""
    for token in np.flatnonzero(allowed[slot]).tolist():
        if token in tried:
            continue
        tried.add(token)
        if len(holders[token]) < most:
            holders[token].append(slot)
            return True
        for other in list(holders[token]):
            if _fill(other, allowed, holders, most, tried):
                holders[token].remove(other)
                holders[token].append(slot)
                return True
    return False
