"""Hooktheory's live API, for users with an account: what follows a history, and in which songs.

Conventions: a history is a tuple of Hooktheory ids, oldest first, `()` for the start.
Credentials stay in memory: no repr, message, log or file has them, and of what the server says,
messages repeat numbers only. They go to an https address (or this machine), and nowhere else.

Source: https://www.hooktheory.com/api/trends/docs (10 requests in 10 seconds; the answer's headers
X-Rate-Limit-Limit, -Remaining and -Reset say how many are left, and when they come back).
"""

import json
import math
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shinko.errors import ShinkoError
from shinko.fetching.transport import (
    SYSTEM_CLOCK,
    Answer,
    AnswerLimits,
    Clock,
    FetchError,
    HttpRequest,
    Pace,
    Patience,
    unexpected,
    with_retries,
)
from shinko.theory import parse_hooktheory

History = tuple[str, ...]

BASE_URL = "https://api.hooktheory.com/v1/"
API_LIMITS = AnswerLimits(timeout_seconds=20.0, deadline_seconds=60.0, max_bytes=1_000_000)
API_PATIENCE = Patience(longest_wait_seconds=120.0)
AGAIN = "try again later"
LATER = f"{AGAIN}: what was answered so far is kept"
REFUSED = (401, 403)
# What a Bearer header may hold (RFC 6750).
KEY = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_SONG_FIELDS = ("artist", "song", "section", "url")


@dataclass(frozen=True)
class Credentials:
    """An account's name and password, or the key that logging in gives; repr shows none."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    activkey: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.activkey and not (self.username and self.password):
            raise FetchError(
                "no Hooktheory login; expected HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD, or "
                "HOOKTHEORY_ACTIVKEY, in the environment"
            )
        if self.activkey and not KEY.fullmatch(self.activkey):
            raise FetchError(
                "HOOKTHEORY_ACTIVKEY: not a key, expected letters and digits; copy it again, or "
                "log in with HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD"
            )

    @property
    def can_log_in(self) -> bool:
        """Whether there is a name and a password."""
        return bool(self.username and self.password)


def find_credentials(
    environ: Mapping[str, str] | None = None, ask: Callable[[str], str] | None = None
) -> Credentials:
    """The credentials of HOOKTHEORY_USERNAME and _PASSWORD, or _ACTIVKEY, or those typed in.

    Args:
      environ: environment variables, by default those of the process.
      ask: called with "username" or "password" for what is missing; the terminal gives `getpass`
        for the second.

    Raises:
      FetchError: something is missing, or the key can't be one.
    """
    environ = os.environ if environ is None else environ
    activkey = environ.get("HOOKTHEORY_ACTIVKEY", "").strip()
    username = environ.get("HOOKTHEORY_USERNAME", "")
    password = environ.get("HOOKTHEORY_PASSWORD", "")
    if ask and not activkey:
        username = username or ask("username")
        password = password or ask("password")
    return Credentials(username, password, activkey)


@dataclass(frozen=True)
class NextChords:
    """The chords that follow one history.

    Attributes:
      chords: Hooktheory ids with their probabilities, 0..1, in the server's order.
      left_out: how many more came with an id that can't be read.
    """

    chords: tuple[tuple[str, float], ...]
    left_out: int = 0


@dataclass(frozen=True)
class SongSection:
    """A section of a song that has a progression, such as its chorus.

    Attributes:
      artist, title: of the song, as the server writes them.
      section: its name, or "".
      url: of the song's page at Hooktheory, or "".
    """

    artist: str
    title: str
    section: str = ""
    url: str = ""


class HooktheoryClient:
    """A session with the API: logs in when it must, and keeps to the pace.

    Where the server fails, `way_out` ends the message.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = BASE_URL,
        limits: AnswerLimits = API_LIMITS,
        clock: Clock = SYSTEM_CLOCK,
        way_out: str = LATER,
    ) -> None:
        self.base_url = _safe_address(base_url)
        self._way_out = way_out
        self._credentials = credentials
        self._activkey = credentials.activkey
        self._limits = limits
        self._clock = clock
        self._pace = Pace(
            clock,
            requests=10,
            window_seconds=10.0,
            longest_wait_seconds=API_PATIENCE.longest_wait_seconds,
        )

    def next_chords(self, history: History) -> NextChords:
        """The chords after a history; none where the history is in no song.

        Raises:
          FetchError: no answer, no valid login, or an answer that isn't what the API promises.
        """
        answer = self._get("trends/nodes", history)
        return read_next_chords(_json(answer, self._way_out), answer.url)

    def songs(self, progression: History, page: int = 1) -> tuple[SongSection, ...]:
        """A page of the songs that have a progression; nothing behind the last page.

        Args:
          progression: at least one Hooktheory id.
          page: from 1; the server gives 20 sections of songs on each.

        Raises:
          FetchError: as `next_chords`.
        """
        answer = self._get("trends/songs", progression, f"&page={page}" if page > 1 else "")
        return read_song_sections(_json(answer, self._way_out), answer.url)

    def _get(self, path: str, chords: History, more: str = "") -> Answer:
        """The answer about some chords, with a login before it where one is needed."""
        from urllib.parse import quote

        url = f"{self.base_url}{path}"
        if chords:
            url += f"?cp={quote(','.join(chords), safe=',/')}{more}"
        if not self._activkey:
            self._log_in()
        answer = self._send(url, headers=self._bearer())
        if answer.status == 401 and self._credentials.can_log_in:
            self._log_in()
            answer = self._send(url, headers=self._bearer())
        if answer.status in REFUSED:
            raise FetchError(
                f"{unexpected(answer)}; the login has expired or is not allowed this: "
                "renew HOOKTHEORY_ACTIVKEY, or log in with name and password"
            )
        return answer

    def _log_in(self) -> None:
        url = f"{self.base_url}users/auth"
        login = {"username": self._credentials.username, "password": self._credentials.password}
        answer = self._send(
            url, headers={"Content-Type": "application/json"}, body=json.dumps(login).encode()
        )
        if 400 <= answer.status < 500 and answer.status != 404:
            raise FetchError(
                f"{unexpected(answer)}; the login is refused: check HOOKTHEORY_USERNAME and "
                "HOOKTHEORY_PASSWORD"
            )
        session = _json(answer, self._way_out)
        activkey = session.get("activkey") if isinstance(session, dict) else None
        if not isinstance(activkey, str) or not KEY.fullmatch(activkey):
            raise FetchError(f"{url}: no usable activkey in the answer; {self._way_out}")
        self._activkey = activkey

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._activkey}"}

    def _send(self, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        from shinko.fetching.wire import exchange

        request = HttpRequest(url, {"Accept": "application/json", **headers}, body)

        def attempt() -> Answer:
            self._pace.wait()
            answer = exchange(request, limits=self._limits, clock=self._clock)
            self._pace.note(answer)
            return answer

        return with_retries(
            attempt, way_out=self._way_out, patience=API_PATIENCE, clock=self._clock
        )


def read_next_chords(entries: object, url: str) -> NextChords:
    """The chords of one answer, a list of `{"chord_ID": …, "probability": …}`.

    Raises:
      FetchError: it is something else, a chord comes twice, or a probability is outside 0..1.
    """
    if not isinstance(entries, list):
        raise FetchError(f"{url}: no list of chords in the answer; {LATER}")
    chords: dict[str, float] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not {"chord_ID", "probability"} <= entry.keys():
            raise FetchError(
                f"{url}: chord {number} of the answer lacks chord_ID or probability; {LATER}"
            )
        probability = _number(entry["probability"])
        if not 0 <= probability <= 1:
            raise FetchError(
                f"{url}: probability {probability:g} of chord {number} of the answer, "
                f"expected 0 to 1; {LATER}"
            )
        chord = str(entry["chord_ID"])
        if chord in chords:
            raise FetchError(f"{url}: chord {number} of the answer comes twice; {LATER}")
        chords[chord] = probability
    readable = tuple((chord, p) for chord, p in chords.items() if _is_readable(chord))
    if chords and not readable:
        raise FetchError(f"{url}: no Hooktheory id among {len(chords)} chords; {LATER}")
    return NextChords(readable, left_out=len(chords) - len(readable))


def read_song_sections(entries: object, url: str) -> tuple[SongSection, ...]:
    """The songs of one answer, a list of `{"artist": …, "song": …, "section": …, "url": …}`.

    Raises:
      FetchError: it is something else, or a song has no name.
    """
    if not isinstance(entries, list):
        raise FetchError(f"{url}: no list of songs in the answer; {AGAIN}")
    sections = []
    for number, entry in enumerate(entries, start=1):
        told = entry if isinstance(entry, dict) else {}
        artist, song, section, page = (_text(told.get(n)) for n in _SONG_FIELDS)
        if not song:
            raise FetchError(f"{url}: song {number} of the answer has no name; {AGAIN}")
        sections.append(SongSection(artist, song, section, page))
    return tuple(sections)


def _text(value: object) -> str:
    """A JSON text, or a number, as a song may be called 1999; else ""."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: object) -> float:
    """A JSON number, or a number as text, as PHP servers are apt to write it; else nan."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _is_readable(chord: str) -> bool:
    try:
        parse_hooktheory(chord)
    except ShinkoError:
        return False
    return True


def _json(answer: Answer, way_out: str) -> Any:
    if answer.status != 200:
        raise FetchError(f"{unexpected(answer)}; {way_out}")
    with suppress(ValueError, RecursionError):
        return json.loads(answer.body)
    what = "a web page (HTML)" if answer.body.lstrip().startswith(b"<") else "no JSON"
    raise FetchError(f"{answer.url}: {what}, expected JSON; {way_out}")


def _safe_address(base_url: str) -> str:
    """The address with a slash at its end.

    Raises:
      FetchError: a password sent there could be read on the way.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(base_url)
        is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_local)
    except ValueError:
        is_safe = False
    if not is_safe or "@" in base_url:
        raise FetchError("API address: expected https://host/path without a password in it")
    return base_url.rstrip("/") + "/"
