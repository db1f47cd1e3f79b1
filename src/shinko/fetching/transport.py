"""What is common to all downloads: what is asked and answered, the limits, and the patience.

Conventions: seconds and bytes. Of what a server sends, only numbers enter an error message: it may
repeat the password that it was given.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shinko.errors import ShinkoError

# What is done, of how many known so far, and what comes now.
Progress = Callable[[int, int, str], None]

TOO_MANY_REQUESTS = 429
# Above this, a number of seconds to wait is a point in time: the year 2001, counted from 1970.
FIRST_TIMESTAMP = 1e9


class FetchError(ShinkoError):
    """Something could not be downloaded or stored; whatever was there before is untouched."""


class ExchangeError(Exception):
    """One exchange failed. `retry` says whether the same request may succeed a little later."""

    def __init__(self, text: str, *, retry: bool = False) -> None:
        super().__init__(text)
        self.retry = retry


@dataclass(frozen=True)
class Clock:
    """Time as `time.monotonic` and `time.sleep` have it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class AnswerLimits:
    """What one answer may cost.

    Attributes:
      timeout_seconds: longest silence, and longest wait for a connection.
      deadline_seconds: from the first word to the last, redirects included.
      max_bytes: size of the answer without its headers.
    """

    timeout_seconds: float = 20.0
    deadline_seconds: float = 120.0
    max_bytes: int = 5_000_000


@dataclass(frozen=True)
class Patience:
    """How often to try, and how long to wait between; the wait doubles each time."""

    attempts: int = 4
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0


SYSTEM_CLOCK = Clock()
PATIENCE = Patience()


@dataclass(frozen=True)
class HttpRequest:
    """What to ask: GET, or POST where there is a body. Its repr shows neither header nor body."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back: header names in lower case, and a body only with status 200."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def with_retries(
    attempt: Callable[[], Answer], *, way_out: str, patience: Patience, clock: Clock
) -> Answer:
    """The first answer that is neither 429 nor 5xx.

    Cut connections are tried again too; between attempts it waits as long as the server asks, and
    at least the doubling wait of `patience`.

    Raises:
      FetchError: no such answer after the last attempt, or the server asks for a longer wait than
        `patience` has; `way_out` ends the message.
    """
    wait = patience.first_wait_seconds
    for number in range(1, patience.attempts + 1):
        asked = 0.0
        try:
            answer = attempt()
        except ExchangeError as fault:
            problem, retry = str(fault), fault.retry
        else:
            if answer.status != TOO_MANY_REQUESTS and answer.status < 500:
                return answer
            problem, retry = unexpected(answer), True
            asked = asked_wait(answer.headers) or 0.0
        if not retry:
            break
        if asked > patience.longest_wait_seconds:
            problem += (
                f", and the server asks to wait {asked:.0f} s "
                f"(at most {patience.longest_wait_seconds:g} s are waited)"
            )
            break
        if number == patience.attempts:
            problem += f" ({number} attempts)"
            break
        clock.sleep(max(asked, wait))
        wait *= 2
    raise FetchError(f"{problem}; {way_out}")


class Pace:
    """Keeps requests to so many in a window, or to fewer where the server's headers say so."""

    def __init__(
        self, clock: Clock, *, requests: int, window_seconds: float, longest_wait_seconds: float
    ) -> None:
        self.clock = clock
        self.window_seconds = window_seconds
        self.longest_wait_seconds = longest_wait_seconds
        self.sent: deque[float] = deque(maxlen=requests)
        self.not_before = -math.inf

    def wait(self) -> None:
        """Sleeps until the next request is due, and counts it."""
        due = self.not_before
        if len(self.sent) == self.sent.maxlen:
            due = max(due, self.sent[0] + self.window_seconds)
        wait = due - self.clock.now()
        if wait > 0:
            self.clock.sleep(wait)
        self.sent.append(self.clock.now())

    def note(self, answer: Answer) -> None:
        """Takes over what the answer says: no request left, or one too many already."""
        none_left = answer.headers.get("x-rate-limit-remaining", "").strip() == "0"
        if none_left or answer.status == TOO_MANY_REQUESTS:
            asked = asked_wait(answer.headers)
            wait = self.window_seconds if asked is None else asked
            self.not_before = self.clock.now() + min(wait, self.longest_wait_seconds)


def unexpected(answer: Answer) -> str:
    """The start of an error message: the status that came, and for what."""
    return f"{answer.url}: HTTP status {answer.status}, expected 200"


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by Retry-After or X-Rate-Limit-Reset; None where neither says so.

    Both may be a number of seconds, or a point in time: a date for the first (RFC 9110), seconds
    since 1970 for the second (some servers).
    """
    for name in ("retry-after", "x-rate-limit-reset"):
        text = headers.get(name, "")
        try:
            seconds = float(text)
        except ValueError:
            seconds = _seconds_since_1970(text)
        if seconds >= FIRST_TIMESTAMP:
            seconds = max(0.0, seconds - time.time())
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


def _seconds_since_1970(date: str) -> float:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return math.nan
