"""One HTTP exchange within bounds: of time, of size, and of hosts.

This module imports httpx, which costs 150 ms: import it where a download begins, not before.
"""

import logging
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from shinko.fetching.transport import Answer, AnswerLimits, Clock, ExchangeError, HttpRequest

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5

# What lies under httpx logs the headers that came back, and they may repeat a password.
logging.getLogger("httpcore").setLevel(logging.INFO)


def exchange(request: HttpRequest, *, limits: AnswerLimits, clock: Clock) -> Answer:
    """Asks once. Redirects are followed on the same host only, and never for a POST.

    Raises:
      ExchangeError: no connection, cut, silent, too slow, too large, sent elsewhere, or not HTTP.
        It names the address that was asked, and nothing that came back.
    """
    watch = _Watch(limits, clock)
    try:
        return _exchange(request, limits, watch)
    except ExchangeError as error:
        problem, retry = str(error), error.retry
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        problem, retry = _explain(error, limits, ended=watch.ended)
    # Raised out here so that it doesn't carry the first error, which may quote what was sent.
    raise ExchangeError(f"{request.url}: {problem}", retry=retry)


def _exchange(request: HttpRequest, limits: AnswerLimits, watch: "_Watch") -> Answer:
    url = httpx.URL(request.url)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ValueError
    method = "GET" if request.body is None else "POST"
    headers = {"User-Agent": "shinko", "Accept-Encoding": "identity", "Connection": "close"}
    headers |= request.headers
    # Without a client: that one would keep cookies, and stumble over redirects it need not follow.
    with httpx.HTTPTransport(verify=_trusted(), proxy=_proxy(url)) as transport:
        for _ in range(MOST_REDIRECTS + 1):
            asked = httpx.Request(method, url, headers=headers, content=request.body)
            asked.extensions = {"timeout": httpx.Timeout(watch.left()).as_dict(), "trace": watch}
            response = transport.handle_request(asked)
            if method == "GET" and response.status_code in REDIRECTS:
                url = _redirected(url, response.headers.get("Location", ""))
                continue
            body = _read(response, limits.max_bytes) if response.status_code == 200 else b""
            return Answer(request.url, response.status_code, dict(response.headers), body)
    raise ExchangeError(f"more than {MOST_REDIRECTS} redirects, expected an answer")


class _Watch:
    """Gives every read what is left until the deadline as its time-out.

    httpx gives one time-out to all reads, and a server that drips bytes never reaches it. But it
    tells of each connection that it opens, by its extension `trace`, and there reads are bounded.

    Attributes:
      ended: whether the server has closed the connection.
    """

    def __init__(self, limits: AnswerLimits, clock: Clock) -> None:
        self.limits = limits
        self.clock = clock
        self.deadline = clock.now() + limits.deadline_seconds
        self.ended = False

    def left(self) -> float:
        """Seconds that the next step may take.

        Raises:
          TimeoutError: the deadline is over.
        """
        left = self.deadline - self.clock.now()
        if left <= 0:
            raise TimeoutError
        return min(left, self.limits.timeout_seconds)

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpx calls before and after each step of an exchange."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            stream = info["return_value"]
            receive = stream.read

            def read(max_bytes: int, timeout: float | None = None) -> bytes:
                data: bytes = receive(max_bytes, self.left())
                self.ended = not data
                return data

            stream.read = read


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificates, not httpx's own: a company's network may have added one."""
    return ssl.create_default_context()


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment, or else the system, names for an address.

    Raises:
      ExchangeError: it isn't one of plain HTTP; reads of TLS within TLS couldn't be bounded.
    """
    proxy = getproxies().get(url.scheme)
    if not proxy or proxy_bypass(url.netloc.decode()):
        return None
    if "://" in proxy and not proxy.startswith("http://"):
        raise ExchangeError("its proxy isn't usable, expected http://host:port in the environment")
    return f"http://{proxy.removeprefix('http://')}"


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    target = url.join(location)
    if (target.scheme, target.netloc, target.userinfo) != (url.scheme, url.netloc, b""):
        raise ExchangeError(
            "redirected to another host, expected an answer from this one; "
            "does the network ask for a login first?"
        )
    return target


def _read(response: httpx.Response, max_bytes: int) -> bytes:
    """The body as it came; it isn't unpacked, which could make it larger than the limit."""
    announced = response.headers.get("Content-Length")
    if announced is not None and int(announced) > max_bytes:
        raise ExchangeError(f"{announced} bytes, expected at most {max_bytes}")
    body = bytearray()
    try:
        for part in response.iter_raw():
            body += part
            if len(body) > max_bytes:
                raise ExchangeError(f"{len(body)} bytes or more, expected at most {max_bytes}")
    except httpx.RemoteProtocolError:
        if announced is None:
            raise
        raise ExchangeError(f"cut off after {len(body)} of {announced} bytes", retry=True) from None
    return bytes(body)


def _explain(error: Exception, limits: AnswerLimits, *, ended: bool) -> tuple[str, bool]:
    """What an error of httpx or the socket means, and whether trying again may help."""
    # An error of httpx comes from one of httpcore, which holds the socket's.
    held = getattr(error.__cause__, "args", ())
    reason = held[0] if held and isinstance(held[0], OSError) else error
    detail = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "")
    detail = detail or type(reason).__name__
    match reason, error:
        case TimeoutError(), _:
            return (
                f"no complete answer within {limits.timeout_seconds:g} s of silence or "
                f"{limits.deadline_seconds:g} s in all"
            ), False
        case socket.gaierror(), _:
            return "no network, or no host of this name", False
        case ssl.SSLCertVerificationError(), _:
            return f"no connection, its certificate isn't trusted ({detail})", False
        case _, httpx.RemoteProtocolError() if not ended:
            return "the answer isn't HTTP", False
        case (ConnectionResetError() | BrokenPipeError(), _) | (_, httpx.RemoteProtocolError()):
            return "the connection was cut", True
        case _, httpx.ReadError() | httpx.WriteError():
            return f"the connection was cut ({detail})", True
        case _, httpx.NetworkError() | httpx.ProxyError():
            return f"no connection ({detail}); is there a network?", False
        case _:
            return "not a usable address, expected https://host/path", False
