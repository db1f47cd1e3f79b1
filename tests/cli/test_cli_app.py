"""How the command ends: wrong usage, closed pipes, full disks, plain terminals, Ctrl-C."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from shinko import __version__, cli
from shinko.cli.streams import LONGEST_LINE, terminal_text

COMMAND = (sys.executable, "-c", "from shinko.cli import main; main()")


def real(*arguments: str, cwd: Path, **options) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    options = {"capture_output": True, **options}
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, timeout=60, **options)


def test_the_installed_command_is_the_one_tested():
    (entry,) = entry_points(group="console_scripts", name="shinko")
    assert entry.load() is cli.main


def test_version_is_printed(shinko):
    assert shinko("--version").succeeded() == f"{__version__}\n"


@pytest.mark.parametrize("command", ["", "compose", "learn", "demo", "tables", "tables build"])
def test_help_is_shown(shinko, command):
    assert f"Usage: {'shinko ' + command}".rstrip() in shinko(*command.split(), "-h").succeeded()


@pytest.mark.parametrize("command", [(), ("tables",)])
def test_no_command_shows_the_help_as_wrong_usage(shinko, command):
    ended = shinko(*command)
    assert ended.code == 2
    assert "Commands" in ended.out
    assert ended.err == ""


USAGE = {
    "option": ("compose --foo", "No such option '--foo'", "see shinko compose --help"),
    "command": ("nope", "No such command 'nope'", "see shinko --help"),
    "below": ("tables nope", "No such command 'nope'", "see shinko tables --help"),
    "number": ("compose --length x", "'x' is not a valid integer", "see shinko compose --help"),
    "fraction": ("compose -n 1.5", "'1.5' is not a valid integer", "see shinko compose --help"),
    "float": ("compose --tempo fast", "'fast' is not a valid float", "see shinko compose --help"),
    "missing": ("tables show", "Missing argument 'NAME|FILE'", "see shinko tables show --help"),
    "not given": ("tables build x.txt", "Missing option '--out'", "see shinko tables build --help"),
    "too many": (
        "compose C extra",
        "unexpected extra argument (extra)",
        "see shinko compose --help",
    ),
    "no value": ("compose --key", "Option '--key' requires an argument", "see shinko --help"),
    "setting": ("learn --epochs many", "'many' is not a valid integer", "see shinko learn --help"),
}


@pytest.mark.parametrize(("line", "told", "way_out"), USAGE.values(), ids=USAGE)
def test_a_wrong_usage_is_one_line_and_exit_code_2(shinko, line, told, way_out):
    message = shinko(*line.split()).failed(code=2)
    assert told in message
    assert way_out in message


@pytest.mark.parametrize(
    "arguments",
    [
        ("compose", "--out", ""),
        ("compose", "--run", ""),
        ("learn", "--out", ""),
        ("demo", "--out", ""),
        ("tables", "build", "", "-o", "x.csv"),
        ("tables", "build", "x.txt", "-o", ""),
    ],
)
def test_no_text_is_no_path(shinko, tmp_path, arguments):
    message = shinko(*arguments).failed(code=2)
    assert "'' is no path; expected the name of a file or folder" in message
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_s_text_escapes_what_would_move_the_cursor():
    assert terminal_text("a\nb\r\x1b[31mc\u2028d\udcff♭") == r"a\nb\r\x1b[31mc\u2028d\udcff♭"


def test_one_line_keeps_both_ends_of_a_long_text():
    text = terminal_text("begin" + "x" * 5000 + "end")
    assert len(text) == LONGEST_LINE + 3
    assert text.startswith("begin")
    assert text.endswith("end")


def test_exit_codes_and_streams_of_the_real_command(tmp_path):
    good = real("compose", "--count", "1", cwd=tmp_path)
    assert (good.returncode, good.stderr) == (0, b"")
    wrong = real("compose", "--key", "X", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert wrong.stderr.startswith(b"shinko: key 'X'")
    assert wrong.stderr.count(b"\n") == 1
    usage = real("compose", "--foo", cwd=tmp_path)
    assert (usage.returncode, usage.stdout, usage.stderr.count(b"\n")) == (2, b"", 1)


def test_a_reader_that_leaves_early_is_no_error_to_tell(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ended = real(
            *("compose", "--json", "--count", "99"),
            cwd=tmp_path,
            capture_output=False,
            stdout=pipe,
            stderr=subprocess.PIPE,
        )
    assert ended.stderr == b""
    assert ended.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("count", ["1", "99"])
def test_output_that_does_not_fit_is_one_line(tmp_path, count):
    with open("/dev/full", "wb") as full:
        ended = real(
            *("compose", "--json", "--count", count),
            cwd=tmp_path,
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ended.returncode == 1
    assert ended.stderr == (
        b"shinko: output: No space left on device; choose another place for it\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="closes file descriptors")
def test_closed_streams_do_no_harm(tmp_path):
    def close():
        for number in (0, 1, 2):
            os.close(number)

    ended = real("compose", "--count", "1", cwd=tmp_path, capture_output=False, preexec_fn=close)
    assert ended.returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize("errors", ["", ":strict", ":surrogateescape"])
def test_a_terminal_without_flats_gets_letters(tmp_path, errors):
    # Python takes the last one by itself where the locale is C or POSIX.
    ended = real(
        *("compose", "--key", "Bb minor", "--count", "1", "--length", "1"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": f"ascii{errors}"},
    )
    assert ended.returncode == 0
    assert b"Bbm" in ended.stdout
    assert b"key Bb minor" in ended.stdout


NO_TORCH = """
import sys
for name in ("torch", "tensorboard"):
    sys.modules[name] = None
from shinko.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ["learn"],
            1,
            b"training needs PyTorch, which isn't installed; pip install 'shinko[train]'",
        ),
        (["demo"], 1, b"training needs PyTorch, which isn't installed"),
        (["compose", "--count", "1"], 0, b""),
    ],
)
def test_without_torch_it_composes_and_says_what_training_needs(tmp_path, arguments, code, told):
    ended = subprocess.run(
        [sys.executable, "-c", NO_TORCH, *arguments], cwd=tmp_path, capture_output=True, timeout=60
    )
    assert (ended.returncode, ended.stderr.count(b"\n")) == (code, code)
    assert told in ended.stderr


# Presses Ctrl-C when a module is about to be imported.
PRESSED = """
import os, signal, sys
module = sys.argv.pop(1)
class Press:
    def find_spec(self, name, *rest):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
from shinko.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.parametrize("module", ["typer", "shinko.cli.compose", "numpy", "mido"])
def test_ctrl_c_is_one_line_from_the_start(tmp_path, module):
    ended = subprocess.run(
        [sys.executable, "-c", PRESSED, module, "compose"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (130, b"shinko: interrupted\n")
    assert not list(tmp_path.rglob("*.mid"))
