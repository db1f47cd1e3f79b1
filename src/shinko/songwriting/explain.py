"""Why a chord: how usual it is, what it leads to, and what another one would cost. Needs no torch.

All numbers are those of a style's table: the log-probability of a chord after what came before,
unlisted ones at the floor, each row made to sum to 1. Costs are differences of the whole
progression's, in nats.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import FieldError
from shinko.planning.best import best_apart
from shinko.planning.constraints import Constraints
from shinko.planning.ground import Ground
from shinko.planning.plan import solve
from shinko.songwriting.brief import Form
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.requests import MOST_COMPOSED, Wishes
from shinko.songwriting.steer import steering_of
from shinko.songwriting.wishes import read_wishes
from shinko.tables.table import Floats

BLANK = "_"
# Progressions that the table plays, to say how rare one is, and their seed.
_PLAYED, _SEED = 4_000, 0
# Alternatives and followers that are named.
_NAMED = 3


@dataclass(frozen=True)
class Reason:
    """Why a chord is where it is; chords are Roman numerals.

    Attributes:
      slot: from 1.
      chord: there.
      probability: of it after what came before.
      rank: among all chords there, from 1.
      leads_to: the likeliest followers, with their probabilities.
      followed: probability of what follows it here; None for the last chord.
      choice: effective chords at this place: how much is possible here.
      adds: effective chords of the progression's own counts, less those without this one: what it
        adds in variety; below 0 where it makes the progression more uniform.
      alternatives: the best other chords, and what each would cost in nats; below 0 it gains.
    """

    slot: int
    chord: str
    probability: float
    rank: int
    leads_to: tuple[tuple[str, float], ...]
    followed: float | None
    choice: float
    adds: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Explanation:
    """A progression and the reasons of its chords.

    Attributes:
      reasons: of each chord.
      log_probability: of the whole, nats.
      rarer_than: share of the progressions of this length that the table plays which are likelier.
      repair: slot, chord and gain in nats of the best single change; None if no change gains.
    """

    reasons: tuple[Reason, ...]
    log_probability: float
    rarer_than: float
    repair: tuple[int, str, float] | None

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return asdict(self)


def read_slots(text: str, book: ChordBook) -> list[frozenset[int] | None]:
    """A progression as one writes it, "I vi _ V"; None for a slot that is free.

    Raises:
      ShinkoError: a chord can't be read or isn't known, or there are none or too many.
    """
    parts = text.replace(",", " ").replace("|", " ").split()
    if not 1 <= len(parts) <= MOST_COMPOSED:
        raise FieldError(
            "chords",
            text,
            f"1 to {MOST_COMPOSED} chords, not {len(parts)}",
            f"such as 'I V vi IV', with {BLANK} for a free one",
        )
    return [None if part == BLANK else book.find(part, "chords") for part in parts]


def explain(ground: Ground, book: ChordBook, chords: NDArray[np.int64]) -> Explanation:
    """The reasons of a whole progression.

    Args:
      ground: table and rewards.
      book: its chords.
      chords: (T,).
    """
    process = ground.process
    chances = _normalised(process.rewards_at(0))
    process = process.rewarded(np.log(chances))
    plan = solve(process, temperature=1.0, length=len(chords))
    own = float(plan.returns(chords[:, None])[0])
    reasons, state = [], process.start
    repair: tuple[int, str, float] | None = None
    for slot, chord in enumerate(chords.tolist()):
        others = np.repeat(chords[:, None], len(book.tokens), axis=1)
        others[slot] = np.arange(len(book.tokens))
        costs = own - plan.returns(others)
        costs[chord] = math.inf
        best = np.argsort(costs, kind="stable")[:_NAMED]
        if costs[best[0]] < 0 and (repair is None or -costs[best[0]] > repair[2]):
            repair = (slot + 1, book.numeral(int(best[0])), round(float(-costs[best[0]]), 4))
        row, after = chances[state], int(process.next_state_at(slot)[state, chord])
        following = chances[after]
        reasons.append(
            Reason(
                slot=slot + 1,
                chord=book.numeral(chord),
                probability=round(float(row[chord]), 6),
                rank=int((row > row[chord]).sum()) + 1,
                leads_to=tuple(
                    (book.numeral(int(to)), round(float(following[to]), 4))
                    for to in np.argsort(-following, kind="stable")[:_NAMED]
                ),
                followed=(
                    round(float(following[chords[slot + 1]]), 6) if slot + 1 < len(chords) else None
                ),
                choice=round(math.exp(-float((row * np.log(row)).sum())), 2),
                adds=round(_variety(chords) - _variety(np.delete(chords, slot)), 2),
                alternatives=tuple(
                    (book.numeral(int(other)), round(float(costs[other]), 4)) for other in best
                ),
            )
        )
        state = after
    played = plan.returns(plan.sample(_PLAYED, np.random.default_rng(_SEED)))
    rarer = float((played > own + 1e-9).mean())
    return Explanation(tuple(reasons), round(own, 4), rarer, repair)


def heat(ground: Ground, book: ChordBook, slots: list[frozenset[int] | None]) -> Floats:
    """The exact probability of every chord in every slot given those that are there, (T, V).

    Raises:
      ShinkoError: what is there is impossible.
    """
    allowed = np.ones((len(slots), len(book.tokens)), bool)
    for row, chords in zip(allowed, slots, strict=True):
        if chords is not None:
            row[:] = False
            row[list(chords)] = True
    return ground.steering(Constraints(allowed)).marginals()


def suggest(
    ground: Ground, book: ChordBook, slots: list[frozenset[int] | None], slot: int
) -> list[tuple[str, float]]:
    """Chords for a slot with their probabilities, the likeliest first; what is there doesn't count.

    Args:
      ground: table, rewards and temperature.
      book: the chords.
      slots: what is there, on both sides.
      slot: which one, from 0.
    """
    free = [None if place == slot else chords for place, chords in enumerate(slots)]
    chances = heat(ground, book, free)[slot]
    order = np.argsort(-chances, kind="stable")
    return [(book.numeral(int(chord)), float(chances[chord])) for chord in order]


def _variety(chords: NDArray[np.int64]) -> float:
    """e^entropy of how often each chord comes; 0 for none."""
    if not len(chords):
        return 0.0
    shares = np.unique(chords, return_counts=True)[1] / len(chords)
    return math.exp(-float((shares * np.log(shares)).sum()))


def _normalised(rewards: Floats) -> Floats:
    """Probabilities of the rows, which unlisted chords are part of at the floor."""
    chances = np.exp(rewards)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def best(
    ground: Ground, book: ChordBook, wishes: Wishes, *, length: int, count: int, differ: int
) -> list[tuple[tuple[str, ...], float]]:
    """The likeliest progressions that differ, as numerals, with their log-probabilities.

    Args:
      ground: table and rewards.
      book: its chords.
      wishes: what to keep to.
      length: chords.
      count: progressions at most.
      differ: in how many chords each differs from all others at the least.

    Raises:
      ShinkoError: wishes collide, or the search is too long.
    """
    brief = read_wishes(wishes, Form(length), book)
    steering = steering_of(replace(ground, temperature=0.0), brief)
    return [
        (tuple(book.numeral(int(chord)) for chord in one.tokens), round(one.total_reward, 4))
        for one in best_apart(steering, count, differ)
    ]
