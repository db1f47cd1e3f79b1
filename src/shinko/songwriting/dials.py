"""Where on the dials a style is played: its heat and its pull.

The policy that ships tells them of its own styles; others are measured by playing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from shinko.errors import FieldError
from shinko.planning.kept import KEPT
from shinko.rl.described import Dial
from shinko.rl.policy import shipped_policy
from shinko.rl.returning import DEFAULT_RETURNS, dial_pull
from shinko.rl.variety import DEFAULT_VARIETY, dial_heat
from shinko.songwriting.remembered import Remembered


def places_of(
    styles: Sequence[tuple[Dial, str]], mode: str, variety: str, returns: str
) -> list[tuple[float, float]]:
    """Heat and pull of each style of a mixture in a mode.

    A style that hasn't such a place is played at its nearest one, where another style has it.

    Args:
      styles: the dial that tells of each, and its name.
      mode: of its songs.
      variety, returns: as the user wrote them, "" for as songs do.

    Raises:
      FieldError: no style has such places.
    """
    found, refused = list[tuple[float, float] | None](), list[FieldError]()
    for dial, style in styles:
        try:
            found.append(_place(dial, style, mode, variety, returns))
        except FieldError as error:
            found.append(None)
            refused.append(error)
    if len(refused) == len(styles):
        raise refused[0]
    return [
        _place(dial, style, mode, variety, returns, nearest=True) if place is None else place
        for (dial, style), place in zip(styles, found, strict=True)
    ]


def _place(
    dial: Dial, style: str, mode: str, variety: str, returns: str, *, nearest: bool = False
) -> tuple[float, float]:
    heat = dial_heat(dial, style, mode, variety or DEFAULT_VARIETY, nearest=nearest)
    pull = dial_pull(dial, style, mode, returns or DEFAULT_RETURNS, heat, nearest=nearest)
    return heat, pull


def at_place(
    styles: Sequence[Remembered], mode: str, variety: str, returns: str
) -> tuple[Remembered, ...]:
    """Styles of a mixture at a place of the dials; see `places_of`.

    Raises:
      FieldError: there is no such place.
    """
    usual = (("", DEFAULT_VARIETY), ("", DEFAULT_RETURNS))
    if variety in usual[0] and returns in usual[1]:
        return tuple(styles)
    dials = [(_dial_of(style, mode), style.name) for style in styles]
    places = places_of(dials, mode, variety, returns)
    return tuple(style.at(*place) for style, place in zip(styles, places, strict=True))


def _dial_of(style: Remembered, mode: str) -> Dial:
    """Of the policy that ships, where it knows the style; else it is measured."""
    shipped = shipped_policy().dial
    assert shipped is not None
    if style.name in shipped.styles:
        return shipped
    from shinko.rl.dial_calibration import measured_dial  # needs much that is seldom needed

    voice = style.voices["piece"]
    return KEPT.get(
        ("dial", id(voice.innovations), mode),
        partial(measured_dial, style.name, mode, voice, shipped),
        lambda dial: 10_000 + voice.innovations.nbytes,
    )
