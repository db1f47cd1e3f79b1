"""Downloading the Hooktheory CSVs; how downloads fail is tested in tests/fetching.

The file served is made up; the real ones' checksums are held against the development data.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty_server import FakeClock, FaultyServer, Reply

from shinko.fetching.transport import FetchError
from shinko.tables.fetch import CHECKSUMS, SOURCE, fetch_hooktheory

FILE = b'"L1","child_path"\n"1","4"\n'
MADE_UP = {"made-up.csv": hashlib.sha256(FILE).hexdigest()}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server that has the file."""
    monkeypatch.setenv("no_proxy", "*")
    with FaultyServer() as server:
        server.replies["/made-up.csv"] = [Reply(FILE)]
        yield server


def test_without_a_folder_the_files_go_to_the_data_folder(
    server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path))
    folder = fetch_hooktheory(base_url=server.url, checksums=MADE_UP)
    assert folder == tmp_path / "hooktheory"
    assert (folder / "made-up.csv").read_bytes() == FILE


def test_limits_and_clock_are_passed_on_and_the_way_out_is_named(
    server: FaultyServer, tmp_path: Path
) -> None:
    server.replies["/made-up.csv"] = [Reply(b"<html>"), Reply(status=500)]
    with pytest.raises(FetchError, match=r"expected a CSV; .* give the path of your own copy with"):
        fetch_hooktheory(tmp_path, base_url=server.url, checksums=MADE_UP)
    clock = FakeClock()
    with pytest.raises(FetchError, match=r"your own copy with `table` PATH$"):
        fetch_hooktheory(tmp_path, base_url=server.url, checksums=MADE_UP, clock=clock.clock)
    assert clock.sleeps == [1, 2, 4]


def test_the_checksums_are_those_of_the_published_files(hooktheory_folder: Path) -> None:
    found = {
        name: hashlib.sha256((hooktheory_folder / name).read_bytes()).hexdigest()
        for name in CHECKSUMS
    }
    assert found == CHECKSUMS


def test_the_source_is_asked_over_https() -> None:
    assert SOURCE.startswith("https://")
