"""Writing whole or not at all, whatever goes wrong on the way."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from shinko import disk
from shinko.disk import (
    TakenError,
    WriteError,
    remove_leftovers,
    write_atomically,
    write_together,
)

WRITES_FOR_EVER = """
import os, sys, time
from pathlib import Path
from shinko.disk import write_atomically

def wait(*_):
    print("here", flush=True)
    time.sleep(600)

os.replace = wait
write_atomically(Path(sys.argv[1]) / "song", b"chords")
"""


@pytest.fixture
def writer(tmp_path):
    """A process that is about to give a whole temporary file its name."""
    pytest.importorskip("fcntl")
    command = [sys.executable, "-c", WRITES_FOR_EVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"here\n"
        yield process
        process.kill()


def test_a_new_file_holds_the_bytes(tmp_path):
    write_atomically(tmp_path / "new", b"bytes")
    assert (tmp_path / "new").read_bytes() == b"bytes"


def test_a_file_that_was_there_is_replaced(tmp_path):
    (tmp_path / "old").write_bytes(b"a longer text than the new one")
    write_atomically(tmp_path / "old", b"new")
    assert (tmp_path / "old").read_bytes() == b"new"


def test_what_is_stale_is_gone_before_a_new_file_is_there(tmp_path, monkeypatch):
    table, memory = tmp_path / "table", tmp_path / "memory"
    for path in (table, memory):
        path.write_bytes(b"old")
    seen, replace = [], os.replace

    def look(source, target):
        seen.append((table.read_bytes(), memory.exists()))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look)
    write_together({table: b"new", memory: b"new"}, stale=[memory, tmp_path / "never there"])
    assert seen == [(b"old", False), (b"new", False)]
    assert memory.read_bytes() == b"new"


def test_what_is_stale_stays_where_nothing_can_be_written(tmp_path, monkeypatch):
    (tmp_path / "memory").write_bytes(b"old")

    def full(file, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(disk, "_write", full)
    with pytest.raises(WriteError, match="full"):
        write_together({tmp_path / "table": b"new"}, stale=[tmp_path / "memory"])
    assert (tmp_path / "memory").read_bytes() == b"old"


def test_nothing_else_is_left_in_the_folder(tmp_path):
    write_atomically(tmp_path / "only", b"bytes")
    assert os.listdir(tmp_path) == ["only"]


def test_the_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    write_atomically(tmp_path / "ours", b"bytes")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path):
    resource = pytest.importorskip("resource")
    (tmp_path / "old").write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(WriteError, match=r"can't write '.*old': File too large"):
            write_atomically(tmp_path / "old", bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


def test_an_interruption_before_the_replacement_leaves_the_old_file(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    (tmp_path / "old").write_bytes(b"old")
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "old", b"new")
    assert os.listdir(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


def test_a_read_only_folder_is_told_in_one_line(tmp_path, monkeypatch):
    # Who runs the tests may be allowed to write anywhere, so the refusal is played.
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(WriteError, match="Permission denied; choose another place") as caught:
        write_atomically(tmp_path / "file", b"new")
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_to_be_created(tmp_path):
    with pytest.raises(WriteError, match="No such file or directory; create the folder first"):
        write_atomically(tmp_path / "nowhere" / "file", b"bytes")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(WriteError, match="Is a directory; give the name of a file in it"):
        write_atomically(tmp_path, b"bytes")
    assert os.listdir(tmp_path) == []


def test_a_zero_character_in_the_name_is_told(tmp_path):
    with pytest.raises(WriteError, match="choose another name"):
        write_atomically(f"{tmp_path}/a\0b", b"bytes")


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomically(pipe, b"bytes")
    reader.join(timeout=10)
    assert received == [b"bytes"]
    assert pipe.is_fifo()


def test_ctrl_c_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_paths: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "table.csv").write_bytes(b"old")
    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "table.csv", b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"table.csv": b"old"}


def test_whoever_reads_the_old_file_goes_on_reading_it(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"old")
    with (tmp_path / "table.csv").open("rb") as reader:
        write_atomically(tmp_path / "table.csv", b"new")
        assert reader.read() == b"old"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"table.csv": b"new"}


def test_of_several_files_none_is_written_if_one_can_not_be(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "old").write_bytes(b"old")
    for wrong in ("folder", "missing/new"):
        contents = {tmp_path / "old": b"new", tmp_path / "new": b"new", tmp_path / wrong: b"new"}
        with pytest.raises(WriteError, match=f"can't write '.*{wrong}'"):
            write_together(contents)
        assert sorted(os.listdir(tmp_path)) == ["folder", "old"]
        assert (tmp_path / "old").read_bytes() == b"old"


def test_several_files_are_written(tmp_path):
    write_together({tmp_path / "a": b"one", tmp_path / "b": b"two"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"one",
        "b": b"two",
    }


@pytest.fixture(params=["links", "no links"])
def links(request, monkeypatch):
    """A file system where a file may have two names, and one where it may not."""

    def refuse(source, target):
        raise OSError(1, "Operation not permitted")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)


def test_new_files_are_all_written_or_none_and_take_nobodys_place(links, tmp_path):
    (tmp_path / "b").write_bytes(b"theirs")
    told = r"can't write '.*b': it is there; choose another name"
    with pytest.raises(TakenError, match=told):
        write_together({tmp_path / name: b"ours" for name in "abc"}, new=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b": b"theirs"}
    write_together({tmp_path / name: b"ours" for name in "ac"}, new=True)
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"a": b"ours", "b": b"theirs", "c": b"ours"}


def test_a_new_file_that_is_there_with_the_same_bytes_is_written(tmp_path):
    for _ in range(2):
        write_atomically(tmp_path / "file", b"bytes", new=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"bytes"}


def test_what_a_killed_process_left_is_removed_by_the_next_writer(writer, tmp_path):
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert len(os.listdir(tmp_path)) == 1
    write_atomically(tmp_path / "other", b"bytes")
    assert os.listdir(tmp_path) == ["other"]


def test_what_a_running_process_writes_stays(writer, tmp_path):
    (temporary,) = os.listdir(tmp_path)
    write_atomically(tmp_path / "other", b"bytes")
    remove_leftovers(tmp_path, alone=True)
    assert sorted(os.listdir(tmp_path)) == sorted([temporary, "other"])


def test_what_another_thread_writes_stays(tmp_path, monkeypatch):
    replace, seen = os.replace, []

    def look(source, target):
        cleaner = threading.Thread(target=remove_leftovers, args=(tmp_path,))
        cleaner.start()
        cleaner.join()
        seen.append(source.exists())
        replace(source, target)

    monkeypatch.setattr(os, "replace", look)
    write_atomically(tmp_path / "file", b"bytes")
    assert seen == [True]
    assert os.listdir(tmp_path) == ["file"]


def test_temporary_files_of_others_stay(tmp_path):
    # Of another host, of version 0.1, and somebody's own.
    names = [".00000000-0123456789abcdef.tmp", ".0123456789abcdef.tmp", ".mine.tmp"]
    for name in names:
        (tmp_path / name).write_bytes(b"half")
    remove_leftovers(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(names)
    remove_leftovers(tmp_path, alone=True)
    assert sorted(os.listdir(tmp_path)) == sorted([names[0], names[2]])


def test_every_file_is_on_the_disk_before_it_takes_its_name_and_its_folder_after(
    tmp_path, monkeypatch
):
    replace, steps = os.replace, []

    def take_name(source, target):
        steps.append(target.name)
        replace(source, target)

    synced = set()

    def sync(descriptor):
        inode = os.fstat(descriptor).st_ino
        synced.add(inode)
        steps.append("folder" if inode == tmp_path.stat().st_ino else "file")

    monkeypatch.setattr(os, "replace", take_name)
    monkeypatch.setattr(os, "fsync", sync)
    names = [f"song-{number}" for number in range(20)]
    write_together({tmp_path / name: b"chords" for name in names})
    assert steps == ["file"] * 20 + names + ["folder"]
    assert {(tmp_path / name).stat().st_ino for name in names} <= synced


def test_a_disk_that_fails_while_writing_through_leaves_the_old_file(tmp_path, monkeypatch):
    def fail(_descriptor):
        raise OSError(5, "Input/output error")

    (tmp_path / "old").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteError, match="old': Input/output error; choose another place"):
        write_atomically(tmp_path / "old", b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"old": b"old"}


def test_a_file_system_that_can_not_write_through_or_lock_is_written_to(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "fsync", fail)
    if disk.fcntl:
        monkeypatch.setattr(disk.fcntl, "flock", fail)
    write_atomically(tmp_path / "file", b"bytes")
    assert os.listdir(tmp_path) == ["file"]
