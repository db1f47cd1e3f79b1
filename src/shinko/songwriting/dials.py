"""How varied a table is that the policy doesn't know, and how much comes back: measured by playing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import accumulate

import numpy as np

from shinko.planning.kept import KEPT
from shinko.rl.described import Dial
from shinko.songwriting.remembered import Remembered


def measured_dial(style: Remembered, mode: str, like: Dial) -> Dial:
    """A dial of one style in one mode.

    Args:
      style: it plays.
      mode: of its voices.
      like: a dial to take the places from that are measured at.
    """
    key = ("dial", id(style), mode)
    raise NotImplementedError
