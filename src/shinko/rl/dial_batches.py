"""What a policy with a dial learns from: groups of progressions, each at one place of the dial.

At every place the chain itself is the best policy, and tells its whole row at each step. A batch is
of one family of styles (`dial_worlds`): the policy plays, and learns, over their chords alone.

Conventions: G groups of R progressions that the policy plays, and `THEIRS` times as many that the
chain does; T steps, V chords of the family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shinko.nets.light import LightModel
from shinko.planning.particles import Player, Playing, State
from shinko.planning.process import Ints
from shinko.planning.rows import draw_rows
from shinko.rl.dial import Conditions
from shinko.rl.dial_worlds import DialWorlds, Family
from shinko.rl.dialled import DialledModel
from shinko.rl.memory_batches import MemoryBatch
from shinko.tables.memory import CLOSES, MODES
from shinko.tables.table import Floats

# How much likelier than others a group is at what plays by default: the styles of the first table,
# major and minor; and at styles of other chords than these, which share less of what is learned.
_USUAL_STYLE, _USUAL_MODE, _OTHER_CHORDS = 2.5, 3.0, 1.5
# Shares of the groups at pull 0, at heat 1, and that are told their end as a piece's, a section's,
# or none.
_NO_PULL, _NO_HEAT = 0.6, 0.6
_CLOSES = (0.5, 0.25, 0.25)
# Progressions of the chains to each one of the policy's.
THEIRS = 3


@dataclass(frozen=True, eq=False)
class Group:
    """Where a group plays: numbers of style, mode, pull and close (`DialWorlds`), and the heat."""

    style: int
    mode: int
    pull: int
    close: int
    heat: float


@dataclass(frozen=True, eq=False)
class DialBatch:
    """Progressions, and what each was told.

    Attributes:
      batch: the policy's before the chains'.
      told: at each step, (T, B, K).
      kept: the numbers of the chords that are played, among all, (V,).
    """

    batch: MemoryBatch
    told: NDArray[np.float32]
    kept: Ints


class DialBatches:
    """Draws batches; the same for the same epoch and policy, whatever was drawn before."""

    def __init__(
        self,
        worlds: DialWorlds,
        conditions: Conditions,
        *,
        lengths: Sequence[int],
        chords: int,
        group: int,
        heat: Callable[[float], float],
        seed: int,
    ) -> None:
        """Args:
        worlds: where groups play.
        conditions: what the policy is told.
        lengths: chords of a progression, one of them for each batch.
        chords: of a batch, about.
        group: R.
        heat: of a place on the dial, -1 to 1.
        seed: of all chance.
        """
        self._worlds, self._conditions = worlds, conditions
        self._lengths, self._chords, self._each = lengths, chords, group
        self._heat, self._seed = heat, seed
        weights = [self._weight(number) for number in range(len(worlds.styles))]
        families = [sum(weights[style] for style in one.styles) for one in worlds.families]
        self._families = np.array(families) / sum(families)
        self._styles = [
            np.array([weights[style] for style in one.styles]) / weight
            for one, weight in zip(worlds.families, families, strict=True)
        ]
        modes = [_USUAL_MODE if number < 2 else 1.0 for number in range(len(MODES))]
        self._modes = np.array(modes) / sum(modes)

    def _weight(self, style: int) -> float:
        """How likely a group is at a style, beside others."""
        worlds = self._worlds
        if worlds.styles[style] in worlds.tables[0][1:]:
            return _USUAL_STYLE
        return 1.0 if style in worlds.families[0].styles else _OTHER_CHORDS

    def draw(self, policy: LightModel, epoch: int) -> DialBatch:
        """Let the policy and the chains play, at one of the lengths."""
        rng, each = np.random.default_rng((self._seed, epoch)), self._each
        T = int(rng.choice(self._lengths))
        times = 1 + THEIRS
        G = max(2, round(self._chords / (times * each * T)))
        which = int(rng.choice(len(self._families), p=self._families)) if self._several else 0
        family = self._worlds.families[which]
        groups = [self._group(which, rng) for _ in range(G)]
        own = self._by_policy(policy.among(family.chords), groups, T, rng)
        numbers, heats = self._numbers(family, groups), self._heats(groups)
        state = family.begin(np.tile(numbers, times), np.tile(heats, times), T)
        # The first ones hear what the policy played, the others what the chains do.
        chain = Player(family.chain, family.chain.start, ())
        rows, chords = _play(chain, state, T, rng, own)
        beta = np.ones(chords.shape[1])
        batch = MemoryBatch(chords, rows, beta, G * each, G)
        return DialBatch(batch, self._told(groups, T), family.chords)

    @property
    def _several(self) -> bool:
        return len(self._families) > 1

    def _group(self, family: int, rng: np.random.Generator) -> Group:
        """A group of a family by chance."""
        pulls, shares = self._worlds.pulls, (self._styles[family], self._modes)
        which, mode = (int(rng.choice(len(share), p=share)) for share in shares)
        still, mild = rng.random(2) < (_NO_PULL, _NO_HEAT)
        return Group(
            self._worlds.families[family].styles[which],
            mode,
            pull=pulls.index(0.0) if still else int(rng.integers(len(pulls))),
            close=int(rng.choice(len(_CLOSES), p=_CLOSES)),
            heat=1.0 if mild else self._heat(rng.uniform(-1, 1)),
        )

    def _by_policy(
        self, policy: LightModel, groups: Sequence[Group], T: int, rng: np.random.Generator
    ) -> Ints:
        model = DialledModel(policy, self._conditions, self._all_along(groups))
        which = np.repeat(np.arange(len(groups)), self._each)
        closes = self._closes(groups)[which]
        state = model.initial_state(len(which), which, T, closes)
        return _play(Player(model, model.start, ()), state, T, rng)[1]

    def _numbers(self, family: Family, groups: Sequence[Group]) -> Ints:
        """The worlds of all their progressions."""
        named = np.array([(one.style, one.mode, one.pull, one.close) for one in groups])
        return np.repeat(family.number(*named.T), self._each)

    def _heats(self, groups: Sequence[Group]) -> Floats:
        """The heats of all their progressions."""
        return np.repeat([group.heat for group in groups], self._each)

    def _closes(self, groups: Sequence[Group]) -> Ints:
        """How each ends, −1 where it isn't told."""
        closes = np.array([group.close for group in groups])
        return np.where(closes < len(CLOSES), closes, -1)

    def _all_along(self, groups: Sequence[Group]) -> NDArray[np.float32]:
        return self._conditions.all_along(
            np.array([group.style for group in groups]),
            np.array([group.mode for group in groups]),
            np.array([group.heat for group in groups]),
            np.array([self._worlds.pulls[group.pull] for group in groups]),
        )

    def _told(self, groups: Sequence[Group], T: int) -> NDArray[np.float32]:
        """What all of the batch are told, (T, B, K)."""
        G, places = len(groups), np.arange(T)
        closes = np.tile(self._closes(groups), (T, 1))
        left = np.where(closes >= 0, T - 1 - places[:, None], -1)
        here = self._conditions.here(np.repeat(places, G), left.ravel(), closes.ravel())
        told = here.reshape(T, G, -1) + self._all_along(groups)
        return np.tile(np.repeat(told, self._each, axis=1), (1, 1 + THEIRS, 1))


def _play(
    player: Player,
    state: State,
    steps: int,
    rng: np.random.Generator,
    given: Ints | None = None,
) -> tuple[Floats, Ints]:
    """Rows of log-probabilities (T, B, V), and what is heard, (T, B).

    Args:
      player: whose network plays.
      state: before the first of B progressions.
      steps: T.
      rng: the source of chance.
      given: what the first of them hear, (T, N); the others hear what is drawn.
    """
    count = len(state[-1][0])
    playing, rows, played = Playing(player, count), [], []
    playing.state = state
    for step in range(steps):
        rows.append(playing.log_chances())
        heard = draw_rows(np.exp(rows[-1]), rng)
        if given is not None:
            heard[: given.shape[1]] = given[step]
        played.append(heard)
        playing.hear(heard)
    return np.array(rows), np.array(played)
