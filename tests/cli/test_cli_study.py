"""shinko study as a command: what it tells while it works, what it leaves, wrong inputs."""

import json

import pytest

from shinko.cli import study


def test_a_study_tells_how_long_it_takes_and_what_it_found(shinko, table, tmp_path):
    out = tmp_path / "study"
    done = shinko(
        *("study", "--table", table, "--epochs", "10", "--seeds", "1", "--workers", "1"),
        *("--lang", "ja", "--out", str(out)),
    )
    told = done.succeeded()
    estimate, *progress, _ = done.err.splitlines()
    assert estimate.startswith(f"table {table}: 11 trainings of 10 epochs, 1 at a time, about ")
    assert progress[-1] == "training  110/110 epochs"
    assert "エントロピーなし（β = 0.00）では学習が崩壊する。" in told
    assert told.splitlines()[-1].startswith(f"{out / 'report.html'}: the report")
    assert json.loads((out / "study.json").read_text())["settings"]["seeds"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--epochs", "3"), "--epochs 3: expected 10 to 1,000,000"),
        (("--seeds", "0"), "--seeds 0: expected 1 to 1,000"),
        (("--table", "popp"), "no table 'popp': did you mean pop"),
        (("--lang", "fr"), "--lang 'fr': expected one of en, ja"),
    ],
)
def test_a_study_that_cannot_be_is_told_in_a_line(shinko, tmp_path, arguments, message):
    assert message in shinko("study", "--out", "s", *arguments).failed()
    assert not (tmp_path / "s").exists()


def test_times_are_rounded_as_one_would_say_them():
    assert [study._duration(seconds) for seconds in (0.2, 42.4, 170.0, 9000.0)] == [
        *("1 s", "42 s", "3 min", "2.5 h")
    ]
