"""Who plays: a network at a place of its dial, or the exact optimum of a style. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from shinko.errors import FieldError, ShinkoError
from shinko.nets.light import LightModel, sample_light
from shinko.planning.ground import Ground
from shinko.planning.particles import Player
from shinko.planning.process import Floats
from shinko.rl.policy import Policy
from shinko.rl.variety import DEFAULT_VARIETY, dial_temperature
from shinko.songwriting.brief import Brief
from shinko.songwriting.ground import run_ground, style_ground
from shinko.songwriting.steer import steer
from shinko.songwriting.styles import Style
from shinko.tables.codec import expect_chords

Drawn = tuple[NDArray[np.int64], Floats]


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

    @cached_property
    def player(self) -> Player:
        """The network before its first chord."""
        assert self.model is not None
        return Player.at_start(self.model)

    def perform(
        self, brief: Brief, *, count: int, temperature: float, rng: np.random.Generator
    ) -> Drawn:
        """Pieces that keep to a brief, (T, count), and the log-probability of each, (count,).

        That is of the chords under the player's own distribution, whatever they were drawn by.

        Raises:
          ShinkoError: nothing keeps to the brief.
        """
        if self.model is None:
            ground = self.ground()
            drawn = steer(ground, brief, count=count, rng=rng)
            return drawn, ground.plan(len(drawn)).log_probability(drawn)
        if not brief.is_free:
            if not temperature:
                raise FieldError(
                    "temperature", 0, "above 0: with locks or a form there is chance in it"
                )
            player = replace(self.player, temperature=temperature)
            drawn = steer(self.ground(), brief, count=count, rng=rng, player=player)
            return drawn, self.player.log_probability(drawn)
        tokens, log_probs = sample_light(
            self.model,
            steps=brief.form.length,
            count=count,
            temperature=temperature,
            rng=rng,
            first=brief.opening,
        )
        return tokens.T, log_probs


def choose_performer(policy: Policy, table: str, variety: str, *, exact: bool) -> Performer:
    """The performer that is asked for.

    Args:
      policy: a network, with a dial or of a run.
      table: whose statistics, as the user wrote it; "" for the first of the dial.
      variety: as the user wrote it; "" for the usual one.
      exact: the optimum instead of the network.

    Raises:
      ShinkoError: table or variety can't be had with this policy, or it doesn't play chords.
    """
    expect_chords(f"policy '{policy.name}'", policy.codec)
    dial, variety = policy.dial, variety or (policy.dial and DEFAULT_VARIETY) or ""
    if dial is None:
        for field, text in (("table", table), ("variety", variety)):
            if text:
                raise FieldError(
                    field,
                    text,
                    "none, for this policy plays as it learned to",
                    f"leave out `{field}`, or take the policy that ships",
                )
        name = f"exact optimum of {policy.name}" if exact else policy.name
        model = None if exact else policy.model
        return Performer(policy.chords, name, model, partial(_table_of, policy))
    chosen = Style.parse(table or dial.styles[0])
    if exact or not {name for name, _ in chosen.parts} <= set(dial.styles):
        exactly = style_ground(chosen, variety, floor=dial.floor, length=dial.length)
        name = f"exact optimum of {chosen}, {variety}"
        return Performer(exactly.process.tokens, name, None, lambda: exactly)
    weights = [dict(chosen.parts).get(name, 0.0) for name in dial.styles]
    known = None
    if len(chosen.parts) == 1:
        known = dial_temperature(dial, weights.index(1.0), variety)
    ground = partial(
        style_ground,
        *(chosen, variety, policy.chords, known),
        floor=dial.floor,
        length=dial.length,
    )
    temperature = ground().temperature if known is None else known
    model = policy.conditioned(weights, temperature).model
    return Performer(policy.chords, f"{policy.name}, {chosen}, {variety}", model, ground)


def _table_of(policy: Policy) -> Ground:
    if policy.run is None:
        raise ShinkoError(f"policy '{policy.name}': no table is known to look ahead with")
    return run_ground(*policy.run)
