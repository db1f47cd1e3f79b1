"""Where on the dials a style is played: its heat and its pull.

The policy that ships tells them of its own styles; others are measured by playing.
"""

from __future__ import annotations

from functools import partial

from shinko.planning.kept import KEPT
from shinko.rl.described import Dial
from shinko.rl.dial_calibration import measured_dial
from shinko.rl.policy import shipped_policy
from shinko.rl.returning import DEFAULT_RETURNS, dial_pull
from shinko.rl.variety import DEFAULT_VARIETY, dial_heat
from shinko.songwriting.remembered import Remembered


def place_of(dial: Dial, style: str, mode: str, variety: str, returns: str) -> tuple[float, float]:
    """Heat and pull of a style in a mode.

    Args:
      dial: that tells them.
      style: by name.
      mode: of its songs.
      variety, returns: as the user wrote them, "" for as songs do.

    Raises:
      FieldError: there are no such places.
    """
    heat = dial_heat(dial, style, mode, variety or DEFAULT_VARIETY)
    return heat, dial_pull(dial, style, mode, returns or DEFAULT_RETURNS, heat)


def at_place(style: Remembered, mode: str, variety: str, returns: str) -> Remembered:
    """A style at a place of the dials.

    Raises:
      FieldError: there is no such place.
    """
    usual = (("", DEFAULT_VARIETY), ("", DEFAULT_RETURNS))
    if variety in usual[0] and returns in usual[1]:
        return style
    return style.at(*place_of(_dial_of(style, mode), style.name, mode, variety, returns))


def _dial_of(style: Remembered, mode: str) -> Dial:
    """Of the policy that ships, where it knows the style; else it is measured."""
    shipped = shipped_policy().dial
    assert shipped is not None
    if style.name in shipped.styles:
        return shipped
    voice = style.voices["piece"]
    return KEPT.get(
        ("dial", id(voice.innovations), mode),
        partial(measured_dial, style.name, mode, voice, shipped),
        lambda dial: 10_000 + voice.innovations.nbytes,
    )
