"""Versions in files: put in order, and newer ones refused."""

from itertools import pairwise
from pathlib import Path

import pytest

from shinko import __version__
from shinko.errors import ShinkoError
from shinko.runs import version
from shinko.runs.version import refuse_newer, version_key

RISING = (
    *("0.1.0", "0.2.0.dev1", "0.2.0.dev10", "0.2.0a1.dev1", "0.2.0a1", "0.2.0a1.post1", "0.2.0b1"),
    *("0.2.0rc2", "0.2.0rc10", "0.2.0", "0.2.0.post1.dev1", "0.2.0.post1", "0.2.1", "0.9.1"),
    *("0.10.0.dev1", "0.10.0", "0.10.0.1", "1", "1.0.1", "10.0"),
)


def test_versions_are_in_order():
    for older, newer in pairwise(RISING):
        assert version_key(older) < version_key(newer), (older, newer)


@pytest.mark.parametrize("same", ["0.10", "0.10.0.0", "0.10.0+local.1", "00.010.0"])
def test_a_version_may_be_told_in_several_ways(same):
    assert version_key(same) == version_key("0.10.0")


@pytest.mark.parametrize("written", ["0.9.1", "0.10.0.dev3", "0.10.0rc1", "0.10", "0.10.0+mine"])
def test_what_is_not_newer_is_taken(monkeypatch, written):
    monkeypatch.setattr(version, "__version__", "0.10.0")
    refuse_newer(written, Path("file"))


@pytest.mark.parametrize("written", ["0.10.1.dev1", "0.10.0.post1", "0.11", "1.0rc1"])
def test_what_is_newer_is_refused_with_the_way_out(monkeypatch, written):
    monkeypatch.setattr(version, "__version__", "0.10.0")
    with pytest.raises(ShinkoError) as caught:
        refuse_newer(written, Path("run/settings.toml"))
    assert str(caught.value) == (
        f"run/settings.toml: written by shinko {written}, expected 0.10.0 or older; install the "
        "newer version: pip install --upgrade shinko"
    )


@pytest.mark.parametrize(
    "written",
    ["", "new", "0.2.", "v0.2", "0.2.0\n", "-1", "0.2.0rc", "9" * 5000, 0.2, None, ["0.2.0"]],
)
def test_what_is_no_version_is_told_in_one_line(written):
    with pytest.raises(ShinkoError) as caught:
        refuse_newer(written, Path("run/settings.toml"))
    told = str(caught.value)
    assert told.startswith(f"run/settings.toml: shinko {written!r:.60}: expected a version such as")
    assert told.endswith(f"{__version__}; put the file back as it was")
    assert "\n" not in told
