"""Who plays: a network at a place of its dials, what it learned from, or the exact optimum of a table.

Needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from shinko.errors import FieldError, ShinkoError
from shinko.nets.light import sample_light
from shinko.planning.ground import Ground
from shinko.planning.particles import Player
from shinko.planning.process import Floats, Ints
from shinko.rl.described import Dial
from shinko.rl.policy import Policy
from shinko.rl.returning import DEFAULT_RETURNS, dial_pull
from shinko.rl.variety import DEFAULT_VARIETY, dial_temperature
from shinko.songwriting.brief import Brief
from shinko.songwriting.dials import measured_dial
from shinko.songwriting.ground import run_ground, style_ground
from shinko.songwriting.remembered import Remembered, remembered
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.roles import Role
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
      roles: each piece is played by one of them.
    """

    chords: tuple[str, ...]
    name: str
    roles: tuple[Role, ...]

    def perform(
        self, brief: Brief, *, count: int, temperature: float, rng: np.random.Generator
    ) -> Drawn:
        """Pieces that keep to a brief, (T, count), and the log-probability of each, (count,).

        That is of the chords under the player's own distribution, whatever they were drawn by.

        Args:
          brief: what to keep to.
          count: pieces.
          temperature: of each step, for who has no dial.
          rng: the source of chance.

        Raises:
          ShinkoError: nothing keeps to the brief.
        """
        length, sections = brief.form.length, len(brief.form.sections)
        tokens = np.empty((length * sections, count), np.int64)
        log_probs = np.empty(count)
        shares = np.array([role.share for role in self.roles])
        which = rng.choice(len(shares), count, p=shares / shares.sum())
        for number, role in enumerate(self.roles):
            own = np.flatnonzero(which == number)
            if len(own):
                told = _play(role, brief, len(own), temperature, rng)
                tokens[:, own], log_probs[own] = told
        return tokens, log_probs


def _play(
    role: Role, brief: Brief, count: int, temperature: float, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    if brief.is_free and role.free is not None:
        return role.free(brief.form.length, count, rng, brief.opening)
    if not temperature:
        raise FieldError("temperature", 0, "above 0: with locks or a form there is chance in it")
    drawn = steer(role, brief, count=count, rng=rng)
    return drawn, role.log_probability(drawn, [brief.form.length] * len(brief.form.sections))


def choose_performer(policy: Policy, request: ComposeRequest) -> Performer:
    """The performer that is asked for.

    Raises:
      ShinkoError: what is asked for can't be had with this policy, or it doesn't play chords.
    """
    expect_chords(f"policy '{policy.name}'", policy.codec)
    if policy.dial is None:
        return _of_run(policy, request)
    chosen = Style.parse(request.table or policy.dial.tables[0][0])
    variety = request.variety or DEFAULT_VARIETY
    if request.memoryless:
        if request.returns:
            raise FieldError(
                "returns",
                request.returns,
                "none, for a table alone doesn't remember",
                "leave out `memoryless`",
            )
        ground = style_ground(chosen, variety)
        name = f"exact optimum of {chosen}, {variety}"
        return Performer(ground.process.tokens, name, (Role(name, 1.0, lambda: ground),))
    styles = (
        remembered(chosen, request.key.mode) if request.exact or not _knows(policy, chosen) else ()
    )
    returns = request.returns or DEFAULT_RETURNS
    told = f"{chosen}, {request.key.mode}, {variety}, {returns}"
    if styles:
        dials = [_dial_of(policy.dial, style, request.key.mode) for style in styles]
        roles = tuple(
            style.role(*_place(dial, style.name, request.key.mode, variety, returns))
            for style, dial in zip(styles, dials, strict=True)
        )
        return Performer(styles[0].vocabulary, f"songs' own chain of {told}", roles)
    return _of_dial(policy, chosen, request.key.mode, variety, returns, f"{policy.name}, {told}")


def _knows(policy: Policy, style: Style) -> bool:
    assert policy.dial is not None
    return all(policy.dial.parts(name) for name, _ in style.parts)


def _dial_of(dial: Dial, style: Remembered, mode: str) -> Dial:
    """What tells how varied a style is: the policy's dial, or what is measured of others."""
    return dial if style.name in dial.styles else measured_dial(style, mode, dial)


def _place(dial: Dial, style: str, mode: str, variety: str, returns: str) -> tuple[float, float]:
    """Temperature and pull."""
    return dial_temperature(dial, style, mode, variety), dial_pull(dial, style, mode, returns)


def _of_dial(
    policy: Policy, chosen: Style, mode: str, variety: str, returns: str, name: str
) -> Performer:
    """The network plays, in each style of a mixture."""
    assert policy.dial is not None
    shares: dict[str, float] = {}
    for table, share in chosen.parts:
        parts = policy.dial.parts(table)
        for part in parts:
            shares[part] = shares.get(part, 0.0) + share / len(parts)
    roles = []
    for style, share in shares.items():
        temperature, pull = _place(policy.dial, style, mode, variety, returns)
        played = policy.conditioned(style, mode, temperature=temperature, pull=pull)
        roles.append(
            _network_role(style, share, played, partial(_ground, style, mode, temperature))
        )
    return Performer(policy.chords, name, tuple(roles))


def _ground(style: str, mode: str, temperature: float) -> Ground:
    (found,) = remembered(Style.parse(style), mode)
    return found.ground(temperature)


def _network_role(name: str, share: float, policy: Policy, ground: Callable[[], Ground]) -> Role:
    model = policy.model

    def player(length: int, close: str) -> Player:
        return Player.at_start(model.ending(length, close))

    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        tokens, logs = sample_light(
            model.ending(steps), steps=steps, count=count, temperature=1.0, rng=rng, first=first
        )
        return tokens.T, logs

    return Role(name, share, ground, player, free, goes_on=False)


def _of_run(policy: Policy, request: ComposeRequest) -> Performer:
    """A network that plays as it learned to, or the exact optimum of its table."""
    for field in ("table", "variety", "returns"):
        text = getattr(request, field)
        if text:
            raise FieldError(
                field,
                text,
                "none, for this policy plays as it learned to",
                f"leave out `{field}`, or take the policy that ships",
            )

    def ground() -> Ground:
        if policy.run is None:
            raise ShinkoError(f"policy '{policy.name}': no table is known to look ahead with")
        return run_ground(*policy.run)

    if request.exact or request.memoryless:
        name = f"exact optimum of {policy.name}"
        return Performer(policy.chords, name, (Role(name, 1.0, ground),))
    model = policy.model

    def player(length: int, close: str) -> Player:
        return Player.at_start(model, request.temperature)

    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        told = {"steps": steps, "count": count, "temperature": request.temperature}
        tokens, logs = sample_light(model, **told, rng=rng, first=first)
        return tokens.T, logs

    return Performer(policy.chords, policy.name, (Role(policy.name, 1.0, ground, player, free),))
