"""What --style meant until 0.2: how it is played, or whose statistics, which is --table now."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Any

from shinko.cli.options import tell_old_spelling
from shinko.errors import FieldError
from shinko.paths import expanded


def split_styles(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with a style that names tables only as the table that it is now.

    Raises:
      FieldError: there are two styles, or two tables.
    """
    styles = given.get("style", [])
    styles = [styles] if isinstance(styles, str) else styles
    for style in styles:
        _check_no_genre(style)
    tables = [style for style in styles if _is_table(style)]
    patterns = [style for style in styles if style not in tables]
    if len(patterns) > 1:
        raise FieldError("style", " and ".join(patterns), "one way to accompany at a time")
    if len(tables) + ("table" in given) > 1:
        first, second = [given["table"], *tables][:2] if "table" in given else tables[:2]
        raise FieldError(
            "table", second, "one", f"mix tables in one, such as '{first}:1, {second}:1'"
        )
    chosen = {name: value for name, value in given.items() if name != "style"}
    if patterns:
        chosen["style"] = patterns[0]
    for table in tables:
        tell_old_spelling("--style", "--table", table)
        chosen["table"] = table
    return chosen


def _check_no_genre(style: str) -> None:
    """Raises: FieldError, where a style is a table or genre that no accompaniment has the name of;
    it was never spelled so.
    """
    from shinko.score.pattern import pattern_names
    from shinko.songwriting.genres import GENRES
    from shinko.tables.builtin import STYLES

    if style in STYLES and style not in pattern_names():
        raise FieldError(
            "style",
            style,
            f"a way to accompany, such as {GENRES[style].style}; {style} is a table",
            f"take `table` {style}, or `genre` {style} for chords and accompaniment that fit",
        )


def _is_table(style: str) -> bool:
    """Whether a style can only be a table: its name or path, a mixture, or nearly its name."""
    from shinko.score.pattern import pattern_names
    from shinko.tables.builtin import DOWNLOADED, STYLES, builtin_names

    if style.endswith(".toml") or style in pattern_names():
        return False
    if (
        ":" in style
        or "," in style
        or os.path.isfile(expanded(style))
        or style.endswith((".csv", ".gz"))
    ):
        return True
    tables = [name for name in (*builtin_names(), *DOWNLOADED) if name not in STYLES]
    near = get_close_matches(style.lower(), [*pattern_names(), *tables], n=1)
    return bool(near) and near[0] in tables
