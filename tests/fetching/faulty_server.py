"""A server on this machine that answers by script, faults included, and a clock that costs no time.

`FaultyServer` serves scripted replies; `FakeApi` makes it behave like Hooktheory's API.
"""

import contextlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from shinko.fetching.transport import Clock

# The server gives up on a client after this long, so that no fault can hang a test.
LONGEST_SECONDS = 5.0
DRIP_SECONDS = 0.002


@dataclass(frozen=True)
class Seen:
    """One request, as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer. Faults: cut, drop, silent, endless, chunked cut, drip headers, drip body, raw.

    With `raw` the body is all that is sent.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


class FaultyServer:
    """Answers each path with its scripted replies, the last one again and again.

    With a `context` it speaks TLS.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.respond: Callable[[Seen], Reply] = self._scripted
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if context else "http"
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def __enter__(self) -> "FaultyServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(LONGEST_SECONDS)

    def _scripted(self, seen: Seen) -> Reply:
        replies = self.replies.get(seen.path, [Reply(status=404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = LONGEST_SECONDS

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, headers, body)
                server.seen.append(seen)
                self.close_connection = True
                # The client leaves early at some faults, as it should.
                with contextlib.suppress(ConnectionError):
                    self.deliver(server.respond(seen))

            do_POST = do_CONNECT = do_GET  # noqa: N815

            def deliver(self, reply: Reply) -> None:
                if reply.fault == "drop":
                    return
                if reply.fault == "silent":
                    server.closing.wait(LONGEST_SECONDS)
                    return
                if reply.fault == "raw":
                    self.wfile.write(reply.body)
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.fault == "chunked cut":
                    self.send_header("Transfer-Encoding", "chunked")
                elif reply.fault != "endless" and "Content-Length" not in reply.headers:
                    missing = 100 if reply.fault == "cut" else 0
                    self.send_header("Content-Length", str(len(reply.body) + missing))
                if reply.fault == "drip headers":
                    self.drip(b"".join(self._headers_buffer))
                self.end_headers()
                if reply.fault == "drip body":
                    self.drip(reply.body)
                elif reply.fault == "endless":
                    deadline = time.monotonic() + LONGEST_SECONDS
                    while time.monotonic() < deadline:
                        self.wfile.write(bytes(65_536))
                elif reply.fault == "chunked cut":
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(reply.body), reply.body))
                else:
                    self.wfile.write(reply.body)

            def drip(self, content: bytes) -> None:
                for index in range(len(content)):
                    self.wfile.write(content[index : index + 1])
                    if server.closing.wait(DRIP_SECONDS):
                        return

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class FakeClock:
    """Time that passes by sleeping, and by `tick_seconds` at each look at it."""

    def __init__(self, tick_seconds: float = 0.0) -> None:
        self.seconds = 1000.0
        self.tick_seconds = tick_seconds
        self.sleeps: list[float] = []

    def now(self) -> float:
        self.seconds += self.tick_seconds
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)


class FakeApi:
    """Hooktheory's API over made-up statistics: login, Bearer key, 10 requests in 10 seconds.

    Attributes:
      nodes: the next chords with their probabilities, by history ("4,1").
      songs: what is listed for a progression ("4,1"), two to a page.
      keys: those that it accepts; each login adds one.
      refusals: how many requests were answered 429.
      faults: replies that go before all else, by path.
    """

    def __init__(
        self,
        server: FaultyServer,
        clock: FakeClock,
        nodes: Mapping[str, Mapping[str, float]],
        *,
        username: str,
        password: str,
    ) -> None:
        self.nodes = nodes
        self.songs: Mapping[str, list[Mapping[str, object]]] = {}
        self.clock = clock
        self.login = {"username": username, "password": password}
        self.keys: set[str] = set()
        self.logins = 0
        self.refusals = 0
        self.faults: dict[str, list[Reply]] = {}
        self.times: list[float] = []
        self.server = server
        server.respond = self.respond

    @property
    def url(self) -> str:
        return f"{self.server.url}/v1/"

    @property
    def asked(self) -> list[str]:
        """The histories that were asked for, in order."""
        paths = [path for path in self.server.paths if "/trends/nodes" in path]
        return [path.partition("?cp=")[2] for path in paths]

    def respond(self, seen: Seen) -> Reply:
        if self.faults.get(seen.path):
            return self.faults[seen.path].pop(0)
        self.times = [at for at in self.times if at > self.clock.seconds - 10]
        if len(self.times) >= 10:
            self.refusals += 1
            return self.reply({"name": "Too Many Requests"}, status=429)
        self.times.append(self.clock.seconds)
        if seen.path == "/v1/users/auth":
            if json.loads(seen.body) != self.login:
                return self.reply({"message": "wrong", "sent": seen.body.decode()}, status=401)
            self.logins += 1
            key = f"activkey0{self.logins}"
            self.keys.add(key)
            return self.reply({"id": 7, "username": self.login["username"], "activkey": key})
        if seen.headers.get("authorization", "").removeprefix("Bearer ") not in self.keys:
            return self.reply({"message": seen.headers.get("authorization")}, status=401)
        path, _, history = seen.path.partition("?cp=")
        if path == "/v1/trends/songs":
            progression, _, page = history.partition("&page=")
            first = 2 * (int(page or 1) - 1)
            return self.reply(self.songs.get(progression, [])[first : first + 2])
        if path != "/v1/trends/nodes":
            return self.reply({"name": "Not Found"}, status=404)
        following = self.nodes.get(history, {})
        return self.reply(
            [
                {
                    "chord_ID": chord,
                    "chord_HTML": f"<b>{chord}</b>",
                    "probability": probability,
                    "child_path": f"{history},{chord}".lstrip(","),
                }
                for chord, probability in following.items()
            ]
        )

    def reply(self, content: object, status: int = 200) -> Reply:
        oldest = self.times[0] if self.times else self.clock.seconds
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Rate-Limit-Limit": "10",
            "X-Rate-Limit-Remaining": str(10 - len(self.times)),
            "X-Rate-Limit-Reset": str(round(oldest + 10 - self.clock.seconds)),
        }
        return Reply(json.dumps(content).encode(), status, headers)
