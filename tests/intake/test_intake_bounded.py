"""Files are read no further than a limit; what can't be read is told in one line."""

import os

import pytest

from shinko.intake.bounded import IntakeError, read_bytes


def test_a_file_of_just_the_limit_is_read(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"12345678")
    assert read_bytes(tmp_path / "a.mid", most_bytes=8) == b"12345678"


def test_an_empty_file_is_no_bytes(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"")
    assert read_bytes(str(tmp_path / "a.mid"), most_bytes=8) == b""


def test_a_byte_more_is_refused_with_the_limit(tmp_path):
    (tmp_path / "a.mid").write_bytes(bytes(1_000_001))
    with pytest.raises(IntakeError, match=r"a\.mid' is larger than 1,000,000 bytes; give a small"):
        read_bytes(tmp_path / "a.mid", most_bytes=1_000_000)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs a file without an end")
def test_a_file_without_an_end_is_refused_too():
    with pytest.raises(IntakeError, match=r"zero': it is a pipe or a device; give a file$"):
        read_bytes("/dev/zero", most_bytes=1_000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.mid")
    with pytest.raises(IntakeError, match=r"a\.mid': it is a pipe or a device; give a file$"):
        read_bytes(tmp_path / "a.mid", most_bytes=8)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(IntakeError, match=r"none\.mid': no such file; check its name$"):
        read_bytes(tmp_path / "none.mid", most_bytes=8)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IntakeError, match=r"it is a folder; give a file in it$"):
        read_bytes(tmp_path, most_bytes=8)


def test_a_file_below_a_file_cannot_be_there(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(IntakeError, match=r"a.b': Not a directory; choose another file$"):
        read_bytes(tmp_path / "a" / "b", most_bytes=8)


def test_a_name_with_a_zero_character_is_one_line():
    with pytest.raises(IntakeError, match=r"null (byte|character).*; choose another file$"):
        read_bytes("a\0b.mid", most_bytes=8)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_a_file_that_may_not_be_read_says_why(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"1")
    (tmp_path / "a.mid").chmod(0)
    with pytest.raises(IntakeError, match="Permission denied; choose another file"):
        read_bytes(tmp_path / "a.mid", most_bytes=8)
