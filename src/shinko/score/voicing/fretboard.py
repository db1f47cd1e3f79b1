"""The guitar's neck: which note each fret sounds, and which finger stops it.

Conventions: `Frets` has one entry for each of the six strings, low E first: 0 is an open string,
None one that isn't played. Strings are counted 0..5 from low E, fingers 1..4 from the index.

Four fingers stop what sounds. One finger may stop several strings at one fret, as a barre:

  - from the barre's thickest string to the thinnest of all, no string is open or stopped below
    that fret: the finger would damp or raise it;
  - from the barre's thickest string to its thinnest, every string sounds;
  - the index finger bars at the lowest fret, over strings that other fingers stop above it; any
    other finger bars two or three strings side by side, all of them at its own fret.

A barre is laid where the fingers don't suffice without it, and by the index finger also where it
is the natural thing: over the two thinnest strings or more, side by side, if no other string is
stopped at that fret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from shinko.score.voicing.tones import VoicingError

Frets = tuple[int | None, ...]

TUNING = (40, 45, 50, 55, 59, 64)
"""E2 A2 D3 G3 B3 E4: standard tuning."""
HIGHEST_FRET = 12
FINGERS = 4
REACH = 4
"""Frets that a hand covers without moving; open strings need no hand."""
LONGEST_SMALL_BARRE = 3


class Press(NamedTuple):
    """What one finger does: it stops some strings at a fret, the thickest one first."""

    fret: int
    strings: tuple[int, ...]

    @property
    def width(self) -> int:
        """How many strings the finger lies across."""
        return self.strings[-1] - self.strings[0] + 1


@dataclass(frozen=True)
class Barre:
    """One finger across several strings.

    Attributes:
      finger: 1..4.
      fret: where it lies.
      strings: its thickest and its thinnest string, 0..5.
    """

    finger: int
    fret: int
    strings: tuple[int, int]


@dataclass(frozen=True)
class Fingering:
    """Which finger stops which string.

    Attributes:
      fingers: for each string 1..4, 0 if it is open, None if it isn't played.
      barres: where one finger lies across several strings.
    """

    fingers: tuple[int | None, ...]
    barres: tuple[Barre, ...]


def sounding(frets: Frets) -> tuple[int, ...]:
    """The pitches that sound, from the lowest string up; two strings may sound the same one."""
    return tuple(
        pitch + fret for pitch, fret in zip(TUNING, frets, strict=True) if fret is not None
    )


def fingering(frets: Frets) -> Fingering:
    """Which finger stops which string, for a diagram.

    Raises:
      VoicingError: four fingers can't stop it, or it lies wider than they reach.
    """
    held = presses(frets)
    if held is None:
        shown = " ".join("x" if fret is None else str(fret) for fret in frets)
        raise VoicingError(
            f"guitar chord {shown}: {FINGERS} fingers within {REACH} frets can't stop it; "
            "leave out a string"
        )
    fingers = [None if fret is None else 0 for fret in frets]
    barres = []
    for finger, press in zip(numbers(held), held, strict=True):
        for string in press.strings:
            fingers[string] = finger
        if len(press.strings) > 1:
            barres.append(Barre(finger, press.fret, (press.strings[0], press.strings[-1])))
    return Fingering(tuple(fingers), tuple(barres))


def numbers(held: Sequence[Press]) -> list[int]:
    """The finger of each press: from the lowest fret on, at one fret from the thickest string on.

    A finger is left free for each fret that is skipped, as far as the others allow it.
    """
    fingers: list[int] = []
    for after, press in zip(range(len(held) - 1, -1, -1), held, strict=True):
        next_one = fingers[-1] + 1 if fingers else 1
        fingers.append(min(FINGERS - after, max(next_one, 1 + press.fret - held[0].fret)))
    return fingers


@lru_cache(maxsize=16384)
def presses(frets: Frets) -> tuple[Press, ...] | None:
    """What each finger does, the lowest fret first; None if four fingers can't do it."""
    stopped = [fret for fret in frets if fret]
    if not stopped:
        return ()
    lowest = min(stopped)
    if max(stopped) - lowest >= REACH:
        return None
    whole = {fret: _one_by_one(frets, fret) for fret in sorted(set(stopped))}
    barred = {fret: _with_barre(frets, fret, index=fret == lowest) for fret in whole}
    first, *others = barred[lowest]
    natural = not others and first.width == len(first.strings) > 1
    # In the order of how many barres it takes; the index finger's is the easiest.
    higher = [fret for fret in whole if fret != lowest and len(barred[fret]) < len(whole[fret])]
    for bars in ({lowest} if natural else set(), {lowest}, *({lowest, fret} for fret in higher)):
        held = [press for fret in whole for press in (barred if fret in bars else whole)[fret]]
        if len(held) <= FINGERS:
            return tuple(held)
    return None


def _one_by_one(frets: Frets, fret: int) -> list[Press]:
    return [Press(fret, (string,)) for string, stopped in enumerate(frets) if stopped == fret]


def _with_barre(frets: Frets, fret: int, *, index: bool) -> list[Press]:
    """As few fingers as this fret needs: one lies across as many strings as it can."""
    strings = [string for string, stopped in enumerate(frets) if stopped == fret]
    for place, first in enumerate(strings):
        across = strings[place:]
        if _can_bar(frets, fret, first, across[-1], index=index):
            return [*(Press(fret, (s,)) for s in strings[:place]), Press(fret, tuple(across))]
    return _one_by_one(frets, fret)


def _can_bar(frets: Frets, fret: int, first: int, last: int, *, index: bool) -> bool:
    if any(stopped is not None and stopped < fret for stopped in frets[first:]):
        return False
    across: Sequence[int | None] = frets[first : last + 1]
    if index:
        return None not in across
    return len(across) <= LONGEST_SMALL_BARRE and set(across) == {fret}
