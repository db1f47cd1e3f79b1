"""Standard output and error, whatever the terminal is like, and text that is safe there."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable
from typing import Any

from shinko.printable import escaped, json_text

LONGEST_LINE = 1000  # characters

# What a terminal is shown instead of a sign that its encoding hasn't.
_PLAIN = {
    "♭": "b",
    "♯": "#",
    "𝄫": "bb",
    "𝄪": "##",
    "°": "o",
    "ø": "/o",
    "△": "maj",
    "█": "#",
    "×": "x",
    "…": "...",
    "–": "-",
    "✓": "+",
    "✗": "x",
    "β": "beta",
    "γ": "gamma",
}


def mend_streams() -> None:
    """Make the standard streams fit to use: they may be closed, or know no ♭."""
    codecs.register_error("shinko.plain", _to_plain)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        elif mode == "w" and stream.errors in ("strict", "backslashreplace", "surrogateescape"):
            stream.reconfigure(errors="shinko.plain")


def flush_or_drop() -> None:
    """Write out what was printed; if that fails, forget it, or Python's end would try again.

    Raises:
      OSError: it can't be written.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def print_lines(*lines: str, to_error: bool = False) -> None:
    """Print lines at once; what may not be printed in them, line ends too, is an escape."""
    stream = sys.stderr if to_error else sys.stdout
    print(*map(escaped, lines), sep="\n", file=stream, flush=True)


def print_json(value: Any, indent: int | None = 1) -> None:
    """Print JSON; what may not be printed stands in it by its number."""
    print(json_text(value, indent=indent))


def print_json_list(values: Iterable[object]) -> None:
    """Print a list as JSON, value by value as they come."""
    begun = False
    for value in values:
        text = json_text(value, indent=1).replace("\n", "\n ")
        print(",\n " if begun else "[\n ", text, sep="", end="")
        begun = True
    print("\n]" if begun else "[]")


def print_text(text: str) -> None:
    """Print a text of several lines, which ends as it does."""
    print("\n".join(map(escaped, text.split("\n"))), end="")


def terminal_text(text: str) -> str:
    """The text in one line without what may not be printed, and no longer than a person reads."""
    if len(text) > LONGEST_LINE:
        half = LONGEST_LINE // 2
        text = f"{text[:half]} … {text[-half:]}"
    return escaped(text)


def _to_plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    plain = (_PLAIN.get(s) or s.encode("ascii", "backslashreplace").decode() for s in signs)
    return "".join(plain), error.end
