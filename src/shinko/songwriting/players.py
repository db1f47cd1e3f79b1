"""Who plays: a network at a place of its dial, or the exact optimum of a style. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.nets.light import LightModel
from shinko.rl.constraints import Constraints
from shinko.rl.plan import make_plan
from shinko.rl.policy import Policy
from shinko.rl.variety import DEFAULT_VARIETY, dial_temperature
from shinko.songwriting.ground import Ground, run_ground, style_ground
from shinko.songwriting.styles import Style
from shinko.tables.codec import expect_chords
from shinko.tables.table import Floats


@dataclass(frozen=True, eq=False)
class Performer:
    """Who plays.

    Attributes:
      chords: tokens.
      name: for people and for the record.
      model: the network, or None where the exact optimum plays.
      ground: gives the table to look ahead with; it may take a moment.
    """

    chords: tuple[str, ...]
    name: str
    model: LightModel | None
    ground: Callable[[], Ground]

    def log_probabilities(self, chords: NDArray[np.int64]) -> Floats:
        """Of progressions (T, B) under the player's own distribution, no wishes counted, (B,)."""
        if self.model is None:
            ground = self.ground()
            free = Constraints.none(*_shape(chords, self.chords))
            plan = make_plan(ground.automaton, ground.rewards, free, temperature=ground.temperature)
            return plan.returns(chords) / ground.temperature - plan.log_partition
        fed = np.full(chords.shape[1], self.model.start)
        state, total = self.model.initial_state(chords.shape[1]), np.zeros(chords.shape[1])
        for chosen in chords:
            logits, state = self.model.step(fed, state)
            logits = logits.astype(np.float64)
            logits -= logits.max(axis=1, keepdims=True)
            total += logits[np.arange(len(chosen)), chosen]
            total -= np.log(np.exp(logits).sum(axis=1))
            fed = self.model.feed(fed, chosen)
        return total


def choose_player(policy: Policy, style: str, variety: str, *, exact: bool) -> Performer:
    """The player that is asked for.

    Args:
      policy: a network, with a dial or of a run.
      style: as the user wrote it; "" for the first of the dial.
      variety: as the user wrote it; "" for the usual one.
      exact: the optimum instead of the network.

    Raises:
      ShinkoError: style or variety can't be had with this policy, or it doesn't play chords.
    """
    expect_chords(f"policy '{policy.name}'", policy.codec)
    if policy.dial is None:
        for option, text in (("--style", style), ("--variety", variety)):
            if text:
                raise ShinkoError(
                    f"{option} {text}: this policy plays as it learned to; leave out {option}, or "
                    "take the policy that ships"
                )
        ground = _once(lambda: _table_of(policy))
        model = None if exact else policy.model
        return Performer(policy.chords, _named(policy.name, exact), model, ground)
    variety = variety or DEFAULT_VARIETY
    dial = policy.dial
    chosen = Style.parse(style or dial.styles[0])
    if exact or not {name for name, _ in chosen.parts} <= set(dial.styles):
        ground = _once(lambda: style_ground(chosen, variety))
        return Performer(
            ground().automaton.vocabulary, f"exact optimum of {chosen}, {variety}", None, ground
        )
    weights = [dict(chosen.parts).get(name, 0.0) for name in dial.styles]
    known = None
    if len(chosen.parts) == 1:
        known = dial_temperature(dial, weights.index(1.0), variety)
    ground = _once(lambda: style_ground(chosen, variety, policy.chords, known))
    temperature = ground().temperature if known is None else known
    return Performer(
        policy.chords,
        f"{policy.name}, {chosen}, {variety}",
        policy.conditioned(weights, temperature).model,
        ground,
    )


def _table_of(policy: Policy) -> Ground:
    if policy.run is None:
        raise ShinkoError(f"policy '{policy.name}': no table is known to look ahead with")
    return run_ground(*policy.run)


def _once(make: Callable[[], Ground]) -> Callable[[], Ground]:
    """The same ground each time that it is asked for."""
    made: list[Ground] = []

    def get() -> Ground:
        if not made:
            made.append(make())
        return made[0]

    return get


def _named(name: str, exact: bool) -> str:
    return f"exact optimum of {name}" if exact else name


def _shape(chords: NDArray[np.int64], tokens: tuple[str, ...]) -> tuple[int, int]:
    return len(chords), len(tokens)
