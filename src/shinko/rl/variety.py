"""How varied a style is, can be, and is asked to be: effective chords, and names on the dial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shinko.errors import FieldError
from shinko.planning.walk import steady, walk
from shinko.rl.described import Dial
from shinko.rl.limits import table_limits
from shinko.tables.automaton import Automaton

# What exact answers count unlisted chords with, and the chords of the progressions that variety is
# measured on, where no dial says otherwise.
FLOOR, LENGTH = 0.001, 16
# Where on the dial the names are, as multiples of what real songs have.
NOTCHES = {"familiar": 0.5, "real": 1.0, "adventurous": 2.0}
DEFAULT_VARIETY = "real"


@dataclass(frozen=True)
class Variety:
    """How varied a style can be, in effective chords.

    Attributes:
      least: below this it wouldn't be called diverse.
      real: as varied as real songs: the table's own chain.
    """

    least: float
    real: float

    def wanted(self, text: str, most: float, *, nearest: bool = False) -> float:
        """Effective chords that somebody asked for, as a number or a name.

        Args:
          text: such as "6" or "real".
          most: how many there can be.
          nearest: what is out of range is the nearest that there can be.

        Raises:
          ShinkoError: it is neither, or out of range.
        """
        if text in NOTCHES:
            return min(max(NOTCHES[text] * self.real, self.least), most)
        try:
            number = float(text)
        except ValueError:
            raise FieldError(
                "variety", text, f"{', '.join(NOTCHES)}, or effective chords, such as 6"
            ) from None
        if nearest:
            return min(max(number, self.least), most)
        if not self.least <= number <= most:
            raise FieldError(
                "variety",
                text,
                f"{self.least:.1f} to {most - 0.05:.1f} effective chords with this table",
                f"real songs have {self.real:.1f}",
            )
        return number


def variety_of(automaton: Automaton, length: int = LENGTH) -> Variety:
    """How varied a table can be, and is, over progressions of a length."""
    real = walk(automaton.process, steady(automaton.chain), length).effective_tokens
    return Variety(table_limits(automaton, length).min_effective_chords, real)


def most_effective(automaton: Automaton) -> float:
    """Effective chords that are still within reach: next to uniform choice."""
    return 0.8 * len(automaton.vocabulary)


def dial_heat(dial: Dial, style: str, mode: str, variety: str, *, nearest: bool = False) -> float:
    """The heat of a style in a mode of a dial; needs no table.

    Args:
      dial: of a policy.
      style: one of the dial's.
      mode: one of the dial's.
      variety: as the user wrote it.
      nearest: what can't be had is the nearest that can.

    Raises:
      ShinkoError: the variety can't be had.
    """
    known = dial.effective_at(style, mode)
    real = known[dial.heats.index(1.0)]
    wanted = Variety(known[0], real).wanted(variety, known[-1], nearest=nearest)
    if wanted == real:
        return 1.0
    logs = np.interp(np.log(wanted), np.log(known), np.log(dial.heats))
    return float(np.exp(logs))
