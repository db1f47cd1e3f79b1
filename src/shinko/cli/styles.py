"""What --style means: a way to accompany, or whose statistics to draw from."""

from __future__ import annotations

from collections.abc import Sequence


def split_styles(styles: Sequence[str]) -> tuple[str, str]:
    """The accompaniment pattern and the table that styles ask for, "" for the usual ones.

    Raises:
      ShinkoError: two of one kind, one of both, or none that is known though one is near.
    """
    from shinko.errors import ShinkoError

    for style in styles:
        _check_style(style)
    patterns = [style for style in styles if is_pattern(style)]
    tables = [style for style in styles if not is_pattern(style)]
    if len(patterns) > 1:
        raise ShinkoError(f"--style {' and '.join(patterns)}: one way to accompany at a time")
    if len(tables) > 1:
        raise ShinkoError(
            f"--style {' and '.join(tables)}: mix tables in one, such as '{tables[0]}:1, "
            f"{tables[1]}:1'"
        )
    return "".join(patterns), "".join(tables)


def _check_style(style: str) -> None:
    from difflib import get_close_matches

    from shinko.errors import ShinkoError
    from shinko.score.pattern import pattern_names
    from shinko.tables import builtin_names

    if is_pattern(style):
        return
    words = style.replace(",", " ").replace(":", " ").split()
    both = [word for word in words if is_pattern(word)]
    if both:
        raise ShinkoError(
            f"--style {style}: {both[0]} is an accompaniment, and no table to mix; give --style "
            "twice for both"
        )
    near = get_close_matches(style.lower(), pattern_names(), n=1)
    if near and not get_close_matches(style.lower(), builtin_names(), n=1, cutoff=0.8):
        raise ShinkoError(
            f"--style {style} is not known; did you mean {near[0]}? Accompaniments: "
            f"{', '.join(pattern_names())}; tables: {', '.join(builtin_names())}"
        )


def is_pattern(style: str) -> bool:
    """Whether a style says how to accompany, and not whose statistics to draw from."""
    from shinko.score.pattern import pattern_names

    return style.endswith(".toml") or style in pattern_names()
