"""The four Hooktheory CSVs, downloaded once into the user's data folder.

Their licence is unknown, so they are no part of this project; their checksums are.
Source: Amit Kohli's dump of the Hooktheory API (2014), GitHub DataStrategist/
Musical-chord-progressions, at its commit of the files' last change.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shinko.files import write_atomically
from shinko.tables.places import data_folder, disk_faults, make_folder
from shinko.tables.transport import (
    PATIENCE,
    SYSTEM_CLOCK,
    Clock,
    FetchError,
    Limits,
    Progress,
    Request,
    unexpected,
    with_retries,
)

SOURCE = (
    "https://raw.githubusercontent.com/DataStrategist/Musical-chord-progressions"
    "/4a001c00b8311cbffba56a8ad94b75f9e7dda9cb/"
)
# SHA-256 of each file: 1,273, 36,635, 209,032 and 224,199 bytes.
CHECKSUMS: Mapping[str, str] = {
    "chord.1stL.csv": "b970ddc01a7eb408987bc4739b47b09f2e69de579132e1073520f63e3f0bdf37",
    "chord.2ndL.csv": "d782196cfd88632dafea265e7a54539cd5de41db19efe609e36e8350d8fb6852",
    "chord.3rdL.csv": "d9de243e60b2dcf71af6af44637d7c667cfc2cf62059474b264e118a05f2ea5c",
    "chord.4thL.csv": "85ebae22ab1f58697ed09a6bfa5afd9a519cd2b05d3baf52b17a2d4683bea83e",
}
FOLDER = "hooktheory"
OWN_COPY = "give the path of your own copy with --table PATH"


def fetch_hooktheory(
    folder: Path | None = None,
    *,
    base_url: str = SOURCE,
    checksums: Mapping[str, str] = CHECKSUMS,
    **how: Any,
) -> Path:
    """Downloads the CSVs that aren't there yet, as `fetch_files` does.

    Args:
      folder: where to put them; by default `hooktheory` in the data folder.
      base_url: the address that the file names are appended to.
      checksums: SHA-256 in hexadecimal of each file, by name.
      how: progress, limits and clock of `fetch_files`.

    Returns:
      The folder.

    Raises:
      FetchError: as `fetch_files`.
    """
    folder = folder if folder is not None else data_folder() / FOLDER
    return fetch_files(folder, base_url, checksums, kind="a CSV", own_copy=OWN_COPY, **how)


def fetch_files(
    folder: Path,
    base_url: str,
    checksums: Mapping[str, str],
    *,
    kind: str,
    own_copy: str,
    progress: Progress | None = None,
    timeout_seconds: float = 20.0,
    deadline_seconds: float = 120.0,
    max_bytes: int = 5_000_000,
    clock: Clock = SYSTEM_CLOCK,
) -> Path:
    """Downloads the files that aren't there yet, each only once its checksum is right.

    Args:
      folder: where to put them.
      base_url: the address that the file names are appended to.
      checksums: SHA-256 in hexadecimal of each file, by name.
      kind: what a file is, for people: `a CSV`.
      own_copy: what who has the files already can do; ends the messages.
      progress: called with the number of files done, of all, and the name of the next.
      timeout_seconds: longest silence of the server.
      deadline_seconds: longest time for one attempt at one file; there are up to four.
      max_bytes: largest file.
      clock: time, for tests.

    Returns:
      The folder.

    Raises:
      FetchError: no network, another status than 200, a web page instead of a file, a wrong
        checksum, cut, too slow, too large, or not writable. No half-written file is left.
    """
    download = _Download(
        Limits(timeout_seconds, deadline_seconds, max_bytes), clock, kind, own_copy
    )
    make_folder(folder)
    for done, (name, checksum) in enumerate(checksums.items()):
        if progress:
            progress(done, len(checksums), name)
        path = folder / name
        if not is_there(path, checksum):
            write_atomically(path, download(f"{base_url.rstrip('/')}/{name}", checksum))
    return folder


def is_there(path: Path, checksum: str) -> bool:
    """Whether a file is there, whole.

    Raises:
      FetchError: it can't be read.
    """
    with disk_faults(path):
        return path.exists() and _sha256(path.read_bytes()) == checksum


@dataclass(frozen=True)
class _Download:
    limits: Limits
    clock: Clock
    kind: str
    own_copy: str

    def __call__(self, url: str, checksum: str) -> bytes:
        from shinko.tables.wire import exchange

        later = f"try again later, or {self.own_copy}"
        answer = with_retries(
            lambda: exchange(Request(url), limits=self.limits, clock=self.clock),
            way_out=later,
            patience=PATIENCE,
            clock=self.clock,
        )
        if answer.status != 200:
            raise FetchError(f"{unexpected(answer)}; {later}")
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if is_page or answer.body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
            raise FetchError(
                f"{url}: a web page (HTML), expected {self.kind}; log in where the network asks "
                f"for it, or {self.own_copy}"
            )
        found = _sha256(answer.body)
        if found != checksum:
            raise FetchError(
                f"{url}: SHA-256 {found[:12]}…, expected {checksum[:12]}…; the source has changed, "
                f"so {self.own_copy}"
            )
        return answer.body


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
