"""What exact answers stand on: a compiled table, what its chords are worth, and a temperature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shinko.errors import ShinkoError
from shinko.recipes.policy import Dial, selected_epoch
from shinko.recipes.runs import run_settings, run_table
from shinko.recipes.styles import Style
from shinko.rl.calibration import temperature_of
from shinko.rl.forecast import table_limits
from shinko.rl.terms import reward_array
from shinko.rl.walk import own_chain, walk
from shinko.runs.folder import RunFolder
from shinko.tables import compile_table
from shinko.tables.automaton import Automaton
from shinko.tables.table import Floats

FLOOR = 0.001
# Chords of the progressions that variety is measured on.
LENGTH = 16
# Where on the dial the names are, as multiples of what real songs have.
NOTCHES = {"familiar": 0.5, "real": 1.0, "adventurous": 2.0}
DEFAULT_VARIETY = "familiar"
# A temperature that nothing can be drawn at is raised to this.
_COLDEST = 0.01


@dataclass(frozen=True, eq=False)
class Ground:
    """A table to be exact about.

    Attributes:
      name: of the style or run.
      automaton: the table, compiled.
      rewards: of each chord in each state, (S, V), finite.
      temperature: τ, above 0.
    """

    name: str
    automaton: Automaton
    rewards: Floats
    temperature: float


@dataclass(frozen=True)
class Variety:
    """How varied a style can be, in effective chords.

    Attributes:
      least: below this it wouldn't be called diverse.
      real: as varied as real songs: the table's own chain.
    """

    least: float
    real: float

    def wanted(self, text: str, most: float) -> float:
        """Effective chords that somebody asked for, as a number or a name.

        Args:
          text: such as "6" or "real".
          most: how many there can be.

        Raises:
          ShinkoError: it is neither, or out of range.
        """
        if text in NOTCHES:
            return min(max(NOTCHES[text] * self.real, self.least), most)
        try:
            number = float(text)
        except ValueError:
            raise ShinkoError(
                f"--variety {text}: expected {', '.join(NOTCHES)}, or effective chords, such as 6"
            ) from None
        if not self.least <= number <= most:
            raise ShinkoError(
                f"--variety {text}: expected {self.least:.1f} to {most - 0.05:.1f} effective "
                f"chords in this style; real songs have {self.real:.1f}"
            )
        return number


def style_ground(
    style: Style,
    variety: str,
    chords: tuple[str, ...] | None = None,
    temperature: float | None = None,
) -> Ground:
    """The ground of a style.

    Args:
      style: tables and weights.
      variety: as the user wrote it; see `Variety.wanted`.
      chords: the vocabulary to read it over, all of the table's chords among it; by default its
        own.
      temperature: where it is known already.

    Raises:
      ShinkoError: a table can't be read, or the variety can't be had.
    """
    table = style.table()
    automaton = compile_table(table if chords is None else table.over(chords))
    rewards = reward_array(automaton, reward="log-probability", floor=FLOOR)
    if temperature is None:
        wanted = variety_of(automaton).wanted(variety, most_effective(automaton))
        temperature = temperature_of(automaton, rewards, effective=wanted, length=LENGTH)
    return Ground(str(style), automaton, rewards, temperature)


def variety_of(automaton: Automaton) -> Variety:
    """How varied a table can be, and is."""
    still = reward_array(automaton, reward="log-probability", floor=FLOOR)
    real = walk(automaton, still, own_chain(automaton), LENGTH).effective_chords
    return Variety(table_limits(automaton, LENGTH).min_effective_chords, real)


def most_effective(automaton: Automaton) -> float:
    """Effective chords that are still within reach: next to uniform choice."""
    return 0.8 * len(automaton.vocabulary)


def dial_temperature(dial: Dial, place: int, variety: str) -> float:
    """The temperature of one style of a dial; needs no table.

    Args:
      dial: of a policy.
      place: of the style.
      variety: as the user wrote it.

    Raises:
      ShinkoError: the variety can't be had.
    """
    import numpy as np

    effective = dial.effective[place]
    least = max(dial.least[place], effective[0])
    wanted = Variety(least, dial.real[place]).wanted(variety, effective[-1])
    logs = np.interp(np.log(wanted), np.log(effective), np.log(dial.temperatures))
    return float(np.exp(logs))


def run_ground(path: Path, epoch: int | None) -> Ground:
    """The ground of a run: its own table, reward and β.

    Raises:
      ShinkoError: there is no such run, or its table is another one now.
    """
    folder = RunFolder(path)
    settings = run_settings(folder)
    automaton = run_table(folder, settings)
    epoch = selected_epoch(folder) if epoch is None else epoch
    rewards = reward_array(automaton, reward=settings.reward, floor=settings.floor)
    return Ground(path.name, automaton, rewards, max(settings.beta_at(epoch), _COLDEST))
