"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path

import typer


def read_path(text: str) -> Path:
    """The path of an option; nothing at all would be the folder that one is in.

    Raises:
      BadParameter: the text is empty, as an unset variable of a script is.
    """
    if not text:
        raise typer.BadParameter("'' is no path; expected the name of a file or folder")
    return Path(text)
