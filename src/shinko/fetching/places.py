"""Where the user's data lies."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shinko.fetching.transport import FetchError
from shinko.paths import path_of

VARIABLE = "SHINKO_DATA"


def data_folder(environ: Mapping[str, str] | None = None, platform: str | None = None) -> Path:
    """The folder for this user's data; it need not exist yet.

    `$SHINKO_DATA` where set; else `$XDG_DATA_HOME/shinko` or `~/.local/share/shinko`, on macOS
    `~/Library/Application Support/shinko`, on Windows `%LOCALAPPDATA%\\shinko`.

    Args:
      environ: environment variables, by default those of the process.
      platform: as `sys.platform` has it.

    Raises:
      FetchError: the home folder isn't known.
      PathError: no system has such a name.

    Source: XDG Base Directory Specification, which ignores relative paths.
    """
    environ = os.environ if environ is None else environ
    platform = platform or sys.platform
    if environ.get(VARIABLE):
        return _home(environ[VARIABLE])
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or _home("~/AppData/Local")) / "shinko"
    if platform == "darwin":
        return _home("~/Library/Application Support/shinko")
    if Path(environ.get("XDG_DATA_HOME", "")).is_absolute():
        return Path(environ["XDG_DATA_HOME"]) / "shinko"
    return _home("~/.local/share/shinko")


def _home(path: str) -> Path:
    try:
        return path_of(Path(path)).expanduser()
    except RuntimeError:
        raise FetchError(f"{path}: no home folder; name a folder with {VARIABLE}") from None


def make_folder(folder: Path) -> None:
    """Makes the folder and those above it.

    Raises:
      FetchError: it can't be made.
    """
    with disk_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Tells a fault of the disk at `path` in one line, as a FetchError."""
    try:
        yield
    except OSError as error:
        raise FetchError(
            f"{path}: {error.strerror or type(error).__name__}; make room and check the "
            f"permissions, or name another folder with {VARIABLE}"
        ) from None
