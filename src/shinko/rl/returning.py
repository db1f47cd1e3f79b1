"""How much is asked to come again: repeated pairs of chords, names for them, and the pull."""

from __future__ import annotations

import numpy as np

from shinko.errors import FieldError
from shinko.rl.described import Dial

# Pairs that come again in the first eight chords where it is called hypnotic.
HYPNOTIC = 3.5
NAMES = ("through-composed", "songs", "hypnotic")
_OTHER_WORDS = {"as songs do": "songs"}
DEFAULT_RETURNS = "songs"


def dial_pull(
    dial: Dial,
    style: str,
    mode: str,
    returns: str,
    heat: float = 1.0,
    *,
    nearest: bool = False,
) -> float:
    """The pull of a style in a mode at which so much comes again; needs no table.

    Args:
      dial: of a policy.
      style: one of the dial's.
      mode: one of the dial's.
      returns: as the user wrote it: one of `NAMES`, or repeated pairs in the first eight chords.
      heat: at which it is played.
      nearest: what can't be had is the nearest that can.

    Raises:
      FieldError: it can't be had.
    """
    known = dial.returns_at(style, mode, heat)
    name = _OTHER_WORDS.get(returns, returns)
    if name == "through-composed":
        return dial.rhos[0]
    if name == "songs":
        if heat == 1.0:
            return 0.0
        wanted = min(max(dial.usual(style, mode), known[0]), known[-1])
    elif name == "hypnotic":
        wanted = min(HYPNOTIC, known[-1])
    else:
        try:
            wanted = float(name)
        except ValueError:
            wanted = float("nan")
        if nearest and wanted == wanted:
            wanted = min(max(wanted, known[0]), known[-1])
        if not known[0] <= wanted <= known[-1]:
            raise FieldError(
                "returns",
                returns,
                f"{', '.join(NAMES)}, or {known[0]:.1f} to {known[-1]:.1f} repeated pairs in eight "
                "chords",
                f"songs have {dial.usual(style, mode):.1f}",
            )
    return float(np.interp(wanted, known, dial.rhos))
