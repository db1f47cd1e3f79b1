"""Names of files as people give them, and as every system keeps them."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shinko.cli.schema import requests
from shinko.disk import WriteError, write_atomically
from shinko.errors import FieldError
from shinko.paths import MOST_BYTES, PathError, fault_of, harmless, path_of, text_of
from shinko.request import fields_of
from shinko.score.text import file_name

RESERVED = [
    "CON",
    "nul",
    "Aux",
    "PRN",
    "com1",
    "LPT9",
    "COM²",
    "CONIN$",
    "NUL.tar",
    "con ",
    "con .x",
]
FIELDS = {
    f"{command} {one.name}": one
    for command, kind in requests()
    for one in fields_of(kind)
    if one.kind is Path
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_a_tilde_is_the_home_folder_as_in_a_shell(home):
    assert path_of("~/a/x.mid") == home / "a" / "x.mid"
    assert path_of("~") == home
    assert path_of("a~/x") == Path("a~/x")
    assert path_of("./~/x") == Path("~/x")
    assert path_of("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


def test_a_path_stays_the_same_through_its_text(home):
    for path in (Path("~/x"), Path("a/~"), Path("/x"), home / "x", Path("~")):
        assert path_of(text_of(path)) == path
        assert path_of(path) == path


@pytest.mark.parametrize("text", ["", "a\0b", "\ud800.mid"])
def test_what_no_system_has_as_a_name_is_told(text):
    with pytest.raises(PathError, match=r"is no path|in no name|in a name"):
        path_of(text)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_field_of_a_path_is_read_the_same_way(field, home):
    value = field.held("~/x")
    assert value in (home / "x", (home / "x",))
    for wrong in ("a\0b", Path("a\0b")):
        with pytest.raises(FieldError, match=f"`{field.name}`.*a zero character"):
            field.held(wrong)


@pytest.mark.parametrize("name", RESERVED)
def test_names_of_windows_devices_get_another_name_or_are_told(name):
    assert "device" in fault_of(name)
    assert fault_of(harmless(name)) == ""
    assert fault_of(f"{harmless(name)}.mid") == ""


@pytest.mark.parametrize("name", ["song.", "song ", "song.mid "])
def test_names_that_windows_would_shorten_are_told(name):
    assert "dot or a space" in fault_of(name)


@pytest.mark.parametrize("name", ["contra", "COM", "COM10", "a.con", "null", ".", "..", "song.v1"])
def test_other_names_have_no_fault(name):
    assert fault_of(name) == ""


def test_a_title_of_long_letters_is_cut_between_them():
    assert file_name("𠮷" * 60) == "𠮷" * (MOST_BYTES // 4)
    assert file_name("進" * 60) == "進" * 60
    assert file_name("é" + "𠮷" * 59) == "é" + "𠮷" * ((MOST_BYTES - 2) // 4)


@pytest.mark.parametrize(("title", "name"), [("CON", "_CON"), ("nul.", "_nul"), ("a. ", "a")])
def test_a_title_gives_no_reserved_name(title, name):
    assert file_name(title) == name


@given(st.text(st.characters(categories=None, codec=None)))
@example("\ud800")
@example("con\u0301")
def test_any_title_gives_a_name_that_every_system_keeps(title):
    name = file_name(title)
    assert name
    assert len(f"{name}-10000.nashville.txt".encode()) <= 255
    assert fault_of(name) == ""
    assert not set(name) & set('<>:"/\\|?*\0')


def test_a_link_that_leads_to_itself_is_told_and_stays(tmp_path):
    link = tmp_path / "l.mid"
    link.symlink_to(link)
    with pytest.raises(WriteError, match=r"l\.mid.*a link that leads to itself"):
        write_atomically(link, b"x")
    assert link.is_symlink()
    assert list(tmp_path.iterdir()) == [link]


def test_a_name_of_a_device_is_written_nowhere(tmp_path):
    with pytest.raises(WriteError, match="device"):
        write_atomically(tmp_path / "aux.csv", b"x")
    assert list(tmp_path.iterdir()) == []
