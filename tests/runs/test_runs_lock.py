"""One trainer at a time: other processes and threads are refused; any death frees the folder."""

import errno
import json
import os
import subprocess
import sys
import threading

import pytest

from shinko.runs import lock
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.lock import HeldError, hold

# Holds a folder until its input ends; with "child", a process of its own goes on after it.
HOLDS = """
import subprocess, sys
from pathlib import Path
from shinko.runs.lock import hold

with hold(Path(sys.argv[1])):
    if sys.argv[2:] == ["child"]:
        sleep = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        subprocess.Popen(sleep, close_fds=False)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Starts a process that holds the folder; what it waits for ends with the test."""
    started = []

    def start(*more):
        command = [sys.executable, "-c", HOLDS, str(tmp_path), *more]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_another_process_is_refused_and_told_who_holds_it(holder, tmp_path):
    process = holder()
    before = content(tmp_path)
    with pytest.raises(HeldError, match=rf": process {process.pid} on .+, since 2\d+-.* trains "):
        hold(tmp_path).__enter__()
    assert content(tmp_path) == before


def test_a_killed_holder_holds_no_longer(holder, tmp_path):
    process = holder()
    process.kill()
    process.wait()
    with hold(tmp_path):
        assert json.loads((tmp_path / ".lock.json").read_text())["pid"] == os.getpid()


def test_a_process_that_the_holder_began_does_not_hold_it(holder, tmp_path):
    process = holder("child")
    process.kill()
    process.wait()
    with hold(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_of_the_holder_does_not_hold_it(tmp_path):
    with hold(tmp_path):
        child = os.fork()
        if not child:
            try:
                hold(tmp_path).__enter__()
            except HeldError:
                os._exit(7)  # refused, as any other process
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_who_is_patient_gets_it_when_the_holder_ends(holder, tmp_path):
    process = holder()
    threading.Timer(0.3, process.kill).start()
    with hold(tmp_path, patience_seconds=60):
        pass


def test_another_thread_is_refused_and_the_same_one_may_hold_it_again(tmp_path):
    refused = []

    def second():
        with pytest.raises(HeldError, match="another thread of this process trains there") as told:
            hold(tmp_path).__enter__()
        refused.append(told)

    with hold(tmp_path):
        with hold(tmp_path / ".." / tmp_path.name):
            pass
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1
    thread = threading.Thread(target=lambda: hold(tmp_path).__enter__())
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "told", ["{", "[" * 9999, '{"host":"a","pid":Infinity,"since":"2026-01-02"}', '{"pid":null}']
)
def test_a_holder_that_nobody_can_read_is_another_process(holder, tmp_path, told):
    holder()
    (tmp_path / ".lock.json").write_text(told)
    with pytest.raises(HeldError, match=": another process trains there; wait until it ends, or"):
        hold(tmp_path).__enter__()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_told_in_a_line(tmp_path, monkeypatch, caplog, number):
    fcntl = pytest.importorskip("fcntl")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", fail)
    with hold(tmp_path):
        pass
    (line,) = caplog.messages
    assert line.startswith(f"{tmp_path}: its file system has no locks (")


def test_a_lock_that_can_not_be_written_is_told(tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(lock.ShinkoError, match=r"can't be locked \(Is a directory\); choose anot"):
        hold(tmp_path).__enter__()


def test_a_folder_without_a_run_gets_no_lock_file(tmp_path):
    with pytest.raises(RunError, match="no run there"):
        RunFolder(tmp_path).held().__enter__()
    assert list(tmp_path.iterdir()) == []
