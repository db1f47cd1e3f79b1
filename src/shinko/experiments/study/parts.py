"""A run as a part of a study: what to do where it is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shinko.runs.errors import RunError

WAY_OUT = "remove this run's folder, and run the same again"


@contextmanager
def part_of_study(path: Path) -> Iterator[None]:
    """Errors of a run name it, and say what to do about it within a study."""
    try:
        yield
    except RunError as error:
        text = str(error)
        named = text if str(path) in text else f"{path}: {text}"
        raise RunError(named if WAY_OUT in text else f"{named}; or {WAY_OUT}") from None
