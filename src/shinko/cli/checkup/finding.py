"""What one check of an installation came to, in words that may be shown to others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from shinko.cli.streams import terminal_text

LONGEST_REASON = 300  # characters
State = Literal["works", "lacks", "broken"]


@dataclass(frozen=True)
class Finding:
    """What a check came to.

    Attributes:
      about: what was looked at, in a word or two.
      state: it works; something is not there, and need not be; it is there and doesn't work.
      text: what was found.
      way_out: lines to type or to act upon, in their order.
    """

    about: str
    state: State
    text: str
    way_out: tuple[str, ...] = ()

    def public(self) -> Finding:
        """The same as it may be shown: paths in the home folder from ~ on."""
        way_out = tuple(without_home(line) for line in self.way_out)
        return replace(self, text=without_home(self.text), way_out=way_out)


def looked(about: str, look: Callable[[], Finding], way_out: tuple[str, ...] = ()) -> Finding:
    """What a check finds; whatever it raises is what is wrong."""
    try:
        return look()
    except Exception as error:
        return Finding(about, "broken", reason(error), way_out)


def reason(error: BaseException) -> str:
    """The kind of an error and the first line of what it says."""
    try:
        said = str(error).strip().partition("\n")[0]
    except Exception:  # of somebody else's making, like the error itself
        said = ""
    kind = type(error).__name__
    # The home folder first: half of its name would be shown.
    return terminal_text(without_home(f"{kind}: {said}" if said else kind))[:LONGEST_REASON]


def without_home(text: str) -> str:
    """The text with ~ for the home folder, wherever it stands, and without the user's name."""
    try:
        home = Path.home()
        folders = {str(home), home.as_posix(), str(home.resolve())}
    except (OSError, RuntimeError):
        return text
    for folder in sorted(folders, key=len, reverse=True):
        if len(Path(folder).parts) > 1:  # a home of / would be in every path
            # As it is, and as repr() writes it, each up to the end of a folder's name.
            for written in (folder, repr(folder)[1:-1]):
                text = re.sub(
                    re.escape(written) + r"(?![\w-]|\.\w)", "~", text, flags=re.IGNORECASE
                )
    # Elsewhere it is a folder's name, as in /media/NAME.
    return re.sub(rf"(?<=[/\\]){re.escape(home.name or '/')}(?=[/\\]|$)", "…", text)
