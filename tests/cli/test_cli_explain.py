"""shinko explain, suggest, best and dial as commands, and steering on the command line."""

import json
import subprocess
import sys

import pytest


def test_reasons_are_a_table(shinko):
    out = shinko("explain", "I V vi IV").succeeded().splitlines()
    assert out[0].split() == [
        *("chord", "here", "rank", "choice", "adds", "leads", "to", "instead,", "nats")
    ]
    assert [line.split()[1] for line in out[1:9:2]] == ["I", "V", "vi", "IV"]
    assert [line.strip() for line in out[2:10:2]] == ["begins", *["new here"] * 3]
    assert out[9].startswith("log-probability -")
    assert "of what these statistics play at this length" in out[9]
    assert out[10] == "key C major, by table pop, 883 songs in major; all that was played counts"
    alone = shinko("explain", "I V vi IV", "--memoryless").succeeded().splitlines()
    assert alone[6] == "key C major, by table pop alone; what it looks back on counts"


def test_a_heat_map_has_a_column_for_each_slot(shinko, tmp_path):
    out = shinko("explain", "I _ _ V7", "--picture", "heat.svg").succeeded().splitlines()
    assert out[0].split() == ["1", "2", "3", "4"]
    assert out[1].split()[:2] == ["I", "100%"]
    assert out[-2] == "key C major, by table pop, 883 songs in major; all that was played counts"
    assert out[-1] == "heat.svg: the same as a picture"
    assert b"<svg" in (tmp_path / "heat.svg").read_bytes()


def test_json_has_all_numbers(shinko):
    told = json.loads(shinko("explain", "Am F", "--key", "A minor", "--json").succeeded())
    assert [reason["chord"] for reason in told["reasons"]] == ["i", "♭VI"]
    told = json.loads(shinko("explain", "I _", "--json").succeeded())
    assert len(told["probabilities"]) == 2
    assert sum(told["probabilities"][1]) == pytest.approx(1.0, abs=1e-4)
    told = json.loads(shinko("suggest", "I vi", "--json", "-n", "2").succeeded())
    assert told["slot"] == 3
    assert len(told["suggestions"]) == 2
    told = json.loads(shinko("best", "-l", "4", "-n", "3", "--json").succeeded())
    assert len({tuple(one["chords"]) for one in told}) == 3


def test_chords_are_explained_in_a_mode(shinko):
    told = json.loads(shinko("explain", "Dm G", "--key", "D dorian", "--json").succeeded())
    assert [reason["chord"] for reason in told["reasons"]] == ["i", "IV"]
    out = shinko("suggest", "i _ i", "--key", "E phrygian", "-n", "60").succeeded()
    assert {tuple(line.split()[:2]) for line in out.splitlines()} >= {("♭II", "F"), ("♭vii", "Dm")}
    out = shinko("best", "--key", "G mixolydian", "--end", "authentic", "-n", "2").succeeded()
    assert all(line.split()[8] == "I" for line in out.splitlines()[:2])
    assert "table pop alone; what it looks back on counts, key G mixolydian" in out


def test_suggestions_name_slot_and_chords(shinko):
    out = shinko("suggest", "I vi _ V", "--table", "1960s").succeeded().splitlines()
    assert out[0] == (
        "slot 3, key C major, table 1960s, 145 songs in major; all that was played counts"
    )
    assert len(out) == 9
    replaced = shinko("suggest", "I V vi IV", "--slot", "3").succeeded().splitlines()
    assert replaced[0].startswith("slot 3, key C major, table pop, 883 songs in major")


def test_the_best_end_as_is_wished(shinko):
    out = shinko("best", "--end", "authentic", "-n", "3", "--no-repeat").succeeded().splitlines()
    assert all(line.split()[8] == "I" for line in out[:3])
    assert out[3] == (
        "log-probability in nats, table pop alone; what it looks back on counts, key C major"
    )
    looped = shinko("best", "-l", "3", "-n", "1", "--loop").succeeded()
    assert "in nats, the step back to the start counted in, table pop" in looped


def test_fewer_that_differ_are_said_to_be_fewer(shinko):
    out = shinko("best", "-l", "2", "--differ", "2", "--fix", "1=I").succeeded()
    assert out.splitlines()[-1].endswith("; no more differ in 2 chords")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "I zz"), "CHORDS|FILE: chord 2, 'zz'"),
        (("suggest", "I V", "--write", "--json"), "--json true: expected no --write beside it"),
        (("suggest", "I _ _", "--write"), "--write true: expected no free slot but 2, and 3 is"),
        (("suggest", "I V", "--pick", "9999"), "--pick 9999: expected 1 to "),
        (("best", "I V", "--differ", "3"), "--differ 3: expected 1 to 2, the --length"),
        (("best", "I V", "--length", "1"), "--length 1: expected 2 or more, as many as are given"),
        (("best", "I _", "--fix", "1=V"), "--fix 1=V collides with CHORDS|FILE 1=C at chord 1"),
        (("best", "--from-bars", "1-2"), "--from-bars '1-2': expected CHORDS|FILE, too"),
        (("explain", "I", "--table", "popp"), "no table 'popp'"),
        (("explain", "I _", "--picture", "x.gif"), "--picture 'x.gif': expected a name that ends"),
        (("suggest", "I V", "--slot", "3"), "--slot 3: expected 1 to 2"),
        (("best", "-l", "65"), "--length 65: expected 1 to 64"),
        (("best", "--differ", "9"), "--differ 9: expected 1 to 8, the --length"),
        (("best", "--fix", "1=I 2=I", "--most", "1"), "no progression keeps to all of this: --fix"),
        (("compose", "--fix", "9=I"), "--fix '9=I': expected a slot from 1 to 8; raise --length"),
        (("compose", "--with", "vi", "--without", "vi"), "--with vi collides with --without vi"),
        (("compose", "--table", "pop:0"), "--table 'pop:0': expected a weight above 0"),
        (("compose", "--variety", "1"), "--variety '1': expected 1."),
        (("dial", "--tables", "nowhere"), "no table 'nowhere'"),
        (("dial", "--preset", "x"), "--preset 'x': expected one of own, shipped"),
    ],
)
def test_wrong_inputs_are_told_in_one_line(shinko, tmp_path, arguments, message):
    assert shinko(*arguments).failed().startswith(message)
    assert not list(tmp_path.iterdir())


def test_steering_on_the_command_line(shinko):
    told = json.loads(
        shinko(
            *("compose", "--fix", "1=I 4=V7", "--end", "plagal", "--without", "vi", "--with", "ii"),
            *("--most", "3", "--no-repeat", "--table", "1960s", "--variety", "real", "--json"),
            *("--seed", "3", "--count", "5", "--colour", "triads"),
        ).succeeded()
    )
    for one in told:
        played = [chord["roman"] for chord in one["chords"]]
        assert (played[0], played[3], played[6:]) == ("I", "V7", ["IV", "I"])
        assert "vi" not in played
        assert "ii" in played
        assert one["policy"] == "shipped, 1960s, major, real"


def test_a_style_of_ones_own_is_learned_and_composed_with(shinko, table, tmp_path):
    out = shinko(
        *("dial", "--tables", table, "--epochs", "10", "--batch", "8", "--out", "mine"),
    ).succeeded()
    assert out.splitlines()[0].startswith("mine: regret ")
    told = shinko("compose", "--run", "mine", "--variety", "real", "--seed", "1").succeeded()
    assert told.splitlines()[-1].endswith("policy mine, epoch 10, toy.csv, major, real")
    resumed = shinko("dial", "--resume", "--out", "mine").succeeded()
    assert resumed.splitlines()[0] == out.splitlines()[0]


def test_exact_answers_need_no_torch():
    code = (
        "import sys\nfrom shinko.cli.app import run\n"
        "codes = [run(a) for a in (['explain', 'I V'], ['suggest', 'I'],"
        " ['best', '-l', '3', '--json'], ['compose', '--fix', '2=V', '--json'],"
        " ['explain', 'I _', '--heatmap'])]\n"
        "assert codes == [0] * 5, codes\nassert 'torch' not in sys.modules\n"
        "assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
