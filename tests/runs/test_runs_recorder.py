"""Recording: what goes wrong with TensorBoard's log is told once, in one line."""

import threading

import pytest

from shinko.disk import WriteError
from shinko.runs import recorder
from shinko.runs.folder import RunFolder
from shinko.runs.recorder import Recorder


class FullLog:
    """A log on a full disk."""

    log_dir = "run/tensorboard"

    def __init__(self, *, when: str) -> None:
        self.when = when

    def add_scalar(self, *_arguments):
        self.fail("writing")

    def close(self):
        self.fail("closing")

    def fail(self, when):
        if when == self.when:
            raise OSError(28, "No space left on device")


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    run = RunFolder(tmp_path / "run")
    run.create({})
    return run


@pytest.mark.parametrize("when", ["writing", "closing"])
def test_a_log_on_a_full_disk_is_told_with_a_way_out(folder, monkeypatch, when):
    monkeypatch.setattr(recorder, "_open_tensorboard", lambda _: FullLog(when=when))
    told = "can't write 'run/tensorboard': No space left on device; .* without `tensorboard`"
    with pytest.raises(WriteError, match=told), Recorder(folder, tensorboard=True) as writing:
        writing.write({"epoch": 1, "entropy": 0.5})
    assert len(folder.rows()) == 1


def test_a_log_that_fails_at_the_end_does_not_hide_the_first_fault(folder, monkeypatch):
    monkeypatch.setattr(recorder, "_open_tensorboard", lambda _: FullLog(when="closing"))
    with pytest.raises(KeyError, match="first"), Recorder(folder, tensorboard=True):
        raise KeyError("first")


def test_faults_of_the_disk_in_a_thread_are_not_printed(folder, capsys):
    def fail(error):
        thread = threading.Thread(target=lambda: exec("raise error", {"error": error}))
        thread.start()
        thread.join()

    before = threading.excepthook
    threading.excepthook = threading.__excepthook__
    try:
        with Recorder(folder):
            fail(OSError(28, "No space left on device"))
            assert capsys.readouterr().err == ""
            fail(KeyError("something else"))
            assert "KeyError" in capsys.readouterr().err
        assert threading.excepthook is threading.__excepthook__
    finally:
        threading.excepthook = before
