"""Disks that are full, small or read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NOBODY = 65534


def can_mount() -> bool:
    """Whether a file system in memory may be mounted here."""
    if not shutil.which("mount") or os.getuid() != 0:
        return False
    try:
        with TemporaryDirectory() as folder, tmpfs(Path(folder), 64):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def tmpfs(place: Path, kilobytes: int) -> Iterator[None]:
    """A file system of a size at a folder."""
    _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(place))


def grow(place: Path) -> None:
    """Make room on such a file system."""
    _run("mount", "-o", "remount,size=64m", str(place))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def set_modes(folder: Path, of_folders: int, of_files: int) -> None:
    """Say who may do what with all that is below a folder, and with itself."""
    for at, _, names in os.walk(folder):
        os.chmod(at, of_folders)
        for name in names:
            os.chmod(Path(at, name), of_files)


def be_nobody() -> None:
    """Give up the right to write anywhere, where it is had."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
