"""One exchange: what is sent, what is kept of the answer, and the bounds that httpx alone lacks."""

import gzip
import logging
import ssl
import traceback
from collections.abc import Iterator

import pytest
from faulty_server import FakeClock, FaultyServer, Reply

from shinko.fetching import wire
from shinko.fetching.transport import Answer, AnswerLimits, ExchangeError, HttpRequest

SECRET = "correct-horse"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        yield server


def ask(request: HttpRequest, clock: FakeClock | None = None, **limits: float) -> Answer:
    return wire.exchange(
        request,
        limits=AnswerLimits(**limits),  # type: ignore[arg-type]
        clock=(clock or FakeClock()).clock,
    )


def test_a_get_is_sent_under_the_projects_name_and_without_cookies(server: FaultyServer) -> None:
    server.replies["/"] = [
        Reply(status=302, headers={"Location": "/there", "Set-Cookie": "a=b"}),
    ]
    server.replies["/there"] = [Reply(b"[]", headers={"X-Some": "Thing"})]
    answer = ask(HttpRequest(f"{server.url}/", {"Accept": "application/json"}))
    assert (answer.status, answer.body, answer.headers["x-some"]) == (200, b"[]", "Thing")
    assert [(seen.method, seen.path) for seen in server.seen] == [("GET", "/"), ("GET", "/there")]
    assert server.seen[1].headers == {
        "host": server.url.removeprefix("http://"),
        "user-agent": "shinko",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_a_body_is_posted_once_and_its_redirect_is_the_answer(server: FaultyServer) -> None:
    server.replies["/"] = [Reply(status=307, headers={"Location": "http://host:port"})]
    assert ask(HttpRequest(f"{server.url}/", body=b"{}")).status == 307
    assert [(seen.method, seen.body) for seen in server.seen] == [("POST", b"{}")]


def test_a_packed_body_stays_packed(server: FaultyServer) -> None:
    """Five million zeros are some 5,000 bytes: a limit on these would be none on those."""
    bomb = gzip.compress(bytes(5_000_000))
    server.replies["/"] = [Reply(bomb, headers={"Content-Encoding": "gzip"})]
    assert ask(HttpRequest(f"{server.url}/"), max_bytes=len(bomb)).body == bomb
    with pytest.raises(ExchangeError, match=rf"{len(bomb)} bytes, expected at most 1000$"):
        ask(HttpRequest(f"{server.url}/"), max_bytes=1000)


def test_a_body_of_any_length_is_counted_as_it_comes(server: FaultyServer) -> None:
    server.replies["/"] = [Reply(b"HTTP/1.0 200 OK\r\n\r\n" + bytes(100), fault="raw")]
    assert ask(HttpRequest(f"{server.url}/"), max_bytes=100).body == bytes(100)
    with pytest.raises(ExchangeError, match="100 bytes or more, expected at most 99"):
        ask(HttpRequest(f"{server.url}/"), max_bytes=99)


@pytest.fixture
def secure_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server that speaks TLS; it and the client do without a certificate."""

    def anonymous(protocol: int) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.set_ciphers("aNULL:@SECLEVEL=0")
        except ssl.SSLError:
            pytest.skip("needs an OpenSSL that can do without certificates")
        return context

    trusted = anonymous(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(wire, "_trusted", lambda: trusted)
    with FaultyServer(anonymous(ssl.PROTOCOL_TLS_SERVER)) as server:
        yield server


def test_tls_is_spoken(secure_server: FaultyServer) -> None:
    secure_server.replies["/"] = [Reply(b"[]")]
    assert ask(HttpRequest(f"{secure_server.url}/")).body == b"[]"


@pytest.mark.parametrize("fault", ["drip headers", "drip body"])
def test_a_server_that_drips_over_tls_is_left_at_the_deadline(
    secure_server: FaultyServer, fault: str
) -> None:
    secure_server.replies["/"] = [Reply(bytes(1000), fault=fault)]
    with pytest.raises(ExchangeError, match="no complete answer within 20 s of silence or 9 s"):
        # One second passes at each look at the clock, and there is one before each read.
        ask(HttpRequest(f"{secure_server.url}/"), FakeClock(tick_seconds=1), deadline_seconds=9)


def test_a_server_without_a_certificate_is_not_trusted(
    secure_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_trusted", ssl.create_default_context)
    secure_server.replies["/"] = [Reply(b"[]")]
    with pytest.raises(ExchangeError, match=r"no connection \(.*\); is there a network\?"):
        ask(HttpRequest(f"{secure_server.url}/"))
    assert secure_server.seen == []


def test_redirects_share_one_deadline(server: FaultyServer) -> None:
    """Each costs two looks at the clock or more, of 4 s each; before the third, 20 s are over."""
    server.replies["/"] = [Reply(status=302, headers={"Location": "/"})]
    with pytest.raises(ExchangeError, match="or 20 s in all"):
        ask(HttpRequest(f"{server.url}/"), FakeClock(tick_seconds=4), deadline_seconds=20)
    assert 1 <= len(server.seen) <= 2


@pytest.mark.parametrize("scheme", ["socks5", "https"])
def test_a_proxy_of_another_kind_is_one_line(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", f"{scheme}://me:{SECRET}@127.0.0.1:1")
    with pytest.raises(ExchangeError, match="its proxy isn't usable, expected http://") as caught:
        ask(HttpRequest("http://elsewhere.test/"))
    assert SECRET not in str(caught.value)


def test_a_proxy_is_told_its_password_and_may_refuse(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("https_proxy", server.url.replace("//", f"//me:{SECRET}@"))
    reply = f"HTTP/1.1 407 {SECRET}\r\nContent-Length: 0\r\n\r\n"
    server.replies["elsewhere.test:443"] = [Reply(reply.encode(), fault="raw")]
    with pytest.raises(ExchangeError, match=r"no connection \(ProxyError\); is there") as caught:
        ask(HttpRequest("https://elsewhere.test/"))
    assert server.seen[0].method == "CONNECT"
    assert server.seen[0].headers["proxy-authorization"].startswith("Basic ")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_proxy_is_left_out_where_no_proxy_says_so(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.replies["/"] = [Reply(b"[]")]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "elsewhere.test, 127.0.0.1")
    assert ask(HttpRequest(f"{server.url}/")).body == b"[]"


ECHOES = {
    "status": f"HTTP/1.1 {SECRET}\r\n\r\n",
    "reason": f"HTTP/1.1 200 {SECRET}\r\nContent-Length: 9\r\n\r\n",
    "header": f"HTTP/1.1 200 OK\r\n{SECRET}\r\n\r\n",
    "length": f"HTTP/1.1 200 OK\r\nContent-Length: {SECRET}\r\n\r\n",
    "chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{SECRET}\r\n",
    "coding": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {SECRET}\r\n\r\n",
    "location": f"HTTP/1.1 302 Found\r\nLocation: http://{SECRET}:x/\r\n\r\n",
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_what_the_server_repeats_is_in_no_error_or_log(
    server: FaultyServer, caplog: pytest.LogCaptureFixture, echo: str
) -> None:
    server.replies["/"] = [Reply(echo.encode(), fault="raw")]
    with caplog.at_level(logging.DEBUG), pytest.raises(ExchangeError, match="/: ") as caught:
        ask(HttpRequest(f"{server.url}/", {"Authorization": f"Bearer {SECRET}"}))
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert SECRET not in "".join(traceback.format_exception(error)) + caplog.text
    assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("login", ["me@", f"me:{SECRET}@"])
def test_an_address_with_a_login_in_it_is_not_asked(server: FaultyServer, login: str) -> None:
    with pytest.raises(ExchangeError, match="not a usable address, expected https://host/path"):
        ask(HttpRequest(server.url.replace("//", f"//{login}")))
    assert server.seen == []
