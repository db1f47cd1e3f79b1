"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path

import typer

from shinko.paths import PathError, path_of


def read_path(text: str) -> Path:
    """The path of an option; `path_of` says how it is read.

    Raises:
      BadParameter: it can't be one.
    """
    try:
        return path_of(text)
    except PathError as error:
        raise typer.BadParameter(str(error)) from None
