"""The version that wrote a file: what a newer one wrote may mean something else, and is refused."""

from __future__ import annotations

import math
import re
from pathlib import Path

from shinko import __version__
from shinko.errors import ShinkoError

# Release, stage before it, post-release, development; what follows a + doesn't count.
_VERSION = re.compile(
    r"(\d{1,9}(?:\.\d{1,9})*)(?:(a|b|rc)(\d{1,9}))?(?:\.post(\d{1,9}))?(?:\.dev(\d{1,9}))?"
    r"(?:\+[A-Za-z\d.]{1,60})?"
)


def refuse_newer(written: object, path: Path) -> None:
    """Raises: ShinkoError, if what wrote a file was a newer version than this one, or none."""
    key, own = version_key(written), version_key(__version__)
    if key is None or own is None:
        raise ShinkoError(
            f"{path}: shinko {written!r:.60}: expected a version such as {__version__}; put the "
            "file back as it was"
        )
    if key > own:
        raise ShinkoError(
            f"{path}: written by shinko {written}, expected {__version__} or older; install the "
            "newer version: pip install --upgrade shinko"
        )


def version_key(version: object) -> tuple[tuple[int, ...], str, int, int, float] | None:
    """What versions are ordered by; None if it is no version.

    0.9.1 < 0.10.0.dev1 < 0.10.0a1 < 0.10.0rc1 < 0.10.0 = 0.10 < 0.10.0.post1

    Source: PEP 440, but for epochs and the spellings that it normalises.
    """
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if match is None:
        return None
    release, stage, number, post, dev = match.groups()
    numbers = tuple(map(int, re.sub(r"(\.0+)+$", "", release).split(".")))
    # The stages come in the order of the alphabet: none but dev, a, b, rc, the release.
    stage = stage or ("" if dev and not post else "z")
    return numbers, stage, int(number or 0), int(post or -1), float(dev or math.inf)
