"""The tool that damages inputs: what it takes for a fault, and that no reader has one."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import faulty_readers  # noqa: E402
import fuzz  # noqa: E402
from fuzzing import cases, pool, worker  # noqa: E402
from fuzzing.readers import all_readers  # noqa: E402

READERS = all_readers()
KINDS = {
    "look_up": "KeyError at tests/faulty_readers.py",
    "warn": "UserWarning at tests/faulty_readers.py",
    "tell_two_lines": "a message of several lines: TwoLinesError at tests/faulty_readers.py",
    "mute": "an empty message: ShinkoError at tests/faulty_readers.py",
    "sleep": "no answer within 0.1 seconds",
    "spin": "no answer within 0.1 seconds",
    "die": "died: SIGKILL",
    "block": "no answer, and could not be interrupted",
    "swallow": "MemoryError at tests/faulty_readers.py",
}


@pytest.fixture
def of_the_process(monkeypatch):
    """What a worker sets for itself stays as it is for all other tests."""
    monkeypatch.setattr(worker.resource, "setrlimit", lambda *limits: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "0"


@pytest.mark.parametrize("name", READERS)
def test_damaged_inputs_are_read_or_refused_in_one_line(of_the_process, folder, name):
    seeds, read = worker.prepare(READERS[name], folder)
    for number in range(20):
        verdict = cases.judged(read, cases.case_of(seeds, name, 2, number))
        assert verdict.outcome != cases.FAULT, (number, verdict.kind, verdict.told)


@pytest.mark.parametrize("name", ["MIDI", "request: compose", "pattern", "table, gzipped"])
def test_the_same_number_is_the_same_case_and_another_is_none(of_the_process, folder, name):
    first, second = (
        [cases.case_of(seeds, name, 0, number) for number in range(50)]
        for seeds, _ in (worker.prepare(READERS[name], folder) for _ in range(2))
    )
    assert first == second
    assert len(set(first)) > 40


def tallied(names, **how):
    tallies = {}
    work = list(pool.stretches(names, 1, 1))
    how = {"seed": 0, "workers": 1, "limit": 0.1, "patience": 1.0, **how}
    pool.run_all(faulty_readers.readers, work, on_tally=tallies.setdefault, **how)
    return tallies


@pytest.mark.parametrize("name", KINDS)
def test_whatever_else_a_reader_does_is_a_fault(name):
    tally = tallied([name])[name]
    (kind,) = tally.kinds
    assert kind.startswith(KINDS[name])
    assert (tally.cases, tally.faults) == (1, 1)


def test_a_refusal_is_none():
    tally = tallied(["refuse"])["refuse"]
    assert (tally.cases, tally.refused, tally.kinds) == (1, 1, {})


@pytest.fixture
def tool(monkeypatch, tmp_path, capsys):
    """The command, over the faulty readers; it keeps what it finds in a folder of the test's."""
    monkeypatch.setattr(fuzz, "all_readers", faulty_readers.readers)
    monkeypatch.setattr(fuzz, "KEPT", tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fuzz.py", *arguments])
        with pytest.raises(SystemExit) as ended:
            fuzz.main()
        return ended.value.code, capsys.readouterr().out

    return run


def test_the_input_of_a_fault_is_kept_as_small_as_it_goes(tool, tmp_path):
    code, out = tool("--only", "find x", "--cases", "200", "--workers", "2")
    assert code == "faults in 1 of 1 readers"
    assert "FAULT find x, case " in out
    (path,) = tmp_path.glob("*.input")
    assert path.read_text() == "x"
    assert "KeyError: 'a key'" in path.with_suffix(".txt").read_text()


def test_one_case_can_be_tried_alone(of_the_process, tool, tmp_path):
    code, out = tool("--only", "look_up", "--case", "7")
    assert code == 1
    assert "fault in 0.0" in out
    assert "KeyError" in (tmp_path / "look-up-0-7.txt").read_text()
    code, out = tool("--only", "refuse", "--case", "7")
    assert code == 0
    assert "no; give another" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--only", "none"), "no reader 'none'; known: look_up, warn"),
        (("--case", "7"), "--case needs the one reader that it is of: --only READER"),
    ],
)
def test_wrong_options_are_told(tool, arguments, told):
    code, _ = tool(*arguments)
    assert code.startswith(told)
