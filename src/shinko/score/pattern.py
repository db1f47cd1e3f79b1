"""Accompaniment patterns by their names: those that come along, and files of one's own.

What a pattern file holds is told in `pattern_file`.
"""

from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

from shinko.errors import FieldError
from shinko.paths import expanded
from shinko.score.pattern_file import (
    HUMANIZE_RANGE,
    SWING_RANGE,
    Pattern,
    PatternPart,
    read_pattern,
)
from shinko.score.steps import PatternError

__all__ = [
    "HUMANIZE_RANGE",
    "SWING_RANGE",
    "Pattern",
    "PatternPart",
    "check_meter",
    "check_pattern",
    "find_pattern",
    "pattern_names",
    "read_pattern",
]

MOST_BYTES = 65_536
_ENDING = ".toml"


def pattern_names() -> tuple[str, ...]:
    """The patterns that come along, block first."""
    names = sorted(entry.name.removesuffix(_ENDING) for entry in _folder().iterdir())
    return tuple(sorted((n for n in names if n != "__init__.py"), key=lambda n: n != "block"))


def check_pattern(name: str) -> str:
    """The name again; that of a TOML file may be any.

    Raises:
      FieldError: there is no pattern of this name.
    """
    known = pattern_names()
    if name in known or name.lower().endswith(_ENDING):
        return name
    near = get_close_matches(name.lower(), known, n=1)
    way_out = f"did you mean {near[0]}?" if near else "give a .toml file of yours, or one of these"
    raise FieldError("style", name, f"one of {', '.join(known)}", way_out)


def find_pattern(name: str) -> Pattern:
    """A pattern by its name, or by the path of a TOML file.

    Raises:
      FieldError: there is none.
      PatternError: the file can't be read as one.
    """
    if check_pattern(name) in pattern_names():
        return _built_in(name)
    path = expanded(name)
    try:
        # Whoever opens a pipe waits for somebody to write into it.
        if path.exists() and not path.is_file():
            raise PatternError(f"pattern {name!r}: not a file; give another")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero character in the path
        reason = getattr(error, "strerror", None) or error
        raise PatternError(f"pattern {name!r}: {reason}; give another file") from error
    if len(data) > MOST_BYTES:
        raise PatternError(f"pattern {name!r} is larger than {MOST_BYTES:,} bytes; shorten it")
    return read_pattern(path.stem, data, where=name)


def check_meter(pattern: Pattern, meter: tuple[int, int]) -> None:
    """Raise PatternError if a pattern can't be played in a meter."""
    wanted = "{}/{}".format(*meter)
    if not pattern.plays(wanted):
        fitting = [name for name in pattern_names() if _built_in(name).plays(wanted)]
        raise PatternError(
            f"pattern {pattern.name!r} is for {', '.join(pattern.meters)}, not {wanted}; "
            f"for {wanted} there are: {', '.join(fitting)}"
        )


@lru_cache
def _built_in(name: str) -> Pattern:
    return read_pattern(name, (_folder() / f"{name}.toml").read_bytes(), where=name)


def _folder() -> Any:
    return files("shinko.score") / "patterns"
