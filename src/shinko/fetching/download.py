"""Files downloaded once into a folder, each only once its checksum is right."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shinko.disk import write_atomically
from shinko.fetching.places import disk_faults, make_folder
from shinko.fetching.transport import (
    PATIENCE,
    SYSTEM_CLOCK,
    AnswerLimits,
    Clock,
    FetchError,
    HttpRequest,
    Progress,
    unexpected,
    with_retries,
)


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
        AnswerLimits(timeout_seconds, deadline_seconds, max_bytes), clock, kind, own_copy
    )
    make_folder(folder)
    for done, (name, checksum) in enumerate(checksums.items()):
        if progress:
            progress(done, len(checksums), name)
        path = folder / name
        if not _is_there(path, checksum):
            write_atomically(path, download(f"{base_url.rstrip('/')}/{name}", checksum))
    return folder


def _is_there(path: Path, checksum: str) -> bool:
    """Whether a file is there, whole.

    Raises:
      FetchError: it can't be read.
    """
    with disk_faults(path):
        return path.exists() and _sha256(path.read_bytes()) == checksum


@dataclass(frozen=True)
class _Download:
    limits: AnswerLimits
    clock: Clock
    kind: str
    own_copy: str

    def __call__(self, url: str, checksum: str) -> bytes:
        from shinko.fetching.wire import exchange

        later = f"try again later, or {self.own_copy}"
        answer = with_retries(
            lambda: exchange(HttpRequest(url), limits=self.limits, clock=self.clock),
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
