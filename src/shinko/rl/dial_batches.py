"""What a policy with a dial learns from: groups of progressions, each in one world at one τ.

Half of the groups are at τ = 1, where the chain itself is the best policy, and tells its whole row
at each step. At other temperatures particles play what the best one would. That takes long, so what
they played is kept for a while, and used again and again.

Conventions: G groups of R progressions that the policy plays and as many that the chain does; T
steps, V chords.
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
from shinko.rl.dial_worlds import DialWorlds
from shinko.rl.dialled import DialledModel
from shinko.rl.memory_batches import MemoryBatch
from shinko.tables.memory import CLOSES, MODES
from shinko.tables.table import Floats

# How much likelier a group is at what plays by default: the styles of the first table, major and
# minor. Shares of the groups at pull 0, at temperature 1, and that are told their end as a piece's,
# a section's, or none.
_USUAL_STYLE, _USUAL_MODE = 2.5, 3.0
_NO_PULL, _TAU_ONE = 0.6, 0.5
_CLOSES = (0.5, 0.25, 0.25)
# Of each length, so many groups of particles are kept, so many in each, and one of them plays anew
# after so many epochs.
_KEPT, _PARTICLES, _EVERY = 48, 256, 24


@dataclass(frozen=True, eq=False)
class Group:
    """Where a group plays: numbers of style, mode, pull and close (`DialWorlds`), and τ."""

    style: int
    mode: int
    pull: int
    close: int
    temperature: float


@dataclass(frozen=True, eq=False)
class DialBatch:
    """Progressions, and what each was told.

    Attributes:
      batch: the policy's before the chains'.
      told: at each step, (T, B, K).
      exact: which of them are of the chains at τ = 1, (B,).
    """

    batch: MemoryBatch
    told: NDArray[np.float32]
    exact: NDArray[np.bool_]


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
        temperature: Callable[[float], float],
        seed: int,
    ) -> None:
        """Args:
        worlds: where groups play.
        conditions: what the policy is told.
        lengths: chords of a progression, one of them for each batch.
        chords: of a batch, about.
        group: R.
        temperature: of a place on the dial, -1 to 1.
        seed: of all chance.
        """
        self._worlds, self._conditions = worlds, conditions
        self._lengths, self._chords, self._each = lengths, chords, group
        self._temperature, self._seed = temperature, seed
        self._played: dict[tuple[int, int], tuple[Group, Ints]] = {}
        usual = worlds.tables[0][1:]
        styles = [_USUAL_STYLE if style in usual else 1.0 for style in worlds.styles]
        modes = [_USUAL_MODE if number < 2 else 1.0 for number in range(len(MODES))]
        self._shares = tuple(np.array(one) / sum(one) for one in (styles, modes))

    def draw(self, policy: LightModel, epoch: int) -> DialBatch:
        """Let the policy and the chains play, at one of the lengths."""
        rng, each = np.random.default_rng((self._seed, epoch)), self._each
        T = int(rng.choice(self._lengths))
        G = max(2, round(self._chords / (2 * each * T)))
        cold = int(G * (1 - _TAU_ONE) + rng.random())
        kept = [self._kept(T, epoch, rng) for _ in range(cold)]
        groups = [self._group(rng, 1.0) for _ in range(G - cold)] + [group for group, _ in kept]
        own = self._by_policy(policy, groups, T, rng)
        rows, chains = self._by_chain(groups[: G - cold], T, rng)
        others = [played[:, rng.integers(_PARTICLES, size=each)] for _, played in kept]
        chords = np.concatenate([own, chains, *others], axis=1)
        earned = np.zeros((*chords.shape, len(self._worlds.vocabulary)))
        earned[:, : G * each] = self._worlds.reward(T).log_chances(own, self._numbers(groups))
        earned[:, G * each : (2 * G - cold) * each] = rows
        temperatures = np.array([group.temperature for group in groups])
        beta = np.tile(np.repeat(temperatures, each), 2)
        exact = (beta == 1.0) & (np.arange(len(beta)) >= G * each)
        batch = MemoryBatch(chords, earned, beta, G * each, G)
        return DialBatch(batch, self._told(groups, T), exact)

    def _group(self, rng: np.random.Generator, temperature: float | None = None) -> Group:
        """A group by chance."""
        pulls = self._worlds.pulls
        still = rng.random() < _NO_PULL
        style, mode = (int(rng.choice(len(share), p=share)) for share in self._shares)
        return Group(
            style,
            mode,
            pull=pulls.index(0.0) if still else int(rng.integers(len(pulls))),
            close=int(rng.choice(len(_CLOSES), p=_CLOSES)),
            temperature=self._temperature(rng.uniform(-1, 1))
            if temperature is None
            else temperature,
        )

    def _kept(self, length: int, epoch: int, rng: np.random.Generator) -> tuple[Group, Ints]:
        """What particles have played, (T, particles), and where."""
        newest = epoch // _EVERY
        number = newest + int(rng.integers(_KEPT))
        for old in [key for key in self._played if key[0] == length and key[1] < newest]:
            del self._played[old]
        if (length, number) not in self._played:
            chance = np.random.default_rng((self._seed, number, length))
            group = self._group(chance)
            worlds = np.repeat(self._numbers([group], 1), _PARTICLES)
            beta = np.array([group.temperature])
            played = self._worlds.reward(length).play(worlds, length, beta, chance)
            self._played[length, number] = group, played.tokens.astype(np.int16)
        return self._played[length, number]

    def _by_policy(
        self, policy: LightModel, groups: Sequence[Group], T: int, rng: np.random.Generator
    ) -> Ints:
        model = DialledModel(policy, self._conditions, self._all_along(groups))
        which = np.repeat(np.arange(len(groups)), self._each)
        closes = self._closes(groups)[which]
        state = model.initial_state(len(which), which, T, closes)
        return _play(Player(model, model.start, ()), state, T, rng)[1]

    def _by_chain(
        self, groups: Sequence[Group], T: int, rng: np.random.Generator
    ) -> tuple[Floats, Ints]:
        reward = self._worlds.reward(T)
        chain = self._worlds.chain
        return _play(Player(chain, chain.start, ()), reward.begin(self._numbers(groups)), T, rng)

    def _numbers(self, groups: Sequence[Group], each: int | None = None) -> Ints:
        """The worlds of all their progressions."""
        named = np.array([(one.style, one.mode, one.pull, one.close) for one in groups])
        numbers = self._worlds.number(*named.reshape(-1, 4).T)
        return np.repeat(numbers, self._each if each is None else each)

    def _closes(self, groups: Sequence[Group]) -> Ints:
        """How each ends, −1 where it isn't told."""
        closes = np.array([group.close for group in groups])
        return np.where(closes < len(CLOSES), closes, -1)

    def _all_along(self, groups: Sequence[Group]) -> NDArray[np.float32]:
        return self._conditions.all_along(
            np.array([group.style for group in groups]),
            np.array([group.mode for group in groups]),
            np.array([group.temperature for group in groups]),
            np.array([self._worlds.pulls[group.pull] for group in groups]),
        )

    def _told(self, groups: Sequence[Group], T: int) -> NDArray[np.float32]:
        """What all of the batch are told, (T, B, K)."""
        G, places = len(groups), np.arange(T)
        closes = np.tile(self._closes(groups), (T, 1))
        left = np.where(closes >= 0, T - 1 - places[:, None], -1)
        here = self._conditions.here(np.repeat(places, G), left.ravel(), closes.ravel())
        told = here.reshape(T, G, -1) + self._all_along(groups)
        return np.tile(np.repeat(told, self._each, axis=1), (1, 2, 1))


def _play(
    player: Player, state: State, steps: int, rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Rows of log-probabilities (T, B, V), and what was drawn from them, (T, B)."""
    count = len(state[-1][0])
    playing, rows, played = Playing(player, count), [], []
    playing.state = state
    for _ in range(steps):
        rows.append(playing.log_chances())
        played.append(draw_rows(np.exp(rows[-1]), rng))
        playing.hear(played[-1])
    return np.array(rows), np.array(played)
