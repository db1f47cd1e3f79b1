"""Where the user's data lies."""

from pathlib import Path

import pytest

from shinko.errors import ShinkoError
from shinko.fetching.places import data_folder


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {"SHINKO_DATA": "/mine", "XDG_DATA_HOME": "/xdg"}, "/mine"),
        ("linux", {"SHINKO_DATA": "~/mine"}, "/home/ada/mine"),
        ("linux", {"SHINKO_DATA": "", "XDG_DATA_HOME": "/xdg"}, "/xdg/shinko"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "/home/ada/.local/share/shinko"),
        ("linux", {}, "/home/ada/.local/share/shinko"),
        ("darwin", {}, "/home/ada/Library/Application Support/shinko"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/shinko"),
        ("win32", {}, "/home/ada/AppData/Local/shinko"),
    ],
)
def test_data_goes_where_the_platform_has_it(
    platform: str, environ: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert data_folder(environ, platform) == Path(folder)


def test_a_folder_that_can_not_be_is_told() -> None:
    with pytest.raises(ShinkoError, match=r"^'~\\x00': a zero character is in no name; leave it"):
        data_folder({"SHINKO_DATA": "~\0"}, "linux")


def test_without_a_home_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", fail)
    with pytest.raises(ShinkoError, match="no home folder; name a folder with SHINKO_DATA"):
        data_folder({}, "linux")
