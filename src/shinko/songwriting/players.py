"""Who plays: a network at a place of its dials, what it learned from, or a table's optimum.

Needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.nets.light import sample_light
from shinko.planning.ground import Ground
from shinko.planning.particles import Player
from shinko.planning.process import Floats, Ints
from shinko.rl.described import Dial
from shinko.rl.dialled import DialledModel
from shinko.rl.policy import Policy
from shinko.rl.policy_runs import run_settings
from shinko.rl.variety import DEFAULT_VARIETY
from shinko.runs.folder import RunFolder
from shinko.songwriting.brief import Brief
from shinko.songwriting.dials import at_place, places_of
from shinko.songwriting.ground import run_ground, style_ground
from shinko.songwriting.remembered import Remembered, ground_of, remembered
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.roles import Role
from shinko.songwriting.steer import steer
from shinko.songwriting.styles import Style
from shinko.tables.builtin import BUILTIN
from shinko.tables.codec import expect_chords
from shinko.tables.memories import voices_of
from shinko.tables.modes import NEAREST

Drawn = tuple[Ints, Floats]
Performed = tuple[Ints, Floats, list[str]]
"""Pieces, (T, B), their log-probabilities, (B,), and the name of the role that played each."""


@dataclass(frozen=True, eq=False)
class Performer:
    """Who plays in a mode.

    Attributes:
      chords: tokens.
      name: for people and for the record.
      roles: each piece is played by one of them.
      held: whether it keeps to the chords of a key's mode.
    """

    chords: tuple[str, ...]
    name: str
    roles: tuple[Role, ...]
    held: bool = False

    def like(self, role: Role) -> Role:
        """Its role of the same style as one of another mode; if there is none, its chief one."""
        same = (own for own in self.roles if own.name == role.name)
        return next(same, None) or max(self.roles, key=lambda own: own.share)


def perform(
    performers: Mapping[str, Performer],
    brief: Brief,
    *,
    count: int,
    temperature: float,
    rng: np.random.Generator,
) -> Performed:
    """Pieces that keep to a brief, (T, count), the log-probability of each, (count,), and of which
    role it is.

    The probability is of chords under the player's own distribution, whatever they were drawn by.

    Args:
      performers: of each section; all of a piece is played in one style, where modes share it.
      brief: what to keep to.
      count: pieces.
      temperature: of each step, for who has no dial.
      rng: the source of chance.

    Raises:
      ShinkoError: nothing keeps to the brief.
    """
    roles = performers[brief.form.sections[0]].roles
    tokens: Ints = np.empty((brief.form.total, count), np.int64)
    log_probs = np.empty(count)
    shares = np.array([role.share for role in roles])
    which = rng.choice(len(shares), count, p=shares / shares.sum())
    for number, role in enumerate(roles):
        own = np.flatnonzero(which == number)
        if len(own):
            cast = {name: performers[name].like(role) for name in brief.form.names}
            told = _play(cast, brief, len(own), temperature, rng)
            tokens[:, own], log_probs[own] = told
    return tokens, log_probs, [roles[number].name for number in which]


def _play(
    cast: Mapping[str, Role], brief: Brief, count: int, temperature: float, rng: np.random.Generator
) -> Drawn:
    form = brief.form
    opening = cast[form.sections[0]]
    if brief.is_free and opening.free is not None:
        return opening.free(form.total, count, rng, brief.opening)
    if not temperature:
        raise FieldError("temperature", 0, "above 0: with locks or a form there is chance in it")
    drawn = steer(cast, brief, count=count, rng=rng)
    log_probs, end = np.zeros(count), 0
    for role, run in groupby(form.spans(), key=lambda span: cast[span[0]]):
        slots = [own for _, own in run]
        begin, end = slots[0].start, slots[-1].stop
        log_probs += role.log_probability(
            drawn[begin:end], [len(own) for own in slots], ends=end == form.total
        )
    return drawn, log_probs


def played_table(policy: Policy, request: ComposeRequest) -> str:
    """Whose statistics are played: a table by name or path, or a mixture."""
    if policy.dial is not None:
        return request.table or policy.dial.tables[0][0]
    return "" if policy.run is None else run_settings(RunFolder(policy.run[0])).table


def choose_performer(policy: Policy, request: ComposeRequest, mode: str) -> Performer:
    """The performer that is asked for, in a mode.

    Raises:
      ShinkoError: what is asked for can't be had with this policy, or it doesn't play chords.
    """
    expect_chords(f"policy '{policy.name}'", policy.codec)
    if policy.dial is None:
        return _of_run(policy, request, mode)
    chosen = Style.parse(played_table(policy, request))
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
    if not request.exact and all(policy.dial.parts(name) for name, _ in chosen.parts):
        return _of_dial(policy, policy.dial, chosen, request, mode)
    styles = at_place(remembered(chosen, mode), mode, request.variety, request.returns)
    counted = "; ".join(dict.fromkeys(style.counted for style in styles))
    name = f"chain of {_told(chosen, request, mode)} ({counted})"
    roles = tuple(style.role(request.temperature) for style in styles)
    return Performer(styles[0].vocabulary, name, roles, held=True)


def _told(chosen: Style, request: ComposeRequest, mode: str) -> str:
    """Whose statistics, and where on the dials, for people and for the record."""
    dials = (request.variety or DEFAULT_VARIETY, request.returns)
    return ", ".join([str(chosen), mode, *filter(None, dials)])


def _of_dial(
    policy: Policy, dial: Dial, chosen: Style, request: ComposeRequest, mode: str
) -> Performer:
    """The network plays, in each style of a mixture, over the chords of all of them."""
    shares = dict[str, float]()
    for table, share in chosen.parts:
        parts = dial.parts(table)
        if mode in NEAREST and table in BUILTIN:  # the styles whose songs tell how it goes
            parts = tuple(part for part in parts if part in voices_of(table, mode).voices)
        for part in parts:
            shares[part] = shares.get(part, 0.0) + share / len(parts)
    known = (policy.chords_of(style) for style in shares)
    chords, roles = tuple(dict.fromkeys(chord for own in known for chord in own)), []
    dials = [(dial, style) for style in shares]
    places = places_of(dials, mode, request.variety, request.returns)
    for (style, share), (heat, pull) in zip(shares.items(), places, strict=True):
        played = policy.at(style, mode, heat=heat, pull=pull, chords=chords)
        ground = partial(_ground, style, mode, heat, chords)
        roles.append(_network_role(style, share, played, ground, request.temperature))
    name = f"{policy.name}, {_told(chosen, request, mode)}"
    return Performer(chords, name, tuple(roles), held=True)


def _ground(style: str, mode: str, heat: float, chords: tuple[str, ...]) -> Ground:
    (found,) = remembered(Style.parse(style), mode, chords)
    return ground_of((found.at(heat, 0.0),))


def _network_role(
    name: str, share: float, model: DialledModel, ground: Callable[[], Ground], temperature: float
) -> Role:
    def player(length: int, close: str) -> Player:
        return Player.at_start(model.ending(length, close), temperature)

    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        tokens, logs = sample_light(
            model.ending(steps),
            steps=steps,
            count=count,
            temperature=temperature,
            rng=rng,
            first=first,
        )
        return tokens.T, logs

    return Role(name, share, ground, player, free, goes_on=False)


def _of_run(policy: Policy, request: ComposeRequest, home: str) -> Performer:
    """A network that plays as it learned to, or the exact optimum of its table."""
    for field in ("genre", "table", "variety", "returns"):
        text = getattr(request, field)
        if text:
            raise FieldError(
                field,
                text,
                "none, for this policy plays as it learned to",
                f"leave out `{field}`, or take the policy that ships",
            )

    mode = _learned_mode(policy)
    if mode and mode != home:
        raise FieldError(
            "key" if home == request.home_key.mode else "keys",
            str(request.home_key) if home == request.home_key.mode else request.keys,
            f"keys in {mode}, for of such songs this policy learned the reward",
            "train another with `memory`",
        )

    def ground() -> Ground:
        if policy.run is None:
            raise ShinkoError(f"policy '{policy.name}': no table is known to look ahead with")
        return ground_of(_run_styles(policy)) if mode else run_ground(*policy.run)

    if mode and request.exact:
        roles = tuple(style.role(request.temperature) for style in _run_styles(policy))
        return Performer(policy.chords, f"chain that {policy.name} learned", roles)
    if request.exact or request.memoryless:
        name = f"exact optimum of {policy.name}"
        exactly = partial(run_ground, *policy.run) if policy.run else ground
        return Performer(policy.chords, name, (Role(name, 1.0, exactly),))
    model = policy.model

    def player(length: int, close: str) -> Player:
        return Player.at_start(model, request.temperature)

    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        tokens, logs = sample_light(
            model,
            steps=steps,
            count=count,
            temperature=request.temperature,
            rng=rng,
            first=first,
        )
        return tokens.T, logs

    role = Role(policy.name, 1.0, ground, player, free, goes_on=not mode)
    return Performer(policy.chords, policy.name, (role,))


def _learned_mode(policy: Policy) -> str:
    """The mode of the songs whose reward with memory a run learned; "" for none."""
    if policy.run is None:
        return ""
    memory = run_settings(RunFolder(policy.run[0])).memory
    return "" if memory == "none" else memory


def _run_styles(policy: Policy) -> tuple[Remembered, ...]:
    assert policy.run is not None
    settings = run_settings(RunFolder(policy.run[0]))
    return remembered(Style.parse(settings.table), settings.memory)
