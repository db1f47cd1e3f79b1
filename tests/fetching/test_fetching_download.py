"""Downloading files, against a server on this machine that does all it can to fail."""

import errno
import hashlib
import os
import socket
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from faulty_server import FakeClock, FaultyServer, Reply

from shinko.disk import WriteError
from shinko.fetching.download import fetch_files
from shinko.fetching.transport import FetchError, asked_wait

FIRST = b'"L1","child_path"\n"1","4"\n'
SECOND = b'"L1","child_path"\n"1","4,1"\n'
FILES = {"first.csv": FIRST, "second.csv": SECOND}
MADE_UP = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
OWN_COPY = "bring your own"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server that has both files."""
    monkeypatch.setenv("no_proxy", "*")
    with FaultyServer() as server:
        for name, content in FILES.items():
            server.replies[f"/{name}"] = [Reply(content)]
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def fetch(server: FaultyServer, folder: Path, clock: FakeClock, **options: object) -> Path:
    return fetch_at(server.url, folder, clock=clock.clock, **options)


def fetch_at(address: str, folder: Path, **options: object) -> Path:
    return fetch_files(
        folder,
        address,
        MADE_UP,
        kind="a CSV",
        own_copy=OWN_COPY,
        **options,  # type: ignore[arg-type]
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_file_is_stored_byte_for_byte(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    folder = fetch(server, tmp_path / "new" / "folder", clock)
    assert contents(folder) == FILES


def test_a_file_that_is_there_is_not_downloaded_again(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "first.csv").write_bytes(FIRST)
    fetch(server, tmp_path, clock)
    assert server.paths == ["/second.csv"]


def test_a_damaged_file_is_replaced(server: FaultyServer, tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "first.csv").write_bytes(FIRST[:-1])
    fetch(server, tmp_path, clock)
    assert contents(tmp_path) == FILES


def test_progress_names_the_next_file(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    steps: list[tuple[int, int, str]] = []
    fetch(server, tmp_path, clock, progress=lambda *step: steps.append(step))
    assert steps == [(0, 2, "first.csv"), (1, 2, "second.csv")]


HTML = b"<!DOCTYPE html><title>Log in</title>"

# What the server does with the first file, how often it is then asked, and what the user reads.
FAULTS = {
    "missing": (Reply(status=404), 1, "HTTP status 404, expected 200; try again later"),
    "error 500": (Reply(status=500), 4, r"HTTP status 500, expected 200 \(4 attempts\)"),
    "web page by its type": (
        Reply(FIRST, headers={"Content-Type": "text/html; charset=utf-8"}),
        1,
        r"a web page \(HTML\), expected a CSV",
    ),
    "web page by its look": (Reply(b"\n " + HTML), 1, r"a web page \(HTML\), expected a CSV"),
    "other content": (Reply(SECOND), 1, "SHA-256 [0-9a-f]{12}…, expected [0-9a-f]{12}…"),
    "empty": (Reply(b""), 1, "SHA-256 e3b0c44298fc…, expected"),
    "cut": (Reply(FIRST[:9], fault="cut"), 4, "cut off after 9 of 109 bytes"),
    "chunked and cut": (Reply(FIRST, fault="chunked cut"), 4, "the connection was cut"),
    "hung up on": (Reply(fault="drop"), 4, "the connection was cut"),
    "announced as too large": (
        Reply(headers={"Content-Length": "5001"}),
        1,
        "5001 bytes, expected at most 5000",
    ),
    "endless": (Reply(fault="endless"), 1, "bytes or more, expected at most 5000"),
    "too many requests": (Reply(status=429), 4, "HTTP status 429"),
    "asked to wait too long": (
        Reply(status=429, headers={"Retry-After": "3600"}),
        1,
        r"asks to wait 3600 s \(at most 60 s are waited\)",
    ),
    "redirected in circles": (
        Reply(status=302, headers={"Location": "/first.csv"}),
        6,
        "more than 5 redirects",
    ),
    "redirected off the web": (
        Reply(status=302, headers={"Location": "gopher://first.csv"}),
        1,
        "redirected to another host",
    ),
    "redirected to half a host": (
        Reply(status=302, headers={"Location": "http://["}),
        1,
        "redirected to another host",
    ),
    "redirected to nonsense": (
        Reply(status=302, headers={"Location": "http://host:port"}),
        1,
        "not a usable address",
    ),
    "not HTTP": (Reply(b"SSH-2.0-Server\r\n\r\n", fault="raw"), 1, "the answer isn't HTTP"),
    "cut in the headers": (Reply(b"HTTP/1.1 200 OK\r\nContent-", fault="raw"), 4, "was cut"),
}


@pytest.mark.parametrize(("reply", "requests", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_line_and_leaves_nothing(
    server: FaultyServer,
    tmp_path: Path,
    clock: FakeClock,
    reply: Reply,
    requests: int,
    message: str,
) -> None:
    server.replies["/first.csv"] = [reply]
    with pytest.raises(FetchError, match=message) as caught:
        fetch(server, tmp_path, clock, max_bytes=5000)
    assert server.paths == ["/first.csv"] * requests
    assert contents(tmp_path) == {}
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{server.url}/first.csv: ")
    assert str(caught.value).endswith(OWN_COPY)


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=503),
        Reply(FIRST[:9], fault="cut"),
        Reply(fault="drop"),
        Reply(status=429, headers={"Retry-After": "1"}),
    ],
    ids=lambda reply: f"{reply.status} {reply.fault}",
)
def test_a_passing_fault_is_survived(
    server: FaultyServer, tmp_path: Path, clock: FakeClock, fault: Reply
) -> None:
    server.replies["/first.csv"] = [fault, fault, Reply(FIRST)]
    fetch(server, tmp_path, clock)
    assert clock.sleeps == [1, 2]
    assert contents(tmp_path) == FILES


def test_retry_after_is_waited_for(server: FaultyServer, tmp_path: Path, clock: FakeClock) -> None:
    server.replies["/first.csv"] = [
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503, headers={"Retry-After": "30"}),
        Reply(FIRST),
    ]
    fetch(server, tmp_path, clock)
    assert clock.sleeps == [7, 30]


def test_retry_after_may_be_a_date() -> None:
    header = formatdate(time.time() + 30, usegmt=True)
    # The date has whole seconds, and a second may pass.
    assert asked_wait({"retry-after": header}) == pytest.approx(29, abs=2)


def test_a_reset_may_be_a_point_in_time() -> None:
    assert asked_wait({"x-rate-limit-reset": f"{time.time() + 30}"}) == pytest.approx(30, abs=2)


@pytest.mark.parametrize("header", ["", "soon", "nan", "inf", "-3", "Mon, 99 Foo"])
def test_a_nonsensical_wait_is_none(header: str) -> None:
    assert asked_wait({"retry-after": header}) is None


@pytest.mark.parametrize("fault", ["drip headers", "drip body"])
def test_a_dripping_server_is_left_at_the_deadline(
    server: FaultyServer, tmp_path: Path, fault: str
) -> None:
    server.replies["/first.csv"] = [Reply(bytes(1000), fault=fault)]
    with pytest.raises(FetchError, match="no complete answer within 2 s of silence or 9 s in all"):
        # One second passes at each look at the clock, and there is one before each read.
        fetch(server, tmp_path, FakeClock(tick_seconds=1), timeout_seconds=2, deadline_seconds=9)
    assert contents(tmp_path) == {}


def test_a_silent_server_is_left_at_the_time_out(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    server.replies["/first.csv"] = [Reply(fault="silent")]
    with pytest.raises(FetchError, match=r"no complete answer within 0\.05 s of silence"):
        fetch(server, tmp_path, clock, timeout_seconds=0.05)


def test_a_silent_server_is_left_at_the_deadline_if_that_comes_first(
    server: FaultyServer, tmp_path: Path
) -> None:
    class Late(FakeClock):
        looks = 0

        def now(self) -> float:
            # It is looked at when the deadline is set, when connecting, and before each read.
            self.looks += 1
            return 1000.0 if self.looks <= 2 else 1099.95

    server.replies["/first.csv"] = [Reply(fault="silent")]
    with pytest.raises(FetchError, match="no complete answer within 50 s of silence or 100 s"):
        fetch(server, tmp_path, Late(), timeout_seconds=50, deadline_seconds=100)


def test_a_redirect_on_the_same_host_is_followed(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    server.replies["/first.csv"] = [Reply(status=301, headers={"Location": "moved/first.csv"})]
    server.replies["/moved/first.csv"] = [Reply(FIRST)]
    fetch(server, tmp_path, clock)
    assert contents(tmp_path) == FILES


def test_a_redirect_to_another_host_is_refused(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    with FaultyServer() as other:
        server.replies["/first.csv"] = [Reply(status=302, headers={"Location": other.url})]
        with pytest.raises(FetchError, match="redirected to another host"):
            fetch(server, tmp_path, clock)
        assert other.seen == []


def test_the_proxy_of_the_environment_is_asked(
    server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", server.url)
    for name, content in FILES.items():
        server.replies[f"http://elsewhere.test/{name}"] = [Reply(content)]
    fetch_at("http://elsewhere.test", tmp_path)
    assert contents(tmp_path) == FILES


def test_a_closed_port_is_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(FetchError, match=r"no connection \(.*\); is there a network\?"):
            fetch_at(address, tmp_path)


def test_no_network_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError, match="no network, or no host of this name"):
        fetch_at("https://elsewhere.test", tmp_path)


@pytest.mark.parametrize(
    "address",
    ["ftp://host", "data:text/csv,1", "host/path", "http://", "http://host:port", "http://ü["],
)
def test_only_web_addresses_are_asked(tmp_path: Path, address: str) -> None:
    with pytest.raises(FetchError, match="not a usable address, expected https://host/path"):
        fetch_at(address, tmp_path)


def test_a_full_disk_is_one_line_and_leaves_nothing(
    server: FaultyServer, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteError, match=r"first\.csv': No space left on device; free some"):
        fetch(server, tmp_path, clock)
    assert contents(tmp_path) == {}


def test_a_file_in_the_folders_place_is_one_line(server: FaultyServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match=r"file: File exists; .*SHINKO_DATA"):
        fetch(server, tmp_path / "file", FakeClock())
    assert server.seen == []


def test_a_folder_in_the_files_place_is_one_line(
    server: FaultyServer, tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "first.csv").mkdir()
    with pytest.raises(FetchError, match=r"first\.csv: Is a directory"):
        fetch(server, tmp_path, clock)


def test_ctrl_c_while_downloading_leaves_only_whole_files(
    server: FaultyServer, tmp_path: Path
) -> None:
    class Interrupted(FakeClock):
        def now(self) -> float:
            if server.paths[-1:] == ["/second.csv"]:
                raise KeyboardInterrupt
            return super().now()

    server.replies["/second.csv"] = [Reply(SECOND, fault="drip body")]
    with pytest.raises(KeyboardInterrupt):
        fetch(server, tmp_path, Interrupted())
    assert contents(tmp_path) == {"first.csv": FIRST}
