"""The live API and the crawl, against a stand-in for Hooktheory on this machine.

Its statistics are made up. The clock is the test's own, so the pace costs no time.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty_server import FakeApi, FakeClock, FaultyServer, Reply
from hypothesis import example, given
from hypothesis import strategies as st

from shinko.fetching.transport import FetchError
from shinko.tables.hooktheory_api import (
    Credentials,
    HooktheoryClient,
    NextChords,
    SongSection,
    find_credentials,
    read_next_chords,
    read_song_sections,
)
from shinko.tables.hooktheory_crawl import CACHE, TABLE, Cache, Crawl, fetch_api
from shinko.tables.reading import read_table

USERNAME = "ada-of-the-tests"
PASSWORD = "correct horse / ünë"
KEY = "0123456789abcdefactivkey"
SECRETS = (USERNAME, PASSWORD, KEY, "activkey0")

# History to next chords. By hand: P(1) = 0.5, P(1 4) = 0.3, P(4) = 0.3, P(57/5) = 0.2.
NODES = {
    "": {"1": 0.5, "4": 0.3, "57/5": 0.2},
    "1": {"4": 0.6, "5": 0.4},
    "4": {"1": 1},
    "57/5": {"5": 0.75},
    "1,4": {"1": 0.125},
}
ORDER_1 = """\
history,chord,probability
,1,0.5
,4,0.3
,57/5,0.2
1,4,0.6
1,5,0.4
4,1,1.0
57/5,5,0.75
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    monkeypatch.setenv("no_proxy", "*")
    with FaultyServer() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def api(server: FaultyServer, clock: FakeClock) -> FakeApi:
    return FakeApi(server, clock, NODES, username=USERNAME, password=PASSWORD)


def client(api: FakeApi, credentials: Credentials | None = None) -> HooktheoryClient:
    credentials = credentials or Credentials(USERNAME, PASSWORD)
    return HooktheoryClient(credentials, base_url=api.url, clock=api.clock.clock)


def crawl(api: FakeApi, folder: Path, **options: object) -> Crawl:
    options.setdefault("credentials", Credentials(USERNAME, PASSWORD))
    return fetch_api(
        folder,
        base_url=api.url,
        clock=api.clock.clock,
        **options,  # type: ignore[arg-type]
    )


# Logging in


def test_a_name_and_a_password_are_posted_once_and_give_the_key(api: FakeApi) -> None:
    session = client(api)
    session.next_chords(())
    session.next_chords(("1",))
    assert [(seen.method, seen.path) for seen in api.server.seen] == [
        ("POST", "/v1/users/auth"),
        ("GET", "/v1/trends/nodes"),
        ("GET", "/v1/trends/nodes?cp=1"),
    ]
    assert json.loads(api.server.seen[0].body) == {"username": USERNAME, "password": PASSWORD}
    assert api.server.seen[2].headers["authorization"] == "Bearer activkey01"


def test_a_key_needs_no_login(api: FakeApi) -> None:
    api.keys.add(KEY)
    client(api, Credentials(activkey=KEY)).next_chords(())
    assert api.server.paths == ["/v1/trends/nodes"]


def test_a_wrong_login_is_one_line(api: FakeApi) -> None:
    with pytest.raises(
        FetchError, match=r"HTTP status 401, .*the login is refused: check"
    ) as caught:
        client(api, Credentials(USERNAME, "wrong")).next_chords(())
    assert "\n" not in str(caught.value)
    assert api.server.paths == ["/v1/users/auth"]


def test_an_expired_key_is_renewed_once(api: FakeApi) -> None:
    session = client(api)
    session.next_chords(())
    api.keys.clear()
    assert session.next_chords(("4",)) == NextChords((("1", 1.0),))
    assert api.logins == 2


def test_a_key_that_expires_for_ever_is_one_line(api: FakeApi) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(status=401), Reply(status=401)]
    with pytest.raises(FetchError, match=r"HTTP status 401, .*the login has expired"):
        client(api).next_chords(())
    assert api.logins == 2


def test_an_expired_key_without_a_password_is_one_line(api: FakeApi) -> None:
    with pytest.raises(FetchError, match="renew HOOKTHEORY_ACTIVKEY, or log in with name"):
        client(api, Credentials(activkey=KEY)).next_chords(())


def test_credentials_come_from_the_environment_before_the_prompt() -> None:
    asked: list[str] = []

    def ask(what: str) -> str:
        asked.append(what)
        return PASSWORD

    found = find_credentials({"HOOKTHEORY_USERNAME": USERNAME}, ask)
    assert found == Credentials(USERNAME, PASSWORD)
    assert asked == ["password"]


def test_a_key_in_the_environment_asks_nothing() -> None:
    assert find_credentials({"HOOKTHEORY_ACTIVKEY": f" {KEY}\n"}, str.upper).activkey == KEY


def test_no_credentials_is_one_line() -> None:
    with pytest.raises(
        FetchError, match="expected HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD, or"
    ):
        find_credentials({"HOOKTHEORY_USERNAME": USERNAME})


def test_a_key_that_no_header_can_hold_is_refused_unquoted() -> None:
    with pytest.raises(FetchError, match="not a key, expected letters and digits") as caught:
        Credentials(activkey=f"{KEY}\r\nHost: elsewhere")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["http://api.hooktheory.com/v1/", "ftp://127.0.0.1/", "//host", f"https://me:{KEY}@host/", "["],
)
def test_credentials_go_nowhere_that_others_can_read(address: str) -> None:
    with pytest.raises(FetchError, match="expected https://host/path without a password") as caught:
        HooktheoryClient(Credentials(activkey=KEY), base_url=address)
    assert KEY not in str(caught.value)


# Answers


def test_next_chords_are_asked_for_oldest_first(api: FakeApi) -> None:
    assert client(api).next_chords(("1", "4")) == NextChords((("1", 0.125),))
    assert api.asked == ["1,4"]


def test_an_applied_chord_keeps_its_slash(api: FakeApi) -> None:
    assert client(api).next_chords(("57/5",)) == NextChords((("5", 0.75),))


def test_a_history_in_no_song_has_no_next_chords(api: FakeApi) -> None:
    assert client(api).next_chords(("7", "7")) == NextChords(())


def test_an_id_that_cannot_be_read_is_left_out_and_counted() -> None:
    entries = [
        {"chord_ID": "1", "probability": 0.5},
        {"chord_ID": "nonsense", "probability": 0.1},
    ]
    assert read_next_chords(entries, "URL") == NextChords((("1", 0.5),), left_out=1)


def test_a_probability_may_be_text() -> None:
    entries = [{"chord_ID": "1", "probability": "0.5"}]
    assert read_next_chords(entries, "URL").chords == (("1", 0.5),)


BAD_ANSWERS = {
    "web page": (b" <html>", r"a web page \(HTML\), expected JSON"),
    "malformed": (b'[{"chord_ID": "1"', "no JSON, expected JSON"),
    "not text": (b"\xff\xfe\xfa", "no JSON, expected JSON"),
    "nested without end": (b"[" * 100_000, "no JSON, expected JSON"),
    "empty": (b"", "no JSON, expected JSON"),
    "null": (b"null", "no list of chords"),
    "no list": (b'{"name": "?"}', "no list of chords"),
    "no chords": (b"[1]", "chord 1 of the answer lacks chord_ID or probability"),
    "no probability": (b'[{"chord_ID": "1"}]', "chord 1 of the answer lacks chord_ID or"),
    "too likely": (b'[{"chord_ID": "1", "probability": 1.5}]', "probability 1.5 of chord 1"),
    "negative": (b'[{"chord_ID": "1", "probability": -0.1}]', "probability -0.1 of chord 1"),
    "not a number": (b'[{"chord_ID": "1", "probability": NaN}]', "probability nan of chord 1"),
    "infinite": (b'[{"chord_ID": "1", "probability": 1e999}]', "probability inf of chord 1"),
    "true": (b'[{"chord_ID": "1", "probability": true}]', "probability nan of chord 1"),
    "twice": (
        b'[{"chord_ID": "1", "probability": 0.1}, {"chord_ID": "1", "probability": 0.1}]',
        "chord 2 of the answer comes twice",
    ),
    "no ids": (b'[{"chord_ID": "Cm7", "probability": 0.1}]', "no Hooktheory id among 1 chords"),
}


@pytest.mark.parametrize(("body", "message"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_cannot_be_right_is_one_line(
    api: FakeApi, body: bytes, message: str
) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(body)]
    with pytest.raises(FetchError, match=message) as caught:
        client(api).next_chords(())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"activkey": 7}', b'{"activkey": "a\\nb"}'])
def test_a_login_without_a_usable_key_is_one_line(api: FakeApi, body: bytes) -> None:
    api.faults["/v1/users/auth"] = [Reply(body)]
    with pytest.raises(FetchError, match="no usable activkey in the answer"):
        client(api).next_chords(())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["chord_ID", "probability"]), inner)
        | st.fixed_dictionaries({"chord_ID": inner, "probability": inner})
    ),
)


@given(JSON)
def test_any_answer_is_chords_or_one_line(entries: object) -> None:
    message = "one line"
    found = NextChords(())
    try:
        found = read_next_chords(entries, "URL")
    except FetchError as error:
        message = str(error)
    assert len(message.splitlines()) == 1
    assert all(0 <= probability <= 1 for _, probability in found.chords)


# Songs


SONG = {"artist": "The Tests", "song": "Made Up", "section": "Chorus", "url": "http://x/#chorus"}
MADE_UP = SongSection("The Tests", "Made Up", "Chorus", "http://x/#chorus")


def test_songs_are_asked_for_page_by_page(api: FakeApi) -> None:
    verse, third = {**SONG, "section": "Verse"}, {**SONG, "song": "Third"}
    api.songs = {"57/5,5": [SONG, verse, third]}
    session = client(api)
    pages = [session.songs(("57/5", "5"), page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert pages[0][0] == MADE_UP
    assert api.server.paths[1:] == [
        f"/v1/trends/songs?cp=57/5,5{page}" for page in ("", "&page=2", "&page=3")
    ]


def test_an_expired_key_is_renewed_for_songs_too(api: FakeApi) -> None:
    api.songs = {"4,1": [SONG]}
    session = client(api)
    session.songs(("4", "1"))
    api.keys.clear()
    assert session.songs(("4", "1")) == (MADE_UP,)
    assert api.logins == 2


def test_songs_keep_to_the_pace(api: FakeApi, clock: FakeClock) -> None:
    """The login and ten pages are eleven requests: the last one waits for the next window."""
    session = client(api)
    for page in range(1, 11):
        session.songs(("1",), page)
    assert clock.seconds == pytest.approx(1010)
    assert api.refusals == 0


def test_a_failure_ends_with_the_way_out_that_the_client_was_given(api: FakeApi) -> None:
    api.faults["/v1/trends/songs?cp=1"] = [Reply(status=404)]
    session = HooktheoryClient(
        Credentials(USERNAME, PASSWORD),
        base_url=api.url,
        clock=api.clock.clock,
        way_out="ask someone else",
    )
    with pytest.raises(FetchError, match=r"cp=1: HTTP status 404, expected 200; ask someone else$"):
        session.songs(("1",))


def test_a_song_may_be_called_by_a_number_and_lack_the_rest() -> None:
    assert read_song_sections([{"song": 1234, "artist": None}], "URL") == (SongSection("", "1234"),)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"message": PASSWORD}, "URL: no list of songs in the answer"),
        ([SONG, PASSWORD], "URL: song 2 of the answer has no name"),
        ([{"song": True}], "URL: song 1 of the answer has no name"),
        ([{"artist": PASSWORD}], "URL: song 1 of the answer has no name"),
    ],
)
def test_an_answer_that_is_no_list_of_songs_is_one_line(entries: object, message: str) -> None:
    with pytest.raises(FetchError, match=f"^{message}; try again later$"):
        read_song_sections(entries, "URL")


# The pace


def test_thirty_requests_keep_to_ten_in_ten_seconds(api: FakeApi) -> None:
    session = client(api)
    for _ in range(30):
        session.next_chords(())
    assert api.refusals == 0
    # The login and 30 requests are four windows: three full waits between them.
    assert api.clock.seconds == pytest.approx(1030)


def test_without_headers_the_pace_is_kept_too(server: FaultyServer, clock: FakeClock) -> None:
    server.replies["/trends/nodes"] = [Reply(b"[]")]
    session = HooktheoryClient(Credentials(activkey=KEY), base_url=server.url, clock=clock.clock)
    for _ in range(21):
        session.next_chords(())
    assert clock.sleeps == [10, 10]


def test_when_none_is_left_the_reset_is_waited_for(api: FakeApi) -> None:
    headers = {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "6"}
    api.faults["/v1/trends/nodes"] = [Reply(b"[]", headers=headers)]
    session = client(api)
    session.next_chords(())
    session.next_chords(())
    assert api.clock.sleeps == [6]


def test_after_429_the_reset_is_waited_for(api: FakeApi) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(status=429, headers={"X-Rate-Limit-Reset": "7"})]
    assert len(client(api).next_chords(()).chords) == 3
    assert api.clock.sleeps == [7]


def test_after_429_without_a_reset_a_whole_window_is_waited_for(api: FakeApi) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(status=429)]
    client(api).next_chords(())
    assert sum(api.clock.sleeps) == 10


def test_an_endless_reset_is_one_line(api: FakeApi) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(status=429, headers={"X-Rate-Limit-Reset": "4000"})]
    with pytest.raises(FetchError, match=r"asks to wait 4000 s .*what was answered so far is kept"):
        client(api).next_chords(())
    assert api.clock.sleeps == []


def test_an_error_500_is_survived(api: FakeApi) -> None:
    api.faults["/v1/trends/nodes"] = [Reply(status=500), Reply(fault="drop")]
    assert len(client(api).next_chords(()).chords) == 3
    assert api.clock.sleeps == [1, 2]


# The crawl


def test_a_crawl_writes_the_table(api: FakeApi, tmp_path: Path) -> None:
    done = crawl(api, tmp_path, order=1)
    assert done == Crawl(tmp_path / TABLE, histories=4, requests=4, unanswered=0, left_out=0)
    assert (tmp_path / TABLE).read_text() == ORDER_1


def test_the_table_that_a_crawl_writes_can_be_read(api: FakeApi, tmp_path: Path) -> None:
    table = read_table(crawl(api, tmp_path, order=2).table)
    assert set(table.vocabulary) == {"1", "4", "5", "57/5"}
    assert table.probability((table.index("57/5"),), table.index("5")) == 0.75


def test_a_history_of_several_chords_is_quoted(api: FakeApi, tmp_path: Path) -> None:
    done = crawl(api, tmp_path, order=2)
    assert '"1,4",1,0.125\n' in done.table.read_text()


def test_histories_are_asked_for_shortest_first_then_likeliest(
    api: FakeApi, tmp_path: Path
) -> None:
    crawl(api, tmp_path, order=2)
    # P(1 4) = P(4 1) = 0.3, P(1 5) = 0.2, P(57/5 5) = 0.15
    assert api.asked == ["", "1", "4", "57/5", "1,4", "4,1", "1,5", "57/5,5"]


def test_rare_histories_are_not_asked_for(api: FakeApi, tmp_path: Path) -> None:
    crawl(api, tmp_path, order=2, min_probability=0.3)
    assert api.asked == ["", "1", "4", "1,4", "4,1"]


def test_impossible_histories_are_never_asked_for(api: FakeApi, tmp_path: Path) -> None:
    api.nodes = {"": {"1": 1.0, "4": 0.0}}
    crawl(api, tmp_path, order=1, min_probability=0)
    assert api.asked == ["", "1"]


def test_a_limited_crawl_goes_on_where_it_stopped(api: FakeApi, tmp_path: Path) -> None:
    first = crawl(api, tmp_path, order=1, max_requests=3)
    assert (first.requests, first.unanswered) == (3, 1)
    second = crawl(api, tmp_path, order=1)
    assert (second.requests, second.unanswered) == (1, 0)
    assert api.asked == ["", "1", "4", "57/5"]
    assert (tmp_path / TABLE).read_text() == ORDER_1


def test_progress_counts_histories(api: FakeApi, tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    crawl(api, tmp_path, order=1, progress=lambda *step: steps.append(step))
    assert steps == [(0, 1, ""), (1, 4, "1"), (2, 4, "4"), (3, 4, "57/5")]


def test_a_crawl_killed_at_any_byte_loses_one_answer_at_most(api: FakeApi, tmp_path: Path) -> None:
    crawl(api, tmp_path, order=1)
    content = (tmp_path / CACHE).read_bytes()
    for length in range(len(content)):
        torn = tmp_path / "torn.jsonl"
        torn.write_bytes(content[:length])
        cache = Cache(torn)
        assert len(cache.answers) == content[:length].count(b"\n")
        cache.add(("3",), NextChords((("4", 1.0),)))
        assert Cache(torn).answers == cache.answers


def test_a_killed_crawl_gives_the_same_table(api: FakeApi, tmp_path: Path) -> None:
    crawl(api, tmp_path, order=1)
    content = (tmp_path / CACHE).read_bytes()
    (tmp_path / CACHE).write_bytes(content[:-5])
    assert crawl(api, tmp_path, order=1).requests == 1
    assert (tmp_path / CACHE).read_bytes() == content
    assert (tmp_path / TABLE).read_text() == ORDER_1


ENTRIES = st.fixed_dictionaries(
    {
        "history": st.just("4,1") | JSON,
        "chords": st.lists(st.tuples(st.just("5") | JSON, st.floats() | JSON)) | JSON,
        "left_out": st.floats() | st.just(10**400) | JSON,
    }
)


@given(st.binary() | (JSON | ENTRIES).map(lambda value: json.dumps(value).encode()))
@example(b'{"history": "", "chords": [["5", 0.5]], "left_out": 1e999}')
def test_any_line_in_the_cache_is_read_or_dropped(tmp_path_factory, line: bytes) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(line + b"\n")
    for found in Cache(path).answers.values():
        assert all(0 <= probability <= 1 for _, probability in found.chords)


def test_ctrl_c_keeps_what_was_answered(api: FakeApi, tmp_path: Path) -> None:
    def interrupt(done: int, _known: int, _history: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crawl(api, tmp_path, order=1, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == [CACHE]
    assert crawl(api, tmp_path, order=1).requests == 2


def test_a_fault_in_the_middle_keeps_what_was_answered(api: FakeApi, tmp_path: Path) -> None:
    api.faults["/v1/trends/nodes?cp=4"] = [Reply(status=404)]
    with pytest.raises(
        FetchError, match=r"cp=4: HTTP status 404, .*what was answered so far is kept"
    ):
        crawl(api, tmp_path, order=1)
    assert crawl(api, tmp_path, order=1).requests == 2


def test_a_key_that_expires_in_the_middle_is_renewed(api: FakeApi, tmp_path: Path) -> None:
    crawl(api, tmp_path, order=1, progress=lambda done, *_: done == 2 and api.keys.clear())
    assert api.logins == 2
    assert (tmp_path / TABLE).read_text() == ORDER_1


def test_a_disk_that_cannot_be_written_is_one_line(api: FakeApi, tmp_path: Path) -> None:
    (tmp_path / CACHE).mkdir()
    with pytest.raises(FetchError, match=r"api\.jsonl: .*SHINKO_DATA"):
        crawl(api, tmp_path)


def test_a_server_without_chords_is_one_line_and_not_remembered(
    api: FakeApi, tmp_path: Path
) -> None:
    api.nodes = {}
    with pytest.raises(FetchError, match=r"no chord to begin with; is it the API\?"):
        crawl(api, tmp_path)
    api.nodes = NODES
    crawl(api, tmp_path, order=1)
    assert (tmp_path / TABLE).read_text() == ORDER_1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("order", 4),
        ("order", -1),
        ("min_probability", 1.5),
        ("min_probability", float("nan")),
        ("max_requests", 0),
    ],
)
def test_an_option_out_of_range_is_one_line(
    api: FakeApi, tmp_path: Path, option: str, value: float
) -> None:
    with pytest.raises(FetchError, match=f"{option} {value}: expected"):
        crawl(api, tmp_path, **{option: value})
    assert api.server.seen == []


# Secrets


def echo(status: int = 200, **headers: str) -> Reply:
    """A reply that repeats all secrets, in JSON."""
    content = [{"chord_ID": secret, "probability": secret} for secret in SECRETS]
    return Reply(json.dumps(content, ensure_ascii=False).encode(), status, headers)


ECHOES = {
    "nothing": [],
    "a refused login": [("/v1/users/auth", echo(401))],
    "a login that fails": [("/v1/users/auth", echo(500))] * 4,
    "a login without a key": [("/v1/users/auth", echo())],
    "a login that is no JSON": [("/v1/users/auth", Reply(f"<p>{PASSWORD} {KEY}".encode()))],
    "a refused request": [("/v1/trends/nodes", echo(403))],
    "a request that fails": [("/v1/trends/nodes", echo(500))] * 4,
    "secrets as probabilities": [("/v1/trends/nodes", echo())],
    "secrets as chords": [
        (
            "/v1/trends/nodes",
            Reply(
                json.dumps(
                    [{"chord_ID": secret, "probability": 0.1} for secret in (PASSWORD, KEY, "1")]
                ).encode()
            ),
        )
    ],
    "a redirect here": [
        ("/v1/trends/nodes", Reply(status=302, headers={"Location": f"/login?key={KEY}"}))
    ],
    "a redirect elsewhere": [
        ("/v1/trends/nodes", Reply(status=302, headers={"Location": f"http://{KEY}.net/{KEY}"}))
    ],
    "a login redirected": [
        ("/v1/users/auth", Reply(status=307, headers={"Location": f"http://localhost/{KEY}"}))
    ],
    "a header that is none": [
        ("/v1/trends/nodes", Reply(headers={"Content-Length": KEY, "X-Rate-Limit-Reset": KEY}))
    ],
}


@pytest.mark.parametrize("faults", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize(
    "credentials", [Credentials(USERNAME, PASSWORD), Credentials(activkey=KEY)], ids=["name", "key"]
)
def test_secrets_are_in_no_file_log_output_or_error(
    api: FakeApi,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    credentials: Credentials,
    faults: list[tuple[str, Reply]],
) -> None:
    api.keys.add(KEY)
    for path, reply in faults:
        api.faults.setdefault(path, []).append(reply)
    told = [repr(credentials), str(credentials), repr(client(api, credentials))]
    with caplog.at_level(logging.DEBUG):
        try:
            told.append(repr(crawl(api, tmp_path, credentials=credentials, order=1)))
        except FetchError as error:
            told += traceback.format_exception(error)
            told += [repr(error.__cause__), repr(error.__context__)]
    told += [caplog.text, *capfd.readouterr()]
    told += [path.read_text() + path.name for path in tmp_path.rglob("*")]
    assert api.server.seen != []
    assert [secret for secret in SECRETS if secret in "".join(told)] == []


def test_a_key_is_not_taken_to_another_host(api: FakeApi) -> None:
    api.keys.add(KEY)
    with FaultyServer() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        for location in (other.url, elsewhere):
            api.faults["/v1/trends/nodes"] = [Reply(status=302, headers={"Location": location})]
            with pytest.raises(FetchError, match="redirected to another host"):
                client(api, Credentials(activkey=KEY)).next_chords(())
        assert other.seen == []


def test_a_password_is_not_taken_to_another_address(api: FakeApi) -> None:
    api.faults["/v1/users/auth"] = [Reply(status=302, headers={"Location": "/v1/elsewhere"})]
    with pytest.raises(FetchError, match="HTTP status 302, expected 200"):
        client(api).next_chords(())
    assert api.server.paths == ["/v1/users/auth"]
