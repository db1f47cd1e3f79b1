"""A table of notes with durations: learned from and solved as one of chords, and not composed."""

import json
import tomllib

import pytest

from shinko.experiments.learn import ship_policy
from shinko.rl.policy import read_policy, run_policy
from shinko.runs.folder import RunFolder
from shinko.tables import read_table, write_table

NOTES = ("q60", "e62", "e64", "q65", "h67")
# Each note goes to the next two, round and round; after two notes a third is likelier.
TABLE = "# codec: plain\nhistory,chord,probability\n" + "".join(
    [f",{note},0.2\n" for note in NOTES]
    + [
        f"{note},{NOTES[(place + step) % 5]},{share}\n"
        for place, note in enumerate(NOTES)
        for step, share in ((1, 0.6), (2, 0.4))
    ]
    + ['"q60,e62",e64,0.9\n', '"q60,e62",q60,0.1\n']
)
TINY = (
    *("--table", "notes.csv", "--epochs", "6", "--batch", "16", "--length", "6", "--hidden", "4"),
    *("--embedding", "4", "--checkpoint-every", "2", "--out", "run"),
)


@pytest.fixture
def notes(tmp_path):
    (tmp_path / "notes.csv").write_text(TABLE)


def test_plain_tokens_are_learned_solved_and_evaluated_as_they_are(shinko, tmp_path, notes):
    write_table(read_table(tmp_path / "notes.csv"), tmp_path / "again.csv")
    (tmp_path / "again.csv").rename(tmp_path / "notes.csv")
    out = shinko("learn", *TINY, "--input", "history").succeeded()
    assert "how far it is from the best: shinko evaluate run" in out
    assert "shinko compose" not in out
    settings = tomllib.loads((tmp_path / "run" / "settings.toml").read_text())
    assert (settings["codec"], settings["chords"]) == ("plain", list(NOTES))
    # Of 160 progressions most of a batch of 16 are distinct: more than the 0.5 of chords.
    assert 0.6 < settings["limits"]["min_distinct"] < 0.75

    best = ("optimum", "--table", "notes.csv", "--length", "6", "--show", "2")
    drawn = json.loads(shinko(*best, "--json").succeeded())["drawn"]
    assert {token for tokens in drawn for token in tokens} <= set(NOTES)
    lines = shinko(*best).succeeded().splitlines()
    assert lines[-2:] == ["  " + " ".join(tokens) for tokens in drawn]

    # Probability as reward: the table's rule round and round has 0.6 a note, and 0.9 once.
    told = shinko(
        "forecast", "--table", "notes.csv", "--reward", "probability", "--length", "6"
    ).succeeded()
    assert told.startswith("best loop: q60 e62 e64 q65 h67, mean reward 0.6600 a chord\n")

    found = json.loads(shinko("evaluate", "run", "--json").succeeded())
    assert found["policy"]["objective"] < found["optimum"]["objective"]
    assert found["policy"]["progressions"] == 4096


def test_a_shipped_policy_keeps_its_codec(shinko, tmp_path, notes):
    shinko("learn", *TINY).succeeded()
    run = RunFolder(tmp_path / "run")
    ship_policy(run, 6, tmp_path / "notes.safetensors", "notes")
    shipped = read_policy(tmp_path / "notes.safetensors")
    assert (shipped.codec, shipped.chords) == ("plain", NOTES)
    assert run_policy(run.path, 6).codec == "plain"


NEEDS_CHORDS = {
    "compose": (("compose", "--run", "run", "--epoch", "6"), "policy 'run, epoch 6'"),
    "compose a table": (("compose", "--table", "notes.csv"), "table 'notes'"),
    "compose exactly": (("compose", "--table", "notes.csv", "--exact"), "table 'notes'"),
    "compose a mixture": (("compose", "--table", "pop:2, notes.csv:1"), "table 'notes'"),
    "explain": (("explain", "I V", "--table", "notes.csv"), "table 'notes'"),
    "suggest": (("suggest", "I V", "--table", "notes.csv"), "table 'notes'"),
    "best": (("best", "--table", "notes.csv"), "table 'notes'"),
    "dial": (("dial", "--tables", "notes.csv", "--out", "d"), "table 'notes'"),
    "study": (("study", "--table", "notes.csv", "--out", "s"), "table 'notes.csv'"),
}


@pytest.mark.parametrize(("command", "holder"), NEEDS_CHORDS.values(), ids=NEEDS_CHORDS)
def test_what_needs_chords_refuses_other_tokens_in_one_line(
    shinko, tmp_path, notes, command, holder
):
    if "--run" in command:
        shinko("learn", *TINY).succeeded()
    assert shinko(*command).failed() == (
        f"{holder}: its tokens are no chords (codec: plain), which this needs; take another"
    )
    assert not {"d", "s", "out"} & {path.name for path in tmp_path.iterdir()}


def test_show_shows_plain_tokens_as_they_are(shinko, notes):
    lines = shinko("tables", "show", "notes.csv", "--after", "q60 e62").succeeded().splitlines()
    begin = lines.index("after q60 e62:") + 1
    assert [line.split()[:2] for line in lines[begin : begin + 2]] == [
        ["e64", "90.0%"],
        ["q60", "10.0%"],
    ]


def test_a_codec_of_a_newer_version_is_told_by_every_command(shinko, tmp_path, trained):
    (tmp_path / "new.csv").write_text(TABLE.replace("plain", "neumes"))
    told = "codec 'neumes': unknown here; known: chords, plain; if a newer version wrote it, update"
    for command in ("tables show new.csv", "optimum --table new.csv", "learn --table new.csv"):
        assert shinko(*command.split()).failed().startswith(f"new.csv: {told}")
    settings = trained / "settings.toml"
    assert 'codec = "chords"' in settings.read_text()
    settings.write_text(settings.read_text().replace('"chords"', '"neumes"', 1))
    assert (
        shinko("compose", "--run", "run", "--epoch", "4")
        .failed()
        .startswith(f"run/settings.toml: {told}")
    )
