"""What each place of a dial comes to, measured on what the best policies play there.

At temperature τ the best plays a progression x with the chance P(x)^{1/τ} / Z. Its entropy is
log Z − E[log P(x)] / τ, and e to the power of that, a step, its *effective chords*. Particles tell
Z and play it (`planning.tempered`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shinko.rl.dial_training import PLACE_KNOTS, PULL_KNOTS
from shinko.rl.dial_worlds import DialWorlds
from shinko.rl.diversity import repeated_pairs
from shinko.rl.settings import DialSettings
from shinko.tables.memory import MODES
from shinko.tables.table import Floats

# Chords that variety is measured over, and that returns are.
LENGTH, _FIRST = 16, 8
# Progressions that each figure is measured on.
PARTICLES, PLAYED = 512, 1024
# What neighbours differ in at the least, so that a dial turns in one direction.
_APART = 1e-3


def measure_dial(settings: DialSettings, worlds: DialWorlds) -> dict[str, Any]:
    """What a dial tells, as TOML and JSON have it; see `Dial`."""
    effective, returns = [], []
    for style in range(len(worlds.styles)):
        both = [
            (_effective(settings, worlds, style, mode), _returns(worlds, style, mode))
            for mode in range(len(MODES))
        ]
        effective.append([rising(one) for one, _ in both])
        returns.append([rising(other) for _, other in both])
    return {
        "tables": [list(table) for table in worlds.tables],
        "styles": list(worlds.styles),
        "modes": list(MODES),
        "knots": list(settings.knots()),
        "pulls": list(PULL_KNOTS),
        "places": list(PLACE_KNOTS),
        "temperatures": list(settings.temperatures()),
        "effective": effective,
        "rhos": list(worlds.pulls),
        "returns": returns,
        "length": LENGTH,
    }


def _effective(settings: DialSettings, worlds: DialWorlds, style: int, mode: int) -> Floats:
    world = worlds.number(style, mode, worlds.pulls.index(0.0), 0)
    reward, many = worlds.reward(LENGTH), np.full(PARTICLES, world)
    found = []
    for place, tau in enumerate(settings.temperatures()):
        rng = np.random.default_rng((style, mode, place))
        played = reward.play(many, LENGTH, np.array([tau]), rng)
        logs = reward.log_chances(played.tokens, many)
        if tau == 1.0:  # that of the rows is steadier
            entropy = -(np.exp(logs) * logs).sum(axis=(0, 2)).mean()
        else:
            drawn = np.take_along_axis(logs, played.tokens[:, :, None], axis=2).sum(axis=(0, 2))
            entropy = played.log_partition[0] - drawn.mean() / tau
        found.append(np.exp(entropy / LENGTH))
    return np.array(found)


def _returns(worlds: DialWorlds, style: int, mode: int) -> Floats:
    found = []
    for pull in range(len(worlds.pulls)):
        many = np.full(PLAYED, worlds.number(style, mode, pull, 0))
        rng = np.random.default_rng((style, mode, pull))
        played = worlds.reward(_FIRST).play(many, _FIRST, np.ones(1), rng).tokens
        found.append(repeated_pairs(played.astype(np.int64)).mean())
    return np.array(found)


def rising(figures: Floats) -> list[float]:
    """The nearest figures that rise, by least squares, each a little above the one before it."""
    blocks: list[list[float]] = []  # of equal value: value and how many
    for figure in figures:
        blocks.append([float(figure), 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, many = blocks.pop()
            before, others = blocks[-1]
            blocks[-1] = [(value * many + before * others) / (many + others), many + others]
    level = [value for value, many in blocks for _ in range(int(many))]
    for place in range(1, len(level)):
        level[place] = max(level[place], level[place - 1] + _APART)
    return [round(value, 4) for value in level]
