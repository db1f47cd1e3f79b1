"""shinko optimum, forecast and evaluate: figures, JSON, wrong inputs."""

import json

import pytest

from shinko.runs.folder import RunFolder
from shinko.tables import process


def figure(line):
    """The numbers of a row of figures."""
    return [float(text.rstrip("%")) for text in line.split() if text[0] in "-0123456789"]


def test_the_optimum_of_the_hooktheory_table_is_the_known_one(shinko, hooktheory_folder):
    told = shinko(
        *("optimum", "--table", str(hooktheory_folder), "--reward", "probability"),
        *("--tau", "0.15", "--length", "16", "--floor", "0.001", "--json"),
    ).succeeded()
    found = json.loads(told)
    assert found["objective"] == pytest.approx(11.0541, abs=5e-5)
    assert found["effective_chords"] == pytest.approx(3.61, abs=0.005)
    assert found["return"] + 0.15 * 16 * found["entropy_per_step"] == pytest.approx(
        found["objective"]
    )
    assert found["seconds"] > 0


def test_the_optimum_by_hand(shinko, table):
    """Each chord goes to the next three at 0.3; the first is one of seven, at 0.142 each."""
    out = shinko(
        *("optimum", "--table", table, "--reward", "probability", "--length", "3"),
        *("--tau", "0", "--show", "2"),
    ).succeeded()
    lines = out.splitlines()
    assert lines[0] == "table toy.csv: 7 chords, 8 histories; reward probability, 3 chords, tau 0"
    assert lines[2].split() == ["optimum", "own", "chain", "uniform"]
    assert lines[3].startswith("objective")
    assert figure(lines[3])[:2] == pytest.approx([0.742, 0.742])
    # Of the last two of three chords, three are equally good, of the first seven.
    assert figure(lines[6])[0] == pytest.approx((7 * 3 * 3) ** (1 / 3), abs=0.005)
    assert lines[9] == "drawn from the optimum:"
    assert [len(line.split()) for line in lines[10:12]] == [3, 3]


def test_a_lower_order_forgets_the_older_chords(shinko):
    out = shinko("optimum", "--order", "1", "--length", "2", "--json").succeeded()
    found = json.loads(out)
    assert found["histories"] == found["chords"] + 1
    assert found["settings"]["order"] == 1


def test_the_same_seed_draws_the_same_progressions(shinko, table):
    first, again = (
        json.loads(shinko("optimum", "--table", table, "--seed", "3", "--json").succeeded())
        for _ in range(2)
    )
    assert first["drawn"] == again["drawn"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tau", "-0.1"), "--tau -0.1: expected 0 to 1,000"),
        (("--tau", "nan"), "--tau nan: expected 0 to 1,000"),
        (("--reward", "fame"), "--reward 'fame': expected one of probability, log-probability"),
        (("--length", "0"), "--length 0: expected 1 to 256"),
        (("--order", "256"), "--order 256: expected 1 to 255"),
        (("--order", "0"), "--order 0: expected 1 to 255"),
        (("--table", "popp"), "no table 'popp': did you mean pop"),
    ],
)
def test_what_cannot_be_solved_is_told_in_a_line(shinko, arguments, message):
    assert shinko("optimum", *arguments).failed().startswith(message)


def test_a_table_too_large_says_what_it_needs_and_which_order_fits(shinko, monkeypatch, table):
    monkeypatch.setattr(process.check_size, "__defaults__", (400,))
    message = shinko("optimum", "--table", table).failed()
    assert "an exact solution over 8 histories of 7 chords needs" in message
    assert message.endswith("take a table of fewer chords")


@pytest.fixture
def round_table(tmp_path):
    """From each of four chords 70 % go to the next one, 10 % to each other."""
    rows = [f",{chord},0.25\n" for chord in "1564"]
    for place, before in enumerate("1564"):
        for step, after in enumerate("1564"):
            rows.append(f"{before},{after},{0.7 if step == (place + 1) % 4 else 0.1}\n")
    (tmp_path / "round.csv").write_text("history,chord,probability\n" + "".join(rows))
    return "round.csv"


def test_the_forecast_names_loop_and_beta(shinko, round_table):
    out = shinko("forecast", "--table", round_table, "--reward", "probability").succeeded()
    lines = out.splitlines()
    assert lines[0] == "best loop: I V vi IV, mean reward 0.7000 a chord"
    assert lines[1].startswith("below beta 0.")
    # Three quarters of what the table's own chain has.
    assert lines[2].startswith("diverse means: at least 2 effective chords")


def test_a_table_without_a_collapse_is_told(shinko, table):
    out = shinko("forecast", "--table", table, "--reward", "probability").succeeded()
    assert "it stays diverse at every beta: 3.16 effective chords" in out


def test_the_forecast_as_json(shinko, round_table):
    out = shinko("forecast", "--table", round_table, "--entropy", "bonus", "--json").succeeded()
    found = json.loads(out)
    assert found["settings"]["entropy"] == "bonus"
    assert found["loop"] == ["1", "5", "6", "4"]
    assert found["mean_reward"] == pytest.approx(-0.3567, abs=1e-4)
    assert found["effective_chords"] < found["limits"]["min_effective_chords"]


def test_an_unknown_place_of_the_entropy_is_told(shinko):
    assert shinko("forecast", "--entropy", "both").failed() == (
        "--entropy 'both': expected one of bonus, return"
    )


def test_a_run_is_held_against_the_optimum(shinko, trained):
    out = shinko("evaluate", "run", "--epoch", "6", "--samples", "300").succeeded()
    lines = out.splitlines()
    assert lines[0].startswith("run, epoch 6: table ")
    assert lines[2].split() == ["policy", "optimum", "own", "chain", "uniform"]
    policy, best, chain, even = figure(lines[3])
    assert even < best
    assert policy < best
    assert chain <= best
    assert "optimality " in out
    assert "300 progressions" in out


def test_an_evaluation_as_json_is_the_same_for_the_same_seed(shinko, trained):
    first, again = (
        json.loads(shinko("evaluate", "run", "--epoch", "2", "--json").succeeded())
        for _ in range(2)
    )
    assert first == again
    assert first["policy"]["progressions"] == 4096
    share = (first["policy"]["objective"] - first["uniform"]["objective"]) / (
        first["optimum"]["objective"] - first["uniform"]["objective"]
    )
    assert first["policy"]["optimality"] == pytest.approx(share)


def test_by_default_the_weight_of_the_entropy_is_that_of_the_epoch(shinko, trained):
    found = json.loads(shinko("evaluate", "run", "--epoch", "6", "--json").succeeded())
    assert found["tau"] == pytest.approx(0.3)
    told = json.loads(shinko("evaluate", "run", "--epoch", "6", "--tau", "1", "--json").succeeded())
    assert told["tau"] == 1.0
    assert told["optimum"]["effective_chords"] > found["optimum"]["effective_chords"]


def test_a_run_with_a_bonus_is_shown_where_that_rests(shinko):
    tiny = ("--epochs", "2", "--batch", "4", "--hidden", "4", "--checkpoint-every", "1")
    shinko("learn", *tiny, "--entropy", "bonus", "--out", "b").succeeded()
    found = json.loads(shinko("evaluate", "b", "--epoch", "2", "--json").succeeded())
    assert found["bonus_at_rest"]["objective"] < found["optimum"]["objective"]


def test_a_run_with_a_memory_is_held_against_what_its_songs_play(shinko, table):
    tiny = ("--epochs", "2", "--batch", "4", "--hidden", "4", "--checkpoint-every", "1")
    shinko(
        "learn", *tiny, "--table", table, "--memory", "minor", "--no-copies", "--out", "m"
    ).succeeded()
    out = shinko("evaluate", "m", "--epoch", "2", "--samples", "300").succeeded()
    lines = out.splitlines()
    assert lines[0] == (
        "m, epoch 2: table toy.csv with a memory in minor, reward log-probability, 16 chords, "
        "tau 0.3"
    )
    assert lines[2].split() == ["policy", "best"]
    assert [line.split()[0] for line in lines[3:6]] == ["halves", "repeated", "distinct"]
    assert "regret " in out
    assert "divergence " in out
    assert "300 progressions each" in out
    told = json.loads(shinko("evaluate", "m", "--epoch", "2", "--tau", "1", "--json").succeeded())
    assert told["tau"] == 1.0
    assert told["policy"]["regret"] > told["policy"]["regret_error"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "nowhere"),
        (("run", "--epoch", "5"), "epoch 5"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_a_line(shinko, trained, arguments, message):
    assert message in shinko("evaluate", *arguments).failed()


def test_a_run_without_its_settings_is_told(shinko, trained):
    path = RunFolder(trained).settings_path
    path.write_text(path.read_text().replace("[learn]", "[taught]"))
    assert (
        shinko("evaluate", "run").failed().endswith("no [learn]; expected a run of 'shinko learn'")
    )


def test_a_run_whose_table_changed_is_told(shinko, trained):
    path = RunFolder(trained).settings_path
    path.write_text(path.read_text().replace('table_sha256 = "', 'table_sha256 = "0'))
    assert "is not what" in shinko("evaluate", "run", "--epoch", "6").failed()
