"""A voice: a style of songs in one mode, as bold and as fond of what it played as is asked.

How bold is one number, τ, the *heat*: its table of innovations to the power 1/τ, each row made to
sum to 1; 1 as songs do. How it comes back to what it played isn't touched by that, so a cold voice
isn't one that plays in loops.

How much comes back is another, ρ, the *pull*: 0 as songs do. Above, it copies oftener, slips less
and trusts more in what followed in the section; below, less, until it shuns what it played: at −∞
no chord comes a second time after the same one. A voice of any heat and pull is a chain that sums
to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from shinko.tables.innovations import innovations_of
from shinko.tables.memory import CLOSES, MODES, Recall, SongStyle
from shinko.tables.modes import NEAREST, in_other_mode
from shinko.tables.table import Floats

# What lies between a loop and never twice.
LEAST_PULL, MOST_PULL = -8.0, 6.0
# From here down, what was played is shunned.
_SHUNS = -2.0
# Songs that tell how a mode other than major and minor goes.
ENOUGH = 10


@dataclass(frozen=True, eq=False)
class Voice:
    """What plays one section after another.

    Attributes:
      innovations: P(chord | the two before it), (V + 1, V + 1, V); V stands for the beginning.
      recall: how it copies itself.
      closing: how much likelier than elsewhere each chord is as the last one, as that before it …,
        (places, V), where it is known how many are still to come.
      shun: how much it avoids a chord that came after the last one before, 0 to 1.
      heat: τ of the table of innovations, above 0.
    """

    innovations: Floats
    recall: Recall
    closing: Floats | None = None
    shun: float = 0.0
    heat: float = 1.0

    def heated(self, heat: float) -> Voice:
        """The same with a heat τ."""
        return replace(self, heat=heat)

    def pulled(self, pull: float) -> Voice:
        """The same with a pull ρ."""
        return replace(self, recall=_pulled(self.recall, pull), shun=_shun(pull))


def has_mode(style: SongStyle, mode: str) -> bool:
    """Whether enough of a style's songs are in a mode; else the nearest one stands for it."""
    return mode not in NEAREST or style.songs.get(mode, 0) >= ENOUGH


def voice_of(
    style: SongStyle, vocabulary: tuple[str, ...], mode: str, close: str = "piece"
) -> Voice:
    """A style in a mode, one of `MODES`, that closes as a piece or a section does (`CLOSES`)."""
    innovations = innovations_of(style.counts, vocabulary, mode, enough=has_mode(style, mode))
    return Voice(innovations, style.recall, _closing(style, vocabulary, mode, close))


def _closing(style: SongStyle, vocabulary: tuple[str, ...], mode: str, close: str) -> Floats | None:
    if style.closing is None:
        return None
    nearest = NEAREST.get(mode, mode)
    own: Floats = style.closing[CLOSES.index(close), MODES.index(nearest)]
    if mode == nearest:
        return own
    there = in_other_mode(vocabulary, mode, nearest)
    return np.where(there >= 0, own[:, there], 1.0)


def _pulled(recall: Recall, pull: float) -> Recall:
    entry = recall.entry * np.where(np.arange(len(recall.stay)) > 0, math.exp(pull), 1.0)
    stay, slip = recall.stay.copy(), recall.slip.copy()
    stay[1:] = _odds(stay[1:], pull / 2)
    stay[0] = _odds(stay[0], -pull / 2)
    slip[1:] = _odds(slip[1:], -pull)
    return Recall(
        stay, slip, entry / entry.sum(axis=1, keepdims=True), recall.trust * math.exp(-pull)
    )


def _shun(pull: float) -> float:
    return 1.0 - math.exp(min(0.0, pull - _SHUNS))


def _odds(chances: Floats, shift: float) -> Floats:
    """Chances whose odds are e^shift times as high."""
    raised = chances * math.exp(shift)
    return np.asarray(raised / (raised + 1.0 - chances))
