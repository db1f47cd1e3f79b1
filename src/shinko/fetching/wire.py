"""One HTTP exchange within bounds: of time, of size, and of hosts.

This module imports `urllib`, which costs 70 ms: import it where a download begins, not before.
"""

import io
import socket
import ssl
import urllib.request
from collections.abc import Callable
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    InvalidURL,
)
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit

from shinko.fetching.transport import Answer, AnswerLimits, Clock, ExchangeError, Request

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
CHUNK_BYTES = 65_536


def exchange(request: Request, *, limits: AnswerLimits, clock: Clock) -> Answer:
    """Asks once. Redirects are followed on the same host only, and never for a POST.

    Raises:
      ExchangeError: no connection, cut, silent, too slow, too large, sent elsewhere, or not HTTP.
        It names the address that was asked, and nothing that came back.
    """
    try:
        return _exchange(request, limits, clock)
    except ExchangeError as error:
        problem, retry = str(error), error.retry
    except (HTTPException, OSError, ValueError) as error:
        problem, retry = _explain(error, limits)
    # Raised out here so that it doesn't carry the first error, which may quote what was sent.
    raise ExchangeError(f"{request.url}: {problem}", retry=retry)


def _exchange(request: Request, limits: AnswerLimits, clock: Clock) -> Answer:
    deadline = clock.now() + limits.deadline_seconds
    opener = _opener(lambda connection: _Bounded(connection, limits, deadline, clock))
    url = request.url
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError
    for _ in range(MOST_REDIRECTS + 1):
        headers = {"User-Agent": "shinko", **request.headers}
        asked = urllib.request.Request(url, data=request.body, headers=headers)
        timeout = max(0.001, min(limits.timeout_seconds, deadline - clock.now()))
        with opener.open(asked, timeout=timeout) as response:
            if request.body is None and response.status in REDIRECTS:
                url = _redirected(url, response.headers.get("Location", ""))
                continue
            answered = {name.lower(): value for name, value in response.headers.items()}
            body = _read(response, limits) if response.status == 200 else b""
            return Answer(request.url, response.status, answered, body)
    raise ExchangeError(f"more than {MOST_REDIRECTS} redirects, expected an answer")


class _Bounded(io.RawIOBase):
    """A socket's bytes, with what is left until the deadline as the time-out of every read."""

    def __init__(
        self, connection: socket.socket, limits: AnswerLimits, deadline: float, clock: Clock
    ) -> None:
        self.connection = connection
        self.stream = connection.makefile("rb", buffering=0)
        self.limits = limits
        self.deadline = deadline
        self.clock = clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self.deadline - self.clock.now()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(min(left, self.limits.timeout_seconds))
        return self.stream.readinto(buffer)

    def close(self) -> None:
        self.stream.close()
        super().close()


def _opener(bounded: Callable[[socket.socket], io.RawIOBase]) -> urllib.request.OpenerDirector:
    """urllib with proxies, but without redirects, errors by status, files and FTP."""

    def respond(connection: socket.socket, *args: Any, **options: Any) -> HTTPResponse:
        # HTTPResponse wants a socket for one thing only: to make a file of it.
        source: Any = SimpleNamespace(
            makefile=lambda _mode: io.BufferedReader(bounded(connection), CHUNK_BYTES)
        )
        return HTTPResponse(source, *args, **options)

    def connecting(kind: type[HTTPConnection]) -> Callable[..., HTTPConnection]:
        def connect(host: str, /, **options: Any) -> HTTPConnection:
            connection = kind(host, **options)
            connection.response_class = respond  # type: ignore[assignment]
            return connection

        return connect

    class Plain(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> HTTPResponse:
            return self.do_open(connecting(HTTPConnection), req)

    class Secure(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> HTTPResponse:
            return self.do_open(connecting(HTTPSConnection), req)

    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), Plain(), Secure()):
        opener.add_handler(handler)
    return opener


def _redirected(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(target)[:2] != urlsplit(url)[:2]:
        raise ExchangeError(
            "redirected to another host, expected an answer from this one; "
            "does the network ask for a login first?"
        )
    return target


def _read(response: HTTPResponse, limits: AnswerLimits) -> bytes:
    announced = response.length
    if announced is not None and announced > limits.max_bytes:
        raise ExchangeError(f"{announced} bytes, expected at most {limits.max_bytes}")
    parts: list[bytes] = []
    size = 0
    while part := response.read1(CHUNK_BYTES):
        parts.append(part)
        size += len(part)
        if size > limits.max_bytes:
            raise ExchangeError(f"{size} bytes or more, expected at most {limits.max_bytes}")
    if announced is not None and size < announced:
        raise ExchangeError(f"cut off after {size} of {announced} bytes", retry=True)
    return b"".join(parts)


def _explain(error: Exception, limits: AnswerLimits) -> tuple[str, bool]:
    """What an error of urllib or the socket means, and whether trying again may help."""
    connected = not isinstance(error, URLError)
    reason = error if connected else getattr(error, "reason", error)
    detail = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "")
    match reason:
        case TimeoutError():
            return (
                f"no complete answer within {limits.timeout_seconds:g} s of silence or "
                f"{limits.deadline_seconds:g} s in all"
            ), False
        case socket.gaierror():
            return "no network, or no host of this name", False
        case ssl.SSLCertVerificationError():
            return f"no connection, its certificate isn't trusted ({detail})", False
        case ConnectionResetError() | BrokenPipeError() | IncompleteRead():
            return "the connection was cut", True
        case OSError() if connected:
            return f"the connection was cut ({detail or type(reason).__name__})", True
        case OSError():
            return f"no connection ({detail or type(reason).__name__}); is there a network?", False
        case HTTPException() if not isinstance(reason, InvalidURL):
            return "the answer isn't HTTP", False
        case _:
            return "not a usable address, expected https://host/path", False
