"""The crash tests of benchmarks/ find nothing wrong, and find what is wrong where something is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
pytest.importorskip("fcntl")

# A writer of a kind, every operation of whose the command is killed at; prints what was found.
KILL_AT_EACH = """
import os, sys, tempfile
from pathlib import Path
from shinko import disk

def in_place(contents, new=False, stale=()):
    for path, data in contents.items():
        path.write_bytes(data)

def leaving(contents, new=False, stale=()):
    for path, data in contents.items():
        temporary = path.with_name(f".00000000-{os.urandom(8).hex()}.tmp")
        temporary.write_bytes(data)
        os.replace(temporary, path)

if sys.argv[1] != "own":
    disk.write_together = {"in place": in_place, "leaving": leaving}[sys.argv[1]]
from crash_tests.desk import reference_of
from crash_tests.jobs import write_inputs
from crash_tests.situations import full_disk, read_only_disk
from crash_tests.trial import Kill, try_kills

with tempfile.TemporaryDirectory() as name:
    inputs = Path(name)
    write_inputs(inputs)
    reference = reference_of("tables", inputs)
    kills = [Kill(operation=number + 1) for number in range(reference.operations)]
    faults = try_kills("tables", inputs, reference, kills).faults
    for situation in (full_disk, read_only_disk):
        for fault in situation("tables", inputs, reference, 4).faults:
            faults.append(f"{situation.__name__}: {fault}")
    print(*faults, sep="\\n")
"""


@pytest.mark.parametrize(
    ("writer", "told"),
    [
        ("own", ()),
        (
            "in place",
            (
                "mine.csv is neither old nor new: half-written",
                "mine.memory.json.gz is not of mine.csv",
                "full_disk: ",
                "read_only_disk: ",
            ),
        ),
        ("leaving", (".tmp is left at the end",)),
    ],
)
def test_a_writer_that_is_not_safe_is_found_out(writer, told):
    found = subprocess.run(
        [sys.executable, "-c", KILL_AT_EACH, writer],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(each in found for each in told)
    assert bool(found.strip()) == bool(told)


def test_the_command_kills_as_often_as_asked_and_tells_what_came_of_it():
    command = [sys.executable, "crashes.py", "--kills", "5", "--jobs", "tables", "--workers", "1"]
    done = subprocess.run(
        [*command, "--no-situations"], cwd=BENCHMARKS, capture_output=True, text=True, check=True
    )
    told = r"tables: 5 kills, (\d) before .*, (\d) in .*, (\d) after .*; 0 resumed, .*; 0 faults\n"
    assert sum(map(int, re.fullmatch(told, done.stdout).groups())) == 5


def test_a_job_that_is_not_there_is_told():
    command = [sys.executable, "crashes.py", "--jobs", "sing"]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no job 'sing'; known: learn, dial, lm, " in done.stderr


@pytest.fixture
def checks(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from crash_tests import checks

    return checks


@pytest.fixture
def reference(checks):
    """A command that writes `song`, first as `one`, and then as `two`; and two rows of metrics."""
    return checks.Reference(
        final={"song": "two", "run/metrics.jsonl": "1\n2\n"},
        written={"song": {"one", "two"}},
        stopped={},
        operations=1,
        seconds=1.0,
        seconds_anew=1.0,
    )


@pytest.mark.parametrize(
    ("now", "faults"),
    [
        ({"song": "old"}, []),
        ({"song": "one", "run/metrics.jsonl": ""}, []),
        ({"song": "two", "run/metrics.jsonl": "1\n"}, []),
        ({}, ["song is lost"]),
        ({"song": "tw"}, ["song is neither old nor new: half-written"]),
        ({"song": "unreadable: damaged"}, ["song is unreadable: damaged"]),
        ({"song": "old", "other": "two"}, ["other is neither old nor new: half-written"]),
        (
            {"song": "old", "run/metrics.jsonl": "2\n"},
            ["run/metrics.jsonl is neither old nor new: half-written"],
        ),
    ],
)
def test_after_a_kill_every_file_is_old_or_new_or_not_there(checks, reference, now, faults):
    assert checks.after_kill(reference, {"song": "old"}, now) == faults


@pytest.mark.parametrize(
    ("now", "faults"),
    [
        (("old", "old"), []),
        (("old", None), []),
        (("new", None), []),
        (("new", "new"), []),
        (("new", "old"), ["mine.memory.json.gz is not of mine.csv"]),
        (("old", "new"), ["mine.memory.json.gz is not of mine.csv"]),
    ],
)
def test_after_a_kill_no_memory_lies_beside_another_table(checks, now, faults):
    names = ("mine.csv", "mine.memory.json.gz")
    new = dict.fromkeys(names, "new")
    written = {name: {"new"} for name in names}
    reference = checks.Reference(new, written, {}, 1, 1.0, 1.0)
    found = {name: told for name, told in zip(names, now, strict=True) if told}
    assert checks.after_kill(reference, dict.fromkeys(names, "old"), found) == faults


def test_at_the_end_all_is_as_if_never_killed(checks, tmp_path):
    import fcntl

    for name in ("song", "left", ".lock", ".lock.json", ".0123456789abcdef.tmp"):
        (tmp_path / name).write_text(name)
    final = {name: checks.content(tmp_path / name, name) for name in ("song", "left")}
    reference = checks.Reference(
        {"song": final["left"], "gone": final["left"]}, {}, {}, 1, 1.0, 1.0
    )
    with (tmp_path / ".lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = checks.at_end(reference, tmp_path)
    assert sorted(found) == [
        ".0123456789abcdef.tmp is left at the end",
        ".lock is held at the end",
        ".lock.json is left at the end",
        "gone is missing at the end",
        "left is left at the end",
        "song has other content at the end",
    ]
