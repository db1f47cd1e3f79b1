"""Why a chord: how usual it is, what it leads to, and what another one would cost. Needs no torch.

All numbers are those of a `Teller`: the log-probability of a chord after all that came before it,
or after what a table looks back on. Costs are differences of the whole progression's, in nats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.planning.best import best_apart
from shinko.planning.constraints import Constraints
from shinko.planning.ground import Ground
from shinko.planning.particles import play
from shinko.planning.rows import softmax
from shinko.songwriting.brief import Limit
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.colouring import usual
from shinko.songwriting.given import hear, read_given
from shinko.songwriting.requests import Wishes
from shinko.songwriting.sections import Form
from shinko.songwriting.steer import steering_of
from shinko.songwriting.teller import Teller
from shinko.songwriting.wishes import read_wishes
from shinko.songwriting.written import Written
from shinko.tables.table import Floats
from shinko.theory import RomanChord
from shinko.theory.in_context import numerals_in

# Progressions that the table plays, to say how rare one is, and their seed.
_PLAYED, _SEED = 4_000, 0
# Progressions that stand for all that fit, where these can't be counted.
_PARTICLES = 2_000
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
      memory: where it comes from in what was played, in words; "" where nothing is remembered.
      heard_as: the function that it is heard as, where that is another chord; else "".
      usual: how often songs let its function sound so, before the next one.
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
    memory: str = ""
    heard_as: str = ""
    usual: float | None = None


@dataclass(frozen=True)
class Explanation:
    """A progression and the reasons of its chords.

    Attributes:
      reasons: of each chord.
      log_probability: of the whole, nats.
      rarer_than: share of the progressions of this length that the table plays which are likelier.
      repair: slot, chord and gain in nats of the best single change; None if no change gains.
      told: whose statistics these are, and whether they count all that was played.
    """

    reasons: tuple[Reason, ...]
    log_probability: float
    rarer_than: float
    repair: tuple[int, str, float] | None
    told: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return asdict(self)


def read_slots(text: str, book: ChordBook) -> list[frozenset[int] | None]:
    """A progression as one writes it in the key of a book, "I vi _ V"; None for a free slot.

    What the book hasn't is heard as the nearest that it has.

    Raises:
      FieldError: a chord can't be read, or there are none or too many.
    """
    return hear(read_given(text, book.key), book)


def explain(
    teller: Teller,
    book: ChordBook,
    chords: NDArray[np.int64],
    sounds: Sequence[RomanChord] = (),
) -> Explanation:
    """The reasons of a whole progression.

    Args:
      teller: whose statistics.
      book: its chords.
      chords: (T,), by number.
      sounds: the same as they sound; by default as they are.
    """
    player = teller.player
    own = float(player.log_probability(chords[:, None])[0])
    chances = np.exp(player.rows(chords))
    played, logs = play(player, len(chords), _PLAYED, np.random.default_rng(_SEED))
    memories, numerals = teller.memories(chords, played), book.numerals(chords.tolist())
    sounds = sounds or [book.chords[chord] for chord in chords]
    told, often = numerals_in(sounds, book.key), usual(teller.table, book, chords, sounds)
    reasons = []
    repair: tuple[int, str, float] | None = None
    for slot, chord in enumerate(chords.tolist()):
        others = np.repeat(chords[:, None], len(book.tokens), axis=1)
        others[slot] = np.arange(len(book.tokens))
        costs = own - player.log_probability(others)
        costs[chord] = math.inf
        best = np.argsort(costs, kind="stable")[:_NAMED]
        if costs[best[0]] < 0 and (repair is None or -costs[best[0]] > repair[2]):
            repair = (slot + 1, book.numeral(int(best[0])), round(float(-costs[best[0]]), 4))
        row, following = chances[slot], chances[slot + 1]
        reasons.append(
            Reason(
                slot=slot + 1,
                chord=told[slot],
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
                memory=memories[slot],
                heard_as=numerals[slot] if told[slot] != numerals[slot] else "",
                usual=round(often[slot], 6),
            )
        )
    rarer = float((logs > own + 1e-9).mean())
    return Explanation(tuple(reasons), round(own, 4), rarer, repair, teller.told)


def heat(teller: Teller, book: ChordBook, slots: list[frozenset[int] | None]) -> Floats:
    """The probability of every chord in every slot given those that are there, (T, V).

    It is exact without a memory, or where one slot is free; else it is by particles.

    Raises:
      ShinkoError: what is there is impossible.
    """
    allowed = np.ones((len(slots), len(book.tokens)), bool)
    for row, chords in zip(allowed, slots, strict=True):
        if chords is not None:
            row[:] = False
            row[list(chords)] = True
    steering = teller.ground.steering(Constraints(allowed))
    if teller.chain is None:
        return steering.marginals()
    if allowed.sum() <= len(book.tokens) + len(slots) - 1 and (allowed.sum(axis=1) > 1).sum() <= 1:
        return _one_free(teller, allowed)
    drawn = steering.draw(_PARTICLES, np.random.default_rng(_SEED), teller.player).tokens
    return np.array([np.bincount(row, minlength=len(book.tokens)) / len(row) for row in drawn])


def _one_free(teller: Teller, allowed: NDArray[np.bool_]) -> Floats:
    """The same where all chords but one are known: every whole progression is asked for."""
    slot = int(allowed.sum(axis=1).argmax())
    chords = np.flatnonzero(allowed[slot])
    every = np.repeat(allowed.argmax(axis=1)[:, None], len(chords), axis=1)
    every[slot] = chords
    logs = teller.player.log_probability(every)
    found = np.zeros(allowed.shape)
    found[np.arange(len(every)), every[:, 0]] = 1.0
    found[slot] = 0.0
    found[slot, chords] = softmax(logs[None])[0]
    return found


def suggest(
    teller: Teller, book: ChordBook, slots: list[frozenset[int] | None], slot: int
) -> list[tuple[str, float]]:
    """Chords for a slot with their probabilities, the likeliest first; what is there doesn't count.

    Args:
      teller: whose statistics.
      book: the chords.
      slots: what is there, on both sides.
      slot: which one, from 0.
    """
    free = [None if place == slot else chords for place, chords in enumerate(slots)]
    chances = heat(teller, book, free)[slot]
    order = np.argsort(-chances, kind="stable")
    return [(book.numeral(int(chord)), float(chances[chord])) for chord in order]


def _variety(chords: NDArray[np.int64]) -> float:
    """e^entropy of how often each chord comes; 0 for none."""
    if not len(chords):
        return 0.0
    shares = np.unique(chords, return_counts=True)[1] / len(chords)
    return math.exp(-float((shares * np.log(shares)).sum()))


def best(
    ground: Ground,
    book: ChordBook,
    wishes: Wishes,
    *,
    length: int,
    count: int,
    differ: int,
    given: Sequence[Limit] = (),
) -> list[tuple[tuple[str, ...], float]]:
    """The likeliest progressions that differ, as numerals, with their log-probabilities.

    Arguments and errors are those of `best_chords`.
    """
    found = best_chords(
        ground, book, wishes, length=length, count=count, differ=differ, given=given
    )
    return [(numerals_in(chords, book.key), score) for chords, score in found]


def best_chords(
    ground: Ground,
    book: ChordBook,
    wishes: Wishes,
    *,
    length: int,
    count: int,
    differ: int,
    given: Sequence[Limit] = (),
) -> list[tuple[tuple[RomanChord, ...], float]]:
    """The same as chords: what was written sounds as it was written.

    That is by the table alone: what was played before doesn't count.

    Args:
      ground: table and rewards.
      book: its chords.
      wishes: what to keep to.
      length: chords.
      count: progressions at most.
      differ: in how many chords each differs from all others at the least.
      given: what slots may have of which the chords are there already.

    Raises:
      ShinkoError: wishes collide, or the search is too long.
    """
    brief = read_wishes(wishes, Form((length,)), {"": book}, given)
    steering = steering_of(replace(ground, temperature=0.0), brief)
    written = Written(brief, {})
    return [
        (written.chords(one.tokens), round(one.total_reward, 4))
        for one in best_apart(steering, count, differ)
    ]
